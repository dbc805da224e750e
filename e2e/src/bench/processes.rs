//! What the kernel tells of processes.

use std::fs;

use anyhow::{Context, Result};

use crate::server::Server;

/// Whether a process is an agent, and of a sandbox in this server's data folder.
pub(super) fn is_agent_of(id: u32, server: &Server) -> bool {
    let line = fs::read(format!("/proc/{id}/cmdline")).unwrap_or_default();
    let is_agent = line.split(|byte| *byte == 0).nth(1) == Some(b"agent");
    let ids = std::iter::successors(Some(id), |id| parent(*id));
    is_agent && ids.take(8).any(|id| Some(id) == server.id())
}

fn parent(id: u32) -> Option<u32> {
    status(id, "PPid:").ok()?.try_into().ok()
}

/// Resident memory of a process, in kB.
///
/// # Errors
/// There is no such process.
pub(super) fn resident(id: u32) -> Result<u64> {
    status(id, "VmRSS:")
}

/// What of a process's resident memory lies in files, in kB: pages of its program and its libraries, which all processes that run them
/// share.
///
/// # Errors
/// There is no such process.
pub(super) fn resident_of_files(id: u32) -> Result<u64> {
    status(id, "RssFile:")
}

/// What of a process's resident memory no other process has, in kB.
///
/// # Errors
/// There is no such process, or it may not be looked at.
pub(super) fn private(id: u32) -> Result<u64> {
    let of = |field| number(id, "smaps_rollup", field);
    Ok(of("Private_Clean:")? + of("Private_Dirty:")?)
}

/// A number from the kernel's page on a process.
fn status(id: u32, field: &str) -> Result<u64> {
    number(id, "status", field)
}

fn number(id: u32, page: &str, field: &str) -> Result<u64> {
    let page = fs::read_to_string(format!("/proc/{id}/{page}"))?;
    let line = page.lines().find_map(|line| line.strip_prefix(field));
    let number = line.and_then(|line| line.split_whitespace().next());
    Ok(number.context("the kernel does not say")?.parse()?)
}
