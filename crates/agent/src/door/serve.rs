//! Serves connections through the door.

use std::io;
use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use tokio::io::AsyncWriteExt;
use tokio::net::{TcpStream, UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::hand_over::hand_over;
use super::line::Line;
use super::patient::Patient;
use crate::archive;
use crate::sandbox::Sandbox;

/// Most that are answered at a time; further ones wait. The server counts the connections that it was given.
const CONNECTIONS: usize = 256;
/// Most archives that are made at a time; each takes a thread. Further ones wait.
pub(crate) const ARCHIVES: usize = 2;
/// How long a program that listens may take to accept.
const ACCEPT: Duration = Duration::from_secs(5);
/// How long somebody who downloads may take nothing.
const STANDSTILL: Duration = Duration::from_secs(60);
/// How long to wait where no further connection can be taken.
const PAUSE: Duration = Duration::from_millis(100);

/// The answers to a line.
const HERE: u8 = b'0';
const NOTHING: u8 = b'1';

/// Serves the server's connections. Never ends; dropped, all connections end.
pub(crate) async fn serve(listener: UnixListener, sandbox: Arc<Sandbox>) {
    let archives = Arc::new(Semaphore::new(ARCHIVES));
    let mut connections = JoinSet::new();
    loop {
        tokio::select! {
            accepted = listener.accept(), if connections.len() < CONNECTIONS => match accepted {
                Ok((stream, _)) => {
                    let (sandbox, archives) = (sandbox.clone(), archives.clone());
                    connections.spawn(async move {
                        // Whoever is at the other end sees it end, and there is nobody else to tell.
                        let _ = connection(stream, sandbox, &archives).await;
                    });
                }
                Err(_) => sleep(PAUSE).await,
            },
            Some(_) = connections.join_next() => {}
        }
    }
}

async fn connection(
    mut stream: UnixStream,
    sandbox: Arc<Sandbox>,
    archives: &Semaphore,
) -> io::Result<()> {
    match Line::read(&mut stream).await? {
        Line::Port(port) => {
            let Some(inside) = connect(&sandbox, port).await else {
                return stream.write_all(&[NOTHING]).await;
            };
            hand_over(&stream, HERE, inside).await
        }
        Line::Download(token) => {
            let Some(download) = sandbox.downloads.find(&token) else {
                return stream.write_all(&[NOTHING]).await;
            };
            stream.write_all(&[HERE]).await?;
            let _permit = archives.acquire().await.map_err(io::Error::other)?;
            let stream = Patient::new(stream, STANDSTILL);
            archive::stream(sandbox.root.clone(), download, stream).await
        }
    }
}

async fn connect(sandbox: &Sandbox, port: u16) -> Option<TcpStream> {
    if !sandbox.ports.is_inside(port).await {
        return None;
    }
    let addresses: [SocketAddr; 2] = [
        (Ipv4Addr::LOCALHOST, port).into(),
        (Ipv6Addr::LOCALHOST, port).into(),
    ];
    for address in addresses {
        if let Ok(Ok(stream)) = timeout(ACCEPT, TcpStream::connect(address)).await {
            // Small pieces go on at once, as they came.
            let _ = stream.set_nodelay(true);
            return Some(stream);
        }
    }
    None
}
