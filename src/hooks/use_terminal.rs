//! One terminal of the sandbox.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox_client::{Error, ShellInfo, Terminal, TerminalOptions};

use super::{see_through, use_sandbox, use_state_of};
use crate::platform::subscribe;

/// What [`use_terminal`] gives.
#[derive(Clone, Debug, PartialEq)]
pub struct UseTerminalHandle {
    /// The terminal, once it is open.
    pub terminal: Option<Terminal>,
    /// Its name, status and exit code, once it is open.
    pub info: Option<ShellInfo>,
    /// Why it could not be opened.
    pub error: Option<Rc<Error>>,
    again: Callback<()>,
}

impl UseTerminalHandle {
    /// Opens it again, after an error; a new one, where no id was given.
    pub fn reopen(&self) {
        self.again.emit(());
    }
}

#[derive(Clone, Default, PartialEq)]
struct Shown {
    terminal: Option<Terminal>,
    info: Option<ShellInfo>,
    error: Option<Rc<Error>>,
}

/// Opens the terminal of an id, or makes a new one.
///
/// One that it made is ended with the component; one of an id stays. The component renders again when the terminal is open, and when
/// its name or its status changes; its output is read from [`Terminal::output`].
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_terminal(id: Option<&str>, options: &TerminalOptions) -> UseTerminalHandle {
    let sandbox = use_sandbox();
    let attempts = use_state(|| 0u32);
    let of = (sandbox, id.map(str::to_owned), *attempts);
    let (shown, set) = use_state_of::<_, Shown>(of.clone());
    let set = Rc::new(set);
    {
        let (set, options) = (Rc::clone(&set), options.clone());
        use_effect_with(of, move |(sandbox, id, _)| {
            let is_there = Rc::new(Cell::new(true));
            let made = Rc::new(Cell::new(None::<Terminal>));
            spawn_local({
                let (is_there, made) = (is_there.clone(), made.clone());
                let (terminals, id) = (sandbox.terminals(), id.clone());
                async move {
                    let opened = match &id {
                        Some(id) => terminals.open(id).await,
                        None => terminals.create(options).await,
                    };
                    match opened {
                        Ok(terminal) if !is_there.get() => {
                            if id.is_none() {
                                see_through(terminal.kill());
                            }
                        }
                        Ok(terminal) => {
                            if id.is_none() {
                                made.set(Some(terminal.clone()));
                            }
                            let info = Some(terminal.info());
                            set.set(Shown {
                                terminal: Some(terminal),
                                info,
                                error: None,
                            });
                        }
                        Err(error) if is_there.get() => set.set(Shown {
                            error: Some(Rc::new(error)),
                            ..Shown::default()
                        }),
                        Err(_) => {}
                    }
                }
            });
            move || {
                is_there.set(false);
                if let Some(terminal) = made.take() {
                    see_through(terminal.kill());
                }
            }
        });
    }
    use_effect_with(shown.terminal.clone(), move |terminal| {
        let subscription = terminal.clone().and_then(|terminal| {
            subscribe(&terminal.watch_info(), move |info| {
                set.set(Shown {
                    terminal: Some(terminal.clone()),
                    info: Some(info.clone()),
                    error: None,
                });
            })
        });
        move || drop(subscription)
    });
    let again = Callback::from(move |()| attempts.set(attempts.wrapping_add(1)));
    UseTerminalHandle {
        terminal: shown.terminal,
        info: shown.info,
        error: shown.error,
        again,
    }
}
