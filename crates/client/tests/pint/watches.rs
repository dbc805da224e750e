//! Watches, which are looks at intervals.

use yew_sandbox_client::{ErrorKind, WatchEvent, WatchOptions};

use crate::{World, within};

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
