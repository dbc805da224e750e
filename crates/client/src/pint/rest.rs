//! Calls of the agent.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;
use serde::de::DeserializeOwned;
use yew_sandbox_protocol::limits::MAX_CONTENT;

use super::api::Refusal;
use super::failure::{CallError, Refused};
use super::slots::Slots;
use super::sse::EventStream;
use crate::core::encode_component;
use crate::http::{Http, HttpRequest, HttpResponse};
use crate::platform::Platform;
use crate::race::race;
use crate::send::Shared;

/// So many calls are under way at a time, beside streams and signs of life.
const AT_ONCE: usize = 16;

/// So many streams are open at a time.
const STREAMS: usize = 64;

/// The same in a page, where the agent is not reached over TLS: then it speaks HTTP/1.1, of which browsers open six connections to one host.
const STREAMS_OF_SIX: usize = 3;

/// A call to which nothing came for so long has failed: it must not keep its place for ever.
const PATIENCE: Duration = Duration::from_secs(60);

/// What is sent gets a second more for so many bytes.
const SLOWEST: usize = 32 * 1024;

/// Largest body of an answer, in bytes: the largest content with every byte written as `\u0000`, and what surrounds it.
const MAX_ANSWER: usize = 6 * MAX_CONTENT + 64 * 1024;

/// No body.
pub(super) const NOTHING: Option<&()> = None;

/// The agent, as seen with the session's token.
pub(super) struct Rest {
    http: Box<dyn Http>,
    platform: Shared<dyn Platform>,
    address: String,
    authorization: String,
    slots: Slots,
    streams: Slots,
    /// Whether streams are so few that they have to take turns.
    takes_turns: bool,
}

impl Rest {
    pub(super) fn new(
        http: Box<dyn Http>,
        platform: Shared<dyn Platform>,
        address: &str,
        token: &str,
    ) -> Self {
        let is_tls = address.to_ascii_lowercase().starts_with("https:");
        let takes_turns = cfg!(target_arch = "wasm32") && !is_tls;
        Self {
            http,
            platform,
            address: address.to_owned(),
            authorization: ["Bearer ", token].concat(),
            slots: Slots::new(AT_ONCE),
            streams: Slots::new(if takes_turns { STREAMS_OF_SIX } else { STREAMS }),
            takes_turns,
        }
    }

    /// Whether a stream that has been open for a while should make way for another.
    pub(super) fn takes_turns(&self) -> bool {
        self.takes_turns
    }

    /// Whether somebody waits for a stream.
    pub(super) fn is_short_of_streams(&self) -> bool {
        self.streams.is_short()
    }

    /// Whether no calls are under way, beside signs of life.
    pub(super) fn is_idle(&self) -> bool {
        self.slots.free() == AT_ONCE
    }

    /// Reads something.
    pub(super) async fn get<T: DeserializeOwned>(&self, path: &str) -> Result<T, CallError> {
        self.call("GET", path, NOTHING).await
    }

    /// The same, whoever else waits for a turn.
    pub(super) async fn get_at_once<T: DeserializeOwned>(
        &self,
        path: &str,
    ) -> Result<T, CallError> {
        read(self.ask("GET", path, Bytes::new()).await?)
    }

