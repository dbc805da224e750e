//! A client of an agent's WebSocket that speaks the protocol.

use bytes::Bytes;
use futures_util::{SinkExt, StreamExt};
use tokio::net::TcpStream;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};
use yew_sandbox_protocol::client::{AppInfo, Join, Subscriptions};
use yew_sandbox_protocol::fs::{ReadFile, WriteFile};
use yew_sandbox_protocol::{Request, ServerFrame, Session, WireError, decode, encode_request};

use super::soon;

/// A connection.
#[derive(Debug)]
pub struct Socket {
    stream: WebSocketStream<MaybeTlsStream<TcpStream>>,
    next: u64,
    /// The methods of the notifications that came so far.
    pub notifications: Vec<String>,
}

/// How a connection ended: the close code and the reason; none without a close frame.
pub type Closed = Option<(u16, String)>;

/// A connection of `session`.
pub async fn connect(session: &Session) -> Socket {
    let address = address(&session.pitcher_url, &session.pitcher_token);
    let (stream, _) = soon("connecting", connect_async(address)).await.unwrap();
    Socket {
        stream,
        next: 1,
        notifications: Vec::new(),
    }
}

/// The status and kind of the refusal of a connection with these headers.
pub async fn refused(url: &str, token: &str, headers: &[(&'static str, &str)]) -> (u16, String) {
    let mut request = address(url, token).into_client_request().unwrap();
    for (name, value) in headers {
        request.headers_mut().insert(*name, value.parse().unwrap());
    }
    match soon("a refusal", connect_async(request)).await {
        Ok(_) => (101, String::new()),
        Err(Error::Http(response)) => {
            let body = response.body().clone().unwrap_or_default();
            let json: serde_json::Value = serde_json::from_slice(&body).unwrap_or_default();
            let kind = json["error"]["kind"].as_str().unwrap_or_default();
            (response.status().as_u16(), kind.to_owned())
        }
        Err(error) => panic!("{error}"),
    }
}

fn address(url: &str, token: &str) -> String {
    format!("{url}/?token={token}")
}

impl Socket {
    /// Joins, once the start-up is done.
    pub async fn join(&mut self) {
        let join = Join {
            client_info: AppInfo {
                protocol_version: yew_sandbox_protocol::PROTOCOL_VERSION.into(),
                app_id: "test".into(),
            },
            async_progress: Some(false),
            subscriptions: Subscriptions::all(),
        };
        self.call(&join).await.unwrap();
    }

    pub async fn call<R: Request>(&mut self, request: &R) -> Result<R::Answer, WireError> {
        let sent = self.next;
        self.next += 1;
        self.send(Message::Binary(encode_request(sent, request)))
            .await;
        loop {
            let frame = self.frame().await;
            match ServerFrame::decode(&frame).unwrap() {
                ServerFrame::Answer { id, outcome } if id == sent => {
                    return outcome.map(|answer| decode(&answer).unwrap());
                }
                ServerFrame::Answer { .. } => {}
                ServerFrame::Notification { method, .. } => self.notifications.push(method),
            }
        }
    }

    pub async fn write_file(&mut self, path: &str, content: &str) {
        self.try_write_file(path, content).await.unwrap();
    }

    pub async fn try_write_file(&mut self, path: &str, content: &str) -> Result<(), WireError> {
        let request = WriteFile {
            path: path.into(),
            content: Bytes::copy_from_slice(content.as_bytes()),
            create: Some(true),
            overwrite: Some(true),
        };
        self.call(&request).await.map(drop)
    }

    pub async fn read_file(&mut self, path: &str) -> Result<String, WireError> {
        let answer = self.call(&ReadFile { path: path.into() }).await?;
        Ok(String::from_utf8_lossy(&answer.content).into_owned())
    }

    pub async fn send(&mut self, message: Message) {
        soon("sending", self.stream.send(message)).await.unwrap();
    }

    /// Sends where the other end may be gone already.
    pub async fn try_send(&mut self, message: Message) -> bool {
        soon("sending", self.stream.send(message)).await.is_ok()
    }

    /// The next binary frame.
    pub async fn frame(&mut self) -> Bytes {
        loop {
            match self.next().await {
                Some(Ok(Message::Binary(frame))) => return frame,
                Some(Ok(Message::Text(_) | Message::Ping(_) | Message::Pong(_))) => {}
                other => panic!("no frame but {other:?}"),
            }
        }
    }

    pub async fn next(&mut self) -> Option<Result<Message, Error>> {
        soon("a message", self.stream.next()).await
    }

    /// Reads until the end, and notes the notifications on the way.
    pub async fn closed(&mut self) -> Closed {
        loop {
            match self.next().await {
                Some(Ok(Message::Close(frame))) => {
                    return frame.map(|frame| (frame.code.into(), frame.reason.to_string()));
                }
                Some(Ok(Message::Binary(frame))) => {
                    if let Ok(ServerFrame::Notification { method, .. }) =
                        ServerFrame::decode(&frame)
                    {
                        self.notifications.push(method);
                    }
                }
                Some(Ok(_)) => {}
                Some(Err(_)) | None => return None,
            }
        }
    }
}
