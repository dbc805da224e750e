//! The agent inside a sandbox: this program in another mode.

use std::fs::File;

use yew_sandbox_agent::{AgentOptions, link_from_stdin};

use super::Failure;
use super::arguments::AgentArguments;

/// Serves one sandbox until the link on standard input ends.
pub(crate) fn run(arguments: AgentArguments) -> Result<(), Failure> {
    let mut options = AgentOptions::new(arguments.root);
    options.workspace = arguments.workspace;
    options.template = arguments.template;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Four file jobs run at a time; the rest is slack. Idle threads would cost memory in every sandbox.
        .max_blocking_threads(6)
        .build()?;
    runtime.block_on(async {
        let link = link_from_stdin()?;
        // The link is ours alone: no process that the agent starts gets hold of it.
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        yew_sandbox_agent::run(options, link).await?;
        Ok(())
    })
}