    /// Calls, with a body where there is one.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: &'static str,
        path: &str,
        body: Option<&impl Serialize>,
    ) -> Result<T, CallError> {
        let body = match body.map(serde_json::to_vec).transpose() {
            Ok(body) => Bytes::from(body.unwrap_or_default()),
            Err(error) => return Err(CallError::Lost(error.to_string())),
        };
        let _slot = self.slots.take().await;
        read(self.ask(method, path, body).await?)
    }

    /// Status and body of an answer that is a success and comes in time.
    async fn ask(
        &self,
        method: &'static str,
        path: &str,
        body: Bytes,
    ) -> Result<(u16, Vec<u8>), CallError> {
        let mut patience = PATIENCE + Duration::from_secs((body.len() / SLOWEST) as u64);
        let came = AtomicBool::new(false);
        let mut answer = pin!(async {
            let answer = self.send(method, path, "application/json", body).await?;
            let status = answer.status;
            let body = collect(answer, MAX_ANSWER, &came).await?;
            Ok::<_, CallError>((status, body))
        });
        loop {
            let late = async {
                self.platform.sleep(patience).await;
                None
            };
            match race(async { Some(answer.as_mut().await) }, late).await {
                Some(answer) => return answer,
                // It is slow, but it comes.
                None if came.swap(false, Ordering::Relaxed) => patience = PATIENCE,
                None => {
                    return Err(CallError::Refused(Refused {
                        status: 408,
                        message: "the agent gave no answer in time".into(),
                        is_agents: false,
                    }));
                }
            }
        }
    }

    /// Opens a stream of events, when it is its turn.
    pub(super) async fn stream(&self, path: &str) -> Result<EventStream, CallError> {
        let slot = self.streams.take().await;
        let answer = self
            .send("GET", path, "text/event-stream", Bytes::new())
            .await?;
        Ok(EventStream::new(answer.body, slot))
    }

    /// The answer's head, where it is a success.
    async fn send(
        &self,
        method: &'static str,
        path: &str,
        accept: &'static str,
        body: Bytes,
    ) -> Result<HttpResponse, CallError> {
        let mut headers = vec![
            ("authorization", self.authorization.clone()),
            ("accept", accept.to_owned()),
        ];
        if !body.is_empty() {
            headers.push(("content-type", "application/json".to_owned()));
        }
        let request = HttpRequest {
            method,
            url: [&self.address, "/api/v1/", path].concat(),
            headers,
            body,
        };
        let answer = self.http.fetch(request).await;
        let answer = answer.map_err(|error| CallError::Lost(error.0))?;
        match answer.status {
            200..300 => Ok(answer),
            401 => Err(CallError::Lost(
                "the agent does not accept the session any more".into(),
            )),
            // Somebody on the way says that the agent is not there.
            status @ 502..=504 => Err(CallError::Lost(format!(
                "the agent is away: status {status}"
            ))),
            status => Err(refused(status, answer).await),
        }
    }
}

/// `{start}{part}`, with everything in the part escaped that has a meaning in an address.
pub(super) fn under(start: &str, part: &str) -> String {
    let mut path = start.to_owned();
    encode_component(part, &mut path);
    path
}

fn read<T: DeserializeOwned>((status, mut body): (u16, Vec<u8>)) -> Result<T, CallError> {
    if body.is_empty() {
        // An answer without anything in it.
        body = b"{}".to_vec();
    }
    // One answer that makes no sense is no reason to give up the others.
    serde_json::from_slice(&body).map_err(|error| {
        CallError::Refused(Refused {
            status,
            message: format!("the agent's answer makes no sense: {error}"),
            is_agents: false,
        })
    })
}

async fn refused(status: u16, answer: HttpResponse) -> CallError {
    // What cannot be read says nothing.
    let came = AtomicBool::new(false);
    let body = collect(answer, 64 * 1024, &came).await.unwrap_or_default();
    let refusal: Result<Refusal, _> = serde_json::from_slice(&body);
    CallError::Refused(match refusal {
        Ok(refusal) => Refused {
            status,
            message: refusal.message,
            is_agents: true,
        },
        Err(_) => Refused {
            status,
            message: format!("the agent answered with status {status}"),
            is_agents: false,
        },
    })
}

/// The whole body. Each piece is taken note of in `came`.
async fn collect(
    mut answer: HttpResponse,
    most: usize,
    came: &AtomicBool,
) -> Result<Vec<u8>, CallError> {
    let mut body = Vec::new();
    while let Some(piece) = poll_fn(|context| answer.body.as_mut().poll_next(context)).await {
        let piece = piece.map_err(|error| CallError::Lost(error.0))?;
        came.store(true, Ordering::Relaxed);
        if body.len() + piece.len() > most {
            return Err(CallError::Refused(Refused {
                status: 413,
                message: "the agent's answer is too large".into(),
                is_agents: false,
            }));
        }
        body.extend_from_slice(&piece);
    }
    Ok(body)
}
