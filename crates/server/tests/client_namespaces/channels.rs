//! Clients, and what they send each other.

use yew_sandbox_client::{ChannelEvent, ClientEvent, ErrorKind, TerminalSize};

use crate::support::soon;
use crate::{client_of, eventually, in_each};

fn message(cols: u16) -> TerminalSize {
    TerminalSize { cols, rows: 1 }
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_meet_on_channels() {
    in_each(|world| async {
        let other = client_of(&world.session);
        let mut mine = world.client.channels().subscribe("chat").await.unwrap();
        let mut theirs = other.channels().subscribe("chat").await.unwrap();
        eventually("the other", || {
            (mine.subscribers().get().len() == 2).then_some(())
        })
        .await;
        for number in 0..100 {
            assert_eq!(mine.send(&message(number)).await.unwrap().len(), 1);
        }
        for number in 0..100 {
            let ChannelEvent::Message(got) = soon("a message", theirs.next()).await.unwrap() else {
                panic!("messages were lost");
            };
            assert_eq!(got.data.get::<TerminalSize>().unwrap(), message(number));
        }
        // Over a new connection it is another client, and goes on receiving.
        world.client.reconnect().await.unwrap();
        assert_eq!(soon("a gap", mine.next()).await, Some(ChannelEvent::Gap));
        theirs.send(&message(7)).await.unwrap();
        let Some(ChannelEvent::Message(got)) = soon("a message", mine.next()).await else {
            panic!("a message was lost");
        };
        assert_eq!(got.data.get::<TerminalSize>().unwrap(), message(7));
        drop(theirs);
        eventually("its end", || {
            (mine.subscribers().get().len() == 1).then_some(())
        })
        .await;
        assert!(mine.send(&message(8)).await.unwrap().is_empty());
        other.close();
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn who_comes_and_goes_is_told() {
    in_each(|world| async {
        let clients = world.client.clients();
        assert_eq!(clients.get_all().await.unwrap().len(), 1);
        let live = clients.live();
        eventually("the list", || live.get()).await;
        let mut events = clients.events();
        let other = client_of(&world.session);
        // The answer to a later question: who is there was told before.
        clients.get_all().await.unwrap();
        soon("connecting", other.connect()).await.unwrap();
        let joined = soon("the other", events.next()).await.unwrap();
        assert!(matches!(joined, ClientEvent::Joined(_)), "{joined:?}");
        eventually("the other", || live.get().filter(|all| all.len() == 2)).await;
        other.close();
        let left = soon("its end", events.next()).await.unwrap();
        assert!(matches!(left, ClientEvent::Left(_)), "{left:?}");
        let notifications = world.client.notifications();
        let error = notifications.respond("n99", None).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound);
        world
    })
    .await;
}
