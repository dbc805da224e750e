use std::io::ErrorKind;
use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::time::timeout;

use super::*;

/// A server that sends back what it gets.
async fn echo() -> SocketAddr {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            tokio::spawn(async move {
                let (mut from, mut to) = stream.split();
                let _ = tokio::io::copy(&mut from, &mut to).await;
            });
        }
    });
    address
}

async fn say(stream: &mut TcpStream, words: &[u8]) -> std::io::Result<Vec<u8>> {
    stream.write_all(words).await?;
    let mut heard = vec![0; words.len()];
    let heard_all = timeout(Duration::from_secs(5), stream.read_exact(&mut heard));
    heard_all.await.map_err(|_| ErrorKind::TimedOut)??;
    Ok(heard)
}

async fn ends(stream: &mut TcpStream) -> bool {
    let mut byte = [0];
    let read = timeout(Duration::from_secs(5), stream.read(&mut byte)).await;
    matches!(read, Ok(Ok(0) | Err(_)))
}

#[tokio::test]
async fn a_whole_link_passes_bytes_and_ends() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(say(&mut stream, b"hello").await.unwrap(), b"hello");
    stream.shutdown().await.unwrap();
    assert!(ends(&mut stream).await);
}

#[tokio::test]
async fn a_cut_ends_old_and_new_connections_until_it_is_mended() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut old = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(say(&mut old, b"hello").await.unwrap(), b"hello");
    proxy.set(Link::Cut);
    assert!(ends(&mut old).await);
    let new = TcpStream::connect(proxy.address()).await;
    assert!(match new {
        Ok(mut new) => ends(&mut new).await,
        Err(_) => true,
    });
    proxy.set(Link::Whole);
    let mut later = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(say(&mut later, b"again").await.unwrap(), b"again");
}

#[tokio::test]
async fn a_cut_that_is_mended_at_once_still_cuts() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(say(&mut stream, b"hello").await.unwrap(), b"hello");
    proxy.set(Link::Cut);
    proxy.set(Link::Whole);
    assert!(ends(&mut stream).await);
}

#[tokio::test]
async fn a_silent_link_stays_open_and_is_reset_when_it_is_mended() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    for (up, down) in [(true, true), (true, false), (false, true)] {
        let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
        assert_eq!(say(&mut stream, b"hello").await.unwrap(), b"hello");
        proxy.set(Link::Silent { up, down });
        stream.write_all(b"lost").await.unwrap();
        let mut byte = [0];
        let silence = timeout(Duration::from_millis(200), stream.read(&mut byte)).await;
        assert!(silence.is_err(), "up {up}, down {down}: {silence:?}");
        proxy.set(Link::Whole);
        assert!(ends(&mut stream).await, "up {up}, down {down}");
    }
}

#[tokio::test]
async fn sessions_are_counted_held_and_refused() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let request = b"POST /api/sandboxes HTTP/1.1\r\n\r\n";
    proxy.set_sessions(SessionFault::Held);
    let mut held = TcpStream::connect(proxy.address()).await.unwrap();
    held.write_all(request).await.unwrap();
    let mut heard = vec![0; request.len()];
    let silence = timeout(Duration::from_millis(200), held.read(&mut heard)).await;
    assert!(silence.is_err());
    proxy.set_sessions(SessionFault::None);
    timeout(Duration::from_secs(5), held.read_exact(&mut heard))
        .await
        .unwrap()
        .unwrap();
    assert_eq!(heard, request);

    proxy.set_sessions(SessionFault::Unauthorized);
    let mut refused = TcpStream::connect(proxy.address()).await.unwrap();
    refused.write_all(request).await.unwrap();
    let mut answer = String::new();
    timeout(Duration::from_secs(5), refused.read_to_string(&mut answer))
        .await
        .unwrap()
        .unwrap();
    assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
    assert_eq!(proxy.sessions_seen(), 2);
}

#[tokio::test]
async fn a_connection_is_reset_at_its_byte_and_the_next_is_not() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    // Three go up and come down; of the next, two go up.
    proxy.reset_after(8);
    assert_eq!(say(&mut stream, b"one").await.unwrap(), b"one");
    assert!(!proxy.has_reset());
    assert!(say(&mut stream, b"two").await.is_err());
    assert!(proxy.has_reset());
    let mut next = TcpStream::connect(proxy.address()).await.unwrap();
    assert_eq!(say(&mut next, b"again").await.unwrap(), b"again");
}

#[tokio::test]
async fn bytes_are_late_and_slow_and_all_there() {
    let proxy = Proxy::start(echo().await).await.unwrap();
    let mut stream = TcpStream::connect(proxy.address()).await.unwrap();
    proxy.set(Link::Late(Duration::from_millis(100)));
    let begun = std::time::Instant::now();
    assert_eq!(say(&mut stream, b"late").await.unwrap(), b"late");
    assert!(begun.elapsed() >= Duration::from_millis(200));
    proxy.set(Link::Slow(20_000));
    let begun = std::time::Instant::now();
    let much = vec![7; 4000];
    assert_eq!(say(&mut stream, &much).await.unwrap(), much);
    assert!(begun.elapsed() >= Duration::from_millis(150));
}
