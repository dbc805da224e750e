//! What comes in over a link.

use std::ops::Range;

use bytes::Bytes;
use yew_sandbox_protocol::{
    Notification, ServerFrame, WireError, decode, find_large_content, setup, system,
};

use crate::core::Machine;
use crate::core::machine::{Own, Phase};
use crate::error::Error;
use crate::outside::{Answer, OutsideBytes, OutsideContent};
use crate::send::Shared;

/// What stands before a content takes less than that, in bytes.
const HEAD: usize = 1024;

impl Machine {
    pub(super) fn on_frame(&mut self, frame: &Bytes) {
        match ServerFrame::decode(frame) {
            Ok(ServerFrame::Answer { id, outcome }) => {
                self.heard();
                self.on_answer(id, outcome);
            }
            Ok(ServerFrame::Notification { method, params }) => {
                self.on_notification(&method, &params);
            }
            Err(_) => self.protocol_error(),
        }
    }

    /// Takes in a frame that lies outside of this program's memory. All of it comes in, but for the content of an answer whose
    /// request wants that outside.
    #[inline(never)]
    pub(super) fn on_outside_frame(&mut self, frame: Shared<dyn OutsideBytes>) {
        let place = find_large_content(&frame.read(0..frame.len().min(HEAD)));
        if let Some(place) = place.filter(|place| place.end <= frame.len())
            && let Ok(ServerFrame::Answer { id, outcome }) =
                ServerFrame::decode(&without(&*frame, &place))
            && self.requests.takes_outside(id)
        {
            self.heard();
            let outcome = outcome.map(|result| Answer {
                result,
                content: Some(OutsideContent { frame, place }),
            });
            return self.on_request_answer(id, outcome);
        }
        self.on_frame(&frame.read(0..frame.len()));
    }

    fn on_request_answer(&mut self, id: u64, outcome: Result<Answer, WireError>) {
        self.answered(id);
        if let Some(request) = self.requests.take(id) {
            self.answer(request.reply, outcome.map_err(Error::from));
        }
        self.drained();
    }

    /// What was answered is not under way any more.
    fn answered(&mut self, id: u64) {
        self.flight.answered(id, self.now);
        if self.is_linked() {
            self.send_more();
        }
    }

    fn on_answer(&mut self, id: u64, outcome: Result<Bytes, WireError>) {
        match self.take_own(id) {
            None => self.on_request_answer(id, outcome.map(Answer::from)),
            Some(own) => {
                if !matches!(own, Own::Join) {
                    self.answered(id);
                }
                self.on_own_answer(own, outcome);
            }
        }
    }

    fn on_own_answer(&mut self, own: Own, outcome: Result<Bytes, WireError>) {
        match own {
            Own::Join => self.on_join(outcome),
            Own::Setup => {
                match outcome.map(|result| decode::<setup::Progress>(&result)) {
                    Ok(Ok(setup)) => self.init.on_setup(&setup),
                    // An agent that knows no steps has none.
                    Err(_) => self.init.set_ready(),
                    Ok(Err(_)) => return self.protocol_error(),
                }
                self.tell_init();
            }
            Own::Feed { key, feed } => self.on_feed_answer(key, &feed, outcome),
            Own::Ignored => {}
        }
    }

    fn on_notification(&mut self, method: &str, params: &Bytes) {
        // Before the join was sent nobody can mean this client.
        if matches!(self.phase, Phase::Opening { .. }) {
            return;
        }
        let decoded = match method {
            system::InitStatus::METHOD => decode(params).map(|status| {
                self.init.on_status(status);
                self.tell_init();
            }),
            setup::Progress::METHOD => decode(params).map(|setup| {
                self.init.on_setup(&setup);
                self.tell_init();
            }),
            system::Hibernating::METHOD => {
                self.on_hibernating();
                Ok(())
            }
            _ => Ok(()),
        };
        if decoded.is_err() || !self.on_feed_notification(method, params) {
            self.protocol_error();
        }
    }
}

/// The frame with an empty content instead of the large one at `place`.
fn without(frame: &dyn OutsideBytes, place: &Range<usize>) -> Bytes {
    // A large content has the length in four bytes behind its tag, an empty one in a single byte.
    let before = frame.read(0..place.start - 5);
    let after = frame.read(place.end..frame.len());
    [&before[..], &[0xc4, 0], &after].concat().into()
}
