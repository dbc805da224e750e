//! Frames that lie outside of this program's memory.

use std::any::Any;
use std::fmt;
use std::ops::Range;

use bytes::Bytes;
use yew_sandbox_protocol::Pieces;

use crate::send::{MaybeSend, MaybeSync, Shared};

/// Bytes outside of this program's memory, such as an array of the page around WebAssembly, whose own memory never shrinks.
///
/// A [`Platform`](crate::Platform) that has such hands large frames over as they are: only what is asked for comes in.
pub trait OutsideBytes: fmt::Debug + MaybeSend + MaybeSync + 'static {
    /// How many there are.
    fn len(&self) -> usize;

    /// Whether there are none.
    fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// A copy of a part that lies within.
    fn read(&self, range: Range<usize>) -> Bytes;

    /// The value itself, for whoever knows its type.
    fn as_any(&self) -> &dyn Any;
}

/// Makes one frame of what stands before a content outside, of that content, and of what stands after it.
pub(crate) type Around<'a> = &'a dyn Fn(&[u8], &[u8]) -> Shared<dyn OutsideBytes>;

/// A frame on its way out.
#[derive(Clone, Debug)]
pub(crate) enum Frame {
    Inside(Pieces),
    Outside(Shared<dyn OutsideBytes>),
}

impl Frame {
    pub(crate) fn len(&self) -> usize {
        match self {
            Self::Inside(pieces) => pieces.len(),
            Self::Outside(frame) => frame.len(),
        }
    }
}

impl Default for Frame {
    fn default() -> Self {
        Self::Inside(Pieces::default())
    }
}

impl From<Pieces> for Frame {
    fn from(pieces: Pieces) -> Self {
        Self::Inside(pieces)
    }
}

/// A content that stayed in the frame in which it came.
#[cfg_attr(
    not(all(feature = "web", target_arch = "wasm32")),
    allow(dead_code, reason = "only a page has an outside")
)]
#[derive(Clone, Debug)]
pub(crate) struct OutsideContent {
    pub(crate) frame: Shared<dyn OutsideBytes>,
    pub(crate) place: Range<usize>,
}

/// What a request was answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) result: Bytes,
    /// The content that the result leaves out, where its request wants it so.
    pub(crate) content: Option<OutsideContent>,
}

impl From<Bytes> for Answer {
    fn from(result: Bytes) -> Self {
        Self {
            result,
            content: None,
        }
    }
}

#[cfg(all(test, feature = "native", not(target_arch = "wasm32")))]
#[path = "outside_tests.rs"]
mod tests;
