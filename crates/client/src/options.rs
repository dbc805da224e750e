//! What a client is made with.

use std::error::Error as StdError;
use std::fmt;
use std::future::Future;
use std::time::Duration;

use yew_sandbox_protocol::Session;

use crate::core::Input;
use crate::error::{Error, ErrorKind};
use crate::inbox::Inbox;
use crate::send::{Any, BoxFuture, Function, MaybeSend, MaybeSync, Shared};

/// What a [`Client`](crate::Client) is made with.
#[derive(Debug)]
pub struct ClientOptions {
    /// A session to begin with. Without one the source is asked. Default: none.
    pub session: Option<Session>,
    /// The sandbox to resume. Without one the source is asked to make one. Default: the session's, or none.
    pub sandbox_id: Option<String>,
    /// Where sessions come from, at the first connection and whenever the one at hand does not work.
    pub source: SessionSource,
    /// What tells that the user looks at the page again. Default: what the platform has.
    pub focus: Option<FocusSource>,
    /// What tells whether there is a network. Default: what the platform has.
    pub online: Option<OnlineSource>,
    /// How long things may take.
    pub timeouts: Timeouts,
    /// How much may wait for a connection.
    pub limits: QueueLimits,
    /// Seed of the jitter, for repeatable tests. Default: from the platform.
    pub seed: Option<u64>,
    /// The app's name, which others in the sandbox see. Default: `yew-sandbox`.
    pub app_id: String,
}

impl ClientOptions {
    /// The defaults, with sessions from `source`.
    pub fn new(source: SessionSource) -> Self {
        Self {
            session: None,
            sandbox_id: None,
            source,
            focus: None,
            online: None,
            timeouts: Timeouts::default(),
            limits: QueueLimits::default(),
            seed: None,
            app_id: "yew-sandbox".to_owned(),
        }
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// From the call of an operation to its answer; where other requests have to go first, from the moment when it goes out. Default: 30 s.
    pub request: Duration,
    /// How long the futures of `connect` and `reconnect` wait. The client goes on trying after it. Default: 60 s.
    pub connect: Duration,
    /// One whole attempt: session, socket, join. Default: 10 s.
    pub attempt: Duration,
    /// A session for which a sandbox may have to be made or woken first: where none is known yet, and once after each connection. Default: 60 s.
    pub create: Duration,
    /// Silence before a ping. Default: 10 s.
    pub silence: Duration,
    /// From a ping to any sign of life. Default: 10 s.
    pub pong: Duration,
    /// The same after the page was shown again or the network changed. Default: 3 s.
    pub probe: Duration,
    /// How long an explicit disconnect waits for requests that are under way. Default: 1 s.
    pub drain: Duration,
}

/// Longer than any program runs, and short enough to be added to any time.
pub(crate) const FOR_EVER: Duration = Duration::from_secs(100 * 365 * 24 * 60 * 60);

impl Timeouts {
    /// The same, each within what times can be reckoned with.
    pub(crate) fn bounded(self) -> Self {
        Self {
            request: self.request.min(FOR_EVER),
            connect: self.connect.min(FOR_EVER),
            attempt: self.attempt.min(FOR_EVER),
            create: self.create.min(FOR_EVER),
            silence: self.silence.min(FOR_EVER),
            pong: self.pong.min(FOR_EVER),
            probe: self.probe.min(FOR_EVER),
            drain: self.drain.min(FOR_EVER),
        }
    }
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            request: Duration::from_secs(30),
            connect: Duration::from_secs(60),
            attempt: Duration::from_secs(10),
            create: Duration::from_secs(60),
            silence: Duration::from_secs(10),
            pong: Duration::from_secs(10),
            probe: Duration::from_secs(3),
            drain: Duration::from_secs(1),
        }
    }
}

/// How much may wait for a connection. Past it a request fails at once with
/// [`QueueFull`](ErrorKind::QueueFull).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QueueLimits {
    /// Requests. Default: 256.
    pub requests: usize,
    /// Bytes of their frames; a single larger request is let in when nothing else waits. Default: 8 MiB.
    pub bytes: usize,
}

impl Default for QueueLimits {
    fn default() -> Self {
        Self {
            requests: 256,
            bytes: 8 * 1024 * 1024,
        }
    }
}

/// What a session is asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct SessionRequest {
    /// The sandbox that this client has been connected to, or holds a session of. `None` at first.
    pub sandbox_id: Option<String>,
}

