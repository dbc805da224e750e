//! What stands on the page until the sandbox is ready.

mod words;

use yew::prelude::*;
use yew_sandbox::{ConnectionState, use_connection, use_init_status};

pub use words::InitScreenWords;

use crate::command_output::CommandOutput;
use crate::connection_status::ConnectionStatus;
use crate::setup_steps::SetupSteps;
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "init-screen",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`InitScreen`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct InitScreenProps {
    /// Draws what stands above the progress: a logo, a sentence.
    #[prop_or_default]
    pub header: Html,

    /// Whether the output of the steps is shown. Default: it is.
    #[prop_or(true)]
    pub shows_output: bool,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// Start-up in full: the connection, a progress bar, the steps of the set-up and what they print; after a failure, what
/// failed, what to do, and a button that tries again. For
/// [`SandboxProvider`](yew_sandbox::SandboxProvider)'s `loading` and `failed`. Stable class name: `ys-init`.
#[component]
pub fn InitScreen(props: &InitScreenProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.init_screen;
    let connection = use_connection();
    let init = use_init_status();
    let failure = match &connection.state {
        ConnectionState::Failed(error) => Some(html! {
            <p class="ys-init-hint" role="alert">{ (ui.words.errors.hint)(error) }</p>
        }),
        _ => None,
    };
    let message = match init.message.as_str() {
        "" => words.starting.clone(),
        message => (words.message)(message).into(),
    };
    html! {
        <div class={classes!("ys-init", props.class.clone())} style={props.style.clone()}>
            { props.header.clone() }
            <ConnectionStatus />
            if let Some(failure) = failure {
                { failure }
            } else {
                <progress
                    class="ys-init-bar"
                    aria-label={words.title.clone()}
                    aria-valuetext={message.clone()}
                    max="100"
                    value={init.progress.to_string()}
                />
                <p class="ys-init-message" aria-live="polite">{ message }</p>
            }
            if let Some(error) = &init.error {
                <p class="ys-init-error" role="alert">{ (words.message)(error) }</p>
            }
            if connection.state.is_connected() {
                <SetupSteps />
            }
            if props.shows_output && !init.output.is_empty() {
                <CommandOutput class="ys-init-output" text={init.output.clone()} announces=false />
            }
        </div>
    }
}
