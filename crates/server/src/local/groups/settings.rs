//! What is written into which file of a group.

use super::Version;
use crate::local::limits::SandboxLimits;

/// A part of the kernel that limits groups.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Controller {
    Processes,
    Memory,
    Processors,
}

/// One file of a group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Setting {
    pub(super) file: &'static str,
    pub(super) value: String,
    /// False where a kernel may be without it.
    pub(super) is_needed: bool,
}

/// How long the time is of which a group gets its part, in microseconds.
const PERIOD: u64 = 100_000;
/// What a program of the machine weighs.
const WEIGHT_ONE: u64 = 1024;
const WEIGHT_TWO: u64 = 100;

impl Controller {
    pub(super) const ALL: [Self; 3] = [Self::Processes, Self::Memory, Self::Processors];

    /// The kernel's name.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Processes => "pids",
            Self::Memory => "memory",
            Self::Processors => "cpu",
        }
    }

    /// Without those a group protects nobody.
    pub(super) fn is_needed(self) -> bool {
        self != Self::Processors
    }

    pub(super) fn settings(self, version: Version, limits: &SandboxLimits) -> Vec<Setting> {
        let needed = |file, value: String| Setting {
            file,
            value,
            is_needed: true,
        };
        let wanted = |file, value| Setting {
            is_needed: false,
            ..needed(file, value)
        };
        let memory = limits.memory.to_string();
        let part = limits
            .cpus
            .map(|cpus| (cpus * PERIOD as f64).max(1000.0) as u64);
        let share = u64::from(limits.cpu_share.max(1));
        match (self, version) {
            (Self::Processes, _) => vec![needed("pids.max", limits.processes.to_string())],
            (Self::Memory, Version::One) => vec![
                needed("memory.limit_in_bytes", memory.clone()),
                // With swap; after the one without, which must not be higher.
                wanted("memory.memsw.limit_in_bytes", memory),
            ],
            (Self::Memory, Version::Two) => vec![
                needed("memory.max", memory),
                wanted("memory.swap.max", "0".to_owned()),
            ],
            (Self::Processors, Version::One) => {
                let weight = (WEIGHT_ONE * share / 100).max(2);
                let mut settings = vec![needed("cpu.shares", weight.to_string())];
                settings.extend(part.map(|part| wanted("cpu.cfs_quota_us", part.to_string())));
                settings
            }
            (Self::Processors, Version::Two) => {
                let weight = (WEIGHT_TWO * share / 100).clamp(1, 10_000);
                let mut settings = vec![needed("cpu.weight", weight.to_string())];
                settings.extend(part.map(|part| wanted("cpu.max", format!("{part} {PERIOD}"))));
                settings
            }
        }
    }
}
