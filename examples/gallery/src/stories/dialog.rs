//! `Dialog`.

use yew::prelude::*;
use yew_sandbox_components::Dialog;

use crate::sample::LONG;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "Dialog",
    path: "dialog",
    stories: &[
        Story::new("question", "dialog[open]", question),
        Story::new("long-names", "dialog[open]", long_names),
        Story::mirrored("dialog[open]", question),
    ],
};

#[derive(PartialEq, Properties)]
struct AskProps {
    text: AttrValue,
}

/// A question, and the button that asks again.
#[component]
fn Ask(props: &AskProps) -> Html {
    let is_open = use_state(|| true);
    let set = |value: bool| {
        let is_open = is_open.setter();
        Callback::from(move |()| is_open.set(value))
    };
    let close = set(false);
    html! {
        <>
            <button type="button" class="ys-button" onclick={set(true).reform(|_: MouseEvent| ())}>{ "Ask" }</button>
            if *is_open {
                <Dialog label="Delete?" on_close={close.clone()}>
                    <p>{ props.text.clone() }</p>
                    <div class="ys-dialog-buttons">
                        <button type="button" class="ys-button" autofocus=true onclick={close.reform(|_: MouseEvent| ())}>
                            { "Cancel" }
                        </button>
                        <button type="button" class="ys-button" data-kind="danger" onclick={close.reform(|_: MouseEvent| ())}>
                            { "Delete" }
                        </button>
                    </div>
                </Dialog>
            }
        </>
    }
}

fn question() -> Html {
    html! { <Ask text="Delete src/app.js? Small files can be taken back." /> }
}

fn long_names() -> Html {
    html! { <Ask text={format!("Delete {LONG}? {}", "It cannot be taken back. ".repeat(40))} /> }
}
