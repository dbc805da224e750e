//! A sandbox from the command line.

mod session;

use std::error::Error;
use std::io::Write;
use std::path::PathBuf;
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use yew_sandbox_client::{Client, ClientOptions, ShellEvent};

use crate::session::State;

/// Runs commands in a sandbox and copies files there and back.
#[derive(Debug, Parser)]
struct Arguments {
    /// The server.
    #[arg(long, default_value = "http://127.0.0.1:3000")]
    server: String,
    /// Where the sandbox's id and the cookie are kept from one run to the next.
    #[arg(long, default_value = ".sandbox.json")]
    state: PathBuf,
    #[command(subcommand)]
    action: Action,
}

#[derive(Debug, Subcommand)]
enum Action {
    /// Runs a line of shell and ends with its exit code.
    Run {
        /// The line.
        line: String,
    },
    /// Copies a file into the sandbox.
    Put {
        /// The file here.
        from: PathBuf,
        /// Its path in the sandbox's workspace.
        to: String,
    },
    /// Copies a file out of the sandbox.
    Get {
        /// Its path in the sandbox's workspace.
        from: String,
        /// The file here.
        to: PathBuf,
    },
}

#[tokio::main]
async fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments = Arguments::parse();
    let state = State::load(&arguments.state)?;
    let sandbox_id = state.sandbox.clone();
    let source = session::source(arguments.server, arguments.state, state);
    let mut options = ClientOptions::new(source);
    options.sandbox_id = sandbox_id;
    options.app_id = "command_line".to_owned();
    let client = Client::new(options);
    let code = match arguments.action {
        Action::Run { line } => run(&client, &line).await?,
        Action::Put { from, to } => {
            client.fs().write(&to, std::fs::read(from)?).await?;
            ExitCode::SUCCESS
        }
        Action::Get { from, to } => {
            std::fs::write(to, client.fs().read(&from).await?)?;
            ExitCode::SUCCESS
        }
    };
    client.disconnect().await?;
    Ok(code)
}

/// Shows what the line prints, as it is printed.
async fn run(client: &Client, line: &str) -> Result<ExitCode, Box<dyn Error>> {
    let command = client.commands().run_background(line).await?;
    let mut output = command.output();
    let mut shown = std::io::stdout().lock();
    while let Some(event) = output.next().await {
        match event {
            ShellEvent::Output(text) => shown.write_all(text.as_bytes())?,
            ShellEvent::Gap => writeln!(shown, "[some output was lost]")?,
            ShellEvent::Exited(_) => break,
            ShellEvent::Restarted => {}
        }
        shown.flush()?;
    }
    command.discard();
    let code = command.exit_code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}
