//! An agent over a real socket pair, and clients that speak real frames.

#![allow(dead_code, reason = "each test program uses its own part")]

use std::collections::{HashMap, VecDeque};
use std::os::fd::OwnedFd;
use std::os::unix::net::{UnixListener as StdUnixListener, UnixStream as StdUnixStream};
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::net::unix::OwnedWriteHalf;
use tokio::net::{UnixListener, UnixStream};
use tokio::process::Command;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use yew_sandbox_agent::{
    AgentError, AgentOptions, LinkReader, LinkWriter, Message, Parts, Permission, Visitor, run,
    run_with_door,
};
use yew_sandbox_protocol::client::{AppInfo, Join, JoinAnswer, Subscriptions};
use yew_sandbox_protocol::fs::{Change, ChangeKind, ReadFile, Watch, WatchEvent, WriteFile};
use yew_sandbox_protocol::{
    Notification, PROTOCOL_VERSION, Request, ServerFrame, WireError, decode, encode_request,
};

/// Whatever takes longer has failed.
pub(crate) const DEADLINE: Duration = Duration::from_secs(20);

type Clients = Arc<Mutex<HashMap<u32, mpsc::UnboundedSender<Event>>>>;

/// What a client gets.
#[derive(Debug)]
pub(crate) enum Event {
    Frame(ServerFrame),
    Ping,
    Close(u16, String),
}

/// The server's side of one agent.
pub(crate) struct Harness {
    pub(crate) folder: PathBuf,
    pub(crate) workspace_path: String,
    pub(crate) agent: JoinHandle<Result<(), AgentError>>,
    pub(crate) link: Arc<tokio::sync::Mutex<LinkWriter<OwnedWriteHalf>>>,
    /// What concerns no single client.
    pub(crate) control: mpsc::UnboundedReceiver<Message>,
    clients: Clients,
    next: u32,
    root: Option<TempDir>,
}

/// One client.
pub(crate) struct Client {
    pub(crate) number: u32,
    link: Arc<tokio::sync::Mutex<LinkWriter<OwnedWriteHalf>>>,
    events: mpsc::UnboundedReceiver<Event>,
    waiting: VecDeque<Event>,
    next: u64,
}

impl Harness {
    /// An agent on a new folder, without a template that a test has to know of.
    pub(crate) async fn start() -> Self {
        let root = TempDir::new().unwrap();
        let template = root.path().join("template");
        std::fs::create_dir(&template).unwrap();
        let folder = root.path().join("root");
        std::fs::create_dir(&folder).unwrap();
        let options = AgentOptions {
            template: Some(template),
            ..AgentOptions::new(folder)
        };
        let mut harness = Self::start_with(options).await;
        harness.root = Some(root);
        harness
    }

    pub(crate) async fn start_with(options: AgentOptions) -> Self {
        let folder = options.root.canonicalize().unwrap();
        let (server, agent) = UnixStream::pair().unwrap();
        Self::linked(folder, server, tokio::spawn(run(options, agent))).await
    }

    /// The agent's own program, behind a line of bash that ends with it, as `"$@"`.
    pub(crate) async fn start_program(line: &str) -> Self {
        let root = TempDir::new().unwrap();
        let folder = root.path().canonicalize().unwrap();
        let (server, link) = StdUnixStream::pair().unwrap();
        let door = StdUnixListener::bind(root.path().join("door")).unwrap();
        let folder_of_sandbox = folder.join("root");
        std::fs::create_dir(&folder_of_sandbox).unwrap();
        let mut program = Command::new("bash")
            .args(["-c", line, "bash", env!("CARGO_BIN_EXE_yew-sandbox-agent")])
            .args(["agent", "--root"])
            .arg(&folder_of_sandbox)
            .stdin(OwnedFd::from(link))
            .stdout(OwnedFd::from(door))
            .kill_on_drop(true)
            .spawn()
            .unwrap();
        let agent = tokio::spawn(async move {
            assert!(program.wait().await.unwrap().success());
            Ok(())
        });
        server.set_nonblocking(true).unwrap();
        let server = UnixStream::from_std(server).unwrap();
        let mut harness = Self::linked(folder_of_sandbox, server, agent).await;
        harness.root = Some(root);
        harness
    }

    /// An agent with a door, through which its ports and downloads are reached.
    pub(crate) async fn start_with_door(options: AgentOptions, door: UnixListener) -> Self {
        let folder = options.root.canonicalize().unwrap();
        let (server, agent) = UnixStream::pair().unwrap();
        let agent = tokio::spawn(run_with_door(options, agent, door));
        Self::linked(folder, server, agent).await
    }

