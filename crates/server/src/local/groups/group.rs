//! The groups of one sandbox, one in each hierarchy.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};

use super::{Hierarchy, Version};
use crate::local::limits::SandboxLimits;

/// How long the kernel may take to see that a group is empty.
const EMPTY: Duration = Duration::from_secs(2);
/// How often it is asked.
const LOOK: Duration = Duration::from_millis(5);
/// The processes of a group, and the way in.
const PROCESSES: &str = "cgroup.procs";

/// The groups of one sandbox. Dropped, they and all processes in them end.
#[derive(Debug)]
pub(crate) struct Group {
    folders: Vec<PathBuf>,
}

impl Group {
    pub(super) fn create(
        version: Version,
        hierarchies: &[Hierarchy],
        name: &str,
        limits: &SandboxLimits,
    ) -> io::Result<Self> {
        let mut group = Self {
            folders: Vec::new(),
        };
        for hierarchy in hierarchies {
            let folder = hierarchy.parent.join(name);
            // One of that name was left by an earlier life of this very sandbox.
            remove(&folder)?;
            fs::create_dir(&folder)?;
            group.folders.push(folder.clone());
            for controller in &hierarchy.controllers {
                for setting in controller.settings(version, limits) {
                    let written = fs::write(folder.join(setting.file), &setting.value);
                    if setting.is_needed {
                        written?;
                    }
                }
            }
        }
        Ok(group)
    }

    /// The files into which a process writes its number to be one of the group, as do all that it starts then.
    pub(crate) fn entrances(&self) -> impl Iterator<Item = PathBuf> {
        self.folders.iter().map(|folder| folder.join(PROCESSES))
    }

    /// Ends what is in it, and removes it. Waits for the kernel, 2 s at most.
    pub(crate) fn end(mut self) -> io::Result<()> {
        std::mem::take(&mut self.folders)
            .iter()
            .map(|folder| remove(folder))
            .fold(Ok(()), Result::and)
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        for folder in &self.folders {
            if let Err(error) = remove(folder) {
                tracing::warn!(folder = %folder.display(), %error, "a control group stays behind");
            }
        }
    }
}

fn remove(folder: &Path) -> io::Result<()> {
    let start = Instant::now();
    loop {
        match fs::remove_dir(folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(()),
            Err(error) if error.kind() == io::ErrorKind::ResourceBusy => {
                if start.elapsed() > EMPTY {
                    return Err(error);
                }
                kill_all(folder);
                thread::sleep(LOOK);
            }
            removed => return removed,
        }
    }
}

fn kill_all(folder: &Path) {
    let processes = fs::read_to_string(folder.join(PROCESSES)).unwrap_or_default();
    let processes = processes.lines().filter_map(|line| line.parse().ok());
    for process in processes.filter_map(Pid::from_raw) {
        // It may be gone already.
        let _ = kill_process(process, Signal::KILL);
    }
}
