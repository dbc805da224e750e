//! Parameters of wrong types, missing ones, unknown ones: for every request there is.

use std::collections::{BTreeMap, BTreeSet};

use yew_sandbox_protocol::search::SearchFinished;

use super::kind::{Kind, Wrong};
use super::protocol::requests;
use super::table::{Row, table};
use super::value::Value;
use super::wire::{Outcome, Wire};
use super::world::in_each;

/// The code of parameters that are none.
const CRITICAL: u32 = 0;
/// Asked for on a connection that has not joined.
const JOIN: &str = "client/join";
/// Puts the sandbox to sleep, whatever its parameters are.
const HIBERNATE: &str = "system/hibernate";

/// A request that the table does not have, or a field, is one that nobody tries wrong values with.
#[test]
fn the_table_has_every_request_and_every_field() {
    let fields = |row: &Row| match &row.takes {
        Kind::Map(fields) => fields.iter().map(|field| field.name.to_owned()).collect(),
        _ => BTreeSet::new(),
    };
    let rows = table();
    let stated: BTreeMap<String, BTreeSet<String>> = rows
        .iter()
        .map(|row| (row.method.to_owned(), fields(row)))
        .collect();
    assert_eq!(stated.len(), rows.len(), "a request stands there twice");
    assert_eq!(stated, requests());
}

#[tokio::test(flavor = "multi_thread")]
async fn parameters_of_wrong_types_are_refused_by_every_request() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let mut count = 0;
        for row in table().iter().filter(|row| row.method != JOIN) {
            count += all_wrong(&mut wire, row).await;
            world.is_well(&mut wire).await;
        }
        let join = table().into_iter().find(|row| row.method == JOIN).unwrap();
        let mut wire = Wire::open(&world.session).await;
        count += all_wrong(&mut wire, &join).await;
        wire.join().await.unwrap();
        assert!(count > 1000, "{count}");
    })
    .await;
}

/// Asks a request with everything that is wrong for it.
async fn all_wrong(wire: &mut Wire, row: &Row) -> usize {
    let mut wrong = row.takes.wrong();
    if matches!(&row.takes, Kind::Map(fields) if fields.iter().any(|field| !field.is_optional)) {
        wrong.push(Wrong {
            what: "nil".to_owned(),
            value: Value::Nil,
        });
    }
    let count = wrong.len();
    for wrong in wrong {
        let what = format!("{} with {}", row.method, wrong.what);
        match wire.ask(row.method, wrong.value).await {
            Ok(_) => panic!("{what} was taken"),
            Err(error) => {
                assert_eq!(error.code.0, CRITICAL, "{what}: {error}");
                let told = format!("the parameters of {} are wrong", row.method);
                assert!(error.message.starts_with(&told), "{what}: {error}");
            }
        }
    }
    count
}

#[tokio::test(flavor = "multi_thread")]
async fn unknown_fields_and_absent_ones_change_nothing() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        for row in table() {
            if matches!(row.method, JOIN | HIBERNATE) {
                continue;
            }
            let samples: Vec<Value> = match &row.takes {
                // Some clients send something where there is nothing to be said.
                Kind::Nothing => vec![Value::Nil, 7.into(), "text".into(), Value::nested(8)],
                takes => vec![takes.sample(), takes.sample_with_more()],
            };
            for sample in samples {
                let outcome = wire.ask(row.method, sample).await;
                assert_brings(&row, &outcome);
                if row.method == "fs/streamingSearch" {
                    // Its id is free again.
                    let _: SearchFinished = wire.hears("fs/searchFinished", |_| true).await;
                }
            }
            let least = wire.ask(row.method, row.takes.least()).await;
            let is_understood = !least.is_err_and(|error| error.message.contains("parameters of"));
            assert!(is_understood, "{}", row.method);
            world.is_well(&mut wire).await;
        }
        for takes in table().into_iter().filter(|row| row.method == JOIN) {
            let mut wire = Wire::open(&world.session).await;
            wire.ask(JOIN, takes.takes.sample_with_more())
                .await
                .unwrap();
            let error = wire.refusal(JOIN, takes.takes.sample()).await;
            assert_eq!(error.0, CRITICAL, "a second join");
            let mut wire = Wire::open(&world.session).await;
            wire.ask(JOIN, takes.takes.least()).await.unwrap();
        }
    })
    .await;
}

fn assert_brings(row: &Row, outcome: &Outcome) {
    let brought = match outcome {
        Ok(_) => Ok(()),
        // What they write is there from the second time on.
        Err(error) if row.method == "task/generateConfig" && error.code.0 == 600 => Ok(()),
        Err(error) if row.method == "task/create" && error.code.0 == 602 => Ok(()),
        Err(error) => Err(error.code.0),
    };
    assert_eq!(brought, row.brings, "{}: {outcome:?}", row.method);
}

/// Before it has joined, a client gets nothing at all.
#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_done_before_the_join() {
    in_each(async |world| {
        let mut wire = Wire::open(&world.session).await;
        for row in table().iter().filter(|row| row.method != JOIN) {
            for params in [row.takes.sample(), Value::Flag(true)] {
                let (code, message) = wire.refusal(row.method, params).await;
                assert_eq!(code, 2, "{}: {message}", row.method);
            }
        }
        wire.join().await.unwrap();
    })
    .await;
}
