//! What the machine can do: the same over a WebSocket with nothing behind it, and with no more behind it than a file.

use std::fs::File;
use std::io::Write;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use futures_util::{SinkExt, StreamExt};
use serde_json::json;
use tokio::io::AsyncWriteExt;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

use crate::browser::Browser;

const LARGE: usize = 16 * 1024 * 1024;

/// Sends so many bytes there, has so many sent back, sends them to be stored, and opens the connection again until it is answered once.
/// Gives the milliseconds of each.
const SCRIPT: &str = "
    let socket;
    const next = (event) => new Promise((told, failed) => {
        socket['on' + event] = ({ data }) => told(data);
        if (event !== 'close') socket.onclose = () => failed(new Error('closed'));
    });
    const open = async () => {
        socket = new WebSocket(arguments[0]);
        socket.binaryType = 'arraybuffer';
        await next('open');
    };
    const ask = async (what) => {
        socket.send(what);
        return await next('message');
    };
    const content = new Uint8Array(arguments[1]).fill(120);
    const times = [];
    const timed = async (work) => {
        const begun = performance.now();
        await work();
        times.push(performance.now() - begun);
    };
    const run = async () => {
        await open();
        await timed(() => ask(content));
        await timed(async () => {
            const { byteLength } = await ask('send');
            if (byteLength !== content.length) throw new Error(byteLength + ' bytes');
        });
        await ask('store');
        await timed(() => ask(content));
        await timed(async () => {
            socket.close();
            await next('close');
            await open();
            await ask('answer');
        });
        return times;
    };
    return run().finally(() => socket.close());";

/// The page from which the socket is opened: a browser lets only a page of this machine speak to this machine.
const PAGE: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-type: text/html\r\nconnection: close\r\n\r\n<!doctype html><title>bare</title>";

/// Answers each message: a binary one is taken, or stored after the text `store`; the text `send` has 16 MiB sent. Ends when it is dropped.
pub(super) struct Bare {
    address: SocketAddr,
    serving: JoinHandle<()>,
}

impl Bare {
    /// Listens on loopback.
    ///
    /// # Errors
    /// No port is free.
    pub(super) async fn start(folder: &Path) -> Result<Self> {
        let folder = folder.to_owned();
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let folder = folder.clone();
                tokio::spawn(async move {
                    // A page that breaks off has failed by itself.
                    let _ = serve(stream, folder).await;
                });
            }
        });
        Ok(Self { address, serving })
    }

    /// Milliseconds for 16 MiB out of the page, for 16 MiB into it, for 16 MiB out of it and onto the disk, and from a close to
    /// an answer over the next connection.
    ///
    /// # Errors
    /// The page cannot reach it.
    pub(super) async fn measure(&self, browser: &Browser) -> Result<[f64; 4]> {
        let page = format!("http://{}/", self.address);
        browser.session.open(&page).await?;
        let address = json!(format!("ws://{}/", self.address));
        let times = browser
            .session
            .run(SCRIPT, &[address, json!(LARGE)])
            .await?;
        browser.session.open("about:blank").await?;
        serde_json::from_value(times.clone()).with_context(|| format!("the page answered {times}"))
    }
}

impl Drop for Bare {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

async fn serve(mut stream: TcpStream, folder: PathBuf) -> Result<()> {
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
    let mut is_storing = false;
    while let Some(message) = socket.next().await {
        let answer = match message? {
            Message::Binary(content) => {
                if is_storing {
                    let folder = folder.clone();
                    tokio::task::spawn_blocking(move || store(&folder, &content)).await??;
                }
                Message::text("taken")
            }
            Message::Text(text) if text == "send" => vec![b'x'; LARGE].into(),
            Message::Text(text) => {
                is_storing |= text == "store";
                Message::text("yes")
            }
            _ => continue,
        };
        socket.send(answer).await?;
    }
    Ok(())
}

/// As the agent does it: a new file, on the disk before it gets its name.
fn store(folder: &Path, content: &[u8]) -> Result<()> {
    let (half, whole) = (folder.join("half"), folder.join("whole"));
    let mut file = File::create(&half)?;
    file.write_all(content)?;
    file.sync_data()?;
    Ok(std::fs::rename(half, whole)?)
}
