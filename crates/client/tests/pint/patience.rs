//! Calls that hang, and signs of life at which nobody looks.

use std::time::Duration;

use serde_json::json;
use tokio::time::{Instant, sleep, timeout};
use yew_sandbox_client::{ConnectionState, ErrorKind, WatchOptions};

use crate::scripted::{Reply, Scripted, directory};

/// Longer than any call may hang.
const LONG: Duration = Duration::from_secs(600);

/// Sixteen reads of a pipe into which nobody writes stopped everything for ever, while the link counted as healthy.
#[tokio::test(start_paused = true)]
async fn calls_that_hang_make_way() {
    let agent = Scripted::new(|asked, _| match asked {
        "GET files/%2Fw%2Fpipe" | "GET directories/%2Fw%2Fpipe" => Reply::Never,
        "GET files/%2Fw%2Fa" => Reply::json(&json!({"content": "1"})),
        "GET directories/%2Fw" => directory(&[], &[]),
        "GET file_stat/%2Fw%2Fpipe" => {
            Reply::json(&json!({"name": "pipe", "isDir": true, "size": 0, "modTime": ""}))
        }
        _ => Reply::Usual,
    });
    let client = agent.client(|options| options.timeouts.request = LONG);
    client.connect().await.unwrap();
    let began = Instant::now();
    let hanging: Vec<_> = (0..16).map(|_| client.fs().read("pipe")).collect();
    assert_eq!(client.fs().read("a").await.unwrap(), "1");
    assert!(began.elapsed() <= Duration::from_secs(61));
    for read in hanging {
        let error = read.await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Other);
        assert!(error.to_string().contains("no answer in time"), "{error}");
    }
    let fs = client.fs();
    // Watches look at one directory at a time.
    let hanging = fs.watch("pipe", WatchOptions::default());
    let watch = fs.watch(".", WatchOptions::default()).await.unwrap();
    assert_eq!(hanging.await.unwrap_err().kind(), ErrorKind::Other);
    drop(watch);
    assert_eq!(client.state(), ConnectionState::Connected);
}

#[tokio::test(start_paused = true)]
async fn calls_that_are_slow_are_waited_for() {
    let agent = Scripted::new(|asked, _| match asked {
        "GET files/%2Fw%2Fa" => {
            let pieces = ["{\"content\"", ": \"12", "34", "\"}"];
            let pieces = pieces.map(|piece| (Duration::from_secs(50), piece.to_owned()));
            Reply::Pieces(200, pieces.to_vec())
        }
        // 8 MiB in 100 s.
        "POST files/%2Fw%2Fb" => Reply::json(&json!({})).after(Duration::from_secs(100)),
        _ => Reply::Usual,
    });
    let client = agent.client(|options| options.timeouts.request = LONG);
    assert_eq!(client.fs().read("a").await.unwrap(), "1234");
    let large = "b".repeat(8 * 1024 * 1024);
    client.fs().write("b", large).await.unwrap();
}

/// A hidden page asked every 10 s, which kept the sandbox awake for good.
#[tokio::test(start_paused = true)]
async fn a_page_that_nobody_looks_at_does_not_keep_the_sandbox_awake() {
    let agent = Scripted::new(|asked, _| match asked {
        "GET files/%2Fw%2Fpipe" => Reply::Never,
        _ => Reply::Usual,
    });
    let client = agent.client(|options| options.timeouts.request = LONG);
    client.connect().await.unwrap();
    let looks = || agent.count("GET file_stat/");
    agent.show(false);
    let before = looks();
    sleep(LONG).await;
    assert_eq!(looks(), before);
    assert_eq!(client.state(), ConnectionState::Connected);
    // Somebody waits for an answer.
    let read = client.fs().read("pipe");
    let waited = timeout(Duration::from_secs(55), read).await;
    assert!(waited.is_err() && looks() >= before + 4, "{}", looks());
    sleep(Duration::from_secs(15)).await;
    let before = looks();
    sleep(LONG).await;
    assert_eq!(looks(), before);
    agent.show(true);
    sleep(Duration::from_secs(60)).await;
    assert!(looks() >= before + 4, "{}", looks());
    assert_eq!(client.state(), ConnectionState::Connected);
}
