//! The command line.

mod accept;
mod arguments;
mod config;
mod data;
mod limits;
mod log;
mod place;
mod serve;

use std::process::ExitCode;

use arguments::Command;
use yew_sandbox_agent::{AGENT_MODE, run_program};

/// Does what the command line asks for. What fails is said on standard error, with what to do.
pub(crate) fn main() -> ExitCode {
    let mut given = std::env::args_os().skip(1);
    let result = if given.next().is_some_and(|first| first == AGENT_MODE) {
        run_program(given).map_err(Failure::from)
    } else {
        command()
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// What people ask for.
fn command() -> Result<(), Failure> {
    let arguments = config::arguments()?;
    match arguments.command {
        Some(Command::Check(arguments)) => data::check(&arguments),
        Some(Command::Backup(arguments)) => data::backup(&arguments),
        None => {
            log::start(&arguments.serve.log);
            serve::serve(arguments.serve)
        }
    }
}

/// A sentence for people. Nobody branches on the errors of a program that ends with them.
type Failure = Box<dyn std::error::Error>;
