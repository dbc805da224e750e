//! Which ports something inside listens on.

mod address;
mod diagnosis;
mod family;
mod listeners;
mod service;
mod table;

pub(crate) use address::Addresses;
pub(crate) use listeners::listeners;
pub(crate) use service::Ports;
