//! The server as people start it, with a sandbox in it.

use std::collections::BTreeSet;
use std::ffi::OsStr;
use std::fs;

use rustix::process::Signal;
use tempfile::TempDir;
use yew_sandbox_protocol::Session;

use super::value::map;
use super::wire::Wire;
use crate::support::{Binary, Request};

/// A server, a sandbox, and the processes of its agent.
#[derive(Debug)]
pub struct World {
    pub session: Session,
    cookie: String,
    server: Binary,
    agent: BTreeSet<u32>,
    _data: TempDir,
}

/// Runs a test in a sandbox of its own in each isolation. Afterwards the agent is the one that it was, serves, and
/// has not complained.
pub async fn in_each(test: impl AsyncFn(&mut World)) {
    for isolation in ["bwrap", "none"] {
        let mut world = World::start(isolation).await;
        test(&mut world).await;
        world.end().await;
    }
}

impl World {
    async fn start(isolation: &str) -> Self {
        let data = tempfile::tempdir().unwrap();
        let arguments: [&OsStr; 4] = [
            "--data-dir".as_ref(),
            data.path().as_ref(),
            "--isolation".as_ref(),
            isolation.as_ref(),
        ];
        let server = Binary::start(&arguments).await;
        let created = Request::create().send(&server.address).await;
        let (session, cookie) = (created.session(), created.cookie().unwrap());
        let agent = agent_of(server.child.id().unwrap());
        assert!(!agent.is_empty());
        Self {
            session,
            cookie,
            server,
            agent,
            _data: data,
        }
    }

    /// A connection that has joined.
    pub async fn wire(&self) -> Wire {
        Wire::joined(&self.session).await
    }

    /// Resumes the sandbox, in an agent of its own.
    pub async fn wake(&mut self) {
        let path = format!("/api/sandboxes/{}", self.session.sandbox_id);
        let request = Request::get(path).header("cookie", self.cookie.clone());
        self.session = request.send(&self.server.address).await.session();
        self.agent = agent_of(self.server.child.id().unwrap());
    }

    /// The sandbox is as well as before.
    pub async fn is_well(&self, wire: &mut Wire) {
        let text = map! {"path": "well.txt", "content": b"well".as_slice()};
        wire.ask("fs/writeFile", text).await.unwrap();
        assert_eq!(agent_of(self.server.child.id().unwrap()), self.agent);
    }

    async fn end(self) {
        self.is_well(&mut self.wire().await).await;
        self.server.signal(Signal::TERM);
        let (status, log) = self.server.ended().await;
        assert!(status.success(), "{log}");
        assert!(!log.contains("panicked"), "{log}");
    }
}

/// The kernel's mark of a process that is still a copy of the one that made it, such as a `git` that is about to begin.
const COPY: u64 = 0x40;

/// The processes of agents that a server started.
fn agent_of(server: u32) -> BTreeSet<u32> {
    let mut family = BTreeSet::from([server]);
    let all: Vec<(u32, u32, bool)> = fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| {
            let number = entry.file_name().to_str()?.parse().ok()?;
            let stat = fs::read_to_string(entry.path().join("stat")).ok()?;
            let (_, after_name) = stat.rsplit_once(')')?;
            let fields: Vec<&str> = after_name.split_whitespace().collect();
            let flags: u64 = fields.get(6)?.parse().ok()?;
            Some((number, fields.get(1)?.parse().ok()?, flags & COPY != 0))
        })
        .collect();
    loop {
        let before = family.len();
        let children = all.iter().filter(|(_, parent, _)| family.contains(parent));
        let children: Vec<u32> = children.map(|(number, ..)| *number).collect();
        family.extend(children);
        if family.len() == before {
            break;
        }
    }
    let copies = all.iter().filter(|(_, _, is_copy)| *is_copy);
    let copies: BTreeSet<u32> = copies.map(|(number, ..)| *number).collect();
    let is_agent = |number: &u32| {
        if copies.contains(number) {
            return false;
        }
        let line = fs::read(format!("/proc/{number}/cmdline")).unwrap_or_default();
        let mut arguments = line.split(|byte| *byte == 0);
        arguments.any(|argument| argument == b"agent")
    };
    family.into_iter().filter(is_agent).collect()
}
