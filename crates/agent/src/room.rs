//! Whether the sandbox may put more on the disk. The server decides it, and says why not.

use std::sync::{Arc, Mutex, PoisonError};

use rustix::io::Errno;
use yew_sandbox_protocol::WireError;

/// Whether there is room. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Room(Arc<Mutex<State>>);

#[derive(Debug, Default)]
struct State {
    /// Why there is none.
    reason: Option<String>,
    /// The notification that says so.
    notification: Option<u64>,
}

/// What people are to be told of a change.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum News {
    Over(String),
    Under(Option<u64>),
    Nothing,
}

impl Room {
    /// Takes the server's word.
    pub(crate) fn set(&self, reason: Option<String>) -> News {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let news = match (&state.reason, &reason) {
            (None, Some(reason)) => News::Over(reason.clone()),
            (Some(_), None) => News::Under(state.notification.take()),
            _ => News::Nothing,
        };
        state.reason = reason;
        news
    }

    /// Remembers what is to be taken back once there is room.
    pub(crate) fn told(&self, notification: u64) {
        let mut state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        state.notification = Some(notification);
    }

    /// The error of a request that would put something on the disk, while nothing may be.
    pub(crate) fn check(&self) -> Result<(), WireError> {
        let state = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &state.reason {
            None => Ok(()),
            Some(reason) => Err(WireError::file(
                Some(Errno::DQUOT.raw_os_error()),
                format!("{reason}; remove files first"),
            )),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_change_is_news_once() {
        let room = Room::default();
        assert!(room.check().is_ok());
        let over = || Some("over the limit".to_owned());
        assert_eq!(room.set(over()), News::Over("over the limit".into()));
        room.told(7);
        assert_eq!(room.set(over()), News::Nothing);
        let error = room.check().unwrap_err();
        assert_eq!(error.errno, Some(122));
        assert_eq!(error.message, "over the limit; remove files first");
        assert_eq!(room.set(None), News::Under(Some(7)));
        assert_eq!(room.set(None), News::Nothing);
        assert!(room.check().is_ok());
    }
}
