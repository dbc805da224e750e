//! What is said after the process has ended.

use yew::prelude::*;
use yew_sandbox::client::{ShellInfo, ShellStatus, Terminal as Shell};

use crate::parts::use_action;
use crate::ui::use_ui;

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
}

#[component]
pub(super) fn Bar(props: &BarProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.terminal;
    let action = use_action();
    let restart = {
        let (action, shell, on_done) = (action.clone(), props.shell.clone(), props.on_done.clone());
        Callback::from(move |_: MouseEvent| {
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
        Callback::from(move |_: MouseEvent| {
            on_new.emit(());
            on_done.emit(());
        })
    });
    let (text, button) = match props.ended {
        // The region is there before it says something, or nobody hears it.
        Ended::Not => return html! { <div class="ys-terminal-ended" role="status" /> },
        Ended::Exited(code) => {
            let button = html! {
                <button
                    type="button"
                    class="ys-button"
                    aria-disabled={action.busy.then_some("true")}
                    onclick={restart}
                >
                    { words.restart.clone() }
                </button>
            };
            ((words.exited)(code), (!props.read_only).then_some(button))
        }
        Ended::Closed => {
            let button = on_new.map(|onclick| {
                html! {
                    <button type="button" class="ys-button" {onclick}>{ words.new.clone() }</button>
                }
            });
            (words.closed.to_string(), button)
        }
    };
    html! {
        <div class="ys-terminal-ended" role="status">
            <div class="ys-terminal-bar" data-kind="ended">
                <p>{ text }</p>
                if let Some(error) = &action.error {
                    <p class="ys-terminal-error">{ (ui.words.errors.say)(error) }</p>
                }
                { button }
            </div>
        </div>
    }
}
