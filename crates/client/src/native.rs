//! Sockets and timers of tokio, for programs outside of a browser.

use std::collections::hash_map::RandomState;
use std::convert::Infallible;
use std::hash::BuildHasher;
use std::time::Duration;

use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;
use tokio::sync::{mpsc, oneshot};
use tokio::time::Instant;
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error as SocketError, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};
use yew_sandbox_protocol::Pieces;
use yew_sandbox_protocol::limits::MAX_FRAME;

use crate::platform::{Platform, Socket, SocketEvents};
use crate::send::BoxFuture;

/// How much is taken from a socket before others get their turn, in bytes.
const MOST_AT_ONCE: usize = 256 * 1024;

/// How long the rest of what was sent may take once the socket is dropped.
const GRACE: Duration = Duration::from_secs(1);

type Stream = WebSocketStream<MaybeTlsStream<TcpStream>>;

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
        let (sender, outgoing) = mpsc::unbounded_channel();
        let (alive, dropped) = oneshot::channel();
        let task = serve(url.to_owned(), events, outgoing, dropped);
        drop(self.runtime.spawn(task));
        Box::new(NativeSocket {
            sender,
            _alive: alive,
        })
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

/// Dropping it ends the task, and with it the connection, after what was sent or 1 s.
struct NativeSocket {
    sender: mpsc::UnboundedSender<Message>,
    /// Its end is seen at once, whatever waits in the queue.
    _alive: oneshot::Sender<Infallible>,
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

async fn serve(
    url: String,
    events: SocketEvents,
    outgoing: mpsc::UnboundedReceiver<Message>,
    mut dropped: oneshot::Receiver<Infallible>,
) {
    let config = WebSocketConfig::default()
        .max_message_size(Some(MAX_FRAME))
        .max_frame_size(Some(MAX_FRAME));
    let connect = connect_async_with_config(url, Some(config), true);
    let socket = tokio::select! {
        // Whoever dropped the socket does not want it any more. Nothing is sent before it is open but a close.
        _ = &mut dropped => return,
        connected = connect => match connected {
            Ok((socket, _)) => socket,
            Err(error) => return events.closed(reason(&error)),
        },
    };
    events.opened();
    let (sink, stream) = socket.split();
    let too_late = async {
        // It ends by being dropped: nothing is ever sent.
        let _ = dropped.await;
        tokio::time::sleep(GRACE).await;
    };
    // A link that takes nothing must keep neither what comes in nor the end from being seen.
    tokio::select! {
        written = write(sink, outgoing) => {
            if let Err(error) = written {
                events.closed(reason(&error));
            }
        }
        why = read(stream, &events) => events.closed(why),
        () = too_late => {}
    }
}

/// Sends what is to be sent, until the socket is dropped.
async fn write(
    mut sink: SplitSink<Stream, Message>,
    mut outgoing: mpsc::UnboundedReceiver<Message>,
) -> Result<(), SocketError> {
    while let Some(message) = outgoing.recv().await {
        sink.feed(message).await?;
        while let Ok(message) = outgoing.try_recv() {
            sink.feed(message).await?;
        }
        sink.flush().await?;
    }
    // The other end's answer to a close is not worth the wait.
    let _ = sink.close().await;
    Ok(())
}

/// Tells of what comes, until the connection ends, and gives the reason.
async fn read(mut stream: SplitStream<Stream>, events: &SocketEvents) -> String {
    let mut taken = 0;
    loop {
        // Whoever reads what came may share the thread: it gets its turn before more is taken.
        if taken > MOST_AT_ONCE {
            taken = 0;
            tokio::task::yield_now().await;
        }
        match stream.next().await {
            Some(Ok(Message::Binary(frame))) => {
                taken += frame.len();
                events.frame(frame);
            }
            Some(Ok(Message::Close(_))) | None => {
                return "the server closed the connection".to_owned();
            }
            Some(Ok(_)) => events.text(),
            Some(Err(error)) => return reason(&error),
        }
    }
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

#[cfg(test)]
#[path = "native_tests.rs"]
mod tests;
