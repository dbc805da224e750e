//! From the keyboard to the shell, in order.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::Callback;
use yew_sandbox::Error;
use yew_sandbox::client::Terminal;

/// Most bytes of one message.
const PIECE: usize = 64 * 1024;
/// Most bytes that wait; more is refused as a whole.
const MOST_WAITING: usize = 8 * 1024 * 1024;

/// Why something typed did not arrive.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum NotTyped {
    TooMuch,
    Failed(Rc<Error>),
}

/// What is typed into one terminal.
pub(super) struct Typing {
    terminal: Terminal,
    waiting: RefCell<VecDeque<String>>,
    bytes: Cell<usize>,
    is_busy: Cell<bool>,
    on_error: Callback<NotTyped>,
}

impl Typing {
    pub(super) fn new(terminal: Terminal, on_error: Callback<NotTyped>) -> Rc<Self> {
        Rc::new(Self {
            terminal,
            waiting: RefCell::default(),
            bytes: Cell::new(0),
            is_busy: Cell::new(false),
            on_error,
        })
    }

    /// Types. A few keys are on their way at once; a large text is sent piece by piece, and what is typed meanwhile follows it.
    pub(super) fn write(self: &Rc<Self>, text: &str) {
        if text.len() <= PIECE && !self.is_busy.get() {
            let written = self.terminal.write(text);
            let this = Rc::clone(self);
            spawn_local(async move {
                if let Err(error) = written.await {
                    this.fail(error);
                }
            });
            return;
        }
        if self.bytes.get() + text.len() > MOST_WAITING {
            return self.on_error.emit(NotTyped::TooMuch);
        }
        self.bytes.set(self.bytes.get() + text.len());
        let mut rest = text;
        while !rest.is_empty() {
            let (piece, next) = rest.split_at(rest.floor_char_boundary(PIECE));
            self.waiting.borrow_mut().push_back(piece.to_owned());
            rest = next;
        }
        if !self.is_busy.replace(true) {
            let this = Rc::clone(self);
            spawn_local(async move { this.empty().await });
        }
    }

    async fn empty(&self) {
        loop {
            let piece = self.waiting.borrow_mut().pop_front();
            let Some(piece) = piece else { break };
            self.bytes.set(self.bytes.get() - piece.len());
            if let Err(error) = self.terminal.write(&piece).await {
                // What follows a piece that is missing is not what was meant.
                self.waiting.borrow_mut().clear();
                self.bytes.set(0);
                self.fail(error);
            }
        }
        self.is_busy.set(false);
    }

    fn fail(&self, error: Error) {
        self.on_error.emit(NotTyped::Failed(Rc::new(error)));
    }
}
