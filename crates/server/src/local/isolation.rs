//! How sandboxes are kept apart from each other and from the machine.

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::process::Stdio;

use tokio::process::Command;

use super::bubblewrap::Bubblewrap;
use super::limits::SandboxLimits;

/// The first system user that is used where the server runs as root.
const FIRST_UID: u32 = 200_000;
/// The last uid that may be used, below those that have a meaning of their own.
const LAST_UID: u32 = 2_000_000_000;

/// How sandboxes shall be kept apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum IsolationChoice {
    /// The best there is on this machine, and never none: where there is none, the start fails.
    #[default]
    Auto,
    /// Bubblewrap: namespaces, no network, no privileges, limits on processes and memory.
    Bubblewrap,
    /// None: whoever has a sandbox can do what the server's own user can.
    None,
}

/// How they are kept apart.
#[derive(Clone, Debug)]
pub(crate) enum Isolation {
    Bubblewrap(Bubblewrap),
    None,
}

/// One process to start.
#[derive(Clone, Debug)]
pub(crate) struct Launch {
    /// The agent's program.
    pub(crate) program: PathBuf,
    /// The sandbox's `/`.
    pub(crate) root: PathBuf,
    /// What new workspaces are filled with.
    pub(crate) template: Option<PathBuf>,
    /// Whose the process and its files are, where that is not the server's own user.
    pub(crate) owner: Option<Owner>,
    /// What it may use of the machine.
    pub(crate) limits: SandboxLimits,
    /// The control groups that it shall be in, by the files that let a process in.
    pub(crate) groups: Vec<PathBuf>,
    /// What the agent is told besides where its files are.
    pub(crate) told: Vec<OsString>,
    /// What processes inside find in their environment besides the usual.
    pub(crate) environment: Vec<(&'static str, OsString)>,
}

/// A system user.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Owner {
    pub(crate) uid: u32,
    pub(crate) gid: u32,
}

impl Isolation {
    pub(crate) fn name(&self) -> &'static str {
        match self {
            Self::Bubblewrap(_) => "bwrap",
            Self::None => "none",
        }
    }

    /// Whether sandboxes are kept from taking all of the machine.
    pub(crate) fn limits(&self) -> bool {
        match self {
            Self::Bubblewrap(_) => true,
            Self::None => false,
        }
    }

    /// The system user that the isolation is tried with: nobody's.
    pub(crate) fn probe_owner() -> Option<Owner> {
        let uid = FIRST_UID - 1;
        runs_as_root().then_some(Owner { uid, gid: uid })
    }

    /// The system user of a sandbox.
    ///
    /// Isolated by root, each gets its own: with root's own, a way out of the isolation would lead to root.
    pub(crate) fn owner(&self, number: u32) -> Option<Owner> {
        match self {
            Self::Bubblewrap(_) if runs_as_root() => {
                let uid = FIRST_UID.saturating_add(number).min(LAST_UID);
                Some(Owner { uid, gid: uid })
            }
            Self::Bubblewrap(_) | Self::None => None,
        }
    }

    /// The command that runs the agent. Its input is the link, its output the door, its error output is for the log.
    pub(crate) fn agent(&self, launch: &Launch) -> Command {
        let mut command = match self {
            Self::Bubblewrap(bubblewrap) => {
                let mut arguments = vec!["agent".into(), "--root".into(), "/".into()];
                arguments.push("--isolated".into());
                if launch.template.is_some() {
                    arguments.push("--template".into());
                    arguments.push(Bubblewrap::TEMPLATE.into());
                }
                arguments.extend(launch.told.iter().cloned());
                bubblewrap.command(launch, &arguments)
            }
            Self::None => {
                let mut command = Command::new(&launch.program);
                command.arg("agent").arg("--root").arg(&launch.root);
                if let Some(template) = &launch.template {
                    command.arg("--template").arg(template);
                }
                command.args(&launch.told);
                command
                    .env_clear()
                    .envs(environment(&launch.root.join("home/sandbox")))
                    .envs(launch.environment.iter().cloned());
                command.current_dir(&launch.root);
                command
            }
        };
        command.stderr(Stdio::piped());
        // A group of its own: Ctrl-C at the server's terminal is for the server, which ends it in order.
        command.process_group(0).kill_on_drop(true);
        command
    }
}

/// All that a process inside sees of the server's environment.
pub(crate) fn environment(home: &Path) -> [(&'static str, PathBuf); 6] {
    [
        ("PATH", "/usr/local/bin:/usr/bin:/bin".into()),
        ("HOME", home.to_owned()),
        ("TERM", "xterm-256color".into()),
        ("LANG", "C.UTF-8".into()),
        // For the agent, which keeps them from what it starts: memory of large files goes back at once.
        ("MALLOC_ARENA_MAX", "1".into()),
        ("MALLOC_MMAP_THRESHOLD_", "1048576".into()),
    ]
}

fn runs_as_root() -> bool {
    rustix::process::geteuid().is_root()
}
