//! What the sandbox uses.

mod sample;
mod service;

pub(crate) use service::Meter;
