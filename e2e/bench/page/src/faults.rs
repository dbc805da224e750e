//! What a fault does to a chain of renames: one that ran twice, or not at all, breaks it.

use std::cell::Cell;

use wasm_bindgen_futures::spawn_local;
use yew_sandbox::client::{Client, Error};

use crate::rows::now;

/// How many renames are under way.
const CHAIN: u32 = 8;

thread_local! {
    static DONE: Cell<u32> = const { Cell::new(0) };
    static FAILED: Cell<u32> = const { Cell::new(0) };
}

/// Begins the chain; or how many of it are done, how many failed, where it is, and when the client is of use again.
pub(crate) async fn row(client: &Client, row: &str) -> Result<f64, Error> {
    Ok(match row {
        "fault_prepare" => {
            client.fs().write("chain-0", "content").await?;
            0.0
        }
        "fault_chain" => chain(client),
        "fault_connected" => f64::from(u8::from(client.state().is_connected())),
        "fault_alive" => alive(client).await,
        "fault_done" => f64::from(DONE.get()),
        "fault_failed" => f64::from(FAILED.get()),
        "fault_place" => place(client).await?,
        unknown => panic!("there is no row {unknown}"),
    })
}

fn chain(client: &Client) -> f64 {
    for number in 0..CHAIN {
        let name = |number: u32| ["chain-", &number.to_string()].concat();
        let renaming = client.fs().rename(&name(number), &name(number + 1));
        spawn_local(async move {
            let counter = if renaming.await.is_ok() {
                &DONE
            } else {
                &FAILED
            };
            counter.set(counter.get() + 1);
        });
    }
    0.0
}

/// When an operation is answered that is asked now. It waits for the link, and settles in any case.
async fn alive(client: &Client) -> f64 {
    let begun = now();
    match client.fs().read_dir(".").await {
        Ok(_) => now() - begun,
        Err(_) => -1.0,
    }
}

async fn place(client: &Client) -> Result<f64, Error> {
    let entries = client.fs().read_dir(".").await?;
    let mut names = entries
        .iter()
        .filter_map(|entry| entry.name.strip_prefix("chain-"));
    Ok(match (names.next(), names.next()) {
        (Some(number), None) => number.parse().unwrap_or(-1.0),
        _ => -1.0,
    })
}
