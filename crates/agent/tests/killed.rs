//! An agent that is killed: what was answered is there, and what was being written is old or new and never a half.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use tokio::net::UnixStream;
use tokio::net::unix::{OwnedReadHalf, OwnedWriteHalf};
use tokio::time::timeout;
use yew_sandbox_agent::{
    AgentOptions, LinkReader, LinkWriter, Message, Permission, Visitor, link_from_stdin, run,
};
use yew_sandbox_protocol::client::{AppInfo, Join, Subscriptions};
use yew_sandbox_protocol::fs::WriteFile;
use yew_sandbox_protocol::{PROTOCOL_VERSION, Request, ServerFrame, encode_request};

const DEADLINE: Duration = Duration::from_secs(20);
const FILE: &str = "project/workspace/file";

fn main() {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .unwrap();
    let arguments: Vec<String> = std::env::args().collect();
    if let [_, mode, root] = arguments.as_slice()
        && mode == "agent"
    {
        let agent = async { run(AgentOptions::new(root), link_from_stdin()?).await };
        return runtime.block_on(agent).unwrap();
    }
    // A runner may ask for the list of tests, or for single ones.
    if arguments.iter().any(|argument| argument == "--list") {
        return println!("killed: test");
    }
    runtime.block_on(a_write_that_was_answered_is_there());
    println!("a_write_that_was_answered_is_there ... ok");
    runtime.block_on(a_write_that_was_cut_is_old_or_new());
    println!("a_write_that_was_cut_is_old_or_new ... ok");
}

async fn a_write_that_was_answered_is_there() {
    let root = tempfile::tempdir().unwrap();
    for round in 0..20u8 {
        let mut agent = Agent::start(root.path()).await;
        let content = vec![round; 100_000];
        agent.send(2, &write(content.clone())).await;
        agent.answer(2).await;
        agent.kill();
        assert_eq!(std::fs::read(root.path().join(FILE)).unwrap(), content);
    }
}

async fn a_write_that_was_cut_is_old_or_new() {
    let root = tempfile::tempdir().unwrap();
    let size = 2 << 20;
    for round in 0..20u8 {
        let mut agent = Agent::start(root.path()).await;
        agent.send(2, &write(vec![round; size])).await;
        agent.answer(2).await;
        for id in 3..9 {
            agent.send(id, &write(vec![100 + round; size])).await;
        }
        // It may be anywhere in those writes now, sooner or later by round.
        for _ in 0..u32::from(round) * 50 {
            tokio::task::yield_now().await;
        }
        agent.kill();
        let content = std::fs::read(root.path().join(FILE)).unwrap();
        assert_eq!(content.len(), size);
        assert!(content[0] == round || content[0] == 100 + round);
        assert!(content.iter().all(|byte| *byte == content[0]));
    }
    let mut last = Agent::start(root.path()).await;
    last.send(2, &write(Vec::new())).await;
    last.answer(2).await;
    let names = std::fs::read_dir(root.path().join("project/workspace")).unwrap();
    for name in names {
        let name = name.unwrap().file_name().into_string().unwrap();
        assert!(
            !name.starts_with(".yew-sandbox-write-"),
            "{name} was left behind"
        );
    }
    last.kill();
}

/// An agent in a process of its own, with one client.
struct Agent {
    process: Child,
    reader: LinkReader<OwnedReadHalf>,
    writer: LinkWriter<OwnedWriteHalf>,
}

impl Agent {
    /// Starts an agent and joins once its start-up is over.
    async fn start(root: &Path) -> Self {
        let (own, other) = StdUnixStream::pair().unwrap();
        let process = Command::new(std::env::current_exe().unwrap())
            .arg("agent")
            .arg(root)
            .stdin(Stdio::from(OwnedFd::from(other)))
            .spawn()
            .unwrap();
        own.set_nonblocking(true).unwrap();
        let (reader, writer) = UnixStream::from_std(own).unwrap().into_split();
        let mut agent = Self {
            process,
            reader: LinkReader::new(reader),
            writer: LinkWriter::new(writer),
        };
        let visitor = Visitor::new(Permission::Write, "user", "u");
        let open = Message::Open { client: 1, visitor };
        agent.writer.write(&open).await.unwrap();
        let join = Join {
            client_info: AppInfo {
                protocol_version: PROTOCOL_VERSION.into(),
                app_id: "test".into(),
            },
            async_progress: Some(false),
            subscriptions: Subscriptions::all(),
        };
        agent.send(1, &join).await;
        agent.answer(1).await;
        agent
    }

    async fn send<R: Request>(&mut self, id: u64, request: &R) {
        let payload = encode_request(id, request);
        let frame = Message::Frame { client: 1, payload };
        self.writer.write(&frame).await.unwrap();
        self.writer.flush().await.unwrap();
    }

    /// Waits for the success of a request.
    async fn answer(&mut self, wanted: u64) {
        loop {
            let message = timeout(DEADLINE, self.reader.read())
                .await
                .unwrap()
                .unwrap();
            let Some(Message::Frame { payload, .. }) = message else {
                assert!(message.is_some(), "the agent is gone");
                continue;
            };
            if let ServerFrame::Answer { id, outcome } = ServerFrame::decode(&payload).unwrap()
                && id == wanted
            {
                outcome.unwrap();
                return;
            }
        }
    }

    fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }
}

fn write(content: Vec<u8>) -> WriteFile {
    WriteFile {
        path: "file".into(),
        content: content.into(),
        create: None,
        overwrite: None,
    }
}
