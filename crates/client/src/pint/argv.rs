//! How the agent takes the arguments of a process.
//!
//! Its interface has a list of arguments, and agents are free to hand it to the process as it is, or to join it into a line for a shell.
//! So one process is asked, once for each client, and the arguments are quoted where they have to be.

use yew_sandbox_protocol::{ErrorCode, WireError};

use super::api::{Exec, NewExec};
use super::bridge::Bridge;
use super::failure::{CallError, Failure};
use crate::shell::quote;

/// The process that is asked: it writes each of its arguments and a full stop.
const ASKED: &str = "printf";
const ARGUMENTS: [&str; 2] = ["%s.", "a b"];
/// What it says where the arguments came as they were.
const WHOLE: &str = "a b.";
/// What it says where a shell split its arguments.
const SPLIT: &str = "a.b.";

impl Bridge {
    /// Starts a process with these arguments, whatever is in them.
    pub(super) async fn exec(
        &self,
        command: &str,
        args: &[String],
        interactive: bool,
    ) -> Result<Exec, Failure> {
        let quoted: Vec<String>;
        let args = match self.evaluates().await? {
            false => args,
            true => {
                quoted = args.iter().map(|arg| quoted_word(arg)).collect();
                &quoted
            }
        };
        let exec = NewExec {
            command,
            args,
            autorun: true,
            interactive,
        };
        let made = self.rest.call("POST", "execs", Some(&exec)).await;
        made.map_err(|error: CallError| error.into_failure(ErrorCode::CRITICAL))
    }

    /// Whether a shell evaluates the arguments.
    pub(super) async fn evaluates(&self) -> Result<bool, Failure> {
        if let Some(evaluates) = self.memory.evaluates() {
            return Ok(evaluates);
        }
        let args = ARGUMENTS.map(str::to_owned);
        let exec = NewExec {
            command: ASKED,
            args: &args,
            autorun: true,
            interactive: false,
        };
        let ended = self.run_exec(&exec).await?;
        let evaluates = match ended.output.as_str() {
            WHOLE => false,
            SPLIT => true,
            // It went wrong, so it says nothing: the next request asks again.
            _ => {
                let message = "cannot tell how the sandbox's agent hands arguments on";
                let error = WireError::new(ErrorCode::CRITICAL, message);
                return Err(Failure::Refused(error));
            }
        };
        self.memory.set_evaluates(evaluates);
        Ok(evaluates)
    }
}

/// The arguments that a process was started with. Those of the bridges' own processes have a script in the second place.
pub(super) fn args_of(exec: &Exec) -> Vec<String> {
    let args = exec.args.as_deref().unwrap_or_default();
    match args.get(1).is_some_and(|script| script.starts_with('\'')) {
        true => args.iter().map(|arg| unquoted(arg)).collect(),
        false => args.to_vec(),
    }
}

/// Whether an exec is the one that is asked.
pub(super) fn is_question(exec: &Exec) -> bool {
    exec.command == ASKED && exec.args.as_deref().is_some_and(|args| args == ARGUMENTS)
}

fn quoted_word(text: &str) -> String {
    let mut word = String::new();
    quote(text, &mut word);
    word
}

/// What [`quoted_word`] was given; any other text as it is.
fn unquoted(word: &str) -> String {
    let inner = word
        .strip_prefix('\'')
        .and_then(|word| word.strip_suffix('\''));
    inner.unwrap_or(word).replace("'\\''", "'")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_quoted_can_be_read() {
        for text in ["", "a", "a b", "it's", "'", "''", "a\\'b", "$x\n\""] {
            assert_eq!(unquoted(&quoted_word(text)), text);
        }
        assert_eq!(unquoted("plain"), "plain");
    }
}
