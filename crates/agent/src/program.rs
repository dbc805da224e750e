//! The agent as a program, or as a mode of another one.

use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Write};

use lexopt::prelude::*;
use rustix::process::Signal;
use tokio::signal::unix::{SignalKind, signal};

use crate::agent::{door_from_stdout, link_from_stdin, run_with_door};
use crate::door::ARCHIVES;
use crate::error::AgentError;
use crate::link::VERSION;
use crate::options::AgentOptions;
use crate::sandbox::JOBS;
use crate::search::MOST_SEARCHES;

/// The first argument of a process that is an agent.
pub const AGENT_MODE: &str = "agent";

/// Most threads for work that blocks: for all file jobs, archives and searches at a time, and some that end soon. Idle ones end after
/// 10 s.
const THREADS: usize = JOBS as usize + ARCHIVES + MOST_SEARCHES + 8;

/// Serves one sandbox as `arguments` say it, those behind [`AGENT_MODE`], until the link on standard input ends. Standard output is the door.
/// With `--version` as the first of them, it says its name and [`VERSION`] and does nothing else.
///
/// # Errors
/// The arguments make no agent; and as [`run_with_door`].
pub fn run_program(arguments: impl IntoIterator<Item = OsString>) -> Result<(), AgentError> {
    let mut arguments = arguments.into_iter().peekable();
    if arguments.peek().is_some_and(|first| first == "--version") {
        let mut output = io::stdout();
        return writeln!(output, "yew-sandbox-agent {VERSION}")
            .and_then(|()| output.flush())
            .map_err(AgentError::system);
    }
    let options = options(lexopt::Parser::from_args(arguments)).map_err(AgentError::arguments)?;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .max_blocking_threads(THREADS)
        .build()
        .map_err(AgentError::system)?;
    runtime.block_on(async {
        let link = link_from_stdin()?;
        let door = door_from_stdout()?;
        let_go_of_both().map_err(AgentError::system)?;
        give_signals_back().map_err(AgentError::system)?;
        run_with_door(options, link, door).await
    })
}

/// The link and the door are the agent's alone: no process that it starts gets hold of them.
fn let_go_of_both() -> io::Result<()> {
    rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
    rustix::stdio::dup2_stdout(File::options().write(true).open("/dev/null")?)?;
    Ok(())
}

/// Signals that this process was told to ignore, by a script that started the server with `&` or by `nohup`, would be ignored by all programs that
/// it starts, and Ctrl-C would end none of them. Those for which it has a handler act on them as usual.
fn give_signals_back() -> io::Result<()> {
    for ignored in [
        Signal::HUP,
        Signal::INT,
        Signal::QUIT,
        Signal::TSTP,
        Signal::TTIN,
        Signal::TTOU,
    ] {
        // Once there is a handler, it stays for the life of the process.
        drop(signal(SignalKind::from_raw(ignored.as_raw()))?);
    }
    Ok(())
}

/// What the server says of the sandbox.
///
/// It is read without the parser of the server's own command line: in every sandbox that one would leave pages touched which nothing uses
/// afterwards.
fn options(mut parser: lexopt::Parser) -> Result<AgentOptions, lexopt::Error> {
    // Without a root no other option says anything.
    let mut options = AgentOptions::new("");
    while let Some(argument) = parser.next()? {
        match argument {
            Long("root") => options.root = parser.value()?.into(),
            Long("isolated") => options.is_isolated = true,
            Long("template") => options.template = Some(parser.value()?.into()),
            Long("sandbox-id") => options.sandbox_id = parser.value()?.string()?,
            Long("public-url") => options.public_url = Some(parser.value()?.string()?),
            Long("preview-host") => options.preview_host = parser.value()?.string()?,
            other => return Err(other.unexpected()),
        }
    }
    if options.root.as_os_str().is_empty() {
        return Err("--root is missing: an agent is started by its server".into());
    }
    Ok(options)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(arguments: &[&str]) -> Result<AgentOptions, lexopt::Error> {
        options(lexopt::Parser::from_args(arguments))
    }

    #[test]
    fn all_that_the_server_says_is_understood() {
        let options = said(&["--root", "/r"]).unwrap();
        assert_eq!(options.root.to_str(), Some("/r"));
        assert!(!options.is_isolated && options.template.is_none());
        assert_eq!(options.preview_host, "localhost");
        let options = said(&[
            "--root",
            "/",
            "--isolated",
            "--template",
            "/t",
            "--sandbox-id",
            "abc",
            "--public-url",
            "http://a:1",
            "--preview-host",
            "p.example",
        ]);
        let options = options.unwrap();
        assert!(options.is_isolated);
        assert_eq!(options.template.unwrap().to_str(), Some("/t"));
        assert_eq!(options.sandbox_id, "abc");
        assert_eq!(options.public_url.as_deref(), Some("http://a:1"));
        assert_eq!(options.preview_host, "p.example");
    }

    #[test]
    fn what_makes_no_agent_is_refused() {
        for arguments in [
            &[][..],
            &["--isolated"],
            &["--root"],
            &["--root", "/", "--speed", "3"],
            &["--root", "/", "more"],
        ] {
            assert!(said(arguments).is_err(), "{arguments:?}");
        }
    }
}
