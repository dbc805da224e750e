//! What sandboxes take of the disk, looked at while they are awake.
//!
//! Quotas of the file system would be exact, but need a file system that was made for them. Looking needs nothing, and
//! says of everything that is over a limit within seconds; how far over depends on how fast the disk is.

mod usage;
mod watch;

pub(crate) use usage::{MAX_DEPTH, Usage, measure};
pub(crate) use watch::{DiskWatch, KeptTo};
