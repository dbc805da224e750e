//! Waiting for the first of two.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;
use std::time::Duration;

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::send::BoxFuture;

/// The outcome of whichever is ready first; the first one where both are.
pub(crate) async fn race<T>(first: impl Future<Output = T>, second: impl Future<Output = T>) -> T {
    let (mut first, mut second) = (pin!(first), pin!(second));
    poll_fn(|context| match first.as_mut().poll(context) {
        Poll::Ready(outcome) => Poll::Ready(outcome),
        Poll::Pending => second.as_mut().poll(context),
    })
    .await
}

/// A time limit that runs from the call on.
pub(crate) struct Limit(Option<BoxFuture<()>>);

impl Limit {
    pub(crate) fn new(client: &Client, timeout: Option<Duration>) -> Self {
        Self(timeout.map(|timeout| client.sleep(timeout)))
    }

    /// The outcome, or `Timeout` with `message` where it takes longer.
    pub(crate) async fn on<T>(
        self,
        outcome: impl Future<Output = Result<T, Error>>,
        message: &'static str,
    ) -> Result<T, Error> {
        let Some(alarm) = self.0 else {
            return outcome.await;
        };
        let late = async {
            alarm.await;
            Err(Error::new(ErrorKind::Timeout, message))
        };
        race(outcome, late).await
    }
}
