//! Messages between clients.

use yew_sandbox_client::protocol::channel::{
    Message, Send, SendAnswer, Subscribe, SubscribeAnswer, Subscribed, Unsubscribe,
};
use yew_sandbox_client::protocol::{ErrorCode, Raw, WireError};
use yew_sandbox_client::{Channel, ChannelEvent, ErrorKind, TerminalSize};

use crate::support::{Log, World, eventually, settle, within};
use crate::{LONG, SECOND};

/// Any value that is a map on the wire.
fn data(number: u16) -> TerminalSize {
    TerminalSize {
        cols: number,
        rows: 1,
    }
}

fn message(name: &str, number: u16) -> Message {
    Message {
        name: name.into(),
        client_id: "2".into(),
        is_user: false,
        data: Raw::new(&data(number)),
    }
}

fn serve(world: &World) -> (Log<Subscribe>, Log<Unsubscribe>) {
    let subscribed = world.agent.answer::<Subscribe>(|_| {
        let subscribers = vec!["1".to_owned()];
        Ok(SubscribeAnswer { subscribers })
    });
    (subscribed, world.agent.answer::<Unsubscribe>(|_| Ok(())))
}

/// The number in the next message; `None` for a gap.
async fn next(channel: &mut Channel) -> Option<u16> {
    match within(LONG, channel.next()).await.unwrap() {
        ChannelEvent::Message(message) => {
            assert_eq!(message.client_id, "2");
            Some(message.data.get::<TerminalSize>().unwrap().cols)
        }
        ChannelEvent::Gap => None,
    }
}

#[tokio::test(start_paused = true)]
async fn messages_are_sent_and_received() {
    let world = World::connected(1).await;
    serve(&world);
    let sent = world.agent.answer::<Send>(|_| {
        let clients = vec!["2".to_owned()];
        Ok(SendAnswer { clients })
    });
    let mut channel = world.client.channels().subscribe("chat").await.unwrap();
    assert_eq!(channel.subscribers().get(), ["1"]);
    world.agent.notify(&message("other", 1));
    world.agent.notify(&message("chat", 2));
    assert_eq!(next(&mut channel).await, Some(2));
    world.agent.notify(&Subscribed {
        name: "chat".into(),
        client_id: "2".into(),
        subscribers: vec!["1".into(), "2".into()],
    });
    eventually(SECOND, || channel.subscribers().get() == ["1", "2"]).await;
    assert_eq!(channel.send(&data(3)).await.unwrap(), ["2"]);
    channel.send_to(vec!["2".into()], &data(4)).await.unwrap();
    let sent = sent.all();
    assert_eq!(sent[0].clients, None);
    assert_eq!(sent[1].clients, Some(vec!["2".to_owned()]));
    assert_eq!(sent[1].data.get::<TerminalSize>().unwrap().cols, 4);
}

/// A41: ending one hold twice ended the subscription that others shared.
#[tokio::test(start_paused = true)]
async fn holds_on_one_channel_share_a_subscription() {
    let world = World::connected(1).await;
    let (subscribed, unsubscribed) = serve(&world);
    let channels = world.client.channels();
    let (mut first, second) = (
        channels.subscribe("chat").await.unwrap(),
        channels.subscribe("chat").await.unwrap(),
    );
    assert_eq!(subscribed.count(), 1);
    drop(second);
    settle().await;
    assert_eq!(unsubscribed.count(), 0);
    world.agent.notify(&message("chat", 5));
    assert_eq!(next(&mut first).await, Some(5));
    drop(first);
    eventually(SECOND, || unsubscribed.count() == 1).await;
    // And again from the start.
    let mut again = channels.subscribe("chat").await.unwrap();
    assert_eq!(subscribed.count(), 2);
    world.agent.notify(&message("chat", 6));
    assert_eq!(next(&mut again).await, Some(6));
}

/// A19: channels were not subscribed to again.
#[tokio::test(start_paused = true)]
async fn a_channel_outlives_a_cut_link_and_says_that_messages_may_be_lost() {
    let world = World::connected(1).await;
    let (subscribed, unsubscribed) = serve(&world);
    let mut channel = world.client.channels().subscribe("chat").await.unwrap();
    world.agent.cut();
    eventually(LONG, || subscribed.count() == 2).await;
    world.agent.notify(&message("chat", 7));
    assert_eq!(next(&mut channel).await, None);
    assert_eq!(next(&mut channel).await, Some(7));
    assert_eq!(unsubscribed.count(), 0);
}

/// A subscription that is given up before it is answered must not end the next one.
#[tokio::test(start_paused = true)]
async fn a_hold_that_is_dropped_early_ends_no_later_one() {
    let world = World::connected(1).await;
    let (subscribed, unsubscribed) = serve(&world);
    let channels = world.client.channels();
    drop(channels.subscribe("chat"));
    let mut channel = channels.subscribe("chat").await.unwrap();
    settle().await;
    assert_eq!((subscribed.count(), unsubscribed.count()), (2, 1));
    let order: Vec<_> = world
        .agent
        .state()
        .seen
        .iter()
        .map(|seen| seen.method.clone())
        .collect();
    let order: Vec<_> = order
        .iter()
        .filter(|method| method.starts_with("channel/"))
        .collect();
    assert_eq!(
        order,
        [
            "channel/subscribe",
            "channel/unsubscribe",
            "channel/subscribe"
        ]
    );
    world.agent.notify(&message("chat", 8));
    assert_eq!(next(&mut channel).await, Some(8));
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_is_too_slow_is_told() {
    let world = World::connected(1).await;
    serve(&world);
    let mut channel = world.client.channels().subscribe("chat").await.unwrap();
    for number in 0..1_500 {
        world.agent.notify(&message("chat", number));
    }
    settle().await;
    tokio::time::sleep(SECOND).await;
    assert_eq!(next(&mut channel).await, None);
    assert_eq!(next(&mut channel).await, Some(1_025));
}

#[tokio::test(start_paused = true)]
async fn a_refused_channel_is_an_error_and_can_be_tried_again() {
    let world = World::connected(1).await;
    world
        .agent
        .answer::<Subscribe>(|_| Err(WireError::new(ErrorCode::RATE_LIMIT, "too many")));
    let channels = world.client.channels();
    let error = channels.subscribe("chat").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::RateLimited);
    assert_eq!(error.subject(), Some("chat"));
    serve(&world);
    let mut channel = channels.subscribe("chat").await.unwrap();
    world.client.close();
    assert!(within(SECOND, channel.next()).await.is_none());
    assert_eq!(channel.error().unwrap().kind(), ErrorKind::Closed);
}
