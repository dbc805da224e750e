//! `Toasts` and `SandboxNotices`.

use yew::prelude::*;
use yew_sandbox::client::Severity;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{SandboxNotices, Toast, ToastKind, Toasts, use_toasts};

use crate::sample::LONG;
use crate::scene::Scene;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "Toasts",
    path: "toasts",
    stories: &[
        Story::new("each-kind", ".ys-toast[data-kind=error]", each_kind),
        Story::new("with-actions", ".ys-toast .ys-button", with_actions),
        Story::new("notices", ".ys-toast[data-kind=warning]", notices),
        Story::new("long-names", ".ys-toast", long_names),
        Story::mirrored(".ys-toast[data-kind=error]", each_kind),
    ],
};

#[derive(PartialEq, Properties)]
struct ShowProps {
    toasts: Vec<Toast>,
}

/// Shows toasts, at once and at a press.
#[component]
fn Show(props: &ShowProps) -> Html {
    let handle = use_toasts();
    let toasts = props.toasts.clone();
    let show = Callback::from(move |()| {
        for toast in &toasts {
            handle.show(toast.clone());
        }
    });
    let again = show.reform(|_: MouseEvent| ());
    use_effect_with((), move |()| show.emit(()));
    html! { <button type="button" class="ys-button" onclick={again}>{ "Show again" }</button> }
}

fn show(toasts: Vec<Toast>) -> Html {
    html! { <Toasts><Show {toasts} /></Toasts> }
}

fn toast(kind: ToastKind, text: &str) -> Toast {
    // Stories hold still.
    Toast {
        stays: true,
        ..Toast::new(kind, text.to_owned())
    }
}

fn each_kind() -> Html {
    show(vec![
        toast(ToastKind::Info, "Ada Lovelace is here."),
        toast(ToastKind::Success, "All files are saved."),
        toast(ToastKind::Warning, "The sandbox sleeps in a minute."),
        toast(
            ToastKind::Error,
            "notes.md could not be saved: the disk is full.",
        ),
    ])
}

fn with_actions() -> Html {
    let offer = toast(ToastKind::Info, "src/app.js was deleted.");
    show(vec![
        offer
            .with_action("Undo", Callback::noop())
            .with_action("Show", Callback::noop()),
    ])
}

fn notices() -> Html {
    let fake = FakeSandbox::new();
    fake.notify(
        Severity::Info,
        "A new version of the template is there.",
        &["Update", "Later"],
    );
    fake.notify(
        Severity::Warning,
        "The sandbox uses 90 % of its memory.",
        &[],
    );
    html! { <Scene {fake}><Toasts><SandboxNotices /></Toasts></Scene> }
}

fn long_names() -> Html {
    show(vec![toast(
        ToastKind::Error,
        &format!(
            "{LONG} could not be saved: {}",
            "a long reason, ".repeat(12)
        ),
    )])
}
