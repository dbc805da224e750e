//! Frames of several clients, into an agent that runs.

use std::collections::HashMap;
use std::fs;
use std::path::Path;
use std::time::Duration;

use bytes::Bytes;
use tempfile::TempDir;
use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::runtime::Runtime;
use tokio::task::JoinHandle;
use tokio::time::timeout;
use yew_sandbox_agent::{
    AgentError, AgentOptions, LinkReader, LinkWriter, Message, Parts, Permission, Visitor, run,
};
use yew_sandbox_protocol::{ServerFrame, client, encode_request, fs as files};

use crate::{Target, jail, shape};

/// Inputs for one agent; the next gets an empty sandbox.
const INPUTS: usize = 500;
/// Messages of one input, at most.
const MOST: usize = 64;
/// The longest that an answer may take.
const DEADLINE: Duration = Duration::from_secs(20);
/// The number of the request that shows that the agent lives. No input asks under it but by chance.
const LAST: u64 = 0x5afe_5afe_5afe;
/// Clients whose frames an input brings: two that write, one that reads, one that has not joined.
const CLIENTS: [(Permission, bool); 4] = [
    (Permission::Write, true),
    (Permission::Write, true),
    (Permission::Read, true),
    (Permission::Write, false),
];

/// An agent with four clients of which anything may come, and one that asks whether it still answers.
#[derive(Debug)]
pub struct Dispatcher {
    runtime: Runtime,
    agent: Option<Live>,
}

impl Target for Dispatcher {
    fn new() -> Self {
        assert!(
            jail::is_inside(),
            "agents run programs: enter the jail first"
        );
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        Self {
            runtime: runtime.unwrap_or_else(|error| panic!("no runtime: {error}")),
            agent: None,
        }
    }

    /// A byte for the client and the kind of message, two for the length, and the message; and so on.
    fn take(&mut self, input: &[u8]) {
        let mut agent = match self.agent.take() {
            Some(agent) if agent.taken < INPUTS => agent,
            before => self.runtime.block_on(async {
                if let Some(before) = before {
                    before.end().await;
                }
                Live::start().await
            }),
        };
        self.runtime.block_on(agent.take(input));
        self.agent = Some(agent);
    }
}

/// One agent.
#[derive(Debug)]
struct Live {
    taken: usize,
    /// The numbers on the link of [`CLIENTS`].
    clients: [u32; CLIENTS.len()],
    observer: u32,
    next: u32,
    reader: LinkReader<OwnedReadHalf>,
    parts: Parts,
    writer: LinkWriter<OwnedWriteHalf>,
    agent: JoinHandle<Result<(), AgentError>>,
    around: TempDir,
}

impl Live {
    async fn start() -> Self {
        let around = tempfile::tempdir_in(jail::SCRATCH);
        let around = around.unwrap_or_else(|error| panic!("no folder: {error}"));
        fs::write(around.path().join("outside.txt"), "outside").expect("a file outside");
        let root = around.path().join("root");
        fs::create_dir(&root).expect("a root");
        let (server, agent) = UnixStream::pair().expect("a link");
        let agent = tokio::spawn(run(AgentOptions::new(root), agent));
        let (reader, writer) = server.into_split();
        let mut live = Self {
            taken: 0,
            clients: [0; CLIENTS.len()],
            observer: 0,
            next: 1,
            reader: LinkReader::new(reader),
            parts: Parts::default(),
            writer: LinkWriter::new(writer),
            agent,
            around,
        };
        live.observer = live.open(Permission::Write, true).await;
        for (place, (permission, joins)) in CLIENTS.into_iter().enumerate() {
            live.clients[place] = live.open(permission, joins).await;
        }
        live
    }

    /// Lets a client in.
    async fn open(&mut self, permission: Permission, joins: bool) -> u32 {
        let client = self.next;
        self.next += 1;
        let visitor = Visitor::new(permission, format!("user{client}"), format!("u{client}"));
        self.write(Message::Open { client, visitor }).await;
        if joins {
            let join = client::Join {
                client_info: client::AppInfo {
                    protocol_version: yew_sandbox_protocol::PROTOCOL_VERSION.into(),
                    app_id: "fuzz".into(),
                },
                async_progress: Some(true),
                subscriptions: client::Subscriptions::all(),
            };
            let payload = encode_request(0, &join);
            self.write(Message::Frame { client, payload }).await;
        }
        client
    }

