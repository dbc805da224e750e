//! Messages between clients.

use yew_sandbox_client::fake::FakeSandbox;
use yew_sandbox_client::protocol::Raw;
use yew_sandbox_client::{Channel, ChannelEvent, TerminalSize};

use super::{connected, within};

/// Any value that is a map on the wire.
fn data(cols: u16) -> TerminalSize {
    TerminalSize { cols, rows: 1 }
}

async fn next(channel: &mut Channel) -> (String, u16) {
    match within(channel.next()).await.unwrap() {
        ChannelEvent::Message(message) => {
            let data = message.data.get::<TerminalSize>().unwrap();
            (message.client_id, data.cols)
        }
        ChannelEvent::Gap => panic!("nothing was lost"),
    }
}

#[tokio::test(start_paused = true)]
async fn messages_reach_those_that_subscribed() {
    let fake = FakeSandbox::new();
    let (one, two) = (connected(&fake).await, connected(&fake).await);
    let first = one.channels().subscribe("chat").await.unwrap();
    let mut second = two.channels().subscribe("chat").await.unwrap();
    assert_eq!(first.send(&data(7)).await.unwrap().len(), 1);
    assert_eq!(next(&mut second).await.1, 7);
    let ada = fake.client_joins("ada");
    fake.subscribe(&ada, "chat");
    let mut subscribers = second.subscribers();
    within(async {
        while subscribers.get().len() < 3 {
            subscribers.changed().await.unwrap();
        }
    })
    .await;
    fake.send_message(&ada, "chat", Raw::new(&data(9)));
    assert_eq!(next(&mut second).await, (ada.clone(), 9));
    fake.client_leaves(&ada);
    drop((first, one));
    within(async {
        while subscribers.get().len() > 1 {
            subscribers.changed().await.unwrap();
        }
    })
    .await;
}
