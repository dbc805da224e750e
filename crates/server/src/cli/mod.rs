//! The command line.

mod agent;
mod arguments;
mod config;
mod data;
mod limits;
mod log;
mod place;
mod serve;

use std::process::ExitCode;

use arguments::Command;

/// Does what the command line asks for. What fails is said on standard error, with what to do.
pub(crate) fn main() -> ExitCode {
    let arguments = match config::arguments() {
        Ok(arguments) => arguments,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    let result = match arguments.command {
        Some(Command::Agent(options)) => agent::run(options),
        Some(Command::Check(arguments)) => data::check(&arguments),
        Some(Command::Backup(arguments)) => data::backup(&arguments),
        None => {
            log::start(&arguments.serve.log);
            serve::serve(arguments.serve)
        }
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

/// A sentence for people. Nobody branches on the errors of a program that ends with them.
type Failure = Box<dyn std::error::Error>;
