//! Previews: real programs in real sandboxes, seen through their own hosts.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod support;

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::Barrier;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use support::{API_KEY, Answer, DEADLINE, Request, Server, Socket, connect, isolations, soon};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use yew_sandbox_protocol::port::List;
use yew_sandbox_protocol::search::Download;
use yew_sandbox_protocol::shell::{self, Create};
use yew_sandbox_server::local::{IsolationChoice, LocalOptions};

/// Makes this program the one that is previewed: the address to listen on.
const LISTEN: &str = "PREVIEWS_TEST_LISTEN";

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
const BURST: usize = 32;
/// Where the requests of a burst wait for each other.
static TOGETHER: Barrier = Barrier::new(BURST);
/// How many connections there were so far.
static CONNECTIONS: AtomicUsize = AtomicUsize::new(0);

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

/// A sandbox with the program listening on ports of it.
struct Rig {
    server: Server,
    data: tempfile::TempDir,
    id: String,
    socket: Socket,
    ports: Vec<u16>,
}

impl Rig {
    async fn new(isolation: IsolationChoice) -> Self {
        Self::with(isolation, |_| {}).await
    }

    async fn with(isolation: IsolationChoice, change: impl FnOnce(&mut LocalOptions)) -> Self {
        let data = tempfile::tempdir().unwrap();
        let server = Server::managed(data.path(), isolation, change).await;
        let (session, _) = server.create().await;
        let mut socket = connect(&session).await;
        socket.join().await;
        Self {
            server,
            data,
            id: session.sandbox_id,
            socket,
            ports: Vec::new(),
        }
    }

    /// With the program on a port.
    async fn listening(isolation: IsolationChoice) -> (Self, u16) {
        let mut rig = Self::new(isolation).await;
        let port = rig.listen("127.0.0.1").await;
        (rig, port)
    }

    async fn listen(&mut self, host: &str) -> u16 {
        let port = free_port();
        self.start(host, port).await;
        self.wait_for(port).await;
        port
    }

    async fn start(&mut self, host: &str, port: u16) {
        self.ports.push(port);
        // A second name of a file costs nothing, and where that cannot be, it is copied.
        let root = self.data.path().join(format!("sandboxes/{}/root", self.id));
        let inside = root.join("tested");
        if !inside.exists() {
            std::fs::copy(std::env::current_exe().unwrap(), &inside).unwrap();
        }
        let command = format!(
            "for program in /tested '{}'; do \
             test -x \"$program\" && {LISTEN}={host}:{port} exec \"$program\" --exact program; done",
            inside.display()
        );
        let create = Create {
            command: Some(command),
            cwd: None,
            size: None,
            kind: None,
            is_system_shell: None,
        };
        self.socket.call(&create).await.unwrap();
    }

    async fn wait_for(&mut self, port: u16) {
        soon("the port", async {
            loop {
                let list = self.socket.call(&List).await.unwrap().list;
                if let Some(found) = list.iter().find(|found| found.port == port) {
                    assert_eq!(found.url, format!("{}-{port}.localhost", self.id));
                    return;
                }
                tokio::time::sleep(Duration::from_millis(10)).await;
            }
        })
        .await;
    }

    fn host(&self, port: u16) -> String {
        let (_, own) = self.server.address.split_once(':').unwrap();
        format!("{}-{port}.localhost:{own}", self.id)
    }

    async fn get(&self, port: u16, path: &str) -> Answer {
        self.send(port, Request::get(path)).await
    }

    async fn send(&self, port: u16, request: Request) -> Answer {
        self.server.send(request.host(self.host(port))).await
    }

    async fn manage(&self, method: &'static str, path: &str, body: &str) -> Answer {
        let request = Request::get(path)
            .method(method)
            .header("authorization", format!("Bearer {API_KEY}"))
            .header("content-type", "application/json")
            .body(body);
        let answer = self.server.send(request).await;
        assert!(answer.status < 300, "{path}: {}", answer.text());
        answer
    }
}

