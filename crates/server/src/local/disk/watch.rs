//! Looks at one sandbox again and again, and tells its agent how much there is and when it is over a limit.

use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{Instant, sleep};

use yew_sandbox_agent::Allowance;

use super::{Usage, measure};
use crate::local::agent::Agent;
use crate::local::limits::SandboxLimits;
use crate::metrics::Metrics;

/// How often a sandbox is looked at, at most.
const LOOK: Duration = Duration::from_secs(2);
/// How much longer it is left alone than looking took, so that looking takes a small part of the machine.
const REST: u32 = 20;
/// A sandbox is under its limits again once it takes so many percent of them.
const RELIEF: u64 = 95;
/// A smaller change of what is there is not told, in bytes.
const STEP: u64 = MIB;
const MIB: u64 = 1 << 20;

/// What all sandboxes share for it.
#[derive(Debug)]
pub(crate) struct DiskWatch {
    /// How many bytes the disk shall keep free.
    reserve: u64,
    /// One permit for each sandbox that may be looked at at a time.
    looks: Semaphore,
    metrics: Metrics,
}

impl DiskWatch {
    pub(crate) fn new(reserve: u64, metrics: Metrics) -> Self {
        Self {
            reserve,
            looks: Semaphore::new(2),
            metrics,
        }
    }

    /// Whether the disk that holds `path` has what it shall keep. What cannot be asked is not refused for that.
    pub(crate) fn has_room(&self, path: &Path) -> bool {
        free_space(path).map_or(true, |free| free >= self.reserve)
    }

    /// Tells the agent of a running sandbox what its files take, and while it is over its limits. Never ends.
    pub(crate) async fn follow(
        &self,
        sandbox: &str,
        root: PathBuf,
        limits: SandboxLimits,
        kept_to: KeptTo,
        agent: &Agent,
    ) {
        let mut over = None;
        let mut told: Option<u64> = None;
        loop {
            let (start, looked) = {
                // The semaphore is never closed.
                let _permit = self.looks.acquire().await.ok();
                (
                    Instant::now(),
                    self.look(&root, limits, over.is_some()).await,
                )
            };
            if let Ok((used, _)) = looked
                && told.is_none_or(|told| told.abs_diff(used) >= STEP)
                && agent.allow(allowance(limits, kept_to, used))
            {
                told = Some(used);
            }
            match looked.map(|(_, reason)| reason) {
                Ok(Some(reason)) => {
                    if over.is_none() {
                        self.metrics.over_limit();
                        tracing::warn!(sandbox, reason, "over a limit: its programs are ended");
                    }
                    // Each time: something may have been started since.
                    agent.set_over(Some(reason.clone()));
                    over = Some(reason);
                }
                Ok(None) if over.is_some() && agent.set_over(None) => {
                    tracing::info!(sandbox, "under its limits again");
                    over = None;
                }
                Ok(None) => {}
                Err(error) => tracing::warn!(sandbox, %error, "the disk use cannot be seen"),
            }
            sleep(LOOK.max(start.elapsed() * REST)).await;
        }
    }

    /// How many bytes its files take, as far as they were counted, and why the sandbox may put nothing more on the disk.
    async fn look(
        &self,
        root: &Path,
        limits: SandboxLimits,
        was_over: bool,
    ) -> io::Result<(u64, Option<String>)> {
        let root = root.to_owned();
        let look = tokio::task::spawn_blocking(move || {
            let limits = if was_over { relieved(limits) } else { limits };
            let usage = measure(&root, |usage| over(usage, &limits).is_some())?;
            io::Result::Ok((usage.bytes, over(&usage, &limits)))
        });
        look.await.map_err(io::Error::other)?
    }
}

/// Which limits the kernel keeps a sandbox to as a whole.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum KeptTo {
    /// Memory and processors, by control groups.
    All,
    /// None: processes are limited one by one, or not at all.
    Nothing,
}

fn allowance(limits: SandboxLimits, kept_to: KeptTo, used: u64) -> Allowance {
    let is_kept = kept_to == KeptTo::All;
    Allowance {
        memory: is_kept.then_some(limits.memory),
        // Casts of floats saturate.
        millicores: limits
            .cpus
            .filter(|_| is_kept)
            .map(|cpus| (cpus * 1000.0) as u32),
        disk: limits.disk,
        disk_used: used,
    }
}

fn relieved(limits: SandboxLimits) -> SandboxLimits {
    SandboxLimits {
        disk: limits.disk / 100 * RELIEF,
        files: limits.files * RELIEF / 100,
        ..limits
    }
}

/// The limit that is passed, in a clause for people.
fn over(usage: &Usage, limits: &SandboxLimits) -> Option<String> {
    if usage.bytes > limits.disk {
        let limit = limits.disk / MIB;
        Some(format!(
            "the sandbox is over its disk limit of {limit} MiB (--sandbox-disk)"
        ))
    } else if usage.files > limits.files {
        let limit = limits.files;
        Some(format!(
            "the sandbox is over its limit of {limit} files (--sandbox-files)"
        ))
    } else if usage.is_too_deep {
        Some("the sandbox has folders that are nested too deep".to_owned())
    } else {
        None
    }
}

/// The bytes that are free for everybody on the disk that holds `path`.
fn free_space(path: &Path) -> io::Result<u64> {
    let status = rustix::fs::statvfs(path)?;
    Ok(status.f_bavail.saturating_mul(status.f_frsize))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_limit_is_named_and_relief_comes_below_it() {
        let limits = SandboxLimits {
            disk: 100 * MIB,
            files: 100,
            ..SandboxLimits::default()
        };
        let usage = |bytes, files, is_too_deep| Usage {
            bytes,
            files,
            is_too_deep,
        };
        assert_eq!(over(&usage(100 * MIB, 100, false), &limits), None);
        let of = |usage| over(&usage, &limits).unwrap();
        assert!(of(usage(100 * MIB + 1, 0, false)).contains("100 MiB (--sandbox-disk)"));
        assert!(of(usage(0, 101, false)).contains("100 files (--sandbox-files)"));
        assert!(of(usage(0, 0, true)).contains("nested"));
        let relieved = relieved(limits);
        assert!(over(&usage(96 * MIB, 0, false), &relieved).is_some());
        assert!(over(&usage(94 * MIB, 94, false), &relieved).is_none());
    }

    #[test]
    fn what_the_kernel_does_not_limit_is_not_told_as_a_limit() {
        let limits = SandboxLimits {
            memory: 64 * MIB,
            cpus: Some(0.5),
            disk: 100 * MIB,
            ..SandboxLimits::default()
        };
        let told = allowance(limits, KeptTo::All, 7);
        assert_eq!((told.memory, told.millicores), (Some(64 * MIB), Some(500)));
        assert_eq!((told.disk, told.disk_used), (100 * MIB, 7));
        let told = allowance(limits, KeptTo::Nothing, 7);
        assert_eq!((told.memory, told.millicores), (None, None));
        assert_eq!((told.disk, told.disk_used), (100 * MIB, 7));
    }

    #[test]
    fn a_disk_without_the_reserve_has_no_room() {
        let folder = tempfile::tempdir().unwrap();
        assert!(DiskWatch::new(0, Metrics::default()).has_room(folder.path()));
        assert!(!DiskWatch::new(u64::MAX, Metrics::default()).has_room(folder.path()));
    }
}
