//! What a handle knows, and what follows from what happens. No browser, no clock.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_channel::oneshot;

use super::address::{PreviewState, PreviewStatus, origin, without_token};
use super::frame::{PreviewHeard, PreviewPost};
use super::message::PreviewMessage;
use super::trail::Trail;
use crate::error::{Error, ErrorKind};

/// How often the document is asked, and how often pending injections grow older.
const TICK: Duration = Duration::from_millis(500);
/// How many ticks a document may take to come: 30 s.
const TO_COME: u32 = 60;
/// How many ticks a document that came may take to answer: 3 s.
const TO_ANSWER: u32 = 6;
/// How many ticks an injection may take, waiting for its document included: 30 s.
const TO_INJECT: u32 = 60;
/// Most messages that wait for the document.
const MOST_WAITING: usize = 64;
/// Most bytes of those.
const MOST_WAITING_BYTES: usize = 1024 * 1024;
/// Most injections at a time.
const MOST_INJECTIONS: usize = 32;
/// How many handles there have been.
static HANDLES: AtomicUsize = AtomicUsize::new(0);
/// Moves the frame, and tells where it is.
const NAVIGATION: &str = include_str!("navigation.js");

pub(super) type Outcome = oneshot::Sender<Result<(), Error>>;

#[derive(Debug)]
pub(super) enum Input {
    FrameLoaded,
    Heard(PreviewHeard),
    Alarm,
    /// A whole address of the preview's own.
    Show(String),
    Back,
    Forward,
    Reload,
    Send(PreviewMessage, Outcome),
    Inject {
        code: String,
        scope: String,
        outcome: Outcome,
    },
    Close,
}

#[derive(Debug)]
pub(super) enum Effect {
    Post(PreviewPost),
    Show(String),
    Alarm(Duration),
    Tell(PreviewState),
    Deliver(PreviewMessage),
    /// Posts a message and settles with how that went.
    Send(PreviewMessage, Outcome),
    Settle(Outcome, Result<(), Error>),
}

#[derive(Debug)]
struct Injection {
    uid: String,
    code: String,
    scope: String,
    outcome: Outcome,
    was_sent: bool,
    age: u32,
}

#[derive(Debug)]
pub(super) struct Core {
    origin: String,
    /// The address that it was given, which may carry a token.
    given: String,
    state: PreviewState,
    trail: Trail,
    /// The frame has told of a document since the last one went.
    has_loaded: bool,
    /// That was within the last tick: what is said of an end may be of the document before, and late.
    has_just_loaded: bool,
    /// The document runs the script that moves it. Where its policy forbids that, it is moved from outside.
    is_scripted: bool,
    /// Ticks since the last sign of life was asked for; none, nothing is waited for.
    asked: Option<u32>,
    has_alarm: bool,
    waiting: VecDeque<(PreviewMessage, Outcome)>,
    injections: Vec<Injection>,
    /// Makes the names of injections.
    number: u64,
    /// Tells the handles of one frame apart.
    seed: usize,
    effects: Vec<Effect>,
}

impl Core {
    /// For a frame that shows `url`, or shall.
    pub(super) fn new(url: &str) -> Result<Self, Error> {
        let origin = origin(url)?;
        Ok(Self {
            origin,
            given: url.to_owned(),
            state: PreviewState {
                url: without_token(url),
                ..PreviewState::default()
            },
            trail: Trail::default(),
            has_loaded: false,
            has_just_loaded: false,
            is_scripted: false,
            asked: None,
            has_alarm: false,
            waiting: VecDeque::new(),
            injections: Vec::new(),
            number: 0,
            seed: HANDLES.fetch_add(1, Ordering::Relaxed),
            effects: Vec::new(),
        })
    }

    pub(super) fn origin(&self) -> &str {
        &self.origin
    }

    pub(super) fn state(&self) -> &PreviewState {
        &self.state
    }

    /// What is to be done, in order.
    pub(super) fn handle(&mut self, input: Input) -> Vec<Effect> {
        if self.state.status == PreviewStatus::Closed {
            if let Input::Send(_, outcome) | Input::Inject { outcome, .. } = input {
                self.effects.push(Effect::Settle(outcome, Err(closed())));
            }
            return std::mem::take(&mut self.effects);
        }
        match input {
            Input::FrameLoaded => self.frame_loaded(),
            Input::Heard(heard) => self.heard(heard),
            Input::Alarm => self.tick(),
            Input::Show(url) => self.show(url),
            Input::Back => self.back(),
            Input::Forward => self.forward(),
            Input::Reload => self.reload(),
            Input::Send(message, outcome) => self.send(message, outcome),
            Input::Inject {
                code,
                scope,
                outcome,
            } => self.inject(code, scope, outcome),
            Input::Close => self.close(),
        }
        let waits = self.asked.is_some() || !self.injections.is_empty();
        if waits && !self.has_alarm && self.state.status != PreviewStatus::Closed {
            self.has_alarm = true;
            self.effects.push(Effect::Alarm(TICK));
        }
        std::mem::take(&mut self.effects)
    }

