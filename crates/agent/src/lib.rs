//! Serves one sandbox: its files and its set-up, over a byte stream.

mod link;

pub use link::{LinkReader, LinkWriter, Message, Permission, Visitor};
