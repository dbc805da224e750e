//! What was sent to an agent that can resume this client, and has no answer yet.

use std::collections::VecDeque;

use yew_sandbox_protocol::client::Resume;

use crate::outside::Frame;
use crate::room::give_back;

/// The frames that go out again where the agent resumes this client: see `docs/src/resume.md`.
#[derive(Default)]
pub(crate) struct Flight {
    /// Names this client to the agent; `None` where the agent cannot resume it.
    token: Option<String>,
    /// The last answer that came.
    answer: Option<u64>,
    /// In the order in which they were sent. Answers mostly come in that order, so that one is found at once.
    frames: VecDeque<(u64, Frame)>,
}

impl Flight {
    /// The agent of a new connection can resume this client under this token, or not.
    pub(crate) fn begin(&mut self, token: Option<String>) {
        self.token = token;
    }

    /// What to say at the next join; `None` where there is nothing to resume.
    pub(crate) fn resume(&self) -> Option<Resume> {
        Some(Resume {
            token: self.token.clone()?,
            answer: self.answer,
        })
    }

    pub(crate) fn can_resume(&self) -> bool {
        self.token.is_some()
    }

    pub(crate) fn sent(&mut self, id: u64, frame: &Frame) {
        if self.can_resume() {
            self.frames.push_back((id, frame.clone()));
        }
    }

    pub(crate) fn answered(&mut self, id: u64) {
        self.answer = Some(id);
        self.forget(id);
    }

    /// A request shall not be sent again.
    pub(crate) fn forget(&mut self, id: u64) {
        if let Some(place) = self.frames.iter().position(|(sent, _)| *sent == id) {
            self.frames.remove(place);
            give_back(&mut self.frames);
        }
    }

    /// Takes out all that has no answer, in order.
    pub(crate) fn take(&mut self) -> VecDeque<(u64, Frame)> {
        std::mem::take(&mut self.frames)
    }
}
