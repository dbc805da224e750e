//! What a fake sandbox begins with.

use std::collections::{BTreeMap, VecDeque};
use std::fmt;

use bytes::Bytes;
use yew_sandbox_protocol::system::Metrics;

use super::command::FakeCommand;
use super::notices::Notices;
use super::paths::resolve;
use super::ports::OpenPorts;
use super::repository::FakeGit;
use super::sandbox::FakeSandbox;
use super::setup::FakeStep;
use super::state::State;
use super::system::usual_metrics;
use super::tasks::FakeTask;
use super::terminals::Scripts;
use super::tree::Tree;
use crate::send::{MaybeSend, MaybeSync};

/// Makes a [`FakeSandbox`]. Whatever is not said is empty.
///
/// ```
/// use yew_sandbox_client::fake::FakeSandbox;
///
/// let fake = FakeSandbox::builder()
///     .file("src/main.rs", "fn main() {}\n")
///     .files((0..100_000).map(|number| (format!("many/{number}.txt"), "")))
///     .directory("empty")
///     .port(5173)
///     .build();
/// assert_eq!(fake.text("src/main.rs").as_deref(), Some("fn main() {}\n"));
/// ```
pub struct FakeSandboxBuilder {
    state: State,
}

impl FakeSandboxBuilder {
    pub(super) fn new() -> Self {
        Self {
            state: State {
                id: "fake".to_owned(),
                username: "you".to_owned(),
                may_write: true,
                tree: Tree::new(),
                parts: BTreeMap::new(),
                watches: Vec::new(),
                steps: Vec::new(),
                is_setup_stopped: false,
                start_up: None,
                ports: OpenPorts::default(),
                shells: Vec::new(),
                scripts: Scripts::default(),
                tasks: Vec::new(),
                has_tasks_file: false,
                git: None,
                channels: BTreeMap::new(),
                others: Vec::new(),
                notices: Notices::default(),
                metrics: usual_metrics(),
                connections: BTreeMap::new(),
                outgoing: VecDeque::new(),
                incoming: VecDeque::new(),
                is_held: false,
                is_reachable: true,
                is_online: true,
                is_asleep: false,
                refusals: VecDeque::new(),
                online: BTreeMap::new(),
                focus: BTreeMap::new(),
                seen: VecDeque::new(),
                plans: BTreeMap::new(),
                due: Vec::new(),
                platform: None,
                last_id: 0,
            },
        }
    }

    /// The sandbox's id. Default: `fake`.
    #[must_use]
    pub fn id(mut self, id: &str) -> Self {
        self.state.id = id.to_owned();
        self
    }

    /// The name of the clients' user. Default: `you`.
    #[must_use]
    pub fn username(mut self, name: &str) -> Self {
        self.state.username = name.to_owned();
        self
    }

    /// Sessions that may only read: whatever changes the sandbox is refused.
    #[must_use]
    pub fn read_only(mut self) -> Self {
        self.state.may_write = false;
        self
    }

    /// A file with the directories that it needs. Relative paths begin at the workspace, `/project/workspace`. A path that cannot
    /// be, such as one with a NUL, is passed over.
    #[must_use]
    pub fn file(self, path: &str, content: impl Into<Bytes>) -> Self {
        self.files([(path, content)])
    }

    /// Many files. 100,000 names take about 0.1 s, and 1 s in a build without optimization.
    #[must_use]
    pub fn files<P: AsRef<str>, C: Into<Bytes>>(
        mut self,
        files: impl IntoIterator<Item = (P, C)>,
    ) -> Self {
        for (path, content) in files {
            if let Ok(path) = resolve(path.as_ref()) {
                self.state.tree.place(&path, content.into());
            }
        }
        self
    }

    /// A directory and all above it.
    #[must_use]
    pub fn directory(mut self, path: &str) -> Self {
        if let Ok(path) = resolve(path) {
            self.state.tree.make_directories(&path);
        }
        self
    }

    /// One more step of the set-up.
    #[must_use]
    pub fn step(mut self, step: FakeStep) -> Self {
        self.state.steps.push(step);
        self
    }

    /// An open port, at the host `{id}-{port}.fake.invalid`. Say the [`id`](Self::id) before.
    #[must_use]
    pub fn port(mut self, port: u16) -> Self {
        self.state.open_port(port, None);
        self
    }

    /// An open port at a host of your choice, without a scheme.
    #[must_use]
    pub fn port_at(mut self, port: u16, host: &str) -> Self {
        self.state.open_port(port, Some(host));
        self
    }

    /// The repository of the workspace. Default: it is none.
    #[must_use]
    pub fn git(mut self, git: FakeGit) -> Self {
        self.state.git = Some(git);
        self
    }

    /// One more task.
    #[must_use]
    pub fn task(mut self, task: FakeTask) -> Self {
        self.state.tasks.push(task);
        self
    }

    /// What a command line does, in terminals, commands and tasks.
    #[must_use]
    pub fn command(mut self, line: &str, command: FakeCommand) -> Self {
        self.state.scripts.set_line(line, command);
        self
    }

    /// What all other command lines do; see [`FakeSandbox::on_command`].
    #[must_use]
    pub fn on_command(
        mut self,
        script: impl Fn(&str) -> Option<FakeCommand> + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        self.state.scripts.set_function(script);
        self
    }

    /// Another client that is there.
    #[must_use]
    pub fn other_client(mut self, name: &str) -> Self {
        let info = self.state.new_client(name, "fake");
        self.state.others.push(info);
        self
    }

    /// What the sandbox uses. Default: half of 2 cores, 4 GiB of memory and 20 GiB of disk.
    #[must_use]
    pub fn metrics(mut self, metrics: Metrics) -> Self {
        self.state.metrics = metrics;
        self
    }

    /// The sandbox.
    pub fn build(mut self) -> FakeSandbox {
        if let Some(git) = self.state.git.take() {
            self.state.begin_git(git);
        }
        let steps = std::mem::take(&mut self.state.steps);
        self.state.set_steps(steps);
        // It began like this: nobody hears of it as of a change.
        self.state.tree.changes.clear();
        self.state.outgoing.clear();
        FakeSandbox::from_state(self.state)
    }
}

impl fmt::Debug for FakeSandboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeSandboxBuilder")
    }
}
