//! `ConnectionStatus`: every state that a connection has.

use yew::prelude::*;
use yew_sandbox::client::{SessionError, SessionErrorKind};
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox::{Start, use_connection, use_sandbox};
use yew_sandbox_components::ConnectionStatus;

use crate::scene::Scene;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "ConnectionStatus",
    path: "connection-status",
    stories: &[
        Story::new("connected", "[data-state=Connected]", connected),
        Story::new("idle", "[data-state=Idle] button", idle),
        Story::new("connecting", "[data-state=Connecting]", connecting),
        Story::new(
            "reconnecting",
            "[data-state=Reconnecting] button",
            reconnecting,
        ),
        Story::new("offline", "[data-state=Offline]", offline),
        Story::new("asleep", "[data-state=Hibernated] button", asleep),
        Story::new(
            "disconnected",
            "[data-state=Disconnected] button",
            disconnected,
        ),
        Story::new("failed", "[data-state=Failed] button", failed),
        Story::mirrored("[data-state=Failed] button", failed),
    ],
};

fn connected() -> Html {
    html! { <Scene><ConnectionStatus /></Scene> }
}

fn idle() -> Html {
    html! { <Scene start={Start::OnDemand}><ConnectionStatus /></Scene> }
}

fn connecting() -> Html {
    let fake = FakeSandbox::new();
    fake.hold();
    html! { <Scene {fake}><ConnectionStatus /></Scene> }
}

fn reconnecting() -> Html {
    let then = Callback::from(|fake: FakeSandbox| fake.set_reachable(false));
    html! { <Scene {then}><ConnectionStatus /></Scene> }
}

fn offline() -> Html {
    let then = Callback::from(|fake: FakeSandbox| fake.set_online(false));
    html! { <Scene {then}><ConnectionStatus /></Scene> }
}

fn asleep() -> Html {
    let then = Callback::from(|fake: FakeSandbox| fake.hibernate());
    html! { <Scene {then}><ConnectionStatus /></Scene> }
}

fn disconnected() -> Html {
    html! { <Scene><Disconnects /><ConnectionStatus /></Scene> }
}

/// A person who disconnects once there is a connection.
#[component]
fn Disconnects() -> Html {
    let sandbox = use_sandbox();
    let is_connected = use_connection().state.is_connected();
    use_effect_with(is_connected, move |is_connected| {
        if *is_connected {
            sandbox.disconnect();
        }
    });
    Html::default()
}

fn failed() -> Html {
    let fake = FakeSandbox::new();
    let message = "there is no sandbox with this id";
    fake.refuse_next_session(SessionError::new(SessionErrorKind::NotFound, message));
    html! { <Scene {fake}><ConnectionStatus /></Scene> }
}
