//! The agent inside a sandbox: this program in another mode.

use std::fs::File;

use yew_sandbox_agent::{AgentOptions, door_from_stdout, link_from_stdin, run_with_door};

use super::Failure;
use super::arguments::AgentArguments;

/// Serves one sandbox until the link on standard input ends. Its standard output is the door.
pub(crate) fn run(arguments: AgentArguments) -> Result<(), Failure> {
    let mut options = AgentOptions::new(arguments.root);
    options.is_isolated = arguments.isolated;
    options.workspace = arguments.workspace;
    options.template = arguments.template;
    options.sandbox_id = arguments.sandbox_id;
    options.public_url = arguments.public_url;
    options.preview_host = arguments.preview_host;
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        // Four file jobs run at a time and two archives; the rest is slack. Idle threads would cost memory in every sandbox.
        .max_blocking_threads(8)
        .build()?;
    runtime.block_on(async {
        let link = link_from_stdin()?;
        let door = door_from_stdout()?;
        // The link and the door are ours alone: no process that the agent starts gets hold of them.
        rustix::stdio::dup2_stdin(File::open("/dev/null")?)?;
        rustix::stdio::dup2_stdout(File::options().write(true).open("/dev/null")?)?;
        run_with_door(options, link, door).await?;
        Ok(())
    })
}
