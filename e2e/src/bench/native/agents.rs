//! The memory of agents that nobody asks for anything.

use std::fs;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::super::processes::{is_agent_of, private, resident, resident_of_files};
use super::row;
use crate::server::Server;

/// The ids of all agents of a server.
pub(super) fn all(server: &Server) -> Result<Vec<u32>> {
    let processes = fs::read_dir("/proc")?;
    let ids = processes.filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok());
    Ok(ids.filter(|id| is_agent_of(*id, server)).collect())
}

/// What one takes, and what of that is the program itself, which all agents share.
pub(super) fn one(agent: u32) -> Result<[Value; 2]> {
    let (all, files) = (resident(agent)?, resident_of_files(agent)?);
    let shared = "of it, pages of the program and its libraries";
    Ok([
        row(
            "an idle agent, resident",
            mebi(all as f64),
            "MiB",
            "at most 4",
        ),
        row(shared, mebi(files as f64), "MiB", ""),
    ])
}

/// What each of many adds to the memory of the machine: the mean of what it shares with no other.
///
/// `busy` has worked, and does not count.
pub(super) fn further(server: &Server, busy: u32) -> Result<Value> {
    let mut idle = all(server)?;
    idle.retain(|id| *id != busy);
    ensure!(idle.len() > 1, "there are no further agents");
    let each: Result<Vec<u64>> = idle.iter().map(|id| private(*id)).collect();
    let mean = each?.iter().sum::<u64>() as f64 / idle.len() as f64;
    let name = format!("each of {} idle agents, what it alone has", idle.len());
    Ok(row(&name, mebi(mean), "MiB", ""))
}

/// The id of the one agent that runs.
pub(super) fn only(server: &Server) -> Result<u32> {
    let agents = all(server)?;
    ensure!(agents.len() == 1, "{} agents run", agents.len());
    agents.first().copied().context("no agent runs")
}

fn mebi(kilobytes: f64) -> f64 {
    kilobytes / 1024.0
}
