//! What is known of the agent's execs beyond one connection.

use std::collections::HashMap;
use std::sync::Mutex;

use crate::send::{Shared, lock};

/// Shared by the bridges of one client, one after the other.
#[derive(Clone, Default)]
pub(crate) struct Memory(Shared<Mutex<State>>);

#[derive(Default)]
struct State {
    positions: HashMap<String, Position>,
    /// Names that this client gave. The agent has no place for them.
    names: HashMap<String, String>,
    /// Whether the agent lets a shell evaluate the arguments of a process, once that is known.
    evaluates: Option<bool>,
}

/// How far an exec's output was told.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Position {
    /// The number of the last event that was told.
    pub(super) last: Option<i64>,
    /// When the agent wrote that event.
    pub(super) timestamp: Option<String>,
    /// How many bytes were told since the agent began to count.
    pub(super) bytes: u64,
    /// How many bytes were told before that: a restart may begin the count anew.
    pub(super) base: u64,
}

impl Memory {
    pub(super) fn position(&self, id: &str) -> Option<Position> {
        lock(&self.0).positions.get(id).cloned()
    }

    pub(super) fn set_position(&self, id: &str, position: Position) {
        lock(&self.0).positions.insert(id.to_owned(), position);
    }

    /// Nobody here looks at the output any more.
    pub(super) fn forget_position(&self, id: &str) {
        lock(&self.0).positions.remove(id);
    }

    pub(super) fn name(&self, id: &str) -> Option<String> {
        lock(&self.0).names.get(id).cloned()
    }

    pub(super) fn set_name(&self, id: &str, name: &str) {
        lock(&self.0).names.insert(id.to_owned(), name.to_owned());
    }

    pub(super) fn evaluates(&self) -> Option<bool> {
        lock(&self.0).evaluates
    }

    pub(super) fn set_evaluates(&self, evaluates: bool) {
        lock(&self.0).evaluates = Some(evaluates);
    }

    /// The exec is gone.
    pub(super) fn forget(&self, id: &str) {
        let mut state = lock(&self.0);
        state.positions.remove(id);
        state.names.remove(id);
    }
}
