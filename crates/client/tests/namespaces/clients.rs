//! Who is there.

use std::sync::{Arc, Mutex};

use yew_sandbox_client::protocol::client::List;
use yew_sandbox_client::{ClientEvent, ClientInfo};

use crate::support::{World, eventually, within};
use crate::{LONG, SECOND};

fn client(id: &str) -> ClientInfo {
    ClientInfo {
        client_id: id.into(),
        username: id.into(),
        name: id.into(),
        avatar_url: None,
        color: "#000".into(),
        app_id: "test".into(),
    }
}

#[tokio::test(start_paused = true)]
async fn who_comes_and_who_leaves_is_told_over_a_cut_link() {
    let world = World::connected(1).await;
    let there = Arc::new(Mutex::new(vec![client("1")]));
    let listed = there.clone();
    world
        .agent
        .answer::<List>(move |_| Ok(listed.lock().unwrap().clone()));
    let clients = world.client.clients();
    assert_eq!(clients.get_all().await.unwrap(), [client("1")]);
    let live = clients.live();
    eventually(SECOND, || live.get().is_some()).await;
    let mut events = clients.events();
    // The events begin with whoever is there now.
    let begun = tokio::time::timeout(SECOND, events.next()).await;
    assert!(begun.is_err());
    there.lock().unwrap().push(client("2"));
    world.agent.notify(&client("2"));
    let joined = within(SECOND, events.next()).await.unwrap();
    assert_eq!(joined, ClientEvent::Joined(client("2")));
    *there.lock().unwrap() = vec![client("3")];
    world.agent.cut();
    let mut after = Vec::new();
    for _ in 0..3 {
        after.push(within(LONG, events.next()).await.unwrap());
    }
    let left = |id| ClientEvent::Left(client(id));
    assert_eq!(
        after,
        [left("1"), left("2"), ClientEvent::Joined(client("3"))]
    );
    eventually(SECOND, || live.get() == Some(vec![client("3")])).await;
}
