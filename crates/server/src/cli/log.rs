//! The log: structured lines on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Logs what `filter` lets through, and `info` where it is no filter.
pub(crate) fn start(filter: &str) {
    let parsed = EnvFilter::try_new(filter);
    let unknown = parsed.is_err();
    tracing_subscriber::fmt()
        .with_env_filter(parsed.unwrap_or_else(|_| EnvFilter::new("info")))
        .with_writer(io::stderr)
        .with_ansi(io::stderr().is_terminal())
        .init();
    if unknown {
        tracing::warn!(
            filter,
            "the log filter is not understood; `info` is used instead"
        );
    }
}