    async fn linked(
        folder: PathBuf,
        server: UnixStream,
        agent: JoinHandle<Result<(), AgentError>>,
    ) -> Self {
        let (reader, writer) = server.into_split();
        let (control_sender, mut control) = mpsc::unbounded_channel();
        let clients = Clients::default();
        tokio::spawn(route(
            LinkReader::new(reader),
            clients.clone(),
            control_sender,
        ));
        let ready = timeout(DEADLINE, control.recv()).await.unwrap();
        let Some(Message::Ready { workspace_path, .. }) = ready else {
            panic!("the agent is not ready but {ready:?}: {:?}", agent.await);
        };
        Self {
            folder,
            workspace_path,
            agent,
            link: Arc::new(tokio::sync::Mutex::new(LinkWriter::new(writer))),
            control,
            clients,
            next: 1,
            root: None,
        }
    }

    /// A place in the workspace, as the host sees it.
    pub(crate) fn workspace(&self, path: &str) -> PathBuf {
        self.folder.join("project/workspace").join(path)
    }

    pub(crate) async fn send(&self, message: Message) {
        let mut link = self.link.lock().await;
        link.write(&message).await.unwrap();
        link.flush().await.unwrap();
    }

    /// A client that may write and has not joined.
    pub(crate) async fn open(&mut self, permission: Permission) -> Client {
        let number = self.next;
        let visitor = Visitor::new(permission, format!("user{number}"), format!("u{number}"));
        self.open_as(visitor).await
    }

    /// A client that the server let in with these words and that has not joined.
    pub(crate) async fn open_as(&mut self, visitor: Visitor) -> Client {
        let number = self.next;
        self.next += 1;
        let (sender, events) = mpsc::unbounded_channel();
        self.clients.lock().unwrap().insert(number, sender);
        let client = number;
        self.send(Message::Open { client, visitor }).await;
        Client {
            number,
            link: self.link.clone(),
            events,
            waiting: VecDeque::new(),
            next: 1,
        }
    }

    /// A client that has joined once the start-up was over.
    pub(crate) async fn join(&mut self, permission: Permission) -> Client {
        let mut client = self.open(permission).await;
        client.join(false).await.unwrap();
        client
    }

    pub(crate) async fn writer(&mut self) -> Client {
        self.join(Permission::Write).await
    }

    pub(crate) async fn close(&self, client: &Client) {
        let client = client.number;
        self.send(Message::Close {
            client,
            code: 1000,
            reason: String::new(),
        })
        .await;
    }

    /// Ends the link, waits for the agent's end, and gives the folder back.
    pub(crate) async fn stop(self) -> Option<TempDir> {
        // The last owner of the writing half shuts the socket down; clients may hold others.
        let mut link = self.link.lock().await;
        link.flush().await.unwrap();
        drop(link);
        self.send(Message::Hibernate).await;
        timeout(DEADLINE, self.agent)
            .await
            .unwrap()
            .unwrap()
            .unwrap();
        self.root
    }
}

impl Client {
    pub(crate) async fn send_bytes(&self, payload: Bytes) {
        let mut link = self.link.lock().await;
        let client = self.number;
        link.write(&Message::Frame { client, payload })
            .await
            .unwrap();
        link.flush().await.unwrap();
    }

    pub(crate) async fn ping(&self) {
        let mut link = self.link.lock().await;
        let client = self.number;
        link.write(&Message::Ping { client }).await.unwrap();
        link.flush().await.unwrap();
    }

    /// Sends a request and does not wait.
    pub(crate) async fn send<R: Request>(&mut self, request: &R) -> u64 {
        let id = self.next;
        self.next += 1;
        self.send_bytes(encode_request(id, request)).await;
        id
    }

    pub(crate) async fn request<R: Request>(
        &mut self,
        request: &R,
    ) -> Result<R::Answer, WireError> {
        let id = self.send(request).await;
        self.answer::<R>(id).await
    }

    /// The answer to a request; what else comes stays for others.
    pub(crate) async fn answer<R: Request>(&mut self, id: u64) -> Result<R::Answer, WireError> {
        let is_answer = |event: &Event| matches!(event, Event::Frame(ServerFrame::Answer { id: own, .. }) if *own == id);
        match self.wait_for(is_answer).await {
            Event::Frame(ServerFrame::Answer { outcome, .. }) => {
                outcome.map(|result| decode(&result).unwrap())
            }
            other => panic!("no answer: {other:?}"),
        }
    }

    /// The next notification of a kind.
    pub(crate) async fn notification<N: Notification>(&mut self) -> N {
        let is_wanted = |event: &Event| matches!(event, Event::Frame(ServerFrame::Notification { method, .. }) if method == N::METHOD);
        match self.wait_for(is_wanted).await {
            Event::Frame(ServerFrame::Notification { params, .. }) => decode(&params).unwrap(),
            other => panic!("no notification: {other:?}"),
        }
    }

