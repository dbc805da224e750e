//! What comes in over a link.

use bytes::Bytes;
use yew_sandbox_protocol::{Notification, ServerFrame, WireError, decode, setup, system};

use crate::core::machine::{Own, Phase};
use crate::core::{Effect, Machine};
use crate::error::Error;

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

    fn on_answer(&mut self, id: u64, outcome: Result<Bytes, WireError>) {
        let own = self.take_own(id);
        if !matches!(own, Some(Own::Join)) {
            self.flight.answered(id);
        }
        if let Some(own) = own {
            self.on_own_answer(own, outcome);
        } else if let Some(request) = self.requests.take(id) {
            self.effects
                .push(Effect::Answer(request.reply, outcome.map_err(Error::from)));
            self.drained();
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
