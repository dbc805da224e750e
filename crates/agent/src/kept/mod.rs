//! What is kept of clients whose links may break: `docs/src/resume.md` says what for.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `log.rs` | what a client asked and was answered, as a value |
//! | `looks.rs` | what can be done again without harm |
//! | `ledger.rs` | one client's log, and the link that serves it |
//! | `ledgers.rs` | all ledgers, by client number and by token |

mod ledger;
mod ledgers;
mod log;
#[cfg(test)]
mod log_tests;
mod looks;

pub(crate) use ledger::{Arrival, Ledger};
pub(crate) use ledgers::Ledgers;
