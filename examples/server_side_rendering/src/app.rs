//! What both sides draw.

use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;
use yew_sandbox::{SandboxProvider, use_file, use_sandbox};
use yew_sandbox_components::{ConnectionStatus, FileTree, InitScreen, SandboxUi, Theme, Token};

const NOTE: &str = "note.txt";

/// The page.
#[component]
pub(crate) fn App() -> Html {
    let theme = Theme::new().with(Token::Accent, "light-dark(#0f766e, #5eead4)");
    html! {
        <SandboxUi {theme}>
            <h1>{ "Server-side rendering" }</h1>
            <SandboxProvider loading={|_| html! { <InitScreen /> }}>
                <ConnectionStatus />
                <FileTree class="files" />
                <Note />
            </SandboxProvider>
        </SandboxUi>
    }
}

/// One file, to write and to read.
#[component]
fn Note() -> Html {
    let fs = use_sandbox().fs();
    let note = use_file(NOTE);
    let error = use_state(|| None);
    let field = use_node_ref();
    let onsubmit = {
        let (field, error) = (field.clone(), error.setter());
        Callback::from(move |event: SubmitEvent| {
            event.prevent_default();
            let text = field
                .cast::<HtmlInputElement>()
                .map(|field| field.value())
                .unwrap_or_default();
            let (writing, error) = (fs.write(NOTE, text), error.clone());
            spawn_local(async move { error.set(writing.await.err()) });
        })
    };
    html! {
        <form {onsubmit}>
            <input class="ys-field" aria-label="Note" ref={field} />
            <button class="ys-button">{ "Save" }</button>
            <output aria-label="Saved note">{ note.text().unwrap_or("no note yet").to_owned() }</output>
            if let Some(error) = &*error {
                <p role="alert">{ error.to_string() }</p>
            }
        </form>
    }
}
