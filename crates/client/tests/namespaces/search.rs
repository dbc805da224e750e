//! Texts and paths.

use yew_sandbox_client::protocol::search::{
    CancelStreamingSearch, PathMatch, PathSearch, PathSearchAnswer, SearchAnswer, SearchFinished,
    SearchMatch, SearchMatches, StreamingSearch, Text,
};
use yew_sandbox_client::protocol::{ErrorCode, WireError};
use yew_sandbox_client::{ErrorKind, SearchOptions};

use crate::support::{Log, World, eventually, settle, within};
use crate::{LONG, SECOND};

fn serve(world: &World) -> (Log<StreamingSearch>, Log<CancelStreamingSearch>) {
    let begun = world.agent.answer::<StreamingSearch>(|search| {
        Ok(SearchAnswer {
            search_id: search.search_id.clone(),
        })
    });
    let cancelled = world.agent.answer::<CancelStreamingSearch>(|cancel| {
        Ok(SearchAnswer {
            search_id: cancel.search_id.clone(),
        })
    });
    (begun, cancelled)
}

fn found(search_id: &str, lines: std::ops::Range<u64>) -> SearchMatches {
    SearchMatches {
        search_id: search_id.to_owned(),
        matches: lines
            .map(|line_number| SearchMatch {
                file_id: None,
                path: "a.txt".into(),
                lines: Text { text: "x".into() },
                line_number,
                absolute_offset: 0,
                submatches: Vec::new(),
            })
            .collect(),
    }
}

fn finished(search_id: &str, hit_limit: bool) -> SearchFinished {
    let search_id = search_id.to_owned();
    SearchFinished {
        search_id,
        hit_limit,
    }
}

#[tokio::test(start_paused = true)]
async fn matches_come_as_they_are_found() {
    let world = World::connected(1).await;
    let (begun, cancelled) = serve(&world);
    let options = SearchOptions {
        glob: Some("*.txt".into()),
        is_regex: true,
        most: 3,
        ..SearchOptions::default()
    };
    let mut search = world.client.fs().search("x+", options).await.unwrap();
    let request = begun.all().remove(0);
    assert_eq!(
        (request.text.as_str(), request.max_results),
        ("x+", Some(3))
    );
    assert_eq!(request.glob.as_deref(), Some("*.txt"));
    // What another search finds is not this one's.
    world.agent.notify(&found("another", 90..99));
    world.agent.notify(&found(&request.search_id, 1..3));
    assert_eq!(
        within(SECOND, search.next())
            .await
            .unwrap()
            .unwrap()
            .line_number,
        1
    );
    assert_eq!(
        within(SECOND, search.next())
            .await
            .unwrap()
            .unwrap()
            .line_number,
        2
    );
    assert!(!search.has_more());
    world.agent.notify(&found(&request.search_id, 3..4));
    world.agent.notify(&finished(&request.search_id, true));
    assert_eq!(
        within(SECOND, search.next())
            .await
            .unwrap()
            .unwrap()
            .line_number,
        3
    );
    assert!(within(SECOND, search.next()).await.is_none());
    assert!(search.has_more());
    drop(search);
    settle().await;
    assert_eq!(cancelled.count(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_broken_expression_is_an_error() {
    let world = World::connected(1).await;
    world
        .agent
        .answer::<StreamingSearch>(|_| Err(WireError::new(ErrorCode::CRITICAL, "unclosed group")));
    let search = world.client.fs().search("(", SearchOptions::default());
    let error = within(SECOND, search).await.unwrap_err();
    assert_eq!(error.subject(), Some("("));
    assert!(error.to_string().contains("unclosed group"), "{error}");
}

#[tokio::test(start_paused = true)]
async fn dropping_a_search_cancels_it() {
    let world = World::connected(1).await;
    let (begun, cancelled) = serve(&world);
    let fs = world.client.fs();
    let first = fs.search("x", SearchOptions::default()).await.unwrap();
    let second = fs.search("x", SearchOptions::default()).await.unwrap();
    let ids: Vec<_> = begun.all().into_iter().map(|one| one.search_id).collect();
    assert_ne!(ids[0], ids[1]);
    drop(first);
    eventually(SECOND, || cancelled.count() == 1).await;
    assert_eq!(cancelled.all()[0].search_id, ids[0]);
    drop(second);
    eventually(SECOND, || cancelled.count() == 2).await;
}

#[tokio::test(start_paused = true)]
async fn a_cut_link_ends_a_search_and_says_so() {
    let world = World::connected(1).await;
    let (begun, cancelled) = serve(&world);
    let search = world.client.fs().search("x", SearchOptions::default());
    let mut search = search.await.unwrap();
    world.agent.notify(&found(&begun.all()[0].search_id, 1..2));
    settle().await;
    world.agent.cut();
    // What was found before is not lost.
    assert!(within(LONG, search.next()).await.unwrap().is_ok());
    let error = within(LONG, search.next()).await.unwrap().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Interrupted);
    assert!(within(LONG, search.next()).await.is_none());
    drop(search);
    world.until("Connected", LONG).await;
    settle().await;
    assert_eq!((begun.count(), cancelled.count()), (1, 0));
}

#[tokio::test(start_paused = true)]
async fn more_matches_than_were_asked_for_are_not_kept() {
    let world = World::connected(1).await;
    let (begun, _cancelled) = serve(&world);
    let options = SearchOptions {
        most: 2,
        ..SearchOptions::default()
    };
    let mut search = world.client.fs().search("x", options).await.unwrap();
    world
        .agent
        .notify(&found(&begun.all()[0].search_id, 0..1_000));
    world
        .agent
        .notify(&finished(&begun.all()[0].search_id, true));
    for line in 0..2 {
        let found = within(SECOND, search.next()).await.unwrap().unwrap();
        assert_eq!(found.line_number, line);
    }
    assert!(within(SECOND, search.next()).await.is_none());
    assert!(search.has_more());
}

#[tokio::test(start_paused = true)]
async fn paths_are_found() {
    let world = World::connected(1).await;
    world.agent.answer::<PathSearch>(|search| {
        assert_eq!(search.text, "mn");
        let path = "src/main.rs".to_owned();
        Ok(PathSearchAnswer {
            matches: vec![PathMatch {
                path,
                submatches: Vec::new(),
            }],
        })
    });
    let paths = world.client.fs().find_paths("mn").await.unwrap();
    assert_eq!(paths[0].path, "src/main.rs");
}
