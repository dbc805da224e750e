//! The way in for what is no client: connections to ports, and downloads.
//!
//! The server connects to the agent's listening socket and writes one line; the agent answers one byte.

mod line;
mod patient;
mod serve;

pub(crate) use serve::serve;
