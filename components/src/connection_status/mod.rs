//! The state of the connection, and the way out of it.

mod words;

use yew::prelude::*;
use yew_sandbox::{ConnectionState, use_connection};

pub use words::ConnectionWords;

use crate::parts::PartsWords;
use crate::style::{StyleSheet, use_style_sheet};
use crate::ui::Words;

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "connection-status",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`ConnectionStatus`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConnectionStatusProps {
    /// Draws a state in place of the words that are built in. It is announced like those.
    #[prop_or_default]
    pub state: Option<Callback<ConnectionState, Html>>,

    /// Classes that are added to the outermost element.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The connection in words, with a button where the user can do something about it.
///
/// The words are a live region (role `status`), so that a lost link is announced. The button connects, wakes or tries
/// again, whichever the state calls for. Stable class names: `ys-connection`, and the state's name in
/// `data-state`.
#[component]
pub fn ConnectionStatus(props: &ConnectionStatusProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let connection = use_connection();
    let words = &ui.words.connection;
    let action = action(&connection.state, words, &ui.words.parts).map(|label| {
        let onclick = Callback::from({
            let connection = connection.clone();
            move |_| connection.reconnect()
        });
        html! { <button type="button" class="ys-button" {onclick}>{ label }</button> }
    });
    let drawn = props
        .state
        .as_ref()
        .map(|draw| draw.emit(connection.state.clone()));
    html! {
        <span
            class={classes!("ys-connection", props.class.clone())}
            style={props.style.clone()}
            data-state={connection.state.name()}
        >
            <span role="status">
                if let Some(drawn) = drawn {
                    { drawn }
                } else {
                    { said(&connection.state, &ui.words) }
                }
            </span>
            // Always one node: unkeyed nodes are compared from the end, and one more would make the live region anew.
            { action.unwrap_or_default() }
        </span>
    }
}

fn said(state: &ConnectionState, all: &Words) -> AttrValue {
    let words = &all.connection;
    match state {
        ConnectionState::Idle => words.idle.clone(),
        ConnectionState::Connecting => words.connecting.clone(),
        ConnectionState::Connected => words.connected.clone(),
        ConnectionState::Reconnecting { .. } => words.reconnecting.clone(),
        ConnectionState::Offline => words.offline.clone(),
        ConnectionState::Hibernated => words.hibernated.clone(),
        ConnectionState::Disconnected => words.disconnected.clone(),
        ConnectionState::Failed(error) => (all.errors.say)(error).into(),
    }
}

/// What the button says, in the states in which the user can do something.
fn action(
    state: &ConnectionState,
    words: &ConnectionWords,
    parts: &PartsWords,
) -> Option<AttrValue> {
    match state {
        ConnectionState::Idle | ConnectionState::Disconnected => Some(words.connect.clone()),
        ConnectionState::Reconnecting { .. } => Some(words.try_now.clone()),
        ConnectionState::Hibernated => Some(words.wake.clone()),
        ConnectionState::Failed(_) => Some(parts.retry.clone()),
        ConnectionState::Connecting | ConnectionState::Connected | ConnectionState::Offline => None,
    }
}
