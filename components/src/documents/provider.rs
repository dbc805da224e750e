//! `<DocumentsProvider>`: one store for all components inside.

use yew::prelude::*;
use yew_sandbox::use_sandbox;

use super::leaving::use_leaving;
use super::store::Documents;

/// The properties of [`DocumentsProvider`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DocumentsProviderProps {
    /// How long after the last edit a document is saved by itself, in milliseconds. Default: never.
    #[prop_or_default]
    pub autosave: Option<u32>,

    /// Whether the browser asks before the page is left with unsaved edits. Default: `true`.
    #[prop_or(true)]
    pub asks_before_leaving: bool,

    /// The components.
    #[prop_or_default]
    pub children: Html,
}

/// Holds the open files of the sandbox with their unsaved edits, for all components inside. It stands within
/// [`SandboxProvider`](yew_sandbox::SandboxProvider). Another sandbox begins with no open files. What waits to be saved by itself is saved
/// at once when the page is hidden.
#[component]
pub fn DocumentsProvider(props: &DocumentsProviderProps) -> Html {
    let sandbox = use_sandbox();
    let documents = use_memo(sandbox, |sandbox| Documents::new(sandbox.clone()));
    documents.set_autosave(props.autosave);
    use_leaving(&documents, props.asks_before_leaving);
    html! {
        <ContextProvider<Documents> context={(*documents).clone()}>
            { props.children.clone() }
        </ContextProvider<Documents>>
    }
}
