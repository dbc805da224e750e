//! Sockets over a link that takes nothing, and one that does.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::collections::VecDeque;
use std::future::poll_fn;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::net::TcpListener;
use tokio::time::{sleep, timeout};
use tokio_tungstenite::accept_async;

use super::*;
use crate::core::Input;
use crate::inbox::Inbox;

/// Whatever takes longer has failed.
const DEADLINE: Duration = Duration::from_secs(20);

const LARGE: usize = 1024 * 1024;
/// So many large frames are more than the system takes for a peer that reads nothing.
const MANY: usize = 64;

struct Ends {
    socket: Box<dyn Socket>,
    inbox: Inbox,
    peer: WebSocketStream<TcpStream>,
}

/// A socket that has begun to open, and the connection that comes of it.
async fn opening() -> (Box<dyn Socket>, Inbox, TcpStream) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let inbox = Inbox::new();
    let events = SocketEvents::new(inbox.clone(), 1);
    let socket = Native::new().open(&format!("ws://{address}"), events);
    let (peer, _) = listener.accept().await.unwrap();
    (socket, inbox, peer)
}

async fn open() -> Ends {
    let (socket, inbox, peer) = opening().await;
    let peer = accept_async(peer).await.unwrap();
    until(&inbox, |input| matches!(input, Input::Opened { .. })).await;
    Ends {
        socket,
        inbox,
        peer,
    }
}

/// Waits until the socket tells of something.
async fn until(inbox: &Inbox, is_it: impl Fn(&Input) -> bool) {
    let mut batch = VecDeque::new();
    while !batch.iter().any(&is_it) {
        batch.clear();
        let told = poll_fn(|context| inbox.poll_take(context, &mut batch));
        timeout(DEADLINE, told).await.unwrap();
    }
}

fn large() -> Pieces {
    Bytes::from(vec![7; LARGE]).into()
}

/// How many bytes come until the connection ends, in whatever way.
async fn rest_of(mut stream: impl AsyncRead + Unpin) -> usize {
    let mut buffer = vec![0; LARGE];
    let mut count = 0;
    while let Ok(length @ 1..) = timeout(DEADLINE, stream.read(&mut buffer)).await.unwrap() {
        count += length;
    }
    count
}

/// The task sat in its write and kept the connection until TCP gave up.
#[tokio::test]
async fn a_dropped_socket_lets_go_of_a_link_that_takes_nothing() {
    let mut ends = open().await;
    for _ in 0..MANY {
        ends.socket.send(large());
    }
    sleep(Duration::from_millis(100)).await;
    drop(ends.socket);
    sleep(2 * GRACE).await;
    // What the system had taken still comes.
    let came = rest_of(ends.peer.into_inner()).await;
    assert!(came < MANY * LARGE, "all {came} bytes came");
}

/// What came in lay there for as long as a write waited.
#[tokio::test]
async fn frames_come_in_while_a_write_waits() {
    let mut ends = open().await;
    for _ in 0..MANY {
        ends.socket.send(large());
    }
    sleep(Duration::from_millis(100)).await;
    let frame = Message::Binary(Bytes::from_static(b"frame"));
    ends.peer.send(frame).await.unwrap();
    until(
        &ends.inbox,
        |input| matches!(input, Input::Frame { frame, .. } if frame == "frame"),
    )
    .await;
}

#[tokio::test]
async fn what_was_sent_arrives_before_the_end() {
    let mut ends = open().await;
    for _ in 0..8 {
        ends.socket.send(large());
    }
    ends.socket.close(1000, "over");
    for _ in 0..8 {
        let message = timeout(DEADLINE, ends.peer.next()).await.unwrap();
        assert_eq!(message.unwrap().unwrap().len(), LARGE);
    }
    let message = timeout(DEADLINE, ends.peer.next()).await.unwrap();
    let Message::Close(Some(close)) = message.unwrap().unwrap() else {
        panic!("it was not closed");
    };
    assert_eq!((close.code, &*close.reason), (CloseCode::Normal, "over"));
}

#[tokio::test]
async fn a_socket_that_is_dropped_while_it_opens_is_gone() {
    let (socket, _inbox, peer) = opening().await;
    drop(socket);
    // It may have asked for the upgrade.
    rest_of(peer).await;
}
