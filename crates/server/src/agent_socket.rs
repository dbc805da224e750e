//! A client's WebSocket, and the relay between it and the agent.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use axum::extract::{FromRequestParts, Path, Query, Request, State};
use axum::http::request::Parts;
use axum::response::Response;
use bytes::Bytes;
use hyper::upgrade::OnUpgrade;
use hyper_util::rt::TokioIo;
use serde::Deserialize;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::Notify;
use tokio::time::{Instant, timeout, timeout_at};
use yew_sandbox_agent::Message;
use yew_sandbox_protocol::limits::MAX_FRAME;

use crate::agent_queue::AgentSender;
use crate::backend::{Attachment, Backend};
use crate::client_queue::{ClientReceiver, Closing, ToClient};
use crate::front::{Caller, Event, audit};
use crate::identity::Identify;
use crate::options::Options;
use crate::problem::{Limit, Problem, ProblemKind};
use crate::router::App;
use crate::websocket::{Fault, Handshake, Incoming, Opcode, Reader, Writer};

/// How long a client may take to take its last frames and to say goodbye.
const GOODBYE: Duration = Duration::from_secs(2);
/// Longest reason of a close frame, in bytes, by the WebSocket's own rules.
const MAX_REASON: usize = 123;

/// WebSocket close codes.
const NORMAL: u16 = 1000;
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
    let session = check_token(&app, &id, &mut parts).await?;
    let handshake = Handshake::take(&mut parts)?;
    let caller = Caller::of(&parts.extensions);
    let taken = app.sockets.take(caller.address);
    let taken =
        taken.ok_or_else(|| Problem::limited(Limit::SocketsPerAddress, app.sockets.bound()))?;
    let attachment = app.backend.attach(&id, &session).await?;
    audit(Event::Join, &caller, &id, &session);
    let connection = app.options.shutdown.connection();
    let counted = app.options.metrics.connection();
    let (response, upgrade) = handshake.accept();
    tokio::spawn(async move {
        relay(upgrade, attachment, &app.options).await;
        drop((connection, counted, taken));
    });
    Ok(response)
}

