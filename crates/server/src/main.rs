//! `yew-sandbox-server`: serves sandboxes, and is the agent inside each of them.

mod cli;

use std::process::ExitCode;

fn main() -> ExitCode {
    cli::main()
}
