//! What clients asked, and what shall become of what they ask next.

use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::DecodeError;
use yew_sandbox_protocol::{
    ClientFrame, ErrorCode, Request, WireError, decode, encode_answer, encode_error,
};

use super::sandbox::FakeSandbox;

/// A request that a client sent.
#[derive(Clone, Debug, PartialEq)]
pub struct FakeRequest {
    /// The method's name, such as `fs/writeFile`.
    pub method: String,
    params: Bytes,
}

/// What becomes of one request.
#[derive(Debug)]
pub(super) enum Plan {
    Fail(WireError),
    Delay(Duration),
}

impl FakeRequest {
    pub(super) fn new(frame: &ClientFrame) -> Self {
        Self {
            method: frame.method.clone(),
            params: frame.params.clone(),
        }
    }

    /// The request itself, where it is one of this kind.
    pub fn read<R: Request>(&self) -> Option<R> {
        if self.method != R::METHOD {
            return None;
        }
        decode(&self.params).ok()
    }
}

impl FakeSandbox {
    /// Answers a frame as if a client that has joined had sent it, for tools that speak the protocol themselves. It is not among the
    /// [`requests`](Self::requests), and what is told because of it reaches the clients only.
    ///
    /// # Errors
    /// What the frame is in place of a request.
    pub fn answer(&self, frame: &Bytes) -> Result<Bytes, DecodeError> {
        let frame = ClientFrame::decode(frame)?;
        Ok(match self.with(|state| state.dispatch(0, &frame)) {
            Ok(result) => encode_answer(frame.id, &frame.method, &result),
            Err(error) => encode_error(frame.id, &frame.method, &error),
        })
    }

    /// The last 4,096 requests of all clients, oldest first.
    pub fn requests(&self) -> Vec<FakeRequest> {
        self.with(|state| state.seen.iter().cloned().collect())
    }

    /// The requests of one kind among the last 4,096, oldest first.
    ///
    /// ```
    /// # use yew_sandbox_client::fake::FakeSandbox;
    /// use yew_sandbox_client::protocol::fs::WriteFile;
    ///
    /// let fake = FakeSandbox::new();
    /// assert!(fake.requests_of::<WriteFile>().is_empty());
    /// ```
    pub fn requests_of<R: Request>(&self) -> Vec<R> {
        self.with(|state| state.seen.iter().filter_map(FakeRequest::read).collect())
    }

    /// Refuses the next request of this method, such as `fs/writeFile`, in place of executing it. Several that are planned for one
    /// method happen one after the other.
    pub fn fail_next(&self, method: &str, code: ErrorCode, message: &str) {
        self.plan(method, Plan::Fail(WireError::new(code, message)));
    }

    /// Refuses the next request of this method as a file operation that failed with a Linux errno: 28 for a full disk, 13 for a
    /// file that may not be touched.
    pub fn fail_next_with_errno(&self, method: &str, errno: i32, message: &str) {
        self.plan(method, Plan::Fail(WireError::file(Some(errno), message)));
    }

    /// Executes and answers the next request of this method later. Others overtake it.
    pub fn delay_next(&self, method: &str, delay: Duration) {
        self.plan(method, Plan::Delay(delay));
    }

    fn plan(&self, method: &str, plan: Plan) {
        self.with(|state| {
            let plans = state.plans.entry(method.to_owned()).or_default();
            plans.push_back(plan);
        });
    }
}
