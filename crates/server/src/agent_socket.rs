//! A client's WebSocket, and the relay between it and the agent.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use axum::extract::FromRequestParts;
use axum::extract::ws::{CloseFrame, Message as Frame, WebSocket, WebSocketUpgrade};
use axum::extract::{Path, Query, Request, State};
use axum::response::{IntoResponse, Response};
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt, StreamExt};
use serde::Deserialize;
use tokio::sync::Notify;
use tokio::time::timeout;
use yew_sandbox_agent::{Message, Visitor};
use yew_sandbox_protocol::limits::MAX_FRAME;

use crate::agent_queue::AgentSender;
use crate::backend::{Attachment, Backend};
use crate::client_queue::{ClientReceiver, Closing, ToClient};
use crate::identity::Identify;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::router::App;

/// What a socket reads at a time, in bytes. Small, since most sockets are idle most of the time.
const READ_BUFFER: usize = 4 * 1024;
/// How long a client may take to take its last frames and to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// Longest reason of a close frame, in bytes, by the WebSocket's own rules.
const MAX_REASON: usize = 123;

/// WebSocket close codes.
const GOING_AWAY: u16 = 1001;
const PROTOCOL_ERROR: u16 = 1002;
const UNSUPPORTED: u16 = 1003;
const TOO_LARGE: u16 = 1009;
const RESTART: u16 = 1012;

/// The query of the upgrade.
#[derive(Deserialize)]
struct Credentials {
    token: String,
}

/// `GET /agent/{id}/?token=`
pub(crate) async fn upgrade<B: Backend, I: Identify>(
    State(app): State<Arc<App<B, I>>>,
    Path(id): Path<String>,
    request: Request,
) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    app.options.access.check_origin(&parts.headers)?;
    let visitor = check_token(&app, &id, &mut parts).await?;
    let socket = WebSocketUpgrade::from_request_parts(&mut parts, &()).await;
    let socket = match socket {
        Ok(socket) => socket,
        Err(refused) => return Ok(refused.into_response()),
    };
    let attachment = app.backend.attach(&id, visitor).await?;
    let connection = app.options.shutdown.connection();
    Ok(socket
        .read_buffer_size(READ_BUFFER)
        // Frames go out at once; what waits, waits in the client's bounded queue.
        .write_buffer_size(0)
        .max_write_buffer_size(2 * MAX_FRAME)
        .max_message_size(MAX_FRAME)
        .max_frame_size(MAX_FRAME)
        .on_upgrade(async move |socket| {
            relay(socket, attachment, &app.options).await;
            drop(connection);
        }))
}

async fn check_token<B, I>(
    app: &App<B, I>,
    id: &str,
    parts: &mut axum::http::request::Parts,
) -> Result<Visitor, Problem> {
    let credentials = Query::<Credentials>::from_request_parts(parts, &()).await;
    let visitor = credentials
        .ok()
        .and_then(|Query(given)| app.tokens.check(&given.token, id, SystemTime::now()).ok());
    visitor.ok_or_else(|| {
        // A right token is let in however many wrong ones came before it.
        if app.wrong_tokens.allows() {
            Problem::new(
                ProblemKind::Unauthorized,
                "the token does not open this sandbox",
                "fetch a new session",
            )
        } else {
            Problem::limited(Limit::WrongTokensPerMinute, app.wrong_tokens.bound())
        }
    })
}

/// Moves frames both ways until one side has enough.
async fn relay(socket: WebSocket, attachment: Attachment, options: &crate::Options) {
    let Attachment {
        client,
        to_agent,
        from_agent,
        presence,
    } = attachment;
    let (sink, stream) = socket.split();
    let ask = Notify::new();
    let mut reading = Reading {
        stream,
        client,
        to_agent,
        silence: options.silence,
        ask: &ask,
    };
    let mut writing = Writing {
        sink,
        from_agent,
        ask: &ask,
    };
    let closing = tokio::select! {
        closing = reading.run() => closing,
        closing = writing.run() => Some(closing),
        () = options.shutdown.begun() => Some(Closing {
            code: GOING_AWAY,
            reason: "the server is shutting down".into(),
        }),
    };
    // From here on the agent is told nothing more, and holds nothing for this client.
    drop(presence);
    let Some(closing) = closing else { return };
    tracing::debug!(
        client,
        code = closing.code,
        reason = closing.reason,
        "closing a connection"
    );
    let frame = Frame::Close(Some(CloseFrame {
        code: closing.code,
        reason: cut(&closing.reason).into(),
    }));
    // A client that does not read never takes this one either; the connection is dropped then.
    let _ = timeout(GOODBYE, async {
        if writing.sink.send(frame).await.is_ok() {
            while let Some(Ok(_)) = reading.stream.next().await {}
        }
    })
    .await;
}

