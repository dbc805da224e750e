//! What is said after the process has ended.

use yew::prelude::*;
use yew_sandbox::client::{ShellInfo, ShellStatus, Terminal as Shell};

use crate::parts::use_action;
use crate::ui::use_ui;

/// A process of a [`Terminal`](super::Terminal) that has ended, as its slot `ended` is given it.
#[derive(Clone, Debug, PartialEq)]
pub struct TerminalEnd {
    /// Its exit code; `None` where the terminal was closed from elsewhere.
    pub exit_code: Option<i32>,
    /// Starts it again, or makes a new one where it was closed. `None` where neither may be.
    pub again: Option<Callback<()>>,
    /// Why it could not be started again.
    pub error: Option<AttrValue>,
}

/// How a shell ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ended {
    Not,
    /// Its process ended by itself; it can be started again.
    Exited(i32),
    /// It is gone.
    Closed,
}

impl Ended {
    pub(super) fn of(info: Option<&ShellInfo>) -> Self {
        match info.map(|info| (info.status, info.exit_code)) {
            None | Some((ShellStatus::Running | ShellStatus::Restarting, _)) => Self::Not,
            Some((_, Some(code))) => Self::Exited(code),
            Some((_, None)) => Self::Closed,
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct BarProps {
    pub(super) ended: Ended,
    pub(super) shell: Option<Shell>,
    /// Makes a new shell, where that may be.
    pub(super) on_new: Option<Callback<()>>,
    /// Called when there is something to type into again.
    pub(super) on_done: Callback<()>,
    pub(super) read_only: bool,
    /// Draws it otherwise.
    pub(super) draw: Option<Callback<TerminalEnd, Html>>,
}

#[component]
pub(super) fn Bar(props: &BarProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.terminal;
    let action = use_action();
    let restart = {
        let (action, shell, on_done) = (action.clone(), props.shell.clone(), props.on_done.clone());
        Callback::from(move |()| {
            if let Some(shell) = shell.clone() {
                let on_done = on_done.clone();
                action.run(async move {
                    shell.restart().await?;
                    on_done.emit(());
                    Ok(())
                });
            }
        })
    };
    let on_new = props.on_new.clone().map(|on_new| {
        let on_done = props.on_done.clone();
        Callback::from(move |()| {
            on_new.emit(());
            on_done.emit(());
        })
    });
    let (exit_code, again) = match props.ended {
        // The region is there before it says something, or nobody hears it.
        Ended::Not => return html! { <div class="ys-terminal-ended" role="status" /> },
        Ended::Exited(code) => (Some(code), (!props.read_only).then_some(restart)),
        Ended::Closed => (None, on_new),
    };
    let said = if let Some(draw) = &props.draw {
        let say = ui.words.errors.say;
        let error = action.error.as_ref().map(|error| say(error).into());
        draw.emit(TerminalEnd {
            exit_code,
            again,
            error,
        })
    } else {
        let (text, button) = match exit_code {
            Some(code) => ((words.exited)(code), &words.restart),
            None => (words.closed.to_string(), &words.new),
        };
        html! {
            <div class="ys-terminal-bar" data-kind="ended">
                <p>{ text }</p>
                if let Some(error) = &action.error {
                    <p class="ys-terminal-error">{ (ui.words.errors.say)(error) }</p>
                }
                if let Some(again) = again {
                    <button
                        type="button"
                        class="ys-button"
                        aria-disabled={action.busy.then_some("true")}
                        onclick={again.reform(|_: MouseEvent| ())}
                    >
                        { button.clone() }
                    </button>
                }
            </div>
        }
    };
    html! { <div class="ys-terminal-ended" role="status">{ said }</div> }
}
