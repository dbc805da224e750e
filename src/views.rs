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
    /// The state of the connection: a sandbox that sleeps does not start.
    #[prop_or(ConnectionState::Connecting)]
    pub state: ConnectionState,
}

/// A progress bar with the message of the current step; where the sandbox fell asleep meanwhile, a button that wakes it.
///
/// The bar has the role `progressbar` with its value; the message is announced politely.
#[component]
pub fn LoadingView(props: &LoadingViewProps) -> Html {
    let words = use_context::<ProviderWords>().unwrap_or_default();
    let sandbox = use_context::<Sandbox>();
    loading(words, sandbox, &props.progress, &props.state)
}

/// What [`LoadingView`] draws. The provider draws it without a component of its own, which would be more to download.
pub(crate) fn loading(
    words: ProviderWords,
    sandbox: Option<Sandbox>,
    progress: &InitProgress,
    state: &ConnectionState,
) -> Html {
    let is_asleep = *state == ConnectionState::Hibernated;
    let message = match progress.message.as_str() {
        _ if is_asleep => words.asleep,
        "" => words.connecting,
        message => (words.message)(message).into(),
    };
    let value = progress.progress.to_string();
    let bar = html! {
        <progress role="progressbar" aria-label={words.start_up} aria-valuetext={message.clone()} max="100" {value} />
    };
    let wake = sandbox.filter(|_| is_asleep).map(|sandbox| {
        let onclick = move |_| sandbox.reconnect();
        html! { <button type="button" {onclick}>{ words.wake }</button> }
    });
    html! {
        <div key="loading" class="yew-sandbox-loading">
            { if is_asleep { Html::default() } else { bar } }
            <p aria-live="polite">{ message }</p>
            // Always one node: unkeyed nodes are compared from the end, and one more would make the live region anew.
            { wake.unwrap_or_default() }
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
    failed(words, props.sandbox.clone(), &props.error)
}

/// What [`FailedView`] draws.
pub(crate) fn failed(words: ProviderWords, sandbox: Sandbox, error: &Error) -> Html {
    let retry = Callback::from(move |_| sandbox.reconnect());
    html! {
        <div key="failed" class="yew-sandbox-failed" role="alert">
            <p>{ (words.error)(error) }</p>
            <p>{ (words.hint)(error) }</p>
            <button type="button" onclick={retry}>{ words.retry }</button>
        </div>
    }
}
