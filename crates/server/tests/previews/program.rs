//! The program inside: this test program itself, started again.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Makes this program the one that is previewed: the address to listen on.
pub(crate) const LISTEN: &str = "PREVIEWS_TEST_LISTEN";

/// No test, but the program that the tests start inside sandboxes.
#[test]
fn program() {
    let Ok(address) = std::env::var(LISTEN) else {
        return;
    };
    let listener = TcpListener::bind(address).unwrap();
    for stream in listener.incoming() {
        // A browser that leaves is no reason to end.
        std::thread::spawn(move || stream.and_then(serve));
    }
}

/// How many requests a burst has.
pub(crate) const BURST: usize = 32;

/// Where the requests of a burst wait for each other.
static TOGETHER: Barrier = Barrier::new(BURST);

/// How many connections there were so far.
static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);

/// How many requests came that are not answered.
static UNANSWERED: AtomicUsize = AtomicUsize::new(0);

/// Serves requests of one connection until its end.
fn serve(stream: TcpStream) -> std::io::Result<()> {
    CONNECTIONS.fetch_add(1, Ordering::SeqCst);
    let mut writer = stream.try_clone()?;
    let mut reader = BufReader::new(stream);
    loop {
        let mut head = String::new();
        while !head.ends_with("\r\n\r\n") {
            if reader.read_line(&mut head)? == 0 {
                return Ok(());
            }
        }
        let mut lines = head.lines();
        let request = lines.next().unwrap_or_default().to_owned();
        let header = |name: &str| {
            let found = head.lines().find_map(|line| {
                let (given, value) = line.split_once(": ")?;
                given.eq_ignore_ascii_case(name).then_some(value)
            });
            found.map(str::to_owned)
        };
        let length = header("content-length").and_then(|length| length.parse().ok());
        let mut parts = request.split(' ');
        let (method, path) = (parts.next().unwrap(), parts.next().unwrap());
        let (path, _) = path.split_once('?').unwrap_or((path, ""));
        match path {
            "/connections" => {
                let count = CONNECTIONS.load(Ordering::SeqCst);
                reply(&mut writer, method, "text/plain", "", &count.to_string())?;
            }
            "/broken" => {
                UNANSWERED.fetch_add(1, Ordering::SeqCst);
                return Ok(());
            }
            "/unanswered" => {
                let count = UNANSWERED.load(Ordering::SeqCst);
                reply(&mut writer, method, "text/plain", "", &count.to_string())?;
            }
            "/together" => {
                TOGETHER.wait();
                reply(&mut writer, method, "text/plain", "", "all are here")?;
            }
            "/head" => reply(&mut writer, method, "text/plain", "", &head)?,
            "/count" => {
                let mut content = reader.by_ref().take(length.unwrap_or(0));
                let count = std::io::copy(&mut content, &mut std::io::sink())?;
                reply(&mut writer, method, "text/plain", "", &count.to_string())?;
            }
            "/events" => {
                writer.write_all(
                    b"HTTP/1.1 200 OK\r\ncontent-type: text/event-stream\r\ntransfer-encoding: chunked\r\n\r\n",
                )?;
                // The next event goes out only once the test has seen the one before.
                for event in ["data: one\n\n", "data: two\n\n"] {
                    write!(writer, "{:x}\r\n{event}\r\n", event.len())?;
                    let steps = TcpListener::bind("127.0.0.1:7999")?;
                    steps.accept()?;
                }
                writer.write_all(b"0\r\n\r\n")?;
            }
            "/page" => {
                let page =
                    "<!doctype html><html><head><title>App</title></head><body>hello</body></html>";
                reply(&mut writer, method, "text/html; charset=utf-8", "", page)?;
            }
            "/cookie" => {
                let cookie = "set-cookie: a=1; Domain=localhost; Path=/\r\nset-cookie: csb_preview_token=x\r\n\
                              connection: x-hop\r\nx-hop: 1\r\n";
                reply(&mut writer, method, "text/plain", cookie, "set")?;
            }
            "/garbage" => return writer.write_all(b"no HTTP at all\r\n\r\n"),
            "/socket" => {
                use tokio_tungstenite::tungstenite;
                let key = header("sec-websocket-key").unwrap_or_default();
                let accept = tungstenite::handshake::derive_accept_key(key.as_bytes());
                write!(
                    writer,
                    "HTTP/1.1 101 Switching Protocols\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
                     sec-websocket-accept: {accept}\r\n\r\n"
                )?;
                let role = tungstenite::protocol::Role::Server;
                let stream = reader.into_inner();
                let mut socket = tungstenite::WebSocket::from_raw_socket(stream, role, None);
                while let Ok(message) = socket.read() {
                    if (message.is_text() || message.is_binary()) && socket.send(message).is_err() {
                        break;
                    }
                }
                return Ok(());
            }
            _ => reply(&mut writer, method, "text/plain", "", "hello from inside")?,
        }
    }
}

fn reply(
    writer: &mut TcpStream,
    method: &str,
    kind: &str,
    more: &str,
    content: &str,
) -> std::io::Result<()> {
    let body = if method == "HEAD" { "" } else { content };
    write!(
        writer,
        "HTTP/1.1 200 OK\r\ncontent-type: {kind}\r\ncontent-length: {}\r\n{more}\r\n{body}",
        content.len()
    )
}