    /// The next event that is wanted, in the order in which they came.
    pub(crate) async fn wait_for(&mut self, is_wanted: impl Fn(&Event) -> bool) -> Event {
        if let Some(place) = self.waiting.iter().position(&is_wanted) {
            return self.waiting.remove(place).unwrap();
        }
        loop {
            let event = timeout(DEADLINE, self.events.recv())
                .await
                .expect("nothing came in time")
                .expect("the link is closed");
            if is_wanted(&event) {
                return event;
            }
            self.waiting.push_back(event);
        }
    }

    /// All events that came so far and nobody took.
    pub(crate) fn drain(&mut self) -> Vec<Event> {
        while let Ok(event) = self.events.try_recv() {
            self.waiting.push_back(event);
        }
        self.waiting.drain(..).collect()
    }

    pub(crate) async fn join(&mut self, async_progress: bool) -> Result<JoinAnswer, WireError> {
        self.request(&join(async_progress)).await
    }

    pub(crate) async fn write(&mut self, path: &str, content: &[u8]) -> Result<(), WireError> {
        self.request(&write_file(path, content)).await
    }

    pub(crate) async fn read(&mut self, path: &str) -> Result<Bytes, WireError> {
        let answer = self.request(&ReadFile { path: path.into() }).await?;
        Ok(answer.content)
    }

    /// Starts a watch and gives its id.
    pub(crate) async fn watch(&mut self, path: &str, recursive: bool, excludes: &[&str]) -> String {
        let request = Watch {
            path: path.into(),
            recursive: Some(recursive),
            excludes: Some(excludes.iter().map(|&glob| glob.into()).collect()),
        };
        self.request(&request).await.unwrap().watch_id
    }

    /// Reads events of a watch until all of `wanted` have come, and gives all that came.
    pub(crate) async fn changes(
        &mut self,
        watch: &str,
        wanted: &[(ChangeKind, String)],
    ) -> Vec<(ChangeKind, String)> {
        let mut seen = Vec::new();
        let mut missing: Vec<_> = wanted.to_vec();
        while !missing.is_empty() {
            let event = self
                .wait_for(|event| watch_event(event).is_some_and(|event| event.watch_id == watch));
            let Some(event) = watch_event(&event.await) else {
                continue;
            };
            for Change { paths, kind } in event.events {
                for path in paths {
                    missing.retain(|other| *other != (kind, path.clone()));
                    seen.push((kind, path));
                }
            }
        }
        seen
    }
}

fn watch_event(event: &Event) -> Option<WatchEvent> {
    match event {
        Event::Frame(ServerFrame::Notification { method, params })
            if method == WatchEvent::METHOD =>
        {
            Some(decode(params).unwrap())
        }
        _ => None,
    }
}

pub(crate) fn join(async_progress: bool) -> Join {
    Join {
        client_info: AppInfo {
            protocol_version: PROTOCOL_VERSION.into(),
            app_id: "test".into(),
        },
        async_progress: Some(async_progress),
        subscriptions: Subscriptions::all(),
    }
}

pub(crate) fn write_file(path: &str, content: &[u8]) -> WriteFile {
    WriteFile {
        path: path.into(),
        content: Bytes::copy_from_slice(content),
        create: None,
        overwrite: None,
    }
}

/// Asserts that a file operation failed with an errno.
#[track_caller]
pub(crate) fn assert_errno<T: std::fmt::Debug>(
    outcome: Result<T, WireError>,
    errno: rustix::io::Errno,
) {
    let error = outcome.unwrap_err();
    assert_eq!(error.code.0, 102, "{error}");
    assert_eq!(error.errno, Some(errno.raw_os_error()), "{error}");
}

async fn route(
    mut reader: LinkReader<tokio::net::unix::OwnedReadHalf>,
    clients: Clients,
    control: mpsc::UnboundedSender<Message>,
) {
    let mut parts = Parts::default();
    while let Ok(Some(message)) = reader.read().await {
        let Some(message) = parts.take(message) else {
            continue;
        };
        let (client, event) = match message {
            Message::Frame { client, payload } => {
                (client, Event::Frame(ServerFrame::decode(&payload).unwrap()))
            }
            Message::Ping { client } => (client, Event::Ping),
            Message::Close {
                client,
                code,
                reason,
            } => (client, Event::Close(code, reason)),
            message => {
                let _ = control.send(message);
                continue;
            }
        };
        if let Some(sender) = clients.lock().unwrap().get(&client) {
            let _ = sender.send(event);
        }
    }
    clients.lock().unwrap().clear();
}