/// From the client to the agent.
struct Reading<'a> {
    stream: SplitStream<WebSocket>,
    client: u32,
    to_agent: AgentSender,
    silence: Duration,
    /// Asks the writing side to ask for a sign of life.
    ask: &'a Notify,
}

impl Reading<'_> {
    /// Until the client leaves (`None`), or shall be closed.
    async fn run(&mut self) -> Option<Closing> {
        let mut asked = false;
        loop {
            let Ok(frame) = timeout(self.silence, self.stream.next()).await else {
                if asked {
                    // Nobody is there to read a reason.
                    return None;
                }
                self.ask.notify_one();
                asked = true;
                continue;
            };
            asked = false;
            let message = match frame? {
                Ok(Frame::Binary(payload)) => Message::Frame {
                    client: self.client,
                    payload,
                },
                Ok(Frame::Text(text)) if text.as_str().is_empty() => Message::Ping {
                    client: self.client,
                },
                Ok(Frame::Text(_)) => {
                    return Some(closing(
                        UNSUPPORTED,
                        "frames are binary; text is the heartbeat's",
                    ));
                }
                Ok(Frame::Ping(_) | Frame::Pong(_)) => continue,
                // The socket has answered it already.
                Ok(Frame::Close(_)) => return None,
                Err(error) => return Some(unreadable(&error)),
            };
            if self.to_agent.send(message).await.is_err() {
                return Some(closing(RESTART, "the sandbox's agent is gone"));
            }
        }
    }
}

/// From the agent to the client.
struct Writing<'a> {
    sink: SplitSink<WebSocket, Frame>,
    from_agent: ClientReceiver,
    ask: &'a Notify,
}

impl Writing<'_> {
    /// Until the client shall be closed.
    async fn run(&mut self) -> Closing {
        loop {
            let frame = tokio::select! {
                item = self.from_agent.next() => match item {
                    Ok(ToClient::Frame(payload)) => Frame::Binary(payload),
                    Ok(ToClient::Ping) => Frame::Text("".into()),
                    Err(closing) => return closing,
                },
                () = self.ask.notified() => Frame::Ping("".into()),
            };
            let sent = tokio::select! {
                sent = self.sink.send(frame) => sent,
                closing = grace(&self.from_agent) => return closing,
            };
            if sent.is_err() {
                return closing(GOING_AWAY, "the connection is gone");
            }
        }
    }
}

/// Waits until the client shall be closed, and a moment more for the frame that is on its way.
async fn grace(from_agent: &ClientReceiver) -> Closing {
    let closing = from_agent.closing().await;
    tokio::time::sleep(GOODBYE).await;
    closing
}

fn closing(code: u16, reason: &str) -> Closing {
    Closing {
        code,
        reason: reason.to_owned(),
    }
}

/// The library tells its errors apart only by a type of its own, or by their words.
fn unreadable(error: &axum::Error) -> Closing {
    if error.to_string().contains("too long") {
        closing(TOO_LARGE, "a frame is larger than 16 MiB and 64 KiB")
    } else {
        closing(PROTOCOL_ERROR, "a frame is not what a WebSocket sends")
    }
}

/// At most as long as a close frame may be, at a character's end.
fn cut(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(MAX_REASON)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reasons_fit_into_a_close_frame() {
        assert_eq!(cut("short"), "short");
        let long = "ö".repeat(100);
        assert_eq!(cut(&long).len(), 122);
    }
}
