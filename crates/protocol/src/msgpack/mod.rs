//! MessagePack, written and read in place.
//!
//! There is no value tree: [`Writer`] appends to one buffer and [`Reader`] walks a frame. The format is
//! described at <https://github.com/msgpack/msgpack/blob/master/spec.md>.

mod reader;
mod writer;

pub use reader::{DecodeError, DecodeErrorKind, Reader};
pub use writer::Writer;