    async fn take(&mut self, mut input: &[u8]) {
        self.taken += 1;
        for _ in 0..MOST {
            let [head, high, low, rest @ ..] = input else {
                break;
            };
            let length = usize::from(u16::from_be_bytes([*high, *low]));
            let (message, rest) = rest.split_at(length.min(rest.len()));
            self.bring(*head, message).await;
            input = rest;
        }
        self.still_answers().await;
        self.is_contained();
    }

    async fn bring(&mut self, head: u8, message: &[u8]) {
        let place = usize::from(head % 4);
        let client = self.clients[place];
        match head / 4 % 8 {
            0..4 => {
                let payload = Bytes::copy_from_slice(message);
                self.write(Message::Frame { client, payload }).await;
            }
            4..6 => {
                let payload = shape::frame(message).into();
                self.write(Message::Frame { client, payload }).await;
            }
            6 => {
                self.close(client).await;
                self.clients[place] = self.open(CLIENTS[place].0, CLIENTS[place].1).await;
            }
            _ => {
                let is_behind = message.first().is_some_and(|byte| byte % 2 == 1);
                self.write(Message::Ping { client }).await;
                self.write(Message::Behind { client, is_behind }).await;
            }
        }
    }

    async fn close(&mut self, client: u32) {
        let close = Message::Close {
            client,
            code: 1000,
            reason: String::new(),
        };
        self.write(close).await;
    }

    /// The observer is answered, to a ping and to a request, and so is every other client that was not closed.
    async fn still_answers(&mut self) {
        let client = self.observer;
        self.write(Message::Ping { client }).await;
        let mut awaited: HashMap<u32, bool> = HashMap::new();
        for client in self.clients.into_iter().chain([self.observer]) {
            let stat = files::Stat { path: "/".into() };
            let payload = encode_request(LAST, &stat);
            self.write(Message::Frame { client, payload }).await;
            awaited.insert(client, false);
        }
        self.writer.flush().await.expect("the agent reads");
        let mut is_pinged = false;
        while !is_pinged || !awaited.is_empty() {
            match self.next().await {
                Message::Frame { client, payload } => {
                    let frame = ServerFrame::decode(&payload);
                    let frame =
                        frame.unwrap_or_else(|error| panic!("the agent wrote no frame: {error}"));
                    if matches!(frame, ServerFrame::Answer { id: LAST, .. }) {
                        awaited.remove(&client);
                    }
                }
                Message::Ping { client } => is_pinged |= client == self.observer,
                Message::Close { client, reason, .. } => {
                    assert_ne!(client, self.observer, "{reason}");
                    awaited.remove(&client);
                    if let Some(place) = self.clients.iter().position(|open| *open == client) {
                        self.clients[place] = self.open(CLIENTS[place].0, CLIENTS[place].1).await;
                    }
                }
                // A client may ask for a hibernation; the server then decides.
                Message::Hibernate | Message::Ready { .. } => {}
                other => panic!("an agent says nothing like {other:?}"),
            }
        }
    }

    /// Nothing is beside the root but what was there.
    fn is_contained(&self) {
        let names = |folder: &Path| -> Vec<_> {
            let entries = fs::read_dir(folder).expect("a folder").flatten();
            let mut names: Vec<_> = entries.map(|entry| entry.file_name()).collect();
            names.sort();
            names
        };
        assert_eq!(names(self.around.path()), ["outside.txt", "root"]);
        assert_eq!(names(Path::new(jail::SCRATCH)).len(), 1);
        let outside = fs::read(self.around.path().join("outside.txt"));
        assert_eq!(outside.expect("a file outside"), b"outside");
    }

    async fn next(&mut self) -> Message {
        loop {
            let message = match timeout(DEADLINE, self.reader.read()).await {
                Ok(Ok(Some(message))) => message,
                Ok(Ok(None)) => panic!("the agent ended"),
                Ok(Err(error)) => panic!("the link broke: {error}"),
                Err(_) => panic!("the agent does not answer"),
            };
            if let Some(message) = self.parts.take(message) {
                return message;
            }
        }
    }

    async fn write(&mut self, message: Message) {
        let written = timeout(DEADLINE, self.writer.write(&message)).await;
        written
            .expect("the agent takes no more")
            .expect("the agent reads");
    }

    /// Ends as a server does that puts a sandbox to sleep.
    async fn end(mut self) {
        self.write(Message::Hibernate).await;
        self.writer.flush().await.expect("the agent reads");
        let rest = async { while let Ok(Some(_)) = self.reader.read().await {} };
        timeout(DEADLINE, rest).await.expect("the agent ends");
        let ended = timeout(DEADLINE, self.agent).await.expect("the agent ends");
        ended.expect("it does not panic").expect("it ends in order");
    }
}
