//! A page by somebody else.

use yew::prelude::*;
use yew_sandbox::{SandboxProvider, use_file};
use yew_sandbox_components::{SandboxIde, SandboxUi, Scheme};

#[component]
fn Notes() -> Html {
    let file = use_file("notes.md");
    html! { <pre>{ file.text().unwrap_or("no notes yet").to_owned() }</pre> }
}

#[component]
fn App() -> Html {
    html! {
        <SandboxUi scheme={Scheme::Auto}>
            <SandboxProvider><Notes /><SandboxIde /></SandboxProvider>
        </SandboxUi>
    }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
