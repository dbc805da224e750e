//! What a task may be and is called, as the agent has it.

use yew_sandbox_protocol::task::TaskDefinition;
use yew_sandbox_protocol::{ErrorCode, WireError};

/// Where the agent keeps the tasks. The fake does not read it.
pub(super) const FILE: &str = "/project/workspace/.codesandbox/tasks.json";

/// Longest command and longest name of a task, in bytes: 64 KiB.
const MOST_TEXT: usize = 64 * 1024;
/// Longest id that is made after a name, in characters, without its number.
const MOST_ID: usize = 64;

/// Refuses a task that cannot be.
pub(super) fn check(task: &TaskDefinition) -> Result<(), WireError> {
    let complaint = if task.command.trim().is_empty() {
        "has no command; give it one"
    } else if task.command.len() > MOST_TEXT || task.name.len() > MOST_TEXT {
        "has a name or command of more than 64 KiB; put a long command into a file"
    } else if task.command.contains('\0') {
        "has a command with a null character; leave it out"
    } else if task.preview.as_ref().and_then(|preview| preview.port) == Some(0) {
        "has a preview at port 0; ports go from 1 to 65535"
    } else {
        return Ok(());
    };
    let message = format!("the task {:?} {complaint}", task.name);
    Err(WireError::new(ErrorCode::CRITICAL, message))
}

/// The error for a command that the file has.
pub(super) fn configured(command: &str) -> WireError {
    let message = format!("the tasks file has a task with the command {command:?} already");
    WireError::new(ErrorCode::COMMAND_ALREADY_CONFIGURED, message)
}

/// An id after a task's name: its words in small letters, with a number where that is taken.
pub(super) fn new_id(name: &str, is_taken: impl Fn(&str) -> bool) -> String {
    let name = name.to_lowercase();
    let words: Vec<&str> = name
        .split(|character: char| !character.is_alphanumeric())
        .filter(|word| !word.is_empty())
        .collect();
    let base = if words.is_empty() {
        "task".to_owned()
    } else {
        words.join("-").chars().take(MOST_ID).collect()
    };
    let mut id = base.clone();
    let mut number = 1;
    while is_taken(&id) {
        number += 1;
        id = format!("{base}-{number}");
    }
    id
}
