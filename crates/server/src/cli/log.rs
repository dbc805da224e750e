//! The log: structured lines on standard error.

use std::io::{self, IsTerminal};

use tracing_subscriber::EnvFilter;

/// Logs what `filter` lets through, and `info` where it is no filter. The audit lines are always logged, unless the filter
/// itself speaks of them.
pub(crate) fn start(filter: &str) {
    let parsed = EnvFilter::try_new(filter);
    let unknown = parsed.is_err();
    tracing_subscriber::fmt()
        .with_env_filter(with_audit(
            filter,
            parsed.unwrap_or_else(|_| EnvFilter::new("info")),
        ))
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

fn with_audit(text: &str, filter: EnvFilter) -> EnvFilter {
    let directives = text.split(',').map(str::trim);
    let mut directives = directives.filter_map(|one| one.split('=').next());
    match "audit=info".parse() {
        Ok(audit) if !directives.any(|target| target == "audit") => filter.add_directive(audit),
        _ => filter,
    }
}
