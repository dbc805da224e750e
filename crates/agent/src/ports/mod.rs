//! Which ports something inside listens on.

mod address;
mod family;
mod service;
mod table;

pub(crate) use address::Addresses;
pub(crate) use service::Ports;
pub(crate) use table::listeners;
