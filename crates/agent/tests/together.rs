//! Clients beside each other: channels, presence, metrics, notifications.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use common::{DEADLINE, Event, Harness, join};
use tokio::time::Instant;
use yew_sandbox_agent::{Allowance, Message, Permission, Visitor};
use yew_sandbox_protocol::channel::{
    Message as ChannelMessage, Send, Subscribe, Subscribed, Unsubscribe, Unsubscribed,
};
use yew_sandbox_protocol::client::{Connected, Disconnected, List};
use yew_sandbox_protocol::notification::Respond;
use yew_sandbox_protocol::system::{GetMetrics, Metrics};
use yew_sandbox_protocol::{ErrorCode, Map, Notification, Raw, ServerFrame};

fn subscribe(name: &str) -> Subscribe {
    Subscribe { name: name.into() }
}

fn data(value: u32) -> Raw {
    Raw::new(&Map(vec![("value".to_owned(), value)]))
}

fn send(name: &str, clients: Option<&[&str]>, data: Raw) -> Send {
    let clients = clients.map(|all| all.iter().map(|&id| id.to_owned()).collect());
    Send {
        name: name.into(),
        clients,
        data,
    }
}

#[tokio::test]
async fn messages_reach_the_others_of_a_channel_untouched() {
    let mut harness = Harness::start().await;
    let mut one = harness.open(Permission::Write).await;
    let own = one.join(false).await.unwrap().client.client_id;
    let mut two = harness.open(Permission::Read).await;
    let other = two.join(false).await.unwrap().client.client_id;
    let mut outsider = harness.writer().await;

    let answer = one.request(&subscribe("chat")).await.unwrap();
    assert_eq!(answer.subscribers, vec![own.clone()]);
    let answer = two.request(&subscribe("chat")).await.unwrap();
    assert_eq!(answer.subscribers, [own.clone(), other.clone()]);
    let news: Subscribed = one.notification().await;
    assert_eq!((news.name.as_str(), &news.client_id), ("chat", &other));
    assert_eq!(news.subscribers.len(), 2);
    // Asked again, nobody hears of it.
    two.request(&subscribe("chat")).await.unwrap();

    let answer = two.request(&send("chat", None, data(7))).await.unwrap();
    assert_eq!(answer.clients, vec![own.clone()]);
    let message: ChannelMessage = one.notification().await;
    assert_eq!(message.data, data(7));
    assert_eq!((&message.client_id, message.is_user), (&other, false));

    let named = send("chat", Some(&[&other, "unknown"]), data(8));
    assert_eq!(
        one.request(&named).await.unwrap().clients,
        vec![other.clone()]
    );
    assert_eq!(two.notification::<ChannelMessage>().await.data, data(8));
    let nobody = send("chat", Some(&["unknown"]), data(9));
    assert!(one.request(&nobody).await.unwrap().clients.is_empty());

    let error = outsider
        .request(&send("chat", None, data(1)))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::CHANNEL_NOT_FOUND);
    let error = one.request(&send("none", None, data(1))).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::CHANNEL_NOT_FOUND);
    let error = one
        .request(&send("chat", None, Raw::new("text")))
        .await
        .unwrap_err();
    assert_eq!(error.code, ErrorCode::CRITICAL);

    two.request(&Unsubscribe {
        name: "chat".into(),
    })
    .await
    .unwrap();
    two.request(&Unsubscribe {
        name: "none".into(),
    })
    .await
    .unwrap();
    let news: Unsubscribed = one.notification().await;
    assert_eq!((&news.client_id, news.subscribers), (&other, vec![own]));
    for client in [&mut two, &mut outsider] {
        let heard = client.drain();
        let is_channel = |event: &Event| matches!(event, Event::Frame(ServerFrame::Notification { method, .. }) if method.starts_with("channel/"));
        assert!(!heard.iter().any(is_channel), "{heard:?}");
    }
    harness.stop().await;
}

#[tokio::test]
async fn a_channel_is_left_with_the_connection() {
    let mut harness = Harness::start().await;
    let mut one = harness.writer().await;
    let mut two = harness.open(Permission::Write).await;
    let other = two.join(false).await.unwrap().client.client_id;
    for client in [&mut one, &mut two] {
        client.request(&subscribe("chat")).await.unwrap();
    }
    harness.close(&two).await;
    let news: Unsubscribed = one.notification().await;
    assert_eq!((&news.client_id, news.subscribers.len()), (&other, 1));
    let gone: Disconnected = one.notification().await;
    assert_eq!(gone.client_id, other);
    assert!(
        one.request(&send("chat", None, data(1)))
            .await
            .unwrap()
            .clients
            .is_empty()
    );
    harness.stop().await;
}

#[tokio::test]
async fn channels_are_bounded() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    for name in ["", &"n".repeat(257)] {
        let error = client.request(&subscribe(name)).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::CHANNEL_NOT_FOUND);
    }
    for number in 0..64 {
        client
            .request(&subscribe(&number.to_string()))
            .await
            .unwrap();
    }
    let error = client.request(&subscribe("one more")).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::RATE_LIMIT);
    client.request(&subscribe("0")).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn connections_of_one_user_know_each_other() {
    let mut harness = Harness::start().await;
    let mut clients = Vec::new();
    for _ in 0..2 {
        let client = harness.open(Permission::Write).await;
        // The server's word about this connection comes a second time and counts.
        let visitor = Visitor::new(Permission::Write, "same", "same user");
        harness
            .send(Message::Open {
                client: client.number,
                visitor,
            })
            .await;
        clients.push(client);
    }
    let [one, two] = &mut clients[..] else {
        unreachable!("two were opened")
    };
    for client in [&mut *one, &mut *two] {
        client.join(false).await.unwrap();
        client.request(&subscribe("chat")).await.unwrap();
    }
    one.request(&send("chat", None, data(1))).await.unwrap();
    assert!(two.notification::<ChannelMessage>().await.is_user);
    harness.stop().await;
}

