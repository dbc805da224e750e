//! A small WebDriver client: what the scenarios need of the W3C protocol, each command with a deadline.

mod element;
mod http;
mod keyboard;
mod session;

pub(crate) use element::Element;
pub(crate) use keyboard::key;
pub(crate) use session::Session;