async fn check_token<B, I>(
    app: &App<B, I>,
    id: &str,
    parts: &mut Parts,
) -> Result<String, Problem> {
    let credentials = Query::<Credentials>::from_request_parts(parts, &()).await;
    let session = credentials
        .ok()
        .and_then(|Query(given)| app.tokens.check(&given.token, id, SystemTime::now()).ok());
    session.ok_or_else(|| {
        // A right token is let in however many wrong ones came before it.
        if app
            .wrong_tokens
            .allows(Caller::of(&parts.extensions).address)
        {
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
async fn relay(upgrade: OnUpgrade, attachment: Attachment, options: &Options) {
    let Attachment {
        client,
        to_agent,
        from_agent,
        presence,
    } = attachment;
    let Ok(connection) = upgrade.await else {
        // The client went away before it got its answer.
        return;
    };
    let (reader, writer) = tokio::io::split(TokioIo::new(connection));
    let control = Control::default();
    let mut reading = Reading {
        reader: Reader::new(reader, MAX_FRAME),
        client,
        to_agent,
        silence: options.silence,
        control: &control,
    };
    let mut writing = Writing {
        writer: Writer::new(writer),
        from_agent,
        control: &control,
        begun: None,
    };
    let closing = tokio::select! {
        closing = reading.run() => closing,
        closing = writing.run() => Some(closing),
        () = options.shutdown.begun() => Some(closing(GOING_AWAY, "the server is shutting down")),
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
    // A client that does not read never takes this one either; the connection is dropped then.
    let _ = timeout(GOODBYE, async {
        let (code, reason) = (closing.code, cut(&closing.reason));
        writing.writer.close(code, reason).await?;
        writing.writer.end().await?;
        // What the client still sends must be taken, or it never gets to read the reason.
        reading.reader.drain().await;
        std::io::Result::Ok(())
    })
    .await;
}

/// What the reading side wants to be written.
#[derive(Debug, Default)]
struct Control {
    /// The latest only: a client that asks twice is content with one answer.
    wanted: Mutex<Option<(Opcode, Bytes)>>,
    changed: Notify,
}

impl Control {
    fn want(&self, opcode: Opcode, content: Bytes) {
        *self.wanted.lock().unwrap_or_else(PoisonError::into_inner) = Some((opcode, content));
        self.changed.notify_one();
    }

    async fn next(&self) -> (Opcode, Bytes) {
        loop {
            self.changed.notified().await;
            let wanted = &self.wanted;
            let wanted = wanted.lock().unwrap_or_else(PoisonError::into_inner).take();
            if let Some(wanted) = wanted {
                return wanted;
            }
        }
    }
}

/// From the client to the agent.
struct Reading<'a, R> {
    reader: Reader<R>,
    client: u32,
    to_agent: AgentSender,
    silence: Duration,
    control: &'a Control,
}

impl<R: AsyncRead + Unpin> Reading<'_, R> {
    /// Until the client is gone (`None`), or shall be closed.
    async fn run(&mut self) -> Option<Closing> {
        let client = self.client;
        let mut asked = false;
        let mut since = Instant::now();
        loop {
            let end = since.checked_add(self.silence);
            let incoming = match end {
                Some(end) => timeout_at(end, self.reader.next()).await,
                // A silence without an end is never too long.
                None => Ok(self.reader.next().await),
            };
            let Ok(incoming) = incoming else {
                if self.reader.heard() > since {
                    // A large message takes its time on a slow link.
                    since = self.reader.heard();
                    asked = false;
                } else if asked {
                    // Nobody is there to read a reason.
                    return None;
                } else {
                    self.control.want(Opcode::Ping, Bytes::new());
                    asked = true;
                    since = Instant::now();
                }
                continue;
            };
            asked = false;
            since = Instant::now();
            let message = match incoming {
                Ok(Some(Incoming::Binary(payload))) => Message::Frame { client, payload },
                Ok(Some(Incoming::Text(text))) if text.is_empty() => Message::Ping { client },
                Ok(Some(Incoming::Text(_))) => {
                    let reason = "frames are binary; text is the heartbeat's";
                    return Some(closing(UNSUPPORTED, reason));
                }
                Ok(Some(Incoming::Ping(content))) => {
                    self.control.want(Opcode::Pong, content);
                    continue;
                }
                Ok(Some(Incoming::Pong)) => continue,
                Ok(Some(Incoming::Close)) => return Some(closing(NORMAL, "")),
                Ok(None) | Err(Fault::Broken) => return None,
                Err(Fault::TooLarge) => {
                    return Some(closing(
                        TOO_LARGE,
                        "a frame is larger than 16 MiB and 64 KiB",
                    ));
                }
                Err(Fault::Protocol(what)) => return Some(closing(PROTOCOL_ERROR, what)),
            };
            if self.to_agent.send(message).await.is_err() {
                return Some(closing(RESTART, "the sandbox's agent is gone"));
            }
        }
    }
}

/// From the agent to the client.
struct Writing<'a, W> {
    writer: Writer<W>,
    from_agent: ClientReceiver,
    control: &'a Control,
    /// How much has gone out of a frame that comes in parts, in bytes.
    begun: Option<usize>,
}

impl<W: AsyncWrite + Unpin> Writing<'_, W> {
    /// Until the client shall be closed.
    async fn run(&mut self) -> Closing {
        loop {
            let (is_last, opcode, content) = tokio::select! {
                item = self.from_agent.next() => match item {
                    Ok(ToClient::Frame(payload)) => (true, self.continued(), payload),
                    Ok(ToClient::Part(payload)) => (false, self.continued(), payload),
                    Ok(ToClient::Ping) if self.begun.is_some() => {
                        return closing(RESTART, "the sandbox's agent broke off in a frame");
                    }
                    Ok(ToClient::Ping) => (true, Opcode::Text, Bytes::new()),
                    Err(closing) => return closing,
                },
                (opcode, content) = self.control.next() => (true, opcode, content),
            };
            if !opcode.is_control() {
                let length = self.begun.unwrap_or(0) + content.len();
                if length > MAX_FRAME {
                    return closing(RESTART, "the sandbox's agent sends too large a frame");
                }
                self.begun = (!is_last).then_some(length);
            }
            let send = async {
                if is_last {
                    self.writer.send(opcode, content).await
                } else {
                    self.writer.send_part(opcode, content).await
                }
            };
            let sent = tokio::select! {
                sent = send => sent,
                closing = grace(&self.from_agent) => return closing,
            };
            if sent.is_err() {
                return closing(GOING_AWAY, "the connection is gone");
            }
        }
    }

    /// What the next part of a protocol frame is to the WebSocket.
    fn continued(&self) -> Opcode {
        match self.begun {
            Some(_) => Opcode::Continuation,
            None => Opcode::Binary,
        }
    }
}

/// Waits until the client shall be closed or is given up, and a moment more for the frame that is on its way.
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

/// At most as long as a close frame may be, at a character's end.
fn cut(reason: &str) -> &str {
    &reason[..reason.floor_char_boundary(MAX_REASON)]
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, duplex};
    use tokio::time::sleep;

    use super::*;
    use crate::agent_queue::agent_queue;
    use crate::client_queue::{ClientQueueBounds, client_queue};

    const BOUNDS: ClientQueueBounds = ClientQueueBounds {
        patient: 1000,
        hard: 10_000,
        patience: Duration::from_secs(30),
    };

    fn frame(size: usize) -> ToClient {
        ToClient::Frame(Bytes::from(vec![0; size]))
    }

    /// Its pings were taken for progress, and so it kept what waited for it for as long as it liked.
    #[tokio::test(start_paused = true)]
    async fn client_that_pings_and_reads_nothing_is_given_up() {
        for asked in [None, Some(closing(GOING_AWAY, "sleep"))] {
            let (near, _far) = duplex(64);
            let (sender, from_agent) = client_queue(BOUNDS);
            let control = Control::default();
            let mut writing = Writing {
                writer: Writer::new(near),
                from_agent,
                control: &control,
                begun: None,
            };
            for _ in 0..3 {
                // Little waits where the client shall be closed, much where not.
                assert!(sender.send(frame(if asked.is_some() { 100 } else { 800 })));
            }
            if let Some(asked) = &asked {
                sender.close(asked.clone());
            }
            let pings = async {
                loop {
                    control.want(Opcode::Pong, Bytes::new());
                    sleep(Duration::from_secs(1)).await;
                }
            };
            let begun = Instant::now();
            let closed = tokio::select! {
                closed = writing.run() => closed,
                () = pings => unreachable!(),
                () = sleep(Duration::from_secs(3600)) => panic!("it is still there"),
            };
            assert_eq!(closed.code, asked.map_or(1013, |asked| asked.code));
            assert_eq!(begun.elapsed(), BOUNDS.patience + GOODBYE);
            assert!(!sender.send(frame(1)));
        }
    }

    /// Only whole messages were signs of life, so a large one on a slow link cut its client off.
    #[tokio::test(start_paused = true)]
    async fn bytes_of_a_message_that_takes_long_are_signs_of_life_and_silence_after_them_is_not() {
        let silence = Duration::from_secs(30);
        let (near, mut far) = duplex(64);
        let (to_agent, mut agent) = agent_queue();
        let control = Control::default();
        let mut reading = Reading {
            reader: Reader::new(near, MAX_FRAME),
            client: 1,
            to_agent,
            silence,
            control: &control,
        };
        // A mask of zeros changes nothing.
        let bytes = [&[0x82, 0x80 | 10, 0, 0, 0, 0], &b"ten bytes."[..]].concat();
        let begun = Instant::now();
        let speaks = async {
            for byte in bytes {
                sleep(silence - Duration::from_secs(1)).await;
                far.write_all(&[byte]).await.unwrap();
            }
            let said = agent.next().await;
            let payload = Bytes::from_static(b"ten bytes.");
            assert_eq!(said, Some(Message::Frame { client: 1, payload }));
            std::future::pending::<()>().await;
        };
        let said = 16 * (silence - Duration::from_secs(1));
        tokio::select! {
            ended = reading.run() => assert_eq!(ended, None),
            () = speaks => unreachable!(),
        }
        assert_eq!(begun.elapsed(), said + 2 * silence);
    }

    #[test]
    fn reasons_fit_into_a_close_frame() {
        assert_eq!(cut("short"), "short");
        let long = "ö".repeat(100);
        assert_eq!(cut(&long).len(), 122);
    }
}
