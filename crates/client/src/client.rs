//! The handle: cheap to clone, owns nothing but the way to the driver.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;

use futures_channel::oneshot;
use yew_sandbox_protocol::limits::MAX_FRAME;
use yew_sandbox_protocol::{
    Repeat, Request, decode, encode_request_around, encode_request_in_pieces,
};

use crate::asked::{Asked, PendingAnswer, settled};
use crate::channels::{Channels, HeldChannels};
use crate::clients::Clients;
use crate::core::{Feed, Input, Machine, NewFeed, NewRequest, Reply, Settings};
use crate::driver::{Driver, Link, Told};
use crate::error::{Error, ErrorKind};
use crate::feed::FeedGuard;
use crate::fs::FileSystem;
use crate::git::Git;
use crate::hosts::Hosts;
use crate::inbox::Inbox;
use crate::interpreters::Interpreters;
use crate::notifications::Notifications;
use crate::options::ClientOptions;
use crate::outside::{Answer, Around, Frame, OutsideContent};
use crate::platform::Platform;
use crate::ports::Ports;
use crate::send::{BoxFuture, MaybeSend, Shared};
use crate::setup::Setup;
use crate::shell::{Commands, OpenShells, Terminals};
use crate::state::{ConnectionState, InitProgress, SandboxInfo};
use crate::system::System;
use crate::tasks::Tasks;
use crate::watch::{Watch, WatchSender};

/// A connection to one sandbox.
///
/// A handle is a cheap clone. The connection ends when the last one is dropped, or with [`close`](Client::close).
/// Two handles are equal if they are of the same connection.
///
/// Every operation begins when it is called, not when its future is first polled, and operations reach the sandbox
/// in the order of the calls. Dropping a future forgets the answer; what was sent may still run.
#[derive(Clone)]
pub struct Client {
    inner: Shared<Inner>,
    /// See [`Client::on_this_link`].
    this_link: bool,
}

struct Inner {
    inbox: Inbox,
    /// Even numbers; the driver's own requests have the odd ones.
    next: AtomicU64,
    identity: u64,
    state: Watch<ConnectionState>,
    init: Watch<InitProgress>,
    info: Watch<Option<SandboxInfo>>,
    shells: OpenShells,
    channels: HeldChannels,
    /// Whether the agent is known to lack `fs/batchWrite`.
    lacks_batch_write: AtomicBool,
    /// Whether the agent is known to take files in parts.
    takes_parts: Shared<AtomicBool>,
    platform: Shared<dyn Platform>,
}

impl Client {
    /// A client on the platform of this build: a page's, or tokio's.
    ///
    /// # Panics
    /// Natively outside of a tokio runtime.
    #[cfg(all(feature = "native", not(target_arch = "wasm32")))]
    pub fn new(options: ClientOptions) -> Self {
        Self::with_platform(options, crate::native::Native::new())
    }

    /// A client on the platform of this build: a page's, or tokio's.
    #[cfg(all(feature = "web", target_arch = "wasm32"))]
    pub fn new(options: ClientOptions) -> Self {
        Self::with_platform(options, crate::web::Web)
    }