/// Of this machine's, and most likely of a sandbox's own too.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test(flavor = "multi_thread")]
async fn program_inside_is_seen() {
    for isolation in isolations() {
        let (mut rig, port) = Rig::listening(isolation).await;
        let answer = rig.get(port, "/").await;
        assert_eq!((answer.status, answer.text()), (200, "hello from inside"));
        // Nothing of the server's own is added.
        for name in [
            "content-security-policy",
            "cross-origin-resource-policy",
            "referrer-policy",
        ] {
            assert_eq!(answer.header(name), None, "{name}");
        }
        let head = rig.send(port, Request::get("/").method("HEAD")).await;
        assert_eq!((head.status, head.text()), (200, ""));
        assert_eq!(head.header("content-length"), Some("17"));
        let other = rig.listen("[::1]").await;
        assert_eq!(rig.get(other, "/").await.text(), "hello from inside");
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn headers_are_those_of_the_browser_without_ours() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let origin = format!("http://{}", rig.host(port));
    let request = Request::get("/head?a=1&csb_preview_token=t")
        .header("origin", &origin)
        .header(
            "cookie",
            "mine=1; yew_sandbox_user=a.b; csb_preview_token=t",
        )
        .header("csb-preview-token", "t")
        .header("x-own", "1");
    let answer = rig.send(port, request).await;
    let head = answer.text().to_lowercase();
    assert!(head.starts_with("get /head?a=1 http/1.1\r\n"), "{head}");
    for wanted in [
        format!("host: {}", rig.host(port)),
        format!("x-forwarded-host: {}", rig.host(port)),
        format!("origin: {origin}"),
        "x-forwarded-proto: http".into(),
        "cookie: mine=1".into(),
        "x-own: 1".into(),
    ] {
        assert!(head.contains(&format!("{wanted}\r\n")), "{wanted}: {head}");
    }
    assert!(
        !head.contains("yew_sandbox") && !head.contains("preview"),
        "{head}"
    );
    let answer = rig.get(port, "/cookie").await;
    let cookies: Vec<_> = answer
        .headers
        .iter()
        .filter(|(name, _)| name == "set-cookie")
        .collect();
    assert_eq!(
        cookies,
        [&("set-cookie".to_owned(), "a=1; Path=/".to_owned())]
    );
    assert_eq!(answer.header("x-hop"), None);
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn large_bodies_go_in() {
    for isolation in isolations() {
        let (rig, port) = Rig::listening(isolation).await;
        let body = vec![7; 20 << 20];
        let answer = rig.send(port, Request::post("/count").body(body)).await;
        assert_eq!(answer.text(), (20 << 20).to_string());
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn hundred_requests_at_once_are_answered() {
    for isolation in isolations() {
        let (rig, port) = Rig::listening(isolation).await;
        for _ in 0..2 {
            let requests = (0..100).map(|_| rig.get(port, "/"));
            for answer in futures_util::future::join_all(requests).await {
                assert_eq!((answer.status, answer.text()), (200, "hello from inside"));
            }
        }
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn connections_are_used_again_until_they_break() {
    let (mut rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    for _ in 0..20 {
        assert_eq!(rig.get(port, "/").await.status, 200);
    }
    let connections: usize = rig.get(port, "/connections").await.text().parse().unwrap();
    assert!(connections < 10, "{connections}");
    // The program is gone with the connections that were kept, and another one is there.
    let shells = rig.socket.call(&shell::List).await.unwrap().shells;
    for shell in shells {
        let terminate = shell::Terminate { shell_id: shell.id };
        rig.socket.call(&terminate).await.unwrap();
    }
    rig.start("127.0.0.1", port).await;
    soon("the new program", async {
        while rig.get(port, "/").await.status != 200 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    })
    .await;
    let connections: usize = rig.get(port, "/connections").await.text().parse().unwrap();
    assert!(connections < 10, "{connections}");
    rig.server.stop().await;
}

/// Of 32 connections 16 were kept, so that each burst made the others anew.
#[tokio::test(flavor = "multi_thread")]
async fn a_burst_finds_the_connections_of_the_one_before() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    for _ in 0..4 {
        let requests = (0..BURST).map(|_| rig.get(port, "/together"));
        for answer in futures_util::future::join_all(requests).await {
            assert_eq!((answer.status, answer.text()), (200, "all are here"));
        }
    }
    let connections: usize = rig.get(port, "/connections").await.text().parse().unwrap();
    assert!(connections < 2 * BURST, "{connections}");
    rig.server.stop().await;
}

/// Each event must get here before the next one is sent.
#[tokio::test(flavor = "multi_thread")]
async fn events_arrive_as_they_are_sent() {
    let (mut rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let mut stream = tokio::net::TcpStream::connect(&rig.server.address)
        .await
        .unwrap();
    let head = format!(
        "GET /events HTTP/1.1\r\nhost: {}\r\nconnection: close\r\n\r\n",
        rig.host(port)
    );
    stream.write_all(head.as_bytes()).await.unwrap();
    let mut text = String::new();
    for wanted in ["data: one", "data: two", "0\r\n\r\n"] {
        while !text.contains(wanted) {
            let mut piece = vec![0; 4096];
            let length = soon("an event", stream.read(&mut piece)).await.unwrap();
            assert!(length > 0, "no {wanted:?}: {text}");
            text.push_str(std::str::from_utf8(&piece[..length]).unwrap());
        }
        if wanted.starts_with("data") {
            rig.wait_for(7999).await;
            // Nothing is answered there: the connection alone lets the program go on.
            let _ = rig.get(7999, "/").await;
        }
    }
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn web_sockets_go_through() {
    for isolation in isolations() {
        let (rig, port) = Rig::listening(isolation).await;
        let address = format!("ws://{}/socket?token=1", rig.server.address);
        let mut request = address.into_client_request().unwrap();
        request
            .headers_mut()
            .insert("host", rig.host(port).parse().unwrap());
        let connecting = tokio_tungstenite::connect_async(request);
        let (mut socket, _) = soon("connecting", connecting).await.unwrap();
        let large = "x".repeat(1 << 20);
        for text in ["one", "two", &large] {
            socket.send(Message::text(text)).await.unwrap();
            let echo = soon("an echo", socket.next()).await.unwrap().unwrap();
            assert_eq!(echo.into_text().unwrap().as_str(), text);
        }
        socket.close(None).await.unwrap();
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn page_says_that_nothing_listens_yet() {
    let mut rig = Rig::new(IsolationChoice::Bubblewrap).await;
    let port = free_port();
    let page = || Request::get("/").header("accept", "text/html,*/*");
    let answer = rig.send(port, page()).await;
    assert_eq!(answer.status, 502);
    assert!(
        answer
            .text()
            .contains(&format!("Nothing listens on port {port} yet"))
    );
    assert_eq!(answer.header("yew-sandbox-preview"), Some("nothingListens"));
    let policy = answer.header("content-security-policy").unwrap();
    assert!(policy.starts_with("default-src 'none'") && !policy.contains("frame-ancestors"));
    assert_eq!(rig.get(port, "/").await.error_kind(), "nothingListens");
    // What the page asks for until something listens.
    let ask = || {
        Request::get("/")
            .method("HEAD")
            .header("yew-sandbox-asks", "1")
    };
    let answer = rig.send(port, ask()).await;
    assert_eq!(answer.header("yew-sandbox-preview"), Some("nothingListens"));
    rig.start("127.0.0.1", port).await;
    rig.wait_for(port).await;
    let answer = rig.send(port, ask()).await;
    assert_eq!(
        (answer.status, answer.header("yew-sandbox-preview")),
        (204, None)
    );
    assert_eq!(rig.send(port, page()).await.text(), "hello from inside");
    let broken = rig.send(port, Request::get("/garbage")).await;
    assert_eq!(
        (broken.status, broken.error_kind()),
        (502, "brokenOff".to_owned())
    );
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_wake_a_sandbox_as_far_as_it_is_set_to() {
    let rig = Rig::new(IsolationChoice::Bubblewrap).await;
    let path = |what: &str| format!("/vm/{}/{what}", rig.id);
    let socket = Request::get("/")
        .header("upgrade", "websocket")
        .header("connection", "upgrade");
    let ask = Request::get("/")
        .method("HEAD")
        .header("yew-sandbox-asks", "1");
    rig.manage("POST", &path("hibernate"), "{}").await;
    for request in [socket, ask] {
        let answer = rig.send(80, request).await;
        assert_eq!(answer.header("yew-sandbox-preview"), Some("asleep"));
        assert_eq!(answer.status, 503);
    }
    // It wakes, and nothing listens there.
    assert_eq!(rig.get(80, "/").await.error_kind(), "nothingListens");
    let start = r#"{"automatic_wakeup_config":{"http":false,"websocket":false}}"#;
    rig.manage("POST", &path("start"), start).await;
    rig.manage("POST", &path("hibernate"), "{}").await;
    let page = Request::get("/").header("accept", "text/html");
    let answer = rig.send(80, page).await;
    assert_eq!(answer.status, 503);
    assert!(answer.text().contains("The sandbox sleeps"));
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn requests_keep_a_sandbox_awake_and_waiting_pages_do_not() {
    let idle = Duration::from_millis(1500);
    let mut rig = Rig::with(IsolationChoice::Bubblewrap, |options| {
        options.hibernate_after = idle
    })
    .await;
    let port = rig.listen("127.0.0.1").await;
    let end = std::time::Instant::now() + 2 * idle;
    while std::time::Instant::now() < end {
        assert_eq!(rig.get(port, "/").await.status, 200);
        tokio::time::sleep(idle / 10).await;
    }
    let ask = || {
        Request::get("/")
            .method("HEAD")
            .header("yew-sandbox-asks", "1")
    };
    soon("the sleep", async {
        while rig.send(port, ask()).await.header("yew-sandbox-preview") != Some("asleep") {
            tokio::time::sleep(idle / 10).await;
        }
    })
    .await;
    rig.server.stop().await;
}

/// A page that talked over a WebSocket alone was put to sleep under its user's hands.
#[tokio::test(flavor = "multi_thread")]
async fn messages_over_web_sockets_keep_a_sandbox_awake_and_heartbeats_do_not() {
    let idle = Duration::from_millis(1500);
    let mut rig = Rig::with(IsolationChoice::Bubblewrap, |options| {
        options.hibernate_after = idle
    })
    .await;
    let port = rig.listen("127.0.0.1").await;
    let address = format!("ws://{}/socket", rig.server.address);
    let mut request = address.into_client_request().unwrap();
    let host = rig.host(port).parse().unwrap();
    request.headers_mut().insert("host", host);
    let connecting = tokio_tungstenite::connect_async(request);
    let (mut socket, _) = soon("connecting", connecting).await.unwrap();
    let end = std::time::Instant::now() + 3 * idle;
    while std::time::Instant::now() < end {
        socket.send(Message::text("typed")).await.unwrap();
        let echo = soon("an echo", socket.next()).await.unwrap().unwrap();
        assert_eq!(echo.into_text().unwrap().as_str(), "typed");
        tokio::time::sleep(idle / 10).await;
    }
    let ask = || {
        Request::get("/")
            .method("HEAD")
            .header("yew-sandbox-asks", "1")
    };
    soon("the sleep", async {
        while rig.send(port, ask()).await.header("yew-sandbox-preview") != Some("asleep") {
            // The sandbox may fall asleep in between, and the socket ends with it.
            let _ = socket.send(Message::Ping(Vec::new().into())).await;
            let _ = socket.send(Message::text(r#"{"type":"ping"}"#)).await;
            tokio::time::sleep(idle / 10).await;
        }
    })
    .await;
    rig.server.stop().await;
}

/// Each of these was meant to reach something else than a preview of that sandbox.
#[tokio::test(flavor = "multi_thread")]
async fn only_hosts_of_previews_lead_inside() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let id = &rig.id;
    for host in [
        format!("{id}-{port}.localhost@evil"),
        format!("evil@{id}-{port}.localhost"),
        format!("{id}-{port}.localhost:80@"),
        format!("{id}-{port}.localhost:80@evil"),
        format!("{id}-0{port}.localhost"),
        format!("{id}-0.localhost"),
        format!("{id}-65536.localhost"),
        format!("{id}-..localhost"),
        format!("{id}-{port}.localhost."),
        format!("{id}-{port}.localhost.evil"),
        format!("{id}-{port}.evil"),
        format!("x.{id}-{port}.localhost"),
        format!("../{id}-{port}.localhost"),
        format!("{id}-{port}%2elocalhost"),
        format!("{id}.localhost"),
    ] {
        let answer = rig.server.send(Request::get("/").host(&host)).await;
        assert!(
            [400, 403].contains(&answer.status),
            "{host}: {}",
            answer.status
        );
        assert!(!answer.text().contains("hello"), "{host}");
    }
    let two = Request::get("/")
        .host(rig.host(port))
        .header("host", "localhost");
    assert!(!rig.server.send(two).await.text().contains("hello"));
    let foreign = Request::get("http://evil/").host(rig.host(port));
    assert!(!rig.server.send(foreign).await.text().contains("hello"));
    let unknown = format!("{}-{port}.localhost", "a".repeat(16));
    let answer = rig.server.send(Request::get("/").host(unknown)).await;
    assert_eq!(
        (answer.status, answer.error_kind()),
        (404, "notFound".to_owned())
    );
    // The server's own routes are not reached by a preview's name.
    let answer = rig.send(port, Request::create()).await;
    assert_eq!(answer.text(), "hello from inside");
    assert_eq!(rig.get(port, "/healthz").await.text(), "hello from inside");
    rig.server.stop().await;
}

/// A preview was a way to what listens on the machine itself.
#[tokio::test(flavor = "multi_thread")]
async fn programs_of_the_machine_are_out_of_reach() {
    let foreign = TcpListener::bind("127.0.0.1:0").unwrap();
    foreign.set_nonblocking(true).unwrap();
    let port = foreign.local_addr().unwrap().port();
    for isolation in isolations() {
        let rig = Rig::new(isolation).await;
        assert_eq!(rig.get(port, "/").await.error_kind(), "nothingListens");
        let (_, own) = rig.server.address.split_once(':').unwrap();
        let answer = rig.get(own.parse().unwrap(), "/healthz").await;
        assert_eq!(answer.error_kind(), "nothingListens");
        assert!(foreign.accept().is_err());
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn private_previews_need_a_token() {
    let mut rig = Rig::new(IsolationChoice::Bubblewrap).await;
    let private = rig.manage("POST", "/sandbox/default/fork", r#"{"privacy":2}"#);
    let id = private.await.json()["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let started = rig.manage("POST", &format!("/vm/{id}/start"), "{}").await;
    let text = |name: &str| started.json()["data"][name].as_str().unwrap().to_owned();
    let session = serde_json::json!({
        "sandboxId": id,
        "pitcherURL": text("pitcher_url"),
        "pitcherToken": text("pitcher_token"),
        "workspacePath": text("workspace_path"),
        "bootupType": "CLEAN",
    });
    rig.socket = connect(&serde_json::from_value(session).unwrap()).await;
    rig.socket.join().await;
    rig.id = id.clone();
    let port = rig.listen("127.0.0.1").await;
    let answer = rig
        .manage("POST", &format!("/sandbox/{id}/tokens"), "{}")
        .await;
    let token = answer.json()["data"]["token"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = |path: &str| {
        Request::get(path)
            .header("sec-fetch-mode", "navigate")
            .header("accept", "text/html")
    };

    let refused = rig.send(port, page("/")).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("This preview is private"));
    for wrong in ["", "x", "prv_v1_", &token[..token.len() - 1], "a;b"] {
        let answer = rig
            .send(port, Request::get("/").header("csb-preview-token", wrong))
            .await;
        assert_eq!(answer.status, 401, "{wrong}");
        let answer = rig.get(port, &format!("/?csb_preview_token={wrong}")).await;
        assert_eq!(answer.status, 401, "{wrong}");
    }

    let by_header = Request::get("/").header("csb-preview-token", &token);
    assert_eq!(rig.send(port, by_header).await.status, 200);
    let cookie = format!("csb_preview_token={token}");
    assert_eq!(
        rig.send(port, Request::get("/").header("cookie", &cookie))
            .await
            .status,
        200
    );
    // A program's request is answered at once; a browser's goes on without the token in its address.
    for name in ["csb_preview_token", "preview_token"] {
        let direct = rig.get(port, &format!("/head?{name}={token}")).await;
        assert_eq!(direct.status, 200);
        assert!(!direct.text().contains(&token), "{}", direct.text());
        let answer = rig
            .send(port, page(&format!("//evil/x?a=1&{name}={token}")))
            .await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/evil/x?a=1"))
        );
        assert_eq!(answer.cookie().unwrap(), cookie);
        let attributes = answer.header("set-cookie").unwrap();
        assert!(
            attributes.contains("HttpOnly") && !attributes.contains("Domain"),
            "{attributes}"
        );
    }

    let socket = |origin: String| {
        Request::get("/head")
            .header("upgrade", "websocket")
            .header("connection", "upgrade")
            .header("cookie", &cookie)
            .header("origin", origin)
    };
    let own = format!("http://{}", rig.host(3001));
    assert_eq!(rig.send(port, socket(own)).await.status, 200);
    for foreign in ["http://evil", "null", "http://other-80.localhost"] {
        assert_eq!(
            rig.send(port, socket(foreign.into())).await.status,
            403,
            "{foreign}"
        );
    }

    rig.manage("DELETE", &format!("/sandbox/{id}/tokens"), "")
        .await;
    let revoked = Request::get("/").header("csb-preview-token", &token);
    assert_eq!(rig.send(port, revoked).await.status, 401);
    let mut statuses = Vec::new();
    for _ in 0..110 {
        let guess = Request::get("/").header("csb-preview-token", "prv_v1_guess");
        statuses.push(rig.send(port, guess).await.status);
    }
    assert_eq!(statuses.last(), Some(&429));
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_in_a_frame_listen_to_the_page_around_them() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let framed = |path: &str| {
        Request::get(path)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "iframe")
            .header("accept-encoding", "gzip, br")
    };
    let script = "<script src=\"/.well-known/yew-sandbox/preview.js\"></script>";
    let page = rig.send(port, framed("/page")).await;
    assert!(
        page.text().contains(&format!("<head>{script}<title>App")),
        "{}",
        page.text()
    );
    assert_eq!(page.header("vary"), Some("sec-fetch-dest"));
    let alone = rig.get(port, "/page").await;
    assert!(!alone.text().contains("<script"), "{}", alone.text());
    let head = rig.send(port, framed("/head")).await;
    assert!(head.text().contains("accept-encoding: identity") && !head.text().contains("<script"));
    let script = rig.get(port, "/.well-known/yew-sandbox/preview.js").await;
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    let (_, own) = rig.server.address.split_once(':').unwrap();
    assert!(
        script
            .text()
            .contains(&format!("\"http://localhost:{own}\"")),
        "{}",
        script.text()
    );
    assert!(!script.text().contains(&rig.id));
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_are_archives() {
    for isolation in isolations() {
        let url = |options: &mut LocalOptions| options.public_url = Some("http://server".into());
        let mut rig = Rig::with(isolation, url).await;
        rig.socket.write_file("a.txt", "one").await;
        let request = Download {
            path: "a.txt".into(),
            excludes: None,
        };
        let url = rig.socket.call(&request).await.unwrap().download_url;
        let path = url.strip_prefix("http://server").unwrap();
        assert!(
            path.starts_with(&format!("/downloads/{}/", rig.id)),
            "{url}"
        );
        let answer = rig.server.send(Request::get(path)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/zip"));
        let name = format!("attachment; filename=\"{}.zip\"", rig.id);
        assert_eq!(answer.header("content-disposition"), Some(&*name));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.body.starts_with(b"PK\x03\x04"));
        for wrong in [
            format!("/downloads/{}/{}", rig.id, "a".repeat(64)),
            format!("/downloads/{}/a%0Aport%2080", rig.id),
            format!("/downloads/{}/x", "a".repeat(16)),
            "/downloads/..%2f/x".to_owned(),
        ] {
            let answer = rig.server.send(Request::get(&wrong)).await;
            assert_eq!(answer.status, 404, "{wrong}");
        }
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn open_streams_end_with_the_sandbox() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let address = format!("ws://{}/socket", rig.server.address);
    let mut request = address.into_client_request().unwrap();
    request
        .headers_mut()
        .insert("host", rig.host(port).parse().unwrap());
    let (mut socket, _) = tokio_tungstenite::connect_async(request).await.unwrap();
    let door = rig.data.path().join(format!("sandboxes/{}/door", rig.id));
    assert!(door.exists());
    rig.manage("POST", &format!("/vm/{}/hibernate", rig.id), "{}")
        .await;
    while let Some(Ok(_)) = soon("the end", socket.next()).await {}
    let gone = async {
        while door.exists() {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::time::timeout(DEADLINE, gone).await.unwrap();
    rig.server.stop().await;
}