/// An async function that hands out sessions: for a page a request to its server.
///
/// It may be dropped at any await: when the client is dropped, disconnected, or the attempt takes too long.
#[derive(Clone)]
pub struct SessionSource(Function<SessionRequest, BoxFuture<Result<Session, SessionError>>>);

impl SessionSource {
    /// Wraps an async function.
    pub fn new<F, R>(function: F) -> Self
    where
        F: Fn(SessionRequest) -> R + MaybeSend + MaybeSync + 'static,
        R: Future<Output = Result<Session, SessionError>> + MaybeSend + 'static,
    {
        Self(Shared::new(move |request| {
            Box::pin(function(request)) as BoxFuture<_>
        }))
    }

    pub(crate) fn ask(&self, request: SessionRequest) -> BoxFuture<Result<Session, SessionError>> {
        (self.0)(request)
    }
}

impl fmt::Debug for SessionSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SessionSource")
    }
}

/// What kind of refusal a [`SessionError`] is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum SessionErrorKind {
    /// There is no such sandbox, or it is not this user's. The client gives up.
    NotFound,
    /// The user is not known. The client gives up.
    Unauthorized,
    /// The user may not. The client gives up.
    Forbidden,
    /// Anything that may pass: no network, an overloaded server. The client tries again.
    Unavailable,
}

/// Why there is no session.
#[derive(Clone, Debug)]
pub struct SessionError {
    kind: SessionErrorKind,
    error: Error,
}

impl SessionError {
    /// A refusal with one sentence for people, without a full stop.
    pub fn new(kind: SessionErrorKind, message: impl Into<String>) -> Self {
        let error = Error::new(
            match kind {
                SessionErrorKind::NotFound => ErrorKind::SandboxNotFound,
                SessionErrorKind::Unauthorized => ErrorKind::Unauthorized,
                SessionErrorKind::Forbidden => ErrorKind::Forbidden,
                SessionErrorKind::Unavailable => ErrorKind::Session,
            },
            message,
        );
        Self { kind, error }
    }

    /// The same error with what brought it about.
    #[must_use]
    pub fn because(mut self, source: impl StdError + Send + Sync + 'static) -> Self {
        self.error = self.error.because(source);
        self
    }

    /// Whether it is for good.
    pub fn kind(&self) -> SessionErrorKind {
        self.kind
    }

    pub(crate) fn into_error(self) -> Error {
        self.error
    }
}

impl fmt::Display for SessionError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.error.fmt(f)
    }
}

impl StdError for SessionError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.error.source()
    }
}

/// What tells of focus: true when the user looks at the page again.
pub type FocusSource = SignalSource;

/// What tells whether there is a network.
pub type OnlineSource = SignalSource;

/// Something that tells the client yes or no from time to time.
///
/// ```
/// use yew_sandbox_client::SignalSource;
///
/// # fn listen(_: impl Fn(bool) + 'static) {}
/// let focus = SignalSource::new(|signal| {
///     // Whatever is returned here is dropped with the client: the place for a guard.
///     listen(move |focused| signal.set(focused))
/// });
/// ```
#[derive(Clone)]
pub struct SignalSource(Function<SignalInput, Any>);

impl SignalSource {
    /// Wraps what starts the signal. It is called once for each client. What it returns is dropped with the client
    /// and should end the signal then.
    pub fn new<G: MaybeSend + 'static>(
        start: impl Fn(Signal) -> G + MaybeSend + MaybeSync + 'static,
    ) -> Self {
        Self(Shared::new(move |input| {
            Box::new(start(Signal(input))) as Any
        }))
    }

    pub(crate) fn start(&self, inbox: Inbox, input: fn(bool) -> Input) -> Any {
        (self.0)(SignalInput { inbox, input })
    }
}

impl PartialEq for SignalSource {
    /// Whether one is a clone of the other.
    fn eq(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.0, &other.0)
    }
}

impl fmt::Debug for SignalSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignalSource")
    }
}

/// The end of a [`SignalSource`] that tells the client.
#[derive(Clone)]
pub struct Signal(SignalInput);

impl Signal {
    /// Tells the client.
    pub fn set(&self, value: bool) {
        self.0.inbox.push((self.0.input)(value));
    }
}

impl fmt::Debug for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signal")
    }
}

#[derive(Clone)]
struct SignalInput {
    inbox: Inbox,
    input: fn(bool) -> Input,
}
