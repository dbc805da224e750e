//! A client that has no manners: it sends what it is told to.

use std::time::Duration;

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use yew_sandbox_protocol::limits::MAX_FRAME;
use yew_sandbox_protocol::{Decode, ServerFrame, Session, WireError, decode};

use super::value::{Value, map};

/// The longest that an answer may take.
const DEADLINE: Duration = Duration::from_secs(15);

/// What a request brought: the result as MessagePack, or the error.
pub type Outcome = Result<Bytes, WireError>;

/// A connection.
#[derive(Debug)]
pub struct Wire {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    last: i64,
    /// The notifications that came so far, by method and as MessagePack.
    pub told: Vec<(String, Bytes)>,
}

impl Wire {
    /// A connection that has not joined.
    pub async fn open(session: &Session) -> Self {
        let (url, token) = (&session.pitcher_url, &session.pitcher_token);
        let opening = timeout(DEADLINE, connect_async(format!("{url}/?token={token}")));
        let (stream, _) = opening.await.expect("a connection").unwrap();
        Self {
            stream,
            last: 0,
            told: Vec::new(),
        }
    }

    /// One that has.
    pub async fn joined(session: &Session) -> Self {
        let mut wire = Self::open(session).await;
        wire.join().await.unwrap();
        wire
    }

    pub async fn join(&mut self) -> Outcome {
        let on = || map! {"status": true, "operations": true, "progress": true};
        let app = map! {"protocolVersion": "0.367.10", "appId": "bad input"};
        let subscriptions =
            map! {"client": on(), "git": on(), "port": on(), "setup": on(), "shell": on()};
        let params =
            map! {"clientInfo": app, "asyncProgress": false, "subscriptions": subscriptions};
        self.ask("client/join", params).await
    }

    /// Asks, and waits for the answer.
    pub async fn ask(&mut self, method: &str, params: Value) -> Outcome {
        let id = self.request(method, params).await;
        self.answer(id, method).await
    }

    /// The same, where the answer is of use.
    pub async fn get<T: Decode>(&mut self, method: &str, params: Value) -> T {
        let answer = self.ask(method, params).await;
        decode(&answer.unwrap_or_else(|error| panic!("{method}: {error}"))).unwrap()
    }

    /// The code and the message of the refusal of a request.
    pub async fn refusal(&mut self, method: &str, params: Value) -> (u32, String) {
        match self.ask(method, params).await {
            Ok(answer) => panic!(
                "{method} was not refused but answered {:?}",
                &answer[..answer.len().min(200)]
            ),
            Err(error) => (error.code.0, error.message),
        }
    }

    /// Asks, and gives the number of the request.
    pub async fn request(&mut self, method: &str, params: Value) -> i64 {
        self.last += 1;
        let frame = map! {"id": self.last, "method": method, "params": params};
        self.send(frame.pack()).await;
        self.last
    }

    pub async fn send(&mut self, frame: Vec<u8>) {
        self.put(Message::Binary(frame.into())).await;
    }

    pub async fn put(&mut self, message: Message) {
        let sending = timeout(DEADLINE, self.stream.send(message));
        // One that was closed says so to who reads.
        let _ = sending.await.expect("sending");
    }

    /// The answer to a request.
    pub async fn answer(&mut self, wanted: i64, what: &str) -> Outcome {
        let what = &what[..what.floor_char_boundary(80)];
        loop {
            match self.next(what).await {
                Ok(ServerFrame::Answer { id, outcome }) => {
                    assert_eq!(i64::try_from(id), Ok(wanted), "{what}: another answer");
                    if let Err(error) = &outcome {
                        assert!(!error.message.is_empty(), "{what}: an error without words");
                    }
                    return outcome;
                }
                Ok(ServerFrame::Notification { method, params }) => {
                    self.told.push((method, params));
                }
                Err(closed) => panic!("{what}: closed with {closed:?}"),
            }
        }
    }

    /// The number of the next request that is answered.
    pub async fn any_answer(&mut self, what: &str) -> i64 {
        loop {
            if let ServerFrame::Answer { id, .. } = self.next(what).await.unwrap() {
                return i64::try_from(id).unwrap();
            }
        }
    }

    /// The next notification of a method that is `wanted`.
    pub async fn hears<T: Decode>(&mut self, wanted: &str, is_it: impl Fn(&T) -> bool) -> T {
        let (mut place, mut seen) = (0, 0);
        loop {
            while place < self.told.len() {
                let (method, params) = &self.told[place];
                if method == wanted {
                    seen += 1;
                    let value = decode(params).unwrap();
                    if is_it(&value) {
                        self.told.drain(..=place);
                        return value;
                    }
                }
                place += 1;
            }
            match self.next(&format!("{wanted}, of which {seen} came")).await {
                Ok(ServerFrame::Notification { method, params }) => {
                    self.told.push((method, params));
                }
                other => panic!("{wanted}: {other:?}"),
            }
        }
    }

    /// How the connection ends.
    pub async fn closed(&mut self, what: &str) -> (u16, String) {
        loop {
            if let Err(closed) = self.next(what).await {
                return closed;
            }
        }
    }

    /// The next frame, or how the connection ended.
    async fn next(&mut self, what: &str) -> Result<ServerFrame, (u16, String)> {
        loop {
            let message = timeout(DEADLINE, self.stream.next()).await;
            let message = message.unwrap_or_else(|_| panic!("{what}: nothing came"));
            match message {
                Some(Ok(Message::Binary(frame))) => {
                    assert!(frame.len() <= MAX_FRAME, "{what}: {} bytes", frame.len());
                    return Ok(ServerFrame::decode(&frame).unwrap());
                }
                Some(Ok(Message::Close(Some(frame)))) => {
                    return Err((frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("{what}: {other:?}"),
            }
        }
    }
}
