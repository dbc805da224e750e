//! A document that is not there, for tests.

use std::rc::Rc;
use std::time::Duration;

use super::events::PreviewEvents;
use super::frame::{PreviewFrame, PreviewHeard, PreviewPost};
use crate::error::Error;

/// A frame, whose document is answered for.
pub(super) struct StandIn {
    pub(super) frame: Rc<dyn PreviewFrame>,
    pub(super) events: PreviewEvents,
}

impl PreviewFrame for StandIn {
    fn post(&self, post: &PreviewPost) -> Result<(), Error> {
        match post {
            PreviewPost::Ask => self.events.heard(PreviewHeard::Loaded),
            PreviewPost::Inject { uid, .. } => self.events.heard(PreviewHeard::Refused {
                uid: uid.clone(),
                message: "nothing runs in a document that is not there".to_owned(),
            }),
            PreviewPost::Back
            | PreviewPost::Forward
            | PreviewPost::Reload
            | PreviewPost::Message(_) => {}
        }
        Ok(())
    }

    fn show(&self, url: &str) {
        self.frame.show(url);
    }

    fn set_alarm(&self, after: Duration) {
        self.frame.set_alarm(after);
    }
}
