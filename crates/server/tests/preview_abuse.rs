//! Previews of programs that misbehave, and browsers that leave.
//!
//! The program inside is this test binary itself: it needs nothing that a machine may lack.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Shutdown, TcpListener, TcpStream};
use std::os::unix::fs::PermissionsExt;
use std::thread;
use std::time::Duration;

use support::{Request, Server, connect, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use yew_sandbox_protocol::shell::Create;
use yew_sandbox_server::local::IsolationChoice;

/// Makes this binary the program inside.
const INSIDE: &str = "YEW_SANDBOX_TEST_INSIDE";
const PORT: u16 = 8123;

/// No test, but the program inside. Without its variable it does nothing.
#[test]
fn program_inside() {
    if std::env::var_os(INSIDE).is_none() {
        return;
    }
    let listener = TcpListener::bind(("127.0.0.1", PORT)).unwrap();
    for stream in listener.incoming() {
        // A browser that leaves is no reason to end.
        thread::spawn(move || stream.and_then(misbehave));
    }
}

fn misbehave(mut stream: TcpStream) -> io::Result<()> {
    let mut reader = BufReader::new(stream.try_clone()?);
    let mut first = String::new();
    reader.read_line(&mut first)?;
    let mut line = String::new();
    while line != "\r\n" {
        line.clear();
        if reader.read_line(&mut line)? == 0 {
            return Ok(());
        }
    }
    let path = first.split(' ').nth(1).unwrap_or_default();
    match path {
        "/fine" => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\n\r\nfine")?,
        "/too-large" => {
            let refusal = b"HTTP/1.1 413 Content Too Large\r\ncontent-length: 3\r\nconnection: close\r\n\r\nbig";
            stream.write_all(refusal)?;
            stream.shutdown(Shutdown::Write)?;
            // As programs do that are polite: what still comes is thrown away.
            io::copy(&mut reader, &mut io::sink())?;
        }
        "/stream" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n1\r\nx\r\n")?;
            // Until the browser leaves.
            reader.read_exact(&mut [0])?;
        }
        "/cut" => stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nonly this")?,
        "/cut-chunks" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n9\r\nonly this\r\n")?;
        }
        "/until-the-end" => stream.write_all(b"HTTP/1.0 200 OK\r\n\r\nall of it")?,
        "/switch" => stream.write_all(
            b"HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: websocket\r\n\r\n",
        )?,
        "/endless-head" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\n")?;
            while stream.write_all(b"x-more: and more and more and more and more\r\n").is_ok() {}
        }
        "/cookies" => {
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n")?;
            for number in 0..50 {
                write!(stream, "set-cookie: c{number}=1; domain=localhost\r\n")?;
            }
            stream.write_all(b"\r\n")?;
        }
        "/silent" => {
            reader.read_exact(&mut [0])?;
        }
        _ => {}
    }
    Ok(())
}

struct Place {
    server: Server,
    host: String,
    _data: tempfile::TempDir,
}

impl Place {
    async fn new() -> Self {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), IsolationChoice::Bubblewrap, |_| {}).await;
        let (session, _) = server.create().await;
        let mut socket = connect(&session).await;
        socket.join().await;
        let root = data.path().join("sandboxes").join(&session.sandbox_id);
        let program = root.join("root/program");
        fs::copy(std::env::current_exe().unwrap(), &program).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let create = Create {
            command: Some(format!("{INSIDE}=1 /program --exact program_inside")),
            cwd: None,
            size: None,
            kind: None,
            is_system_shell: None,
        };
        socket.call(&create).await.unwrap();
        let (_, own) = server.address.split_once(':').unwrap();
        let place = Self {
            host: format!("{}-{PORT}.localhost:{own}", session.sandbox_id),
            server,
            _data: data,
        };
        soon("the program", async {
            while place.get("/fine").await.status != 200 {
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        })
        .await;
        place
    }

    async fn get(&self, path: &str) -> support::Answer {
        self.server.send(Request::get(path).host(&self.host)).await
    }

    /// A request on a connection that stays open.
    async fn open(&self, path: &str) -> tokio::net::TcpStream {
        let address = &self.server.address;
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        let head = format!("GET {path} HTTP/1.1\r\nhost: {}\r\n\r\n", self.host);
        stream.write_all(head.as_bytes()).await.unwrap();
        stream
    }

    /// All that comes of a request, as it comes.
    async fn raw(&self, path: &str) -> String {
        let mut stream = self.open(path).await;
        let mut text = Vec::new();
        // A connection that is reset has come to its end too.
        let _ = soon("the end", stream.read_to_end(&mut text)).await;
        String::from_utf8(text).unwrap()
    }
}

/// A cut answer must not look like a whole one.
#[tokio::test(flavor = "multi_thread")]
async fn cut_answers_stay_cut() {
    let place = Place::new().await;
    let cut = place.raw("/cut").await;
    assert!(
        cut.contains("content-length: 100") && cut.ends_with("only this"),
        "{cut}"
    );
    let cut = place.raw("/cut-chunks").await;
    assert!(
        cut.contains("only this") && !cut.ends_with("0\r\n\r\n"),
        "{cut}"
    );
    let whole = place.get("/until-the-end").await;
    assert_eq!((whole.status, whole.text()), (200, "all of it"));
    place.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_are_none_are_told() {
    let place = Place::new().await;
    for path in ["/switch", "/endless-head", "/nothing-at-all"] {
        let answer = place.get(path).await;
        assert_eq!(answer.status, 502, "{path}");
        assert_eq!(answer.error_kind(), "brokenOff", "{path}");
    }
    let cookies = place.get("/cookies").await;
    let set = cookies
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie");
    let set: Vec<&str> = set.map(|(_, cookie)| &**cookie).collect();
    assert_eq!(set.len(), 50);
    assert!(
        !set.iter().any(|cookie| cookie.contains("domain")),
        "{set:?}"
    );
    assert_eq!(place.get("/fine").await.text(), "fine");
    place.server.stop().await;
}

/// A program may refuse an upload before it has read it.
#[tokio::test(flavor = "multi_thread")]
async fn early_refusals_of_uploads_are_seen() {
    let place = Place::new().await;
    for _ in 0..10 {
        let upload = Request::post("/too-large").body(vec![0; 4 * 1024 * 1024]);
        let answer = place.server.send(upload.host(&place.host)).await;
        assert_eq!((answer.status, answer.text()), (413, "big"));
    }
    place.server.stop().await;
}

/// There are 256 places: those of browsers that left must be free again, whether an answer had begun or not.
#[tokio::test(flavor = "multi_thread")]
async fn browsers_that_leave_leave_their_places() {
    let place = Place::new().await;
    for round in 0..4 {
        let path = ["/stream", "/silent"][round % 2];
        let mut open = Vec::new();
        for _ in 0..200 {
            let mut stream = place.open(path).await;
            if path == "/stream" {
                let mut status = [0; 12];
                soon("an answer", stream.read_exact(&mut status))
                    .await
                    .unwrap();
                assert_eq!(&status, b"HTTP/1.1 200");
            }
            open.push(stream);
        }
    }
    assert_eq!(place.get("/fine").await.text(), "fine");
    place.server.stop().await;
}
