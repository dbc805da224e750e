//! Control groups: limits of the kernel on all processes of a sandbox together.
//!
//! | there is | what is limited |
//! | --- | --- |
//! | version 2, delegated to this server | processes, memory with swap, processors |
//! | version 1, and the server is root | the same |
//! | neither | each process by itself, by the limits that it starts with |

mod find;
mod group;
mod settings;

use std::path::PathBuf;

pub(crate) use group::Group;
use settings::Controller;

use super::limits::SandboxLimits;

/// Which kind of groups there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Version {
    /// A hierarchy of folders for each controller.
    One,
    /// One hierarchy for all controllers.
    Two,
}

/// Where this server makes its groups.
#[derive(Clone, Debug)]
pub(crate) struct Groups {
    version: Version,
    hierarchies: Vec<Hierarchy>,
}

/// A folder of the kernel's in which groups can be made.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Hierarchy {
    parent: PathBuf,
    controllers: Vec<Controller>,
}

/// What the names of all groups begin with. The server's process comes next, then the sandbox.
const PREFIX: &str = "yew-sandbox-";

impl Groups {
    /// The best there is here, tried out. None: the kernel has none for this server.
    pub(crate) fn find() -> Option<Self> {
        find::find()
    }

    /// For the log.
    pub(crate) fn name(&self) -> &'static str {
        match self.version {
            Version::One => "cgroup v1",
            Version::Two => "cgroup v2",
        }
    }

    /// A group of its own for a sandbox, with its limits in force and no process in it.
    pub(crate) fn create(&self, sandbox: &str, limits: &SandboxLimits) -> std::io::Result<Group> {
        let name = format!("{PREFIX}{}-{sandbox}", std::process::id());
        Group::create(self.version, &self.hierarchies, &name, limits)
    }

    /// Removes the groups of servers that ended without doing so. Their processes ended with them.
    pub(crate) fn sweep(&self) {
        for hierarchy in &self.hierarchies {
            for entry in std::fs::read_dir(&hierarchy.parent).into_iter().flatten() {
                let Ok(entry) = entry else { continue };
                let name = entry.file_name();
                if name.to_str().is_some_and(is_left_behind) {
                    // One that holds a process stays: the kernel refuses.
                    let _ = std::fs::remove_dir(entry.path());
                }
            }
        }
    }
}

/// Whether a group is one of a server that is no more.
fn is_left_behind(name: &str) -> bool {
    let server = name
        .strip_prefix(PREFIX)
        .and_then(|rest| rest.split_once('-')?.0.parse::<u32>().ok());
    server.is_some_and(|server| !PathBuf::from(format!("/proc/{server}")).exists())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_groups_of_ended_servers_are_left_behind() {
        let own = std::process::id();
        assert!(!is_left_behind(&format!("yew-sandbox-{own}-abc")));
        // Higher than the kernel counts.
        assert!(is_left_behind("yew-sandbox-4294967295-abc"));
        for other in [
            "yew-sandbox-server",
            "yew-sandbox-x-abc",
            "system.slice",
            "yew-sandbox-1",
        ] {
            assert!(!is_left_behind(other), "{other}");
        }
    }
}
