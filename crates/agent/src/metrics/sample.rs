//! One look at what the sandbox uses. Everything here may block.

use std::collections::{HashMap, HashSet};
use std::fs;

use rustix::param::{clock_ticks_per_second, page_size};
use tokio::time::Instant;
use yew_sandbox_protocol::system::{AmountMetrics, CpuMetrics, Metrics};

use crate::allowance::Allowance;
use crate::files::Root;

/// What is known at one moment.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    at: Instant,
    /// What the processes have used since they started, in seconds of one core.
    cpu: f64,
    /// What the processes hold, in KiB.
    memory: f64,
    /// What there is, in KiB.
    memory_total: f64,
    storage: AmountMetrics,
}

/// What the system tells of a process.
#[derive(Debug, Default, PartialEq)]
struct Process {
    parent: u32,
    ticks: u64,
    pages: u64,
}

impl Sample {
    /// Looks at all processes that this one sees where it is inside an isolation, else at itself and its descendants.
    pub(super) fn take(root: &Root) -> Self {
        let mut processes = processes();
        if !root.is_whole_system() {
            let own = family(&processes, std::process::id());
            processes.retain(|process, _| own.contains(process));
        }
        let ticks: u64 = processes.values().map(|process| process.ticks).sum();
        let pages: u64 = processes.values().map(|process| process.pages).sum();
        Self {
            at: Instant::now(),
            cpu: ticks as f64 / clock_ticks_per_second() as f64,
            memory: (pages * page_size() as u64) as f64 / 1024.0,
            memory_total: memory_total(),
            storage: storage(root),
        }
    }

    /// What is used, as it was on average since an earlier look, and what may be: all that there is, where nobody said.
    pub(super) fn since(&self, earlier: &Self, allowance: Option<Allowance>) -> Metrics {
        let cores = cores();
        let seconds = self.at.duration_since(earlier.at).as_secs_f64();
        // Processes that ended take their time with them.
        let used = (self.cpu - earlier.cpu).max(0.0) / seconds.max(0.001);
        let mut metrics = Metrics {
            cpu: CpuMetrics {
                cores,
                used: (used.min(cores) * 1000.0).round() / 1000.0,
                configured: cores,
            },
            memory: AmountMetrics {
                used: self.memory,
                total: self.memory_total,
                configured: self.memory_total,
            },
            storage: self.storage.clone(),
        };
        if let Some(allowance) = allowance {
            allow(&mut metrics, allowance);
        }
        metrics
    }
}

/// Nobody may use more than there is.
fn allow(metrics: &mut Metrics, allowance: Allowance) {
    let kib = |bytes: u64| bytes as f64 / 1024.0;
    if let Some(millicores) = allowance.millicores {
        metrics.cpu.configured = (f64::from(millicores) / 1000.0).min(metrics.cpu.cores);
    }
    if let Some(memory) = allowance.memory {
        metrics.memory.configured = kib(memory).min(metrics.memory.total);
    }
    metrics.storage.used = kib(allowance.disk_used);
    metrics.storage.configured = kib(allowance.disk).min(metrics.storage.total);
}

fn cores() -> f64 {
    std::thread::available_parallelism().map_or(1.0, |cores| cores.get() as f64)
}

fn processes() -> HashMap<u32, Process> {
    let Ok(entries) = fs::read_dir("/proc") else {
        return HashMap::new();
    };
    let numbers = entries.flatten();
    let numbers = numbers.filter_map(|entry| entry.file_name().to_str()?.parse::<u32>().ok());
    numbers
        .filter_map(|number| {
            let text = fs::read(format!("/proc/{number}/stat")).ok()?;
            Some((number, process(&String::from_utf8_lossy(&text))?))
        })
        .collect()
}

fn process(text: &str) -> Option<Process> {
    // The name is in parentheses and may hold some itself.
    let (_, rest) = text.rsplit_once(')')?;
    let fields: Vec<&str> = rest.split_ascii_whitespace().collect();
    // Its own time and that of its children that ended.
    let ticks = fields.get(11..15)?.iter();
    Some(Process {
        parent: fields.get(1)?.parse().ok()?,
        ticks: ticks.filter_map(|ticks| ticks.parse::<u64>().ok()).sum(),
        pages: fields.get(21)?.parse().ok()?,
    })
}

/// A process and all that descend from it.
fn family(processes: &HashMap<u32, Process>, first: u32) -> HashSet<u32> {
    let mut children: HashMap<u32, Vec<u32>> = HashMap::new();
    for (number, process) in processes {
        children.entry(process.parent).or_default().push(*number);
    }
    let mut family = HashSet::new();
    let mut waiting = vec![first];
    while let Some(number) = waiting.pop() {
        if family.insert(number) {
            waiting.extend(children.get(&number).into_iter().flatten());
        }
    }
    family
}

fn memory_total() -> f64 {
    let text = fs::read_to_string("/proc/meminfo").unwrap_or_default();
    let line = text.lines().find_map(|line| line.strip_prefix("MemTotal:"));
    let amount = line.and_then(|line| line.split_ascii_whitespace().next());
    amount.and_then(|amount| amount.parse().ok()).unwrap_or(0.0)
}

fn storage(root: &Root) -> AmountMetrics {
    let status = root
        .open_directory(root.workspace())
        .and_then(|workspace| rustix::fs::fstatvfs(&workspace));
    let (used, total) = status.map_or((0.0, 0.0), |status| {
        let kib = |blocks: u64| blocks as f64 * status.f_frsize as f64 / 1024.0;
        let used = status.f_blocks.saturating_sub(status.f_bfree);
        (kib(used), kib(status.f_blocks))
    });
    AmountMetrics {
        used,
        total,
        configured: total,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn processes_are_read_whatever_their_names() {
        let text = "7 (a) b (c) S 3 7 7 0 -1 4194560 90 0 0 0 10 20 30 40 20 0 1 0 5 900 250 18446744073709551615";
        let read = process(text).unwrap();
        let expected = Process {
            parent: 3,
            ticks: 100,
            pages: 250,
        };
        assert_eq!(read, expected);
        assert_eq!(process("7 (a"), None);
        assert_eq!(process("7 (a) S 3"), None);
    }

    #[test]
    fn a_family_is_all_that_descend() {
        let of = |parent| Process {
            parent,
            ..Process::default()
        };
        let processes = HashMap::from([(1, of(0)), (2, of(1)), (3, of(2)), (4, of(1)), (5, of(5))]);
        assert_eq!(family(&processes, 2), HashSet::from([2, 3]));
        assert_eq!(family(&processes, 5), HashSet::from([5]));
    }
}
