//! Connections: taken, served, and closed where nothing comes.

use std::io;
use std::net::SocketAddr;
use std::pin::pin;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::Request;
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustix::net::sockopt;
use tokio::net::{TcpListener, TcpStream};
use tokio::time::sleep;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tower::ServiceExt;

/// How long the head of a request may take, and a connection may be kept without one: longer than proxies keep theirs, which is a minute.
pub(super) const HEAD: Duration = Duration::from_secs(75);
/// How long nothing is accepted after the system had no place for a connection.
const PAUSE: Duration = Duration::from_secs(1);

/// After how long a silence the system asks the other end of a connection whether it is there.
const IDLE: Duration = Duration::from_secs(60);
/// How long it may take to answer, until it is asked again.
const PROBE: Duration = Duration::from_secs(15);
/// How often it is asked in vain.
const PROBES: u32 = 4;

/// Serves until `end`, and then until the requests that were under way are answered.
pub(super) async fn serve(
    listener: TcpListener,
    router: Router,
    head: Duration,
    end: impl Future<Output = ()>,
) {
    let mut end = pin!(end);
    let closing = CancellationToken::new();
    let connections = TaskTracker::new();
    loop {
        let (stream, address) = tokio::select! {
            accepted = accept(&listener) => accepted,
            () = &mut end => break,
        };
        let (router, closing) = (router.clone(), closing.clone());
        connections.spawn(async move {
            if let Err(error) = connection(stream, address, router, head, closing).await {
                tracing::debug!(%address, %error, "a connection broke off");
            }
        });
    }
    drop(listener);
    closing.cancel();
    connections.close();
    connections.wait().await;
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        let error = match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => error,
        };
        // These are of the one connection, which is gone.
        let is_gone = matches!(
            error.kind(),
            io::ErrorKind::ConnectionAborted
                | io::ErrorKind::ConnectionRefused
                | io::ErrorKind::ConnectionReset
        );
        if !is_gone {
            tracing::error!(%error, "no connection can be accepted");
            sleep(PAUSE).await;
        }
    }
}

/// Ends the connection once its other end is gone without a word, such as a laptop that was carried away.
fn end_with_peer(stream: &TcpStream) -> io::Result<()> {
    sockopt::set_tcp_keepidle(stream, IDLE)?;
    sockopt::set_tcp_keepintvl(stream, PROBE)?;
    sockopt::set_tcp_keepcnt(stream, PROBES)?;
    sockopt::set_socket_keepalive(stream, true)?;
    // While data is on its way none are sent: the system sends the data again, for a quarter of an hour. One that is there and takes nothing, such as a
    // page that sleeps in the midst of a download, is let be.
    Ok(())
}

async fn connection(
    stream: TcpStream,
    address: SocketAddr,
    router: Router,
    head: Duration,
    closing: CancellationToken,
) -> Result<(), hyper::Error> {
    // Small frames go out at once: people wait for each of them.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "a connection keeps small packets back");
    }
    if let Err(error) = end_with_peer(&stream) {
        tracing::debug!(%error, "a connection may outlive its other end");
    }
    let service = service_fn(move |request: Request<Incoming>| {
        let mut request = request.map(Body::new);
        request.extensions_mut().insert(ConnectInfo(address));
        router.clone().oneshot(request)
    });
    let mut served = pin!(
        http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(head)
            .serve_connection(TokioIo::new(stream), service)
            .with_upgrades()
    );
    tokio::select! {
        outcome = &mut served => return outcome,
        () = closing.cancelled() => served.as_mut().graceful_shutdown(),
    }
    served.await
}

#[cfg(test)]
mod tests {
    use axum::routing::get;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::sync::oneshot;
    use tokio::time::timeout;

    use super::*;

    const DEADLINE: Duration = Duration::from_secs(20);

    async fn start(
        head: Duration,
    ) -> (SocketAddr, oneshot::Sender<()>, tokio::task::JoinHandle<()>) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let own =
            |ConnectInfo(address): ConnectInfo<SocketAddr>| async move { address.to_string() };
        let router = Router::new().route("/", get(own));
        let (end, ended) = oneshot::channel();
        let serving = tokio::spawn(serve(listener, router, head, async {
            ended.await.unwrap();
        }));
        (address, end, serving)
    }

    async fn to_the_end(stream: &mut TcpStream) -> String {
        let mut all = Vec::new();
        let read = timeout(DEADLINE, stream.read_to_end(&mut all));
        read.await.expect("it is still open").unwrap();
        String::from_utf8(all).unwrap()
    }

    /// Half a head held a connection for ever.
    #[tokio::test]
    async fn connections_are_closed_where_nothing_comes() {
        let (address, _end, _) = start(Duration::from_millis(50)).await;
        for sent in ["", "GET / HT", "GET / HTTP/1.1\r\nhost: a\r\n"] {
            let mut stream = TcpStream::connect(address).await.unwrap();
            stream.write_all(sent.as_bytes()).await.unwrap();
            let answer = to_the_end(&mut stream).await;
            assert!(!answer.contains("200 OK"), "{answer}");
        }
        // Also behind an answer.
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        let own = stream.local_addr().unwrap().to_string();
        let answer = to_the_end(&mut stream).await;
        assert!(
            answer.contains("200 OK") && answer.ends_with(&own),
            "{answer}"
        );
    }

    /// Where the other end vanished, the connection stayed, and with it a sandbox's place for a preview's WebSocket.
    #[tokio::test]
    async fn connections_end_with_their_other_end() {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (_near, accepted) = tokio::join!(TcpStream::connect(address), listener.accept());
        let (stream, _) = accepted.unwrap();
        end_with_peer(&stream).unwrap();
        assert!(sockopt::socket_keepalive(&stream).unwrap());
        assert_eq!(sockopt::tcp_keepidle(&stream).unwrap(), IDLE);
        assert_eq!(sockopt::tcp_keepintvl(&stream).unwrap(), PROBE);
        assert_eq!(sockopt::tcp_keepcnt(&stream).unwrap(), PROBES);
    }

    #[tokio::test]
    async fn the_end_comes_with_the_last_answer() {
        let (address, end, serving) = start(DEADLINE).await;
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream
            .write_all(b"GET / HTTP/1.1\r\nhost: a\r\n\r\n")
            .await
            .unwrap();
        let mut first = [0; 15];
        stream.read_exact(&mut first).await.unwrap();
        assert_eq!(&first, b"HTTP/1.1 200 OK");
        end.send(()).unwrap();
        to_the_end(&mut stream).await;
        timeout(DEADLINE, serving).await.unwrap().unwrap();
        assert!(TcpStream::connect(address).await.is_err());
    }
}
