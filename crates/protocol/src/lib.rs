//! Wire types and codec of the sandbox protocol that CodeSandbox, Together Code Sandbox and `yew-sandbox` speak.
//!
//! ```
//! use yew_sandbox_protocol::{ClientFrame, encode_request, fs::ReadFile};
//!
//! let frame = encode_request(1, &ReadFile { path: "test.txt".into() });
//! let read = ClientFrame::decode(&frame)?;
//! assert_eq!(read.method, "fs/readFile");
//! assert_eq!(read.params::<ReadFile>()?.path, "test.txt");
//! # Ok::<(), yew_sandbox_protocol::msgpack::DecodeError>(())
//! ```
//!
//! | module | what is in it |
//! | --- | --- |
//! | [`client`], [`system`], [`setup`], [`fs`], [`search`], [`shell`], [`task`], [`port`], [`git`], [`channel`], [`notification`] | the messages of each namespace |
//! | [`msgpack`] | the reader and the writer |
//! | [`limits`] | every bound |
//!
//! There is no I/O here and no async runtime.

pub mod limits;
pub mod msgpack;

mod error;
mod frame;
mod messages;
mod pieces;
mod request;
mod session;
mod wire;

pub use error::{ErrorCode, WireError};
pub use frame::{
    ClientFrame, ServerFrame, encode_answer, encode_answer_around, encode_error,
    encode_notification, encode_request, encode_request_around, encode_request_in_pieces,
    find_large_content,
};
pub use messages::{
    channel, client, fs, git, notification, port, search, setup, shell, system, task,
};
pub use pieces::Pieces;
pub use request::{Notification, Repeat, Request};
pub use session::{BootupType, HostToken, Session};
pub use wire::{Decode, Encode, Map, Raw, SharedText, decode, encode};

/// The version of the protocol that is spoken, as the JavaScript SDK 2.4.2 states it.
pub const PROTOCOL_VERSION: &str = "0.367.10";
