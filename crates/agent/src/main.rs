//! `yew-sandbox-agent`: the agent inside a sandbox. A server starts it; people have no use for it.

use std::process::ExitCode;

use yew_sandbox_agent::{AGENT_MODE, run_program};

fn main() -> ExitCode {
    let mut given = std::env::args_os().skip(1).peekable();
    given.next_if(|first| first == AGENT_MODE);
    match run_program(given) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
