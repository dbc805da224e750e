//! Requests that change nothing.

use yew_sandbox_protocol::Request;
use yew_sandbox_protocol::client;
use yew_sandbox_protocol::fs::{ReadDir, ReadFile, Stat};
use yew_sandbox_protocol::search::{Download, PathSearch, Search};
use yew_sandbox_protocol::{port, setup, shell, system, task};

use crate::git::changes;

/// Whether a method only looks: doing it twice is the same as doing it once, for the sandbox and for whoever asked.
pub(super) fn only_looks(method: &str) -> bool {
    matches!(
        method,
        client::List::METHOD
            | Download::METHOD
            | PathSearch::METHOD
            | port::List::METHOD
            | ReadDir::METHOD
            | ReadFile::METHOD
            | Search::METHOD
            | setup::Get::METHOD
            | shell::List::METHOD
            | shell::Open::METHOD
            | Stat::METHOD
            | system::GetMetrics::METHOD
            | task::List::METHOD
    ) || changes(method) == Some(false)
}