    /// A client on a platform of your choice. It connects when it is told to, or at the first operation.
    pub fn with_platform(options: ClientOptions, platform: impl Platform) -> Self {
        let platform: Shared<dyn Platform> = Shared::new(platform);
        let inbox = Inbox::new();
        let machine = Machine::new(Settings {
            session: options.session,
            sandbox_id: options.sandbox_id,
            timeouts: options.timeouts,
            limits: options.limits,
            app_id: options.app_id,
            seed: options.seed.unwrap_or_else(|| platform.seed()),
        });
        let (state_sender, state) = WatchSender::new(ConnectionState::Idle);
        let (init_sender, init) = WatchSender::new(InitProgress::default());
        let (info_sender, info) = WatchSender::new(machine.info());
        let takes_parts = Shared::new(AtomicBool::new(false));
        let focus = options.focus.or_else(|| platform.focus());
        let online = options.online.or_else(|| platform.online());
        let signals = [
            (focus, Input::Focus as fn(bool) -> Input),
            (online, Input::Online),
        ]
        .into_iter()
        .filter_map(|(source, input)| Some(source?.start(inbox.clone(), input)))
        .collect();
        let driver = Driver {
            machine,
            inbox: inbox.clone(),
            platform: platform.clone(),
            source: options.source,
            told: Told {
                state: state_sender,
                init: init_sender,
                info: info_sender,
                takes_parts: takes_parts.clone(),
            },
            signals,
            link: Link::default(),
        };
        platform.spawn(Box::pin(driver.run()));
        static IDENTITY: AtomicU64 = AtomicU64::new(1);
        Self {
            inner: Shared::new(Inner {
                inbox,
                next: AtomicU64::new(0),
                identity: IDENTITY.fetch_add(1, Ordering::Relaxed),
                state,
                init,
                info,
                shells: OpenShells::default(),
                channels: HeldChannels::default(),
                lacks_batch_write: AtomicBool::new(false),
                takes_parts,
                platform,
            }),
            this_link: false,
        }
    }

    /// Connects where nothing was asked yet, wakes a sleeping sandbox, and waits for the connection.
    ///
    /// # Errors
    /// `Disconnected` after an explicit disconnect, the reason after a failure for good, `Timeout` when it takes
    /// too long; the client goes on trying after that.
    pub fn connect(&self) -> Completion {
        self.ask(Input::Connect)
    }

    /// Makes a new connection in any state, also after a disconnect and a failure. Everybody who asks while an
    /// attempt is under way shares it.
    ///
    /// # Errors
    /// As for [`connect`](Client::connect), but the state before does not matter.
    pub fn reconnect(&self) -> Completion {
        self.ask(Input::Reconnect)
    }

    /// Closes the connection and keeps it closed until [`reconnect`](Client::reconnect). Waits for requests that
    /// are under way, at most one second by default, and fails the rest.
    ///
    /// # Errors
    /// `Closed` where the client is gone.
    pub fn disconnect(&self) -> Completion {
        self.ask(Input::Disconnect)
    }

    /// Ends the client for good, whoever holds other handles. Idempotent.
    pub fn close(&self) {
        self.inner.inbox.push(Input::Shutdown);
    }

    /// How the connection stands.
    pub fn state(&self) -> ConnectionState {
        self.inner.state.get()
    }

    /// How the connection stands, live.
    pub fn watch_state(&self) -> Watch<ConnectionState> {
        self.inner.state.clone()
    }

    /// How far start-up is.
    pub fn init(&self) -> InitProgress {
        self.inner.init.get()
    }

    /// How far start-up is, live.
    pub fn watch_init(&self) -> Watch<InitProgress> {
        self.inner.init.clone()
    }

    /// Which sandbox this is, once a session told it.
    pub fn sandbox(&self) -> Option<SandboxInfo> {
        self.inner.info.get()
    }

    /// Which sandbox this is, live.
    pub fn watch_sandbox(&self) -> Watch<Option<SandboxInfo>> {
        self.inner.info.clone()
    }

    /// The sandbox's files.
    pub fn fs(&self) -> FileSystem {
        FileSystem::new(self.clone())
    }

    /// A handle of the same connection, for what is right at this moment and would not be later, such as a write after a look: where there is no
    /// link, or it breaks before the answer, its requests fail at once with [`Interrupted`](ErrorKind::Interrupted), and what did not arrive is not
    /// sent again. They do not wake a sandbox.
    pub fn on_this_link(&self) -> Self {
        Self {
            inner: self.inner.clone(),
            this_link: true,
        }
    }

    pub(crate) fn is_on_this_link(&self) -> bool {
        self.this_link
    }

    /// A number that no other client of this program has, for keys.
    pub fn identity(&self) -> u64 {
        self.inner.identity
    }

