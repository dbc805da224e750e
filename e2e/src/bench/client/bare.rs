//! What the machine can do: the same bytes over a WebSocket with nothing behind it.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::browser::Browser;

const LARGE: usize = 16 * 1024 * 1024;

/// Sends so many bytes there and has so many sent back. Gives the milliseconds of both.
const SCRIPT: &str = "
    const socket = new WebSocket(arguments[0]);
    socket.binaryType = 'arraybuffer';
    const next = (event) => new Promise((told, failed) => {
        socket['on' + event] = ({ data }) => told(data);
        socket.onclose = () => failed(new Error('closed'));
    });
    const content = new Uint8Array(arguments[1]).fill(120);
    const run = async () => {
        await next('open');
        const begun = performance.now();
        socket.send(content);
        await next('message');
        const written = performance.now();
        socket.send('send');
        const { byteLength } = await next('message');
        const read = performance.now();
        if (byteLength !== content.length) throw new Error(byteLength + ' bytes');
        return [written - begun, read - written];
    };
    return run().finally(() => socket.close());";

/// The page from which the socket is opened: a browser lets only a page of this machine speak to this machine.
const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<!doctype html><title>bare</title>";

/// Answers a binary message with a text, and a text with 16 MiB. Ends when it is dropped.
pub(super) struct Bare {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Bare {
    /// Listens on loopback.
    ///
    /// # Errors
    /// No port is free.
    pub(super) async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(async move {
                    // A page that breaks off has failed by itself.
                    let _ = serve(stream).await;
                });
            }
        });
        Ok(Self { address, serving })
    }

    /// Milliseconds for 16 MiB out of the page, and for 16 MiB into it.
    ///
    /// # Errors
    /// The page cannot reach it.
    pub(super) async fn measure(&self, browser: &Browser) -> Result<[f64; 2]> {
        let page = format!("http://{}/", self.address);
        browser.session.open(&page).await?;
        let address = json!(format!("ws://{}/", self.address));
        let times = browser
            .session
            .run(SCRIPT, &[address, json!(LARGE)])
            .await?;
        browser.session.open("about:blank").await?;
        let time = |place: usize| times[place].as_f64().with_context(|| unexpected(&times));
        Ok([time(0)?, time(1)?])
    }
}

fn unexpected(answer: &Value) -> String {
    format!("the page answered {answer}")
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut stream: TcpStream) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut head = [0; 4096];
    let length = stream.peek(&mut head).await?;
    let head = String::from_utf8_lossy(&head[..length]).to_lowercase();
    if !head.contains("upgrade: websocket") {
        stream.write_all(PAGE).await?;
        return Ok(stream.shutdown().await?);
    }
    let config = WebSocketConfig::default().max_frame_size(None);
    let mut socket = tokio_tungstenite::accept_async_with_config(stream, Some(config)).await?;
    while let Some(message) = socket.next().await {
        match message? {
            Message::Binary(content) => socket.send(content.len().to_string().into()).await?,
            Message::Text(_) => socket.send(vec![b'x'; LARGE].into()).await?,
            _ => {}
        }
    }
    Ok(())
}
