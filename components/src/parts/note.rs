//! What stands where there is nothing else to show.

use yew::prelude::*;

use super::{Icon, IconName};

/// What a [`Note`] is about.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NoteKind {
    /// There is nothing.
    #[default]
    Empty,
    /// Something is on its way.
    Busy,
    /// Something needs attention.
    Warning,
    /// Something failed. It is announced at once (role `alert`).
    Error,
}

/// The properties of [`Note`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct NoteProps {
    /// What it is about. Default: empty.
    #[prop_or_default]
    pub kind: NoteKind,

    /// One sentence.
    pub text: AttrValue,

    /// Buttons: what to do next.
    #[prop_or_default]
    pub children: Html,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// A sentence and what to do next, in place of content. Stable class name: `ys-note`, with `data-kind`.
#[component]
pub fn Note(props: &NoteProps) -> Html {
    let (kind, role, icon) = match props.kind {
        NoteKind::Empty => ("empty", None, None),
        NoteKind::Busy => ("busy", Some("status"), None),
        NoteKind::Warning => ("warning", Some("status"), Some(IconName::Warning)),
        NoteKind::Error => ("error", Some("alert"), Some(IconName::Error)),
    };
    html! {
        <div class={classes!("ys-note", props.class.clone())} style={props.style.clone()} data-kind={kind}>
            <p {role}>
                if let Some(name) = icon { <Icon {name} /> }
                { props.text.clone() }
            </p>
            { props.children.clone() }
        </div>
    }
}
