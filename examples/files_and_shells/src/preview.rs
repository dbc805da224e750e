//! What a port shows, and messages to and from it.

use futures_util::future::abortable;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_sandbox::client::{Preview as Handle, PreviewEvent, PreviewMessage};
use yew_sandbox_components::{Preview, SandboxUi};

/// Most messages that are shown.
const MOST: usize = 50;

#[component]
pub(crate) fn PreviewRoom() -> Html {
    let handle = use_state(|| None::<Handle>);
    let on_preview = {
        let handle = handle.setter();
        Callback::from(move |preview| handle.set(Some(preview)))
    };
    html! {
        <>
            <section class="wide preview"><SandboxUi><Preview {on_preview} /></SandboxUi></section>
            if let Some(preview) = &*handle {
                <Messages preview={preview.clone()} />
            }
        </>
    }
}

#[derive(PartialEq, Properties)]
struct MessagesProps {
    preview: Handle,
}

/// What the document says, and a word to it.
#[component]
fn Messages(props: &MessagesProps) -> Html {
    let word = use_node_ref();
    let update = use_force_update();
    let shown = use_mut_ref(Vec::<String>::new);
    {
        let shown = shown.clone();
        use_effect_with(props.preview.clone(), move |preview| {
            let mut messages = preview.messages();
            let (task, abort) = abortable(async move {
                while let Some(event) = messages.next().await {
                    let line = match event {
                        PreviewEvent::Message(message) => message.json().to_owned(),
                        PreviewEvent::Gap => "(some were lost)".to_owned(),
                    };
                    let mut shown = shown.borrow_mut();
                    shown.push(line);
                    let many = shown.len().saturating_sub(MOST);
                    shown.drain(..many);
                    drop(shown);
                    update.force_update();
                }
            });
            spawn_local(async move {
                // An abort is the cleanup below.
                let _ = task.await;
            });
            move || abort.abort()
        });
    }
    let send = Callback::from({
        let (preview, word) = (props.preview.clone(), word.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            let text = word.cast::<HtmlInputElement>().map(|word| word.value());
            if let Ok(message) = PreviewMessage::new("word", text.unwrap_or_default()) {
                drop(preview.send(message));
            }
        }
    });
    html! {
        <section class="wide" aria-label="Messages">
            <h2>{ "Messages of the preview" }</h2>
            <ul>{ for shown.borrow().iter().map(|line| html! { <li>{ line }</li> }) }</ul>
            <form onsubmit={send}>
                <label>{ "Message " }<input aria-label="Message" ref={word} placeholder="{}" /></label>
                <button>{ "Send message" }</button>
            </form>
        </section>
    }
}
