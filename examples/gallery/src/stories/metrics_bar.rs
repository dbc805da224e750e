//! `MetricsBar`.

use yew::prelude::*;
use yew_sandbox::client::Metrics;
use yew_sandbox::client::protocol::system::{AmountMetrics, CpuMetrics};
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::MetricsBar;

use crate::hand::Step;
use crate::scene::Scene;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "MetricsBar",
    path: "metrics-bar",
    stories: &[
        Story::new("half", "meter", half),
        Story::new("idle", "meter", idle),
        Story::new("full", "meter", full),
        Story::new("loading", ".scene:not(:has(*))", loading),
        Story::new("disconnected", "meter", disconnected),
        Story::mirrored("meter", half),
    ],
};

fn show(share: f64) -> Html {
    html! { <Scene fake={using(share)}><MetricsBar /></Scene> }
}

fn using(share: f64) -> FakeSandbox {
    let amount = |gibibytes: f64| AmountMetrics {
        used: gibibytes * share * 1024.0 * 1024.0,
        total: gibibytes * 1024.0 * 1024.0,
        configured: gibibytes * 1024.0 * 1024.0,
    };
    let metrics = Metrics {
        cpu: CpuMetrics {
            cores: 2.0,
            used: 2.0 * share,
            configured: 2.0,
        },
        memory: amount(4.0),
        storage: amount(20.0),
    };
    FakeSandbox::builder().metrics(metrics).build()
}

fn half() -> Html {
    show(0.5)
}

fn idle() -> Html {
    show(0.01)
}

fn full() -> Html {
    show(0.97)
}

/// Nothing stands there before the sandbox tells.
fn loading() -> Html {
    let fake = using(0.5);
    fake.hold();
    html! { <Scene {fake}><MetricsBar /></Scene> }
}

/// What was told last stays on the page.
fn disconnected() -> Html {
    let fake = using(0.5);
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    html! { <Scene {fake} steps={vec![Step::Call("meter", cut)]}><MetricsBar /></Scene> }
}
