//! `yew-sandbox-agent`: the agent inside a sandbox. A server starts it; people have no use for it.

use std::io::Write;
use std::process::ExitCode;

use yew_sandbox_agent::{AGENT_MODE, VERSION, run_program};

fn main() -> ExitCode {
    let mut given = std::env::args_os().skip(1).peekable();
    if given.peek().is_some_and(|first| first == "--version") {
        // Whoever asks and does not listen has the exit code.
        let _ = writeln!(std::io::stdout(), "yew-sandbox-agent {VERSION}");
        return ExitCode::SUCCESS;
    }
    given.next_if(|first| first == AGENT_MODE);
    match run_program(given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
