//! The state of the connection, and the way out of it.

use stylist::yew::use_style;
use yew::prelude::*;
use yew_sandbox::{ConnectionState, use_connection};

/// The properties of [`ConnectionStatus`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ConnectionStatusProps {
    /// Classes that are added to the outermost element.
    #[prop_or_default]
    pub class: Classes,

    /// Whether the component brings its own style. Default: it does.
    #[prop_or(true)]
    pub styled: bool,
}

/// The connection in words, with a button where the user can do something about it.
///
/// The words are a live region (role `status`), so that a lost link is announced. The button connects, wakes or tries
/// again, whichever the state calls for. Stable class names: `yew-sandbox-connection`, and the state's name in
/// `data-state`.
#[component]
pub fn ConnectionStatus(props: &ConnectionStatusProps) -> Html {
    let connection = use_connection();
    let style = use_style!(
        r"
        display: inline-flex;
        align-items: center;
        gap: var(--yew-sandbox-space, 0.5rem);
        font: inherit;

        &::before {
            content: '';
            inline-size: 0.625rem;
            block-size: 0.625rem;
            border-radius: 50%;
            background: var(--yew-sandbox-status, GrayText);
        }
        &[data-state='Connected'] {
            --yew-sandbox-status: var(--yew-sandbox-success, light-dark(#1a7f37, #3fb950));
        }
        &[data-state='Connecting'], &[data-state='Reconnecting'] {
            --yew-sandbox-status: var(--yew-sandbox-warning, light-dark(#9a6700, #d29922));
        }
        &[data-state='Failed'] {
            --yew-sandbox-status: var(--yew-sandbox-error, light-dark(#cf222e, #f85149));
        }
        & button {
            font: inherit;
            min-block-size: 1.5rem;
        }
        "
    );
    let style = props.styled.then(|| style.get_class_name().to_owned());
    let action = action(&connection.state).map(|label| {
        let onclick = Callback::from({
            let connection = connection.clone();
            move |_| connection.reconnect()
        });
        html! { <button type="button" {onclick}>{ label }</button> }
    });
    html! {
        <span
            class={classes!("yew-sandbox-connection", style, props.class.clone())}
            data-state={connection.state.name()}
        >
            <span role="status">{ words(&connection.state) }</span>
            { action }
        </span>
    }
}

fn words(state: &ConnectionState) -> AttrValue {
    AttrValue::Static(match state {
        ConnectionState::Idle => "Not connected yet",
        ConnectionState::Connecting => "Connecting",
        ConnectionState::Connected => "Connected",
        ConnectionState::Reconnecting { .. } => "Connection lost, trying again",
        ConnectionState::Offline => "No network",
        ConnectionState::Hibernated => "Asleep",
        ConnectionState::Disconnected => "Disconnected",
        ConnectionState::Failed(error) => return error.to_string().into(),
    })
}

/// What the button says, in the states in which the user can do something.
fn action(state: &ConnectionState) -> Option<&'static str> {
    match state {
        ConnectionState::Idle | ConnectionState::Disconnected => Some("Connect"),
        ConnectionState::Reconnecting { .. } => Some("Try now"),
        ConnectionState::Hibernated => Some("Wake"),
        ConnectionState::Failed(_) => Some("Try again"),
        ConnectionState::Connecting | ConnectionState::Connected | ConnectionState::Offline => None,
    }
}