    /// It may be another document or the one that said already that it listens: the script tells them apart.
    fn frame_loaded(&mut self) {
        self.has_loaded = true;
        self.has_just_loaded = true;
        self.asked = Some(0);
        if self.state.status == PreviewStatus::Silent {
            self.enter(PreviewStatus::Loading);
        }
        self.take_hold();
    }

    fn heard(&mut self, heard: PreviewHeard) {
        match heard {
            PreviewHeard::Loaded => {
                self.has_loaded = true;
                self.asked.get_or_insert(0);
                self.take_hold();
            }
            PreviewHeard::Unloading => {
                let has_loaded = self.has_just_loaded;
                self.begin();
                self.has_loaded = has_loaded;
            }
            PreviewHeard::Injected { uid } => match self.injection(&uid) {
                Some(injection) => self.settle(injection, Ok(())),
                None if self.is_navigation(&uid) => self.ready(true),
                None => {}
            },
            PreviewHeard::Refused { uid, message } => match self.injection(&uid) {
                Some(injection) => {
                    let error = Error::new(ErrorKind::Script, message).about(&self.state.url);
                    self.settle(injection, Err(error));
                }
                None if self.is_navigation(&uid) => self.ready(false),
                None => {}
            },
            PreviewHeard::Moved {
                url,
                back,
                forward,
                entries,
                position,
            } => {
                if origin(&url).is_ok_and(|origin| origin == self.origin) {
                    if let Some(trail) = Trail::told(&self.origin, entries, position) {
                        self.trail = trail;
                    }
                    self.tell_address(without_token(&url), back, forward);
                }
            }
            PreviewHeard::Failed(error) => {
                // A document that never stops to fail costs no more than one that fails once.
                if self.state.error.is_none() {
                    self.state.error = Some(error);
                    self.effects.push(Effect::Tell(self.state.clone()));
                }
            }
            PreviewHeard::Message(message) => self.effects.push(Effect::Deliver(message)),
        }
    }

    fn tick(&mut self) {
        self.has_alarm = false;
        self.has_just_loaded = false;
        for injection in &mut self.injections {
            injection.age += 1;
        }
        while let Some(place) = self.injections.iter().position(|one| one.age >= TO_INJECT) {
            let injection = self.injections.remove(place);
            let message = "the preview did not answer within 30 s";
            self.settle(injection, Err(Error::new(ErrorKind::Timeout, message)));
        }
        let Some(asked) = &mut self.asked else {
            return;
        };
        *asked += 1;
        let most = if self.has_loaded { TO_ANSWER } else { TO_COME };
        if *asked < most {
            // Also before the frame told of a document: one that was there before this handle tells nothing by itself.
            self.effects.push(Effect::Post(PreviewPost::Ask));
            return;
        }
        self.asked = None;
        self.enter(PreviewStatus::Silent);
        for (_, outcome) in std::mem::take(&mut self.waiting) {
            self.effects
                .push(Effect::Settle(outcome, Err(self.silent())));
        }
        for injection in std::mem::take(&mut self.injections) {
            let error = self.silent();
            self.settle(injection, Err(error));
        }
    }

    fn show(&mut self, url: String) {
        self.trail.go_to(&url);
        self.go(url);
    }

    fn back(&mut self) {
        if self.is_moved_inside() {
            self.effects.push(Effect::Post(PreviewPost::Back));
        } else if let Some(url) = self.trail.back().map(str::to_owned) {
            self.go(url);
        }
    }

    fn forward(&mut self) {
        if self.is_moved_inside() {
            self.effects.push(Effect::Post(PreviewPost::Forward));
        } else if let Some(url) = self.trail.forward().map(str::to_owned) {
            self.go(url);
        }
    }

    fn reload(&mut self) {
        if self.is_moved_inside() {
            self.effects.push(Effect::Post(PreviewPost::Reload));
        } else {
            // Where nothing answered, the token may be what is missing.
            let is_given = without_token(&self.given) == self.state.url;
            let url = if is_given {
                &self.given
            } else {
                &self.state.url
            };
            self.go(url.clone());
        }
    }

    fn send(&mut self, message: PreviewMessage, outcome: Outcome) {
        let size = message.json().len();
        let held: usize = self.waiting.iter().map(|(one, _)| one.json().len()).sum();
        match self.state.status {
            PreviewStatus::Ready => {
                self.effects.push(Effect::Send(message, outcome));
            }
            PreviewStatus::Loading
                if self.waiting.len() < MOST_WAITING && held + size <= MOST_WAITING_BYTES =>
            {
                self.waiting.push_back((message, outcome));
            }
            PreviewStatus::Loading => {
                let message = "more than 64 messages or 1 MiB wait for the preview to be loaded";
                let error = Error::new(ErrorKind::QueueFull, message);
                self.effects.push(Effect::Settle(outcome, Err(error)));
            }
            PreviewStatus::Silent | PreviewStatus::Closed => {
                self.effects
                    .push(Effect::Settle(outcome, Err(self.silent())));
            }
        }
    }

