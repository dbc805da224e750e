//! Files and directories as zip archives, and the tokens by which they are fetched.

mod downloads;
mod stream;
mod tree;

pub(crate) use downloads::{Download, Downloads};
pub(crate) use stream::stream;
