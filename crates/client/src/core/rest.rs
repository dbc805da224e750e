//! Agents that speak REST: the machine is the same, a bridge stands where the socket stands.

use yew_sandbox_protocol::Session;

use crate::core::Machine;

impl Machine {
    #[cfg(feature = "pint")]
    pub(super) fn open_rest(&mut self, session: &Session) {
        match crate::pint::Agent::of(session) {
            Ok(agent) => {
                self.phase = super::machine::Phase::Opening {
                    deadline: self.now + self.timeouts.attempt,
                };
                self.effects.push(crate::core::Effect::OpenRest {
                    generation: self.generation,
                    agent: Box::new(agent),
                });
            }
            Err(error) => self.give_up(error),
        }
    }

    #[cfg(not(feature = "pint"))]
    pub(super) fn open_rest(&mut self, session: &Session) {
        use crate::error::{Error, ErrorKind};

        let error = Error::new(
            ErrorKind::Unsupported,
            "the sandbox's agent speaks REST, which needs this client's feature `pint`",
        );
        self.give_up(error.about(&session.sandbox_id));
    }
}
