//! The handle on what a frame shows.

use std::collections::VecDeque;
use std::fmt;
use std::future::Future;
use std::rc::{Rc, Weak};
use std::sync::Mutex;

use futures_channel::oneshot;

use super::address::{PreviewState, PreviewStatus, resolve};
use super::core::{Core, Effect, Input, closed, module};
use super::events::PreviewEvents;
use super::frame::{PreviewFrame, PreviewHeard, PreviewPost};
use super::message::{LARGEST, PreviewEvent, PreviewMessage};
use crate::error::{Error, ErrorKind};
use crate::queue::Queue;
use crate::send::lock;
use crate::watch::{Watch, WatchSender};

/// Most messages that wait for one reader.
const MOST_UNREAD: usize = 256;

/// What a port shows in a frame of the page: where it is, moving it, and messages to and from it.
///
/// A cheap clone, equal to the other clones. Dropping the last one ends what listens; the frame stays as it is. A document that is
/// loaded anew, by whomever, is taken up again.
///
/// The document must carry a script of the server that listens to the page around it. The server adds that to documents which a
/// browser loads into a frame, and the cloud does.
#[derive(Clone)]
pub struct Preview {
    inner: Rc<Inner>,
}

/// The messages of the document to one reader, from [`Preview::messages`] on.
#[must_use = "a stream does nothing unless it is read"]
pub struct PreviewMessages {
    queue: Rc<Queue<PreviewEvent>>,
}

pub(super) struct Inner {
    core: Mutex<Core>,
    /// Gone once the handle is closed.
    frame: Mutex<Option<Rc<dyn PreviewFrame>>>,
    origin: String,
    state: WatchSender<PreviewState>,
    watch: Watch<PreviewState>,
    readers: Mutex<Vec<Weak<Queue<PreviewEvent>>>>,
    effects: Mutex<Effects>,
}

/// What is to be done, in order, by one at a time: who is told of a change may ask for the next one.
#[derive(Default)]
struct Effects {
    waiting: VecDeque<Effect>,
    are_performed: bool,
}

impl Preview {
    /// A handle on a frame of your own making, which shows `url` or shall. In a page, `Preview::show` and `Preview::follow` make the
    /// frame.
    ///
    /// # Errors
    /// `InvalidInput`: the address is none of HTTP.
    pub fn with_frame(
        url: &str,
        frame: impl FnOnce(PreviewEvents) -> Box<dyn PreviewFrame>,
    ) -> Result<Self, Error> {
        let core = Core::new(url)?;
        let origin = core.origin().to_owned();
        let (state, watch) = WatchSender::new(core.state().clone());
        let inner = Rc::new_cyclic(|weak: &Weak<Inner>| Inner {
            core: Mutex::new(core),
            frame: Mutex::new(Some(frame(PreviewEvents::new(weak.clone())).into())),
            origin,
            state,
            watch,
            readers: Mutex::default(),
            effects: Mutex::default(),
        });
        Ok(Self { inner })
    }

    /// How it is and where, kept up to date.
    pub fn state(&self) -> Watch<PreviewState> {
        self.inner.watch.clone()
    }

    /// The origin of all its documents. Messages go to it and come from it; the others are ignored.
    pub fn origin(&self) -> &str {
        &self.inner.origin
    }

    /// Waits until the document answers.
    ///
    /// # Errors
    /// `Timeout`: none came within 30 s, or what came has not answered for 3 s. `Closed`.
    pub async fn ready(&self) -> Result<(), Error> {
        let mut watch = self.state();
        let mut state = watch.get();
        loop {
            match state.status {
                PreviewStatus::Ready => return Ok(()),
                PreviewStatus::Silent => return Err(lock(&self.inner.core).silent()),
                PreviewStatus::Closed => return Err(closed()),
                PreviewStatus::Loading => {}
            }
            state = watch.changed().await.ok_or_else(closed)?;
        }
    }

    /// Goes to a path, or to a whole address of the preview's own origin. In place of what is there: the history of the page around it
    /// does not grow.
    ///
    /// # Errors
    /// `InvalidInput`: it is of another origin, or no address. `Closed`.
    pub fn navigate(&self, to: &str) -> Result<(), Error> {
        let now = self.inner.watch.get();
        if now.status == PreviewStatus::Closed {
            return Err(closed());
        }
        let url = resolve(self.origin(), &now.url, to)?;
        self.inner.handle(Input::Show(url));
        Ok(())
    }

    /// Goes back, where there is something to go back to.
    pub fn back(&self) {
        self.inner.handle(Input::Back);
    }

    /// Goes forward, where there is something to go forward to.
    pub fn forward(&self) {
        self.inner.handle(Input::Forward);
    }

    /// Loads the document again.
    pub fn reload(&self) {
        self.inner.handle(Input::Reload);
    }

    /// Sends a message to the document, once it answers. The outcome says that it was sent, not that somebody listened.
    ///
    /// # Errors
    /// `QueueFull`: 64 messages or 1 MiB wait already. `Timeout`: the document does not answer. `InvalidInput`:
    /// the JSON is no object. `Closed`.
    pub fn send(&self, message: PreviewMessage) -> impl Future<Output = Result<(), Error>> + use<> {
        self.settled(|outcome| Input::Send(message, outcome))
    }