#[tokio::test]
async fn clients_hear_of_each_other_if_they_want_to() {
    let mut harness = Harness::start().await;
    let mut one = harness.writer().await;
    let mut silent = harness.open(Permission::Write).await;
    let mut request = join(false);
    request.subscriptions.client = None;
    silent.request(&request).await.unwrap();
    let _: Connected = one.notification().await;
    let mut two = harness.open(Permission::Write).await;
    let own = two.join(false).await.unwrap().client;
    assert_eq!(one.notification::<Connected>().await, own);
    let list = one.request(&List).await.unwrap();
    assert_eq!(list.len(), 3);
    assert!(list.contains(&own));
    harness.close(&two).await;
    let gone: Disconnected = one.notification().await;
    assert_eq!(gone.client_id, own.client_id);
    let heard = silent.drain();
    let is_about_clients = |event: &Event| matches!(event, Event::Frame(ServerFrame::Notification { method, .. }) if method.starts_with("client/"));
    assert!(!heard.iter().any(is_about_clients), "{heard:?}");
    harness.stop().await;
}

#[tokio::test]
async fn metrics_say_what_the_sandbox_uses() {
    let mut harness = Harness::start().await;
    let mut client = harness.join(Permission::Read).await;
    let metrics = client.request(&GetMetrics).await.unwrap();
    assert!(metrics.cpu.cores >= 1.0);
    assert!(metrics.cpu.used >= 0.0 && metrics.cpu.used <= metrics.cpu.cores);
    // This test's own process holds more than 1 MiB, and less than there is.
    assert!(metrics.memory.used > 1024.0, "{metrics:?}");
    assert!(metrics.memory.used < metrics.memory.total, "{metrics:?}");
    assert!(metrics.storage.used > 0.0, "{metrics:?}");
    assert!(metrics.storage.used < metrics.storage.total, "{metrics:?}");
    let again = client.request(&GetMetrics).await.unwrap();
    assert_eq!(again.memory.total, metrics.memory.total);
    harness.stop().await;
}

#[tokio::test]
async fn metrics_say_what_the_sandbox_may_use() {
    let mut harness = Harness::start().await;
    let mut client = harness.join(Permission::Read).await;
    let free = client.request(&GetMetrics).await.unwrap();
    assert_eq!(free.cpu.configured, free.cpu.cores);
    assert_eq!(free.memory.configured, free.memory.total);
    assert_eq!(free.storage.configured, free.storage.total);
    let allowance = Allowance {
        memory: Some(64 << 20),
        millicores: Some(500),
        disk: 32 << 20,
        disk_used: 3 << 20,
    };
    harness.send(Message::Allowance(allowance)).await;
    let deadline = Instant::now() + DEADLINE;
    let metrics = loop {
        let metrics = client.request(&GetMetrics).await.unwrap();
        if metrics.storage.configured != free.storage.configured {
            break metrics;
        }
        assert!(Instant::now() < deadline, "{metrics:?}");
    };
    assert_eq!(metrics.cpu.configured, 0.5);
    assert_eq!(metrics.memory.configured, 64.0 * 1024.0);
    assert_eq!(metrics.memory.total, free.memory.total);
    assert_eq!(metrics.storage.configured, 32.0 * 1024.0);
    assert_eq!(metrics.storage.used, 3.0 * 1024.0);
    // More than there is cannot be used, and what is not limited is all.
    let allowance = Allowance {
        memory: None,
        millicores: Some(u32::MAX),
        disk: u64::MAX,
        disk_used: 0,
    };
    harness.send(Message::Allowance(allowance)).await;
    let metrics = loop {
        let metrics = client.request(&GetMetrics).await.unwrap();
        if metrics.storage.configured != 32.0 * 1024.0 {
            break metrics;
        }
        assert!(Instant::now() < deadline, "{metrics:?}");
    };
    assert_eq!(metrics.cpu.configured, metrics.cpu.cores);
    assert_eq!(metrics.memory.configured, metrics.memory.total);
    assert_eq!(metrics.storage.configured, metrics.storage.total);
    harness.stop().await;
}

#[tokio::test]
async fn metrics_are_told_to_those_who_want_them() {
    let mut harness = Harness::start().await;
    let mut silent = harness.open(Permission::Write).await;
    let mut request = join(false);
    request.subscriptions.system = None;
    silent.request(&request).await.unwrap();
    let mut client = harness.writer().await;
    let metrics: Metrics = client.notification().await;
    assert!(metrics.memory.used > 1024.0, "{metrics:?}");
    let heard = silent.drain();
    let is_metrics = |event: &Event| matches!(event, Event::Frame(ServerFrame::Notification { method, .. }) if method == Metrics::METHOD);
    assert!(!heard.iter().any(is_metrics), "{heard:?}");
    harness.stop().await;
}

#[tokio::test]
async fn answers_to_unknown_notifications_are_refused() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    for id in ["n1", "n0", "n", "", "x", "n99999999999999999999"] {
        let respond = Respond {
            id: id.into(),
            response: None,
        };
        let error = client.request(&respond).await.unwrap_err();
        assert_eq!(error.code, ErrorCode::INVALID_ID, "{id:?}");
    }
    harness.stop().await;
}
