//! What one sandbox may use of the machine.

use crate::manage::Tier;

const MIB: u64 = 1 << 20;
const GIB: u64 = 1 << 30;

/// What one sandbox may use of the machine. A size that was given to a sandbox goes before memory, disk and processors.
#[derive(Clone, Copy, Debug, PartialEq)]
#[non_exhaustive]
pub struct SandboxLimits {
    /// Processes and threads. 256 by default.
    pub processes: u32,
    /// Memory of all processes together, in bytes; also the data of each single one. 2 GiB by default.
    pub memory: u64,
    /// How much of a processor it gets where all want some, in percent of what a program of the machine gets. 100 by
    /// default, at least 1.
    pub cpu_share: u32,
    /// Processors that it may keep busy. None, the default: all.
    pub cpus: Option<f64>,
    /// Bytes that its files take on the disk. 4 GiB by default.
    pub disk: u64,
    /// Files, folders and links. 500,000 by default.
    pub files: u64,
    /// The largest file that a program may write, in bytes. 1 GiB by default.
    pub file_size: u64,
    /// Files that one process may have open. 4,096 by default.
    pub open_files: u64,
}

impl Default for SandboxLimits {
    fn default() -> Self {
        Self {
            processes: 256,
            memory: 2 * GIB,
            cpu_share: 100,
            cpus: None,
            disk: 4 * GIB,
            files: 500_000,
            file_size: GIB,
            open_files: 4096,
        }
    }
}

impl SandboxLimits {
    /// Those of a sandbox of this size.
    pub(crate) fn of(self, tier: Option<Tier>) -> Self {
        let Some(tier) = tier else { return self };
        Self {
            memory: u64::from(tier.memory()) * GIB,
            disk: u64::from(tier.storage()) * GIB,
            cpus: Some(f64::from(tier.processors())),
            ..self
        }
    }

    /// For the log.
    pub(crate) fn describe(&self) -> String {
        let cpus = self.cpus.map(|cpus| format!(", {cpus} processors"));
        format!(
            "{} processes, {} MiB of memory, {} % of a processor when busy{}, {} MiB of disk, {} files",
            self.processes,
            self.memory / MIB,
            self.cpu_share,
            cpus.unwrap_or_default(),
            self.disk / MIB,
            self.files
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_goes_before_the_defaults() {
        let limits = SandboxLimits::default();
        assert_eq!(limits.of(None), limits);
        let nano = limits.of(Some(Tier::Nano));
        assert_eq!((nano.memory, nano.disk), (4 * GIB, 20 * GIB));
        assert_eq!((nano.cpus, nano.processes), (Some(2.0), 256));
    }
}
