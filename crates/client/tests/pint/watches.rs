//! Watches, which are looks at intervals.

use std::future::Future;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use serde_json::json;
use tokio::time::{sleep, timeout};
use yew_sandbox_client::{ErrorKind, WatchEvent, WatchOptions};

use crate::scripted::{Reply, Scripted, directory};
use crate::{World, within};

/// Longer than any pause between two looks here, in virtual time.
const SOON: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_others_and_of_this_client_are_told() {
    let world = World::with(&[("a", "1"), ("d/e/f", "1")]).await;
    let fs = world.client.fs();
    let path = |name: &str| vec![world.path(name).to_str().unwrap().to_owned()];
    let mut flat = within(fs.watch(".", WatchOptions::default()))
        .await
        .unwrap();
    let mut deep = within(fs.watch(
        "d",
        WatchOptions {
            recursive: true,
            excludes: vec!["node_modules".into()],
        },
    ))
    .await
    .unwrap();
    std::fs::write(world.path("b"), "1").unwrap();
    assert_eq!(
        within(flat.next()).await,
        Some(WatchEvent::Added(path("b")))
    );
    within(fs.write("a", "22")).await.unwrap();
    assert_eq!(
        within(flat.next()).await,
        Some(WatchEvent::Changed(path("a")))
    );
    within(fs.remove("b")).await.unwrap();
    assert_eq!(
        within(flat.next()).await,
        Some(WatchEvent::Removed(path("b")))
    );
    std::fs::create_dir(world.path("d/node_modules")).unwrap();
    std::fs::write(world.path("d/node_modules/x"), "").unwrap();
    within(fs.write("d/e/g", "1")).await.unwrap();
    assert_eq!(
        within(deep.next()).await,
        Some(WatchEvent::Added(path("d/e/g")))
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_broken_link_all_is_looked_at_again() {
    let world = World::new().await;
    let mut watch = within(world.client.fs().watch(".", WatchOptions::default()))
        .await
        .unwrap();
    world.proxy.down();
    std::fs::write(world.path("a"), "1").unwrap();
    let read = world.client.fs().read("a");
    world.until("Reconnecting").await;
    world.proxy.up();
    within(read).await.unwrap();
    assert_eq!(within(watch.next()).await, Some(WatchEvent::Rescan));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_watched_is_refused() {
    let world = World::new().await;
    let fs = world.client.fs();
    let error = within(fs.watch("nothing", WatchOptions::default()))
        .await
        .unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    for number in 0..130 {
        std::fs::create_dir(world.path(&number.to_string())).unwrap();
    }
    let all = WatchOptions {
        recursive: true,
        excludes: Vec::new(),
    };
    let error = within(fs.watch(".", all)).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
}

/// The tree and every open file watch the same directory.
#[tokio::test(flavor = "multi_thread")]
async fn watches_of_one_directory_share_their_looks() {
    let world = World::new().await;
    let fs = world.client.fs();
    let mut watches = Vec::new();
    for _ in 0..10 {
        watches.push(
            within(fs.watch(".", WatchOptions::default()))
                .await
                .unwrap(),
        );
    }
    std::fs::write(world.path("a"), "1").unwrap();
    for watch in &mut watches {
        let event = within(watch.next()).await;
        assert!(matches!(event, Some(WatchEvent::Added(_))), "{event:?}");
    }
    let looks = world.count("GET /directories/");
    assert!(looks < 10, "{looks}");
}

/// All that is below.
fn deep() -> WatchOptions {
    WatchOptions {
        recursive: true,
        excludes: Vec::new(),
    }
}

/// A watch whose tree had grown over the bound was dead, and said nothing.
#[tokio::test(start_paused = true)]
async fn a_tree_that_grows_over_the_bound_is_watched_where_it_was() {
    let (new, size) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(1)));
    let agent = Scripted::new({
        let (new, size) = (Arc::clone(&new), Arc::clone(&size));
        move |asked, _| match asked.strip_prefix("GET directories/%2Fw") {
            Some("") => {
                let new = (0..new.load(Ordering::SeqCst)).map(|number| format!("a{number}"));
                let known = (0..100).map(|number| format!("d{number}"));
                directory(&new.chain(known).collect::<Vec<_>>(), &[])
            }
            Some("%2Fd50") => directory(&["e".into()], &[]),
            Some("%2Fd50%2Fe") => directory(&[], &[("f", size.load(Ordering::SeqCst))]),
            Some(_) => directory(&[], &[("f", 1)]),
            None => Reply::Usual,
        }
    });
    let client = agent.client(|_| {});
    let mut watch = client.fs().watch(".", deep()).await.unwrap();
    new.store(1000, Ordering::SeqCst);
    let event = soon(watch.next()).await;
    assert_eq!(event, Some(WatchEvent::Rescan));
    // It is said once.
    assert!(timeout(SOON, watch.next()).await.is_err());
    size.store(2, Ordering::SeqCst);
    let event = soon(watch.next()).await;
    let changed = WatchEvent::Changed(vec!["/w/d50/e/f".into()]);
    assert_eq!(event, Some(changed));
    new.store(0, Ordering::SeqCst);
    let event = soon(watch.next()).await;
    assert!(matches!(event, Some(WatchEvent::Removed(_))), "{event:?}");
    new.store(1000, Ordering::SeqCst);
    let event = soon(watch.next()).await;
    assert_eq!(event, Some(WatchEvent::Rescan));
}

/// After a refusal the next look came as soon as after a quick one.
#[tokio::test(start_paused = true)]
async fn looks_that_are_refused_are_told_once_and_not_hurried() {
    let is_ill = Arc::new(AtomicUsize::new(0));
    let agent = Scripted::new({
        let is_ill = Arc::clone(&is_ill);
        move |asked, _| match (asked, is_ill.load(Ordering::SeqCst)) {
            ("GET directories/%2Fw", 0) => directory(&[], &[("f", 1)]),
            ("GET directories/%2Fw", 1) => Reply::refusal(500).after(Duration::from_secs(5)),
            ("GET directories/%2Fw", _) => directory(&[], &[("f", 2)]),
            _ => Reply::Usual,
        }
    });
    let client = agent.client(|_| {});
    let mut watch = client.fs().watch(".", deep()).await.unwrap();
    is_ill.store(1, Ordering::SeqCst);
    assert_eq!(soon(watch.next()).await, Some(WatchEvent::Rescan));
    let before = agent.count("GET directories/");
    assert!(
        timeout(Duration::from_secs(250), watch.next())
            .await
            .is_err()
    );
    let looks = agent.count("GET directories/") - before;
    assert!((9..=11).contains(&looks), "{looks}");
    is_ill.store(2, Ordering::SeqCst);
    let changed = WatchEvent::Changed(vec!["/w/f".into()]);
    assert_eq!(soon(watch.next()).await, Some(changed));
}

/// One directory that nobody may list was the end of a watch of all.
#[tokio::test(start_paused = true)]
async fn a_directory_that_cannot_be_listed_is_passed_over() {
    let step = Arc::new(AtomicUsize::new(0));
    let agent = Scripted::new({
        let step = Arc::clone(&step);
        move |asked, _| {
            let step = step.load(Ordering::SeqCst);
            match asked {
                "GET directories/%2Fw" => directory(&["locked".into(), "d".into()], &[("f", step)]),
                "GET directories/%2Fw%2Fd" if step == 1 => Reply::refusal(500),
                "GET directories/%2Fw%2Fd" => directory(&[], &[("g", step)]),
                "GET directories/%2Fw%2Flocked" => Reply::refusal(403),
                "GET file_stat/%2Fw%2Flocked" => {
                    Reply::json(&json!({"name": "", "isDir": true, "size": 0, "modTime": ""}))
                }
                _ => Reply::Usual,
            }
        }
    });
    let client = agent.client(|_| {});
    let mut watch = client.fs().watch(".", deep()).await.unwrap();
    let error = client.fs().watch("locked", deep()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    let changed = |paths: &[&str]| {
        let paths = paths.iter().map(|path| (*path).to_owned());
        Some(WatchEvent::Changed(paths.collect()))
    };
    step.store(1, Ordering::SeqCst);
    assert_eq!(soon(watch.next()).await, changed(&["/w/f"]));
    sleep(Duration::from_secs(10)).await;
    step.store(2, Ordering::SeqCst);
    assert_eq!(soon(watch.next()).await, changed(&["/w/d/g", "/w/f"]));
}

/// What comes within a minute of virtual time.
async fn soon<T>(future: impl Future<Output = T>) -> T {
    timeout(SOON, future)
        .await
        .expect("it should have happened")
}
