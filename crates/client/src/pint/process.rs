//! Processes of the bridge's own.

use std::time::Duration;

use yew_sandbox_protocol::ErrorCode;

use super::api::{Done, Exec, NewExec};
use super::bridge::Bridge;
use super::failure::{CallError, Failure};
use super::follower::{FIRST_LOOK, FIRST_PAUSE};
use super::memory::Position;
use super::output::{Heard, Reader};
use super::rest::{NOTHING, under};

/// How a process ended.
pub(super) struct Ended {
    pub(super) exit_code: i32,
    pub(super) output: String,
    /// What it said on its standard error.
    pub(super) errors: String,
}

/// The longest that a process that says nothing is believed to run, before it is looked at again.
const LONGEST_LOOK: Duration = Duration::from_secs(5);

/// A process that has ended has said all once nothing came for so long.
const DRAINED: Duration = Duration::from_millis(200);

impl Bridge {
    /// Runs a program to its end, and removes it from the agent's list.
    pub(super) async fn run(&self, command: &str, args: &[String]) -> Result<Ended, Failure> {
        let exec = self.exec(command, args, false).await?;
        self.finish(&exec).await
    }

    /// The same, with the arguments as the agent takes them.
    pub(super) async fn run_exec(&self, exec: &NewExec<'_>) -> Result<Ended, Failure> {
        let exec: Result<Exec, _> = self.rest.call("POST", "execs", Some(exec)).await;
        let exec = exec.map_err(|error| error.into_failure(ErrorCode::CRITICAL))?;
        self.finish(&exec).await
    }

    async fn finish(&self, exec: &Exec) -> Result<Ended, Failure> {
        let path = under("execs/", &exec.id);
        let ended = self.end_of(&exec.id, &path).await;
        let removed = self.rest.call::<Done>("DELETE", &path, NOTHING).await;
        match removed {
            Err(CallError::Lost(reason)) => Err(Failure::Lost(reason)),
            _ => ended,
        }
    }

    async fn end_of(&self, id: &str, path: &str) -> Result<Ended, Failure> {
        let mut reader = Reader::new(id, Position::default());
        let (mut output, mut errors) = (String::new(), String::new());
        let mut code = None;
        let mut is_over = false;
        let mut look = FIRST_LOOK;
        let missing = |error: CallError| error.into_failure(ErrorCode::CRITICAL);
        loop {
            reader.open(self).await.map_err(missing)?;
            let patience = match is_over || code.is_some() {
                true => DRAINED,
                false => look,
            };
            let heard = reader.next(self, patience).await;
            match heard {
                Heard::Event(event) => {
                    code = event.exit_code.or(code);
                    match event.kind.as_str() {
                        "stderr" => errors.push_str(&event.output),
                        _ => output.push_str(&event.output),
                    }
                    continue;
                }
                Heard::Closed if code.is_some() => {}
                Heard::Closed | Heard::Quiet => {
                    let exec: Exec = self.rest.get(path).await.map_err(missing)?;
                    if !exec.is_over() {
                        code = None;
                        look = (look * 2).min(LONGEST_LOOK);
                        if matches!(heard, Heard::Closed) {
                            self.sleep(FIRST_PAUSE).await;
                        }
                        continue;
                    }
                    code = exec.exit_code.or(code);
                    let was_closed = matches!(heard, Heard::Closed);
                    if !std::mem::replace(&mut is_over, true) || (was_closed && !reader.is_unread())
                    {
                        // What is left of the output comes on this stream or on the next.
                        continue;
                    }
                }
            }
            return Ok(Ended {
                exit_code: code.unwrap_or(-1),
                output,
                errors,
            });
        }
    }
}
