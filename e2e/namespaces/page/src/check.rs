//! How a case says what is wrong, and how it waits.

use std::future::Future;
use std::time::Duration;

use futures_util::future::{Either, select};
use gloo_timers::future::sleep;

/// A failed case: what was due, and what came.
pub(crate) struct Failure(pub(crate) String);

impl<E: std::fmt::Display> From<E> for Failure {
    fn from(error: E) -> Self {
        Self(error.to_string())
    }
}

/// Fails with `what` unless it is so.
pub(crate) fn check(is_so: bool, what: impl FnOnce() -> String) -> Result<(), Failure> {
    if is_so { Ok(()) } else { Err(Failure(what())) }
}

/// Fails unless both are the same.
pub(crate) fn same<T: PartialEq<U> + std::fmt::Debug, U: std::fmt::Debug>(
    one: T,
    other: U,
) -> Result<(), Failure> {
    check(one == other, || format!("{one:?} instead of {other:?}"))
}

/// The error of what must not succeed.
pub(crate) fn refused<T: std::fmt::Debug, E>(result: Result<T, E>) -> Result<E, Failure> {
    match result {
        Ok(value) => Err(Failure(format!("it succeeded: {value:?}"))),
        Err(error) => Ok(error),
    }
}

/// What comes within ten seconds.
pub(crate) async fn soon<T>(what: &str, future: impl Future<Output = T>) -> Result<T, Failure> {
    let late = sleep(Duration::from_secs(10));
    match select(Box::pin(future), Box::pin(late)).await {
        Either::Left((value, _)) => Ok(value),
        Either::Right(_) => Err(Failure(format!("{what} did not come within 10 s"))),
    }
}

/// Waits until `condition` gives something.
pub(crate) async fn eventually<T>(
    what: &str,
    mut condition: impl FnMut() -> Option<T>,
) -> Result<T, Failure> {
    let comes = async {
        loop {
            if let Some(value) = condition() {
                return value;
            }
            sleep(Duration::from_millis(10)).await;
        }
    };
    soon(what, comes).await
}
