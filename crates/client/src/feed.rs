//! The handle of whoever follows a part of the sandbox.

use crate::client::Client;
use crate::core::Input;

/// Ends a feed when it is dropped.
pub(crate) struct FeedGuard {
    client: Client,
    key: u64,
}

impl FeedGuard {
    pub(crate) fn new(client: Client, key: u64) -> Self {
        Self { client, key }
    }
}

impl Drop for FeedGuard {
    fn drop(&mut self) {
        self.client.push(Input::Unfollow { key: self.key });
    }
}