    fn inject(&mut self, code: String, scope: String, outcome: Outcome) {
        let error = if self.state.status == PreviewStatus::Silent {
            Some(self.silent())
        } else if self.injections.len() >= MOST_INJECTIONS {
            let message = "more than 32 pieces of code wait for the preview";
            Some(Error::new(ErrorKind::QueueFull, message))
        } else {
            None
        };
        if let Some(error) = error {
            return self.effects.push(Effect::Settle(outcome, Err(error)));
        }
        let uid = self.next_uid();
        self.injections.push(Injection {
            uid,
            code,
            scope,
            outcome,
            was_sent: false,
            age: 0,
        });
        if self.state.status == PreviewStatus::Ready {
            self.send_injections();
        }
    }

    fn close(&mut self) {
        for (_, outcome) in std::mem::take(&mut self.waiting) {
            self.effects.push(Effect::Settle(outcome, Err(closed())));
        }
        for injection in std::mem::take(&mut self.injections) {
            self.settle(injection, Err(closed()));
        }
        self.enter(PreviewStatus::Closed);
    }

    /// Another document is on its way.
    fn begin(&mut self) {
        self.has_loaded = false;
        self.asked = Some(0);
        // The error goes with its document.
        if self.state.error.take().is_some() && self.state.status == PreviewStatus::Loading {
            self.effects.push(Effect::Tell(self.state.clone()));
        }
        self.enter(PreviewStatus::Loading);
        while let Some(place) = self.injections.iter().position(|one| one.was_sent) {
            let injection = self.injections.remove(place);
            let message = "the document was left before it answered: the code may have run";
            self.settle(injection, Err(Error::new(ErrorKind::Interrupted, message)));
        }
    }

    fn go(&mut self, url: String) {
        self.begin();
        let (back, forward) = (self.trail.can_go_back(), self.trail.can_go_forward());
        self.tell_address(without_token(&url), back, forward);
        self.effects.push(Effect::Show(url));
    }

    fn take_hold(&mut self) {
        let inject = PreviewPost::Inject {
            uid: self.navigation(),
            code: module(NAVIGATION),
            scope: self.trail.json(),
        };
        self.effects.push(Effect::Post(inject));
    }

    fn ready(&mut self, is_scripted: bool) {
        self.asked = None;
        self.is_scripted = is_scripted;
        self.enter(PreviewStatus::Ready);
        for (message, outcome) in std::mem::take(&mut self.waiting) {
            self.effects.push(Effect::Send(message, outcome));
        }
        self.send_injections();
    }

    fn send_injections(&mut self) {
        for injection in self.injections.iter_mut().filter(|one| !one.was_sent) {
            injection.was_sent = true;
            self.effects.push(Effect::Post(PreviewPost::Inject {
                uid: injection.uid.clone(),
                code: injection.code.clone(),
                scope: injection.scope.clone(),
            }));
        }
    }

    fn injection(&mut self, uid: &str) -> Option<Injection> {
        let is_it = |one: &Injection| one.was_sent && one.uid == uid;
        let place = self.injections.iter().position(is_it)?;
        Some(self.injections.remove(place))
    }

    fn settle(&mut self, injection: Injection, result: Result<(), Error>) {
        self.effects.push(Effect::Settle(injection.outcome, result));
    }

    fn enter(&mut self, status: PreviewStatus) {
        if self.state.status != status {
            self.state.status = status;
            self.effects.push(Effect::Tell(self.state.clone()));
        }
    }

    fn tell_address(&mut self, url: String, can_go_back: bool, can_go_forward: bool) {
        let state = PreviewState {
            status: self.state.status,
            url,
            can_go_back,
            can_go_forward,
            error: self.state.error.clone(),
        };
        if self.state != state {
            self.state = state.clone();
            self.effects.push(Effect::Tell(state));
        }
    }

    fn is_moved_inside(&self) -> bool {
        self.state.status == PreviewStatus::Ready && self.is_scripted
    }

    fn navigation(&self) -> String {
        format!("navigation-{:x}", self.seed)
    }

    fn is_navigation(&self, uid: &str) -> bool {
        uid == self.navigation()
    }

    fn next_uid(&mut self) -> String {
        self.number += 1;
        format!("{}-{:x}", self.number, self.seed)
    }

    /// Why nothing can be asked of what is shown.
    pub(super) fn silent(&self) -> Error {
        let message =
            "what is shown does not answer: look whether the port shows a page, then reload";
        Error::new(ErrorKind::Timeout, message).about(&self.state.url)
    }
}

/// A function's text as a module.
pub(super) fn module(function: &str) -> String {
    ["exports.activate = ", function].concat()
}

pub(super) fn closed() -> Error {
    Error::new(ErrorKind::Closed, "the preview's handle is closed")
}

#[cfg(test)]
#[path = "core_tests.rs"]
mod tests;
