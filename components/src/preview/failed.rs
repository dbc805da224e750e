//! What the page in the frame did not catch.

use yew::prelude::*;
use yew_sandbox::client::PageError;

use crate::parts::{Note, NoteKind};
use crate::ui::use_ui;

#[derive(PartialEq, Properties)]
pub(super) struct FailedProps {
    /// The first error of the page that is shown.
    pub(super) error: PageError,
}

/// A line that can be closed. It is made anew for each page that fails.
#[component]
pub(super) fn Failed(FailedProps { error }: &FailedProps) -> Html {
    let ui = use_ui();
    let is_closed = use_state(|| false);
    if *is_closed {
        return Html::default();
    }
    let close = {
        let is_closed = is_closed.setter();
        Callback::from(move |_: MouseEvent| is_closed.set(true))
    };
    html! {
        <Note
            kind={NoteKind::Error}
            text={(ui.words.preview.failed)(&error.message, &error.place)}
            class="ys-preview-failed"
        >
            <button type="button" class="ys-button" onclick={close}>{ ui.words.parts.close.clone() }</button>
        </Note>
    }
}