    /// Sends any request of the protocol.
    ///
    /// # Errors
    /// What the sandbox answers; `TooLarge` above 16 MiB; `Timeout`, `Interrupted`, `QueueFull`, `Disconnected`
    /// and `Closed` as the connection goes.
    pub fn request<R: Request>(
        &self,
        request: &R,
    ) -> impl Future<Output = Result<R::Answer, Error>> + MaybeSend + use<R> {
        self.ask_agent(request)
    }

    /// The terminals.
    pub fn terminals(&self) -> Terminals {
        Terminals::new(self.clone())
    }

    /// The commands.
    pub fn commands(&self) -> Commands {
        Commands::new(self.clone())
    }

    /// The ports that something listens on.
    pub fn ports(&self) -> Ports {
        Ports::new(self.clone())
    }

    /// The tasks.
    pub fn tasks(&self) -> Tasks {
        Tasks::new(self.clone())
    }

    /// The steps that prepare the sandbox.
    pub fn setup(&self) -> Setup {
        Setup::new(self.clone())
    }

    /// The sandbox as a whole.
    pub fn system(&self) -> System {
        System::new(self.clone())
    }

    /// Who is in the sandbox.
    pub fn clients(&self) -> Clients {
        Clients::new(self.clone())
    }

    /// Snippets of code.
    pub fn interpreters(&self) -> Interpreters {
        Interpreters::new(self.clone())
    }

    /// The repository of the workspace.
    pub fn git(&self) -> Git {
        Git::new(self.clone())
    }

    /// Where the ports are reached from outside.
    pub fn hosts(&self) -> Hosts {
        Hosts::new(self.clone())
    }

    /// Channels between the clients of the sandbox.
    pub fn channels(&self) -> Channels {
        Channels::new(self.clone())
    }

    /// What the sandbox tells people.
    pub fn notifications(&self) -> Notifications {
        Notifications::new(self.clone())
    }

    /// Something changed here of which the agent tells only the others: whoever follows `method` asks again.
    pub(crate) fn nudge(&self, method: &'static str) {
        self.push(Input::Nudge { method });
    }

    pub(crate) fn open_shells(&self) -> &OpenShells {
        &self.inner.shells
    }

    pub(crate) fn lacks_batch_write(&self) -> &AtomicBool {
        &self.inner.lacks_batch_write
    }

    pub(crate) fn takes_parts(&self) -> bool {
        self.inner.takes_parts.load(Ordering::Relaxed)
    }

    /// A name that no other client gives, should an agent know the names of all of them.
    pub(crate) fn made_up(&self, what: &str) -> String {
        let (seed, number) = (
            self.platform().seed().to_string(),
            self.number().to_string(),
        );
        [what, "-", &seed, "-", &number].concat()
    }

    pub(crate) fn held_channels(&self) -> &HeldChannels {
        &self.inner.channels
    }

    pub(crate) fn platform(&self) -> &Shared<dyn Platform> {
        &self.inner.platform
    }

