//! A sandbox with a program that listens.

use std::net::TcpListener;
use std::time::Duration;

use yew_sandbox_protocol::port::List;
use yew_sandbox_protocol::shell::Create;
use yew_sandbox_server::local::{IsolationChoice, LocalOptions};

use crate::program::LISTEN;
use crate::support::{API_KEY, Answer, Request, Server, Socket, connect, soon};

/// A sandbox with the program listening on ports of it.
pub(crate) struct Rig {
    pub(crate) server: Server,
    pub(crate) data: tempfile::TempDir,
    pub(crate) id: String,
    pub(crate) socket: Socket,
    pub(crate) ports: Vec<u16>,
}

impl Rig {
    pub(crate) async fn new(isolation: IsolationChoice) -> Self {
        Self::with(isolation, |_| {}).await
    }

    pub(crate) async fn with(
        isolation: IsolationChoice,
        change: impl FnOnce(&mut LocalOptions),
    ) -> Self {
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
    pub(crate) async fn listening(isolation: IsolationChoice) -> (Self, u16) {
        let mut rig = Self::new(isolation).await;
        let port = rig.listen("127.0.0.1").await;
        (rig, port)
    }

    pub(crate) async fn listen(&mut self, host: &str) -> u16 {
        let port = free_port();
        self.start(host, port).await;
        self.wait_for(port).await;
        port
    }

    pub(crate) async fn start(&mut self, host: &str, port: u16) {
        self.ports.push(port);
        // A second name of a file costs nothing, and where that cannot be, it is copied.
        let root = self.data.path().join(format!("sandboxes/{}/root", self.id));
        let inside = root.join("tested");
        if !inside.exists() {
            std::fs::copy(std::env::current_exe().unwrap(), &inside).unwrap();
        }
        let command = format!(
            "for program in /tested '{}'; do \
             test -x \"$program\" && {LISTEN}={host}:{port} exec \"$program\" --exact program::program; done",
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

    pub(crate) async fn wait_for(&mut self, port: u16) {
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

    pub(crate) fn host(&self, port: u16) -> String {
        let (_, own) = self.server.address.split_once(':').unwrap();
        format!("{}-{port}.localhost:{own}", self.id)
    }

    pub(crate) async fn get(&self, port: u16, path: &str) -> Answer {
        self.send(port, Request::get(path)).await
    }

    pub(crate) async fn send(&self, port: u16, request: Request) -> Answer {
        self.server.send(request.host(self.host(port))).await
    }

    pub(crate) async fn manage(&self, method: &'static str, path: &str, body: &str) -> Answer {
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
pub(crate) fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}
