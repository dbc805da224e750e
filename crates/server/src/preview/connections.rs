//! Connections to programs inside: made, and kept for the next request.

use std::collections::HashMap;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Context;
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::client::conn::http1::{Builder, SendRequest};
use hyper_util::rt::TokioIo;
use tokio::time::{Instant, sleep};

use super::domain::Target;
use super::driver::Driver;
use crate::backend::{Backend, Inside, Visit};
use crate::problem::{Problem, ProblemKind};

/// How long a connection is kept without use; many programs close theirs after 5 s.
const KEPT: Duration = Duration::from_secs(3);
/// How many are kept for one port: as many as a burst of requests needs at once, or the next burst would have to make some anew. One takes
/// a place among those that a sandbox may have, until it has been kept for too long.
const MOST_KEPT: usize = 64;

/// Connections that nobody uses at the moment. Cheap to clone; all clones are one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Connections(Arc<Mutex<Kept>>);

#[derive(Debug, Default)]
struct Kept {
    idle: HashMap<Target, Vec<Idle>>,
    /// Somebody looks for those that were kept for too long.
    is_swept: bool,
}

#[derive(Debug)]
struct Idle {
    since: Instant,
    sender: SendRequest<Body>,
    driver: Driver,
}

/// A connection in use. Dropped before the end of the answer, it is closed.
#[derive(Debug)]
pub(super) struct Connection {
    sender: SendRequest<Body>,
    driver: Driver,
    target: Target,
    connections: Connections,
}

impl Connections {
    /// Sends a request to what listens inside.
    ///
    /// # Errors
    /// It cannot be reached, or breaks the connection off.
    pub(super) async fn send<B: Backend>(
        &self,
        backend: &B,
        target: &Target,
        visit: Visit,
        request: Request<Body>,
    ) -> Result<(Response<Incoming>, Connection), Problem> {
        // A connection that was kept may just end, and nobody knows then what the program did with the request: only what does nothing is sent again,
        // and once. What has a body cannot be sent a second time.
        let is_repeatable = request.method().is_safe()
            && hyper::body::Body::is_end_stream(request.body())
            && visit == Visit::Http;
        if is_repeatable {
            while let Some(connection) = self.take(target) {
                match connection.send(copy(&request)).await {
                    Ok(answer) => return Ok(answer),
                    Err(failure) if failure.is_unsent => {}
                    Err(_) => break,
                }
            }
        }
        let stream = backend
            .connect(&target.sandbox, Inside::Port(target.port), visit)
            .await?;
        let (sender, wire) = Builder::new()
            .ignore_invalid_headers_in_responses(true)
            .handshake(TokioIo::new(stream))
            .await
            .map_err(|error| broken(target, &error))?;
        let connection = Connection {
            sender,
            driver: Driver::new(wire, is_repeatable),
            target: target.clone(),
            connections: self.clone(),
        };
        connection
            .send(request)
            .await
            .map_err(|failure| broken(target, &failure.error))
    }

    fn take(&self, target: &Target) -> Option<Connection> {
        let mut kept = self.kept();
        let idle = kept.idle.get_mut(target)?;
        while let Some(Idle {
            since,
            sender,
            mut driver,
        }) = idle.pop()
        {
            if since.elapsed() < KEPT && driver.look() && sender.is_ready() {
                return Some(Connection {
                    sender,
                    driver,
                    target: target.clone(),
                    connections: self.clone(),
                });
            }
        }
        None
    }

    fn keep(&self, target: Target, sender: SendRequest<Body>, driver: Driver) {
        let mut kept = self.kept();
        let idle = kept.idle.entry(target).or_default();
        if idle.len() < MOST_KEPT {
            idle.push(Idle {
                since: Instant::now(),
                sender,
                driver,
            });
        }
        if !std::mem::replace(&mut kept.is_swept, true) {
            tokio::spawn(self.clone().sweep());
        }
    }

    /// Closes those that were kept for too long, until none is left.
    async fn sweep(self) {
        loop {
            sleep(KEPT).await;
            let mut kept = self.kept();
            kept.idle.retain(|_, idle| {
                idle.retain(|idle| idle.since.elapsed() < KEPT && !idle.sender.is_closed());
                !idle.is_empty()
            });
            if kept.idle.is_empty() {
                kept.is_swept = false;
                return;
            }
        }
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Why there is no answer.
struct Unanswered {
    error: hyper::Error,
    /// Whether nothing of the request went out.
    is_unsent: bool,
}

impl Connection {
    async fn send(
        mut self,
        request: Request<Body>,
    ) -> Result<(Response<Incoming>, Self), Unanswered> {
        let mut response = pin!(self.sender.try_send_request(request));
        let driver = &mut self.driver;
        let response = poll_fn(|context| {
            driver.drive(context);
            response.as_mut().poll(context)
        });
        let response = response.await.map_err(|mut failure| Unanswered {
            is_unsent: failure.take_message().is_some(),
            error: failure.into_error(),
        })?;
        Ok((response, self))
    }

    /// Moves what can be moved now.
    pub(super) fn drive(&mut self, context: &mut Context<'_>) {
        self.driver.drive(context);
    }

    /// The answer has come to its end: the connection is kept for the next request.
    pub(super) fn finish(self) {
        let Self {
            mut sender,
            mut driver,
            target,
            connections,
        } = self;
        if !driver.look() {
            return;
        }
        if sender.is_ready() {
            return connections.keep(target, sender, driver);
        }
        tokio::spawn(async move {
            if driver.settle(&mut sender).await.is_ok() {
                connections.keep(target, sender, driver);
            }
        });
    }
}

/// A second request like one without a body.
fn copy(request: &Request<Body>) -> Request<Body> {
    let mut copy = Request::new(Body::empty());
    *copy.method_mut() = request.method().clone();
    *copy.uri_mut() = request.uri().clone();
    *copy.headers_mut() = request.headers().clone();
    copy
}

fn broken(target: &Target, error: &hyper::Error) -> Problem {
    tracing::debug!(sandbox = target.sandbox, port = target.port, %error, "a preview broke off");
    Problem::new(
        ProblemKind::BrokenOff,
        format!(
            "the program on port {} gave no answer that can be read",
            target.port
        ),
        "look at its output; it must speak plain HTTP/1.1, without TLS",
    )
}