    pub(crate) fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.inner.platform.sleep(duration)
    }

    pub(crate) fn ask_agent<R: Request>(&self, request: &R) -> Asked<R::Answer> {
        let id = self.number();
        let frame = encode_request_in_pieces(id, request);
        Asked::new(self.send(id, frame.into(), request.repeat(), false), decode)
    }

    /// Sends a request whose errors are said of `subject`.
    pub(crate) fn request_about<R: Request>(&self, subject: &str, request: &R) -> Asked<R::Answer> {
        self.ask_agent(request).about(subject)
    }

    /// Sends a request of which a large content may stay outside of this program's memory: the answer then has an empty one.
    #[cfg_attr(
        not(all(feature = "web", target_arch = "wasm32")),
        allow(dead_code, reason = "only a page has an outside")
    )]
    pub(crate) fn request_outside<R: Request>(
        &self,
        subject: &str,
        request: &R,
    ) -> impl Future<Output = Result<(R::Answer, Option<OutsideContent>), Error>> + MaybeSend + use<R>
    {
        let id = self.number();
        let frame = encode_request_in_pieces(id, request);
        let reply = self.send(id, frame.into(), request.repeat(), true);
        let subject = subject.to_owned();
        async move {
            let Answer { result, content } = reply.await.map_err(|error| error.about(&subject))?;
            let answer = decode(&result).map_err(Error::undecodable)?;
            Ok((answer, content))
        }
    }

    /// Sends a request with a large content of `length` bytes that is outside of this program's memory: `whole` makes one frame of what
    /// stands before it, of the content, and of what stands after it.
    #[cfg_attr(
        not(all(feature = "web", target_arch = "wasm32")),
        allow(dead_code, reason = "only a page has an outside")
    )]
    pub(crate) fn request_around<R: Request>(
        &self,
        subject: &str,
        request: &R,
        length: usize,
        whole: Around<'_>,
    ) -> Asked<R::Answer> {
        let id = self.number();
        let (before, after) = encode_request_around(id, request, length);
        let frame = Frame::Outside(whole(&before, &after));
        Asked::new(self.send(id, frame, request.repeat(), false), decode).about(subject)
    }

    pub(crate) fn push(&self, input: Input) {
        self.inner.inbox.push(input);
    }

    fn number(&self) -> u64 {
        self.inner.next.fetch_add(2, Ordering::Relaxed)
    }

    /// Lets a feed follow the sandbox until the guard is dropped. The completion is over once it is up to date.
    pub(crate) fn follow(&self, feed: Shared<dyn Feed>) -> (FeedGuard, Completion) {
        self.follow_within(feed, None)
    }

    /// The same, with a time limit of its own.
    pub(crate) fn follow_within(
        &self,
        feed: Shared<dyn Feed>,
        limit: Option<Duration>,
    ) -> (FeedGuard, Completion) {
        let key = self.number();
        let begun = self.ask(|reply| {
            Input::Follow(NewFeed {
                key,
                feed,
                reply: Some(reply),
                limit,
            })
        });
        (FeedGuard::new(self.clone(), key), begun)
    }

    /// The same, for as long as it takes to connect.
    pub(crate) fn follow_always(&self, feed: Shared<dyn Feed>) -> FeedGuard {
        let key = self.number();
        self.push(Input::Follow(NewFeed {
            key,
            feed,
            reply: None,
            limit: None,
        }));
        FeedGuard::new(self.clone(), key)
    }

    pub(crate) fn ask(&self, input: impl FnOnce(Reply<()>) -> Input) -> Completion {
        let (reply, receiver) = oneshot::channel();
        self.push(input(reply));
        Completion { receiver }
    }

    fn send(&self, id: u64, frame: Frame, repeat: Repeat, takes_outside: bool) -> PendingAnswer {
        let (reply, receiver) = oneshot::channel();
        if frame.len() > MAX_FRAME {
            let error = Error::new(ErrorKind::TooLarge, "the content is larger than 16 MiB");
            drop(reply.send(Err(error)));
        } else {
            self.push(Input::Request(NewRequest {
                id,
                frame,
                repeat,
                takes_outside,
                this_link: self.this_link,
                reply,
            }));
        }
        PendingAnswer::new(id, receiver, self.inner.inbox.clone())
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.inbox.push(Input::Shutdown);
    }
}

impl PartialEq for Client {
    fn eq(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client")
            .field("identity", &self.inner.identity)
            .field("state", &self.inner.state.get().name())
            .finish_non_exhaustive()
    }
}

/// The outcome of a connect, reconnect or disconnect, which is under way whether it is awaited or not.
pub struct Completion {
    receiver: oneshot::Receiver<Result<(), Error>>,
}

impl Future for Completion {
    type Output = Result<(), Error>;

    fn poll(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Self::Output> {
        settled(Pin::new(&mut self.receiver).poll(context))
    }
}

impl fmt::Debug for Completion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Completion")
    }
}
