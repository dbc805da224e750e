//! The way in for what is no client: connections to ports, and downloads.
//!
//! The server connects to the agent's listening socket and writes one line; the agent answers one byte. Beside it comes the
//! connection to a port, as a descriptor; behind it the bytes of a download.

mod hand_over;
mod line;
mod patient;
mod serve;

pub(crate) use serve::{ARCHIVES, serve};
