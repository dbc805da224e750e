//! `Note`.

use yew::prelude::*;
use yew_sandbox_components::{Note, NoteKind};

use crate::sample::LONG;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "Note",
    path: "note",
    stories: &[
        Story::new("each-kind", ".ys-note[data-kind=error]", each_kind),
        Story::new("with-button", ".ys-note .ys-button", with_button),
        Story::new("long-names", ".ys-note", long_names),
        Story::mirrored(".ys-note[data-kind=error]", each_kind),
    ],
};

fn each_kind() -> Html {
    html! {
        <>
            <Note text="There are no files." />
            <Note kind={NoteKind::Busy} text="The files are read" />
            <Note kind={NoteKind::Warning} text="The file is too large to be shown." />
            <Note kind={NoteKind::Error} text="The file could not be read: permission denied." />
        </>
    }
}

fn with_button() -> Html {
    html! {
        <Note kind={NoteKind::Error} text="The file could not be read: permission denied.">
            <button type="button" class="ys-button">{ "Try again" }</button>
        </Note>
    }
}

fn long_names() -> Html {
    html! { <Note kind={NoteKind::Error} text={format!("{LONG} could not be read: {LONG}")} /> }
}
