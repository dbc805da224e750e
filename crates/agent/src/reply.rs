//! An answer that is given later, by someone else than the session.

use tokio::sync::OwnedSemaphorePermit;
use yew_sandbox_protocol::{ClientFrame, Encode, WireError, encode_answer, encode_error};

use crate::outgoing::Outgoing;

/// The duty to answer one request.
#[derive(Debug)]
pub(crate) struct Reply {
    outgoing: Outgoing,
    client: u32,
    id: u64,
    method: String,
    /// The request's room among those that wait: it is free again after the answer.
    _room: OwnedSemaphorePermit,
}

impl Reply {
    pub(crate) fn new(
        outgoing: Outgoing,
        client: u32,
        frame: &ClientFrame,
        room: OwnedSemaphorePermit,
    ) -> Self {
        Self {
            outgoing,
            client,
            id: frame.id,
            method: frame.method.clone(),
            _room: room,
        }
    }

    /// Who asked.
    pub(crate) fn client(&self) -> u32 {
        self.client
    }

    pub(crate) async fn answer<T: Encode + ?Sized>(self, result: &T) {
        let answer = encode_answer(self.id, &self.method, result);
        self.outgoing.frame(self.client, answer).await;
    }

    pub(crate) async fn refuse(self, error: WireError) {
        let answer = encode_error(self.id, &self.method, &error);
        self.outgoing.frame(self.client, answer).await;
    }

    pub(crate) async fn settle<T: Encode>(self, outcome: Result<T, WireError>) {
        match outcome {
            Ok(result) => self.answer(&result).await,
            Err(error) => self.refuse(error).await,
        }
    }
}
