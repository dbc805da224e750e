//! The two default views: plain elements with names and roles, drawn with the page's own style.

use std::sync::Arc;

use yew::prelude::*;
use yew_sandbox_client::{ConnectionState, Error, InitProgress};

use crate::context::Sandbox;
use crate::words::ProviderWords;

/// The properties of [`LoadingView`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct LoadingViewProps {
    /// How far start-up is.
    pub progress: InitProgress,
    /// The state of the connection, which is the message before start-up tells of itself.
    #[prop_or(ConnectionState::Connecting)]
    pub state: ConnectionState,
}

/// A progress bar with the message of the current step.
///
/// The bar has the role `progressbar` with its value; the message is announced politely.
#[component]
pub fn LoadingView(props: &LoadingViewProps) -> Html {
    let words = use_context::<ProviderWords>().unwrap_or_default();
    let message = match props.progress.message.as_str() {
        "" => words.connecting,
        message => (words.message)(message).into(),
    };
    let value = props.progress.progress.to_string();
    html! {
        <div class="yew-sandbox-loading">
            <progress role="progressbar" aria-label={words.start_up} aria-valuetext={message.clone()} max="100" {value} />
            <p aria-live="polite">{ message }</p>
        </div>
    }
}

/// The properties of [`FailedView`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FailedViewProps {
    /// What went wrong.
    pub error: Arc<Error>,
    /// What a retry reconnects.
    pub sandbox: Sandbox,
}

/// What failed, what to do, and a button that tries again.
#[component]
pub fn FailedView(props: &FailedViewProps) -> Html {
    let words = use_context::<ProviderWords>().unwrap_or_default();
    let retry = {
        let sandbox = props.sandbox.clone();
        Callback::from(move |_| sandbox.reconnect())
    };
    html! {
        <div class="yew-sandbox-failed" role="alert">
            <p>{ (words.error)(&props.error) }</p>
            <p>{ (words.hint)(&props.error) }</p>
            <button type="button" onclick={retry}>{ words.retry }</button>
        </div>
    }
}