    /// The messages of the document from now on. The protocol's own are not among them.
    pub fn messages(&self) -> PreviewMessages {
        let queue = Rc::new(Queue::new(MOST_UNREAD));
        let mut readers = lock(&self.inner.readers);
        readers.retain(|reader| reader.strong_count() > 0);
        readers.push(Rc::downgrade(&queue));
        if self.inner.watch.get().status == PreviewStatus::Closed {
            queue.end(None);
        }
        drop(readers);
        PreviewMessages { queue }
    }

    /// Runs a JavaScript function in the document, once that answers. It is called with `{ previewWindow, previewProtocol, scope }`;
    /// the protocol has `addListener(type, listener)` and `sendMessage(message)`. The function is text and closes over nothing;
    /// `scope` is any JSON. What it answers is not told: let it send a message.
    ///
    /// # Errors
    /// `Script`: it threw, or the document's policy forbids it. `Interrupted`: the document was left meanwhile, and it may have run.
    /// `TooLarge`: function and scope are larger than 256 KiB. `QueueFull`: 32 wait already. `Timeout`: no answer within 30 s, or
    /// the document does not listen. `Closed`.
    pub fn inject(
        &self,
        function: &str,
        scope: &str,
    ) -> impl Future<Output = Result<(), Error>> + use<> {
        let is_too_large = function.len() + scope.len() > LARGEST;
        let settled = (!is_too_large).then(|| {
            let (code, scope) = (module(function), scope.to_owned());
            self.settled(|outcome| Input::Inject {
                code,
                scope,
                outcome,
            })
        });
        async move {
            let message = "a function and its scope have at most 256 KiB";
            let too_large = Error::new(ErrorKind::TooLarge, message);
            settled.ok_or(too_large)?.await
        }
    }

    /// Ends everything at once: what waits fails with `Closed`, and nothing listens any more. The frame stays as it is.
    pub fn close(&self) {
        self.inner.handle(Input::Close);
    }

    /// Answers for the document from now on, as one that listens and runs no code: for tests and stories, in whose frames there is no
    /// document of a sandbox. Messages to it are lost.
    #[cfg(feature = "test")]
    pub fn stand_in(&self) {
        let events = PreviewEvents::new(Rc::downgrade(&self.inner));
        let mut frame = lock(&self.inner.frame);
        *frame = frame.take().map(|frame| {
            let events = events.clone();
            Rc::new(super::stand_in::StandIn { frame, events }) as Rc<dyn PreviewFrame>
        });
        drop(frame);
        events.loaded();
    }

    fn settled<I: FnOnce(oneshot::Sender<Result<(), Error>>) -> Input>(
        &self,
        input: I,
    ) -> impl Future<Output = Result<(), Error>> + use<I> {
        let (outcome, settled) = oneshot::channel();
        self.inner.handle(input(outcome));
        async move { settled.await.unwrap_or_else(|_| Err(closed())) }
    }
}

impl PreviewMessages {
    /// The next message; `None` once the handle is closed.
    pub async fn next(&mut self) -> Option<PreviewEvent> {
        self.queue.next().await
    }
}

impl Inner {
    pub(super) fn handle(&self, input: Input) {
        let effects = lock(&self.core).handle(input);
        let mut queue = lock(&self.effects);
        queue.waiting.extend(effects);
        if std::mem::replace(&mut queue.are_performed, true) {
            return;
        }
        while let Some(effect) = queue.waiting.pop_front() {
            drop(queue);
            self.perform(effect);
            queue = lock(&self.effects);
        }
        queue.are_performed = false;
    }

    fn perform(&self, effect: Effect) {
        match effect {
            Effect::Post(post) => {
                let posted = self.on_frame(|frame| Some(frame.post(&post)));
                if let (Some(Err(error)), PreviewPost::Inject { uid, .. }) = (posted, post) {
                    let message = error.to_string();
                    self.handle(Input::Heard(PreviewHeard::Refused { uid, message }));
                }
            }
            Effect::Send(message, outcome) => {
                let post = PreviewPost::Message(message);
                let posted = self.on_frame(|frame| Some(frame.post(&post)));
                // Whoever asked may be gone.
                let _ = outcome.send(posted.unwrap_or_else(|| Err(closed())));
            }
            Effect::Show(url) => self.on_frame(|frame| frame.show(&url)),
            Effect::Alarm(after) => self.on_frame(|frame| frame.set_alarm(after)),
            Effect::Tell(state) => {
                if state.status == PreviewStatus::Closed {
                    drop(lock(&self.frame).take());
                    self.end_readers();
                }
                self.state.set(state);
            }
            Effect::Deliver(message) => {
                for reader in lock(&self.readers).iter().filter_map(Weak::upgrade) {
                    reader.push(PreviewEvent::Message(message.clone()), || PreviewEvent::Gap);
                }
            }
            Effect::Settle(outcome, result) => {
                // Whoever asked may be gone.
                let _ = outcome.send(result);
            }
        }
    }

    fn on_frame<R: Default>(&self, act: impl FnOnce(&dyn PreviewFrame) -> R) -> R {
        let frame = lock(&self.frame).clone();
        frame.map(|frame| act(&*frame)).unwrap_or_default()
    }

    fn end_readers(&self) {
        for reader in lock(&self.readers).drain(..) {
            if let Some(reader) = reader.upgrade() {
                reader.end(None);
            }
        }
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.end_readers();
    }
}

impl PartialEq for Preview {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.inner, &other.inner)
    }
}

impl fmt::Debug for Preview {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Preview")
            .field("origin", &self.inner.origin)
            .field("status", &self.inner.watch.get().status)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for PreviewMessages {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PreviewMessages")
    }
}
