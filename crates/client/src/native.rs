//! Sockets and timers of tokio, for programs outside of a browser.

use std::collections::hash_map::RandomState;
use std::hash::BuildHasher;
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use tokio::runtime::Handle;
use tokio::sync::mpsc;
use tokio::time::Instant;
use tokio_tungstenite::connect_async_with_config;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use yew_sandbox_protocol::Pieces;
use yew_sandbox_protocol::limits::MAX_FRAME;

use crate::platform::{Platform, Socket, SocketEvents};
use crate::send::BoxFuture;

/// How much is taken from a socket before others get their turn, in bytes.
const MOST_AT_ONCE: usize = 256 * 1024;

/// The platform of tokio. Its time can be paused in tests.
#[derive(Clone, Debug)]
pub struct Native {
    runtime: Handle,
    began: Instant,
}

impl Native {
    /// On the runtime of the caller.
    ///
    /// # Panics
    /// Outside of a tokio runtime.
    #[expect(
        clippy::new_without_default,
        reason = "it depends on where it is called"
    )]
    pub fn new() -> Self {
        Self {
            runtime: Handle::current(),
            began: Instant::now(),
        }
    }
}

impl Platform for Native {
    fn open(&self, url: &str, events: SocketEvents) -> Box<dyn Socket> {
        let (sender, receiver) = mpsc::unbounded_channel();
        drop(self.runtime.spawn(serve(url.to_owned(), events, receiver)));
        Box::new(NativeSocket { sender })
    }

    fn now(&self) -> Duration {
        self.began.elapsed()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        Box::pin(tokio::time::sleep(duration))
    }

    fn spawn(&self, task: BoxFuture<()>) {
        drop(self.runtime.spawn(task));
    }

    fn seed(&self) -> u64 {
        // The standard library's source of keys for hash maps, which differ from run to run.
        RandomState::new().hash_one(0_u8)
    }

    #[cfg(feature = "pint")]
    fn http(&self) -> Option<Box<dyn crate::http::Http>> {
        Some(Box::<crate::pint::NativeHttp>::default())
    }
}

/// Dropping it ends the task, after what was sent, and with it the connection.
struct NativeSocket {
    sender: mpsc::UnboundedSender<Message>,
}

impl Socket for NativeSocket {
    fn send(&mut self, frame: Pieces) {
        // The task's end is told by its events.
        let _ = self.sender.send(Message::Binary(frame.into_bytes()));
    }

    fn ping(&mut self) {
        let _ = self.sender.send(Message::Text("".into()));
    }

    fn close(self: Box<Self>, code: u16, reason: &'static str) {
        let frame = CloseFrame {
            code: CloseCode::from(code),
            reason: reason.into(),
        };
        let _ = self.sender.send(Message::Close(Some(frame)));
    }
}

async fn serve(url: String, events: SocketEvents, mut outgoing: mpsc::UnboundedReceiver<Message>) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME))
        .max_frame_size(Some(MAX_FRAME));
    let connect = connect_async_with_config(url, Some(config), true);
    let socket = tokio::select! {
        // Whoever dropped the socket does not want it any more.
        () = dropped(&mut outgoing) => return,
        connected = connect => match connected {
            Ok((socket, _)) => socket,
            Err(error) => return events.closed(reason(&error)),
        },
    };
    events.opened();
    let (mut sink, mut stream) = socket.split();
    let mut taken = 0;
    loop {
        // Whoever reads what came may share the thread: it gets its turn before more is taken.
        if taken > MOST_AT_ONCE {
            taken = 0;
            tokio::task::yield_now().await;
        }
        tokio::select! {
            message = outgoing.recv() => {
                let Some(message) = message else {
                    // The other end's answer to a close is not worth the wait.
                    let _ = sink.close().await;
                    return;
                };
                let mut sent = sink.feed(message).await;
                while let Ok(message) = outgoing.try_recv() {
                    if sent.is_ok() {
                        sent = sink.feed(message).await;
                    }
                }
                if sent.is_ok() {
                    sent = sink.flush().await;
                }
                if let Err(error) = sent {
                    return events.closed(reason(&error));
                }
            }
            message = stream.next() => match message {
                Some(Ok(Message::Binary(frame))) => {
                    taken += frame.len();
                    events.frame(frame);
                }
                Some(Ok(Message::Close(_))) | None => return events.closed("the server closed the connection"),
                Some(Ok(_)) => events.text(),
                Some(Err(error)) => return events.closed(reason(&error)),
            },
        }
    }
}

/// Waits until there is nobody left to send. Nothing is sent before the socket is open but a close.
async fn dropped(outgoing: &mut mpsc::UnboundedReceiver<Message>) {
    while outgoing.recv().await.is_some() {}
}

/// Why a connection failed, without its address: that holds the token.
fn reason(error: &SocketError) -> String {
    match error {
        SocketError::Http(response) => {
            format!(
                "the server refused the connection with status {}",
                response.status().as_u16()
            )
        }
        SocketError::Io(error) => format!("the connection failed: {}", error.kind()),
        SocketError::Capacity(_) => "the server sent a message that is too large".to_owned(),
        _ => "the connection failed".to_owned(),
    }
}
