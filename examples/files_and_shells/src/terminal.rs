//! A terminal for lines: one is typed, its output is shown.

use futures_util::future::abortable;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlInputElement;
use yew::prelude::*;
use yew_sandbox::client::{ShellEvent, Terminal, TerminalOptions};
use yew_sandbox::{Error, use_sandbox};

/// Most characters that are shown.
const MOST: usize = 16 * 1024;

#[component]
pub(crate) fn TerminalRoom() -> Html {
    let sandbox = use_sandbox();
    let terminal = use_state(|| None::<Terminal>);
    let shown = use_state(String::new);
    let line = use_node_ref();
    {
        let (opened, set) = (terminal.setter(), shown.setter());
        use_effect_with(sandbox, move |sandbox| {
            // What is shown is plain text, so programs shall not send escape sequences.
            let options = TerminalOptions {
                environment: vec![("TERM".to_owned(), "dumb".to_owned())],
                ..TerminalOptions::default()
            };
            let created = sandbox.terminals().create(options);
            let (task, abort) = abortable(async move {
                if let Err(error) = follow(created.await, opened, &set).await {
                    set.set(error.to_string());
                }
            });
            spawn_local(async move {
                // An abort is the cleanup below.
                let _ = task.await;
            });
            move || abort.abort()
        });
    }
    let submit = Callback::from({
        let (terminal, line) = (terminal.clone(), line.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let (Some(terminal), Some(line)) = (&*terminal, line.cast::<HtmlInputElement>()) {
                drop(terminal.run(&line.value()));
                line.set_value("");
            }
        }
    });
    html! {
        <section class="wide" aria-label="Terminal">
            <h2>{ "Terminal" }</h2>
            <pre role="log" aria-label="Output" tabindex="0">{ &*shown }</pre>
            <form onsubmit={submit}>
                <label>{ "Line " }<input aria-label="Line" ref={line} /></label>
                <button disabled={terminal.is_none()}>{ "Send" }</button>
            </form>
        </section>
    }
}

async fn follow(
    created: Result<Terminal, Error>,
    opened: UseStateSetter<Option<Terminal>>,
    shown: &UseStateSetter<String>,
) -> Result<(), Error> {
    let terminal = created?;
    opened.set(Some(terminal.clone()));
    let mut output = terminal.output();
    let mut text = String::new();
    while let Some(event) = output.next().await {
        match event {
            ShellEvent::Output(piece) => text.push_str(piece.as_str()),
            ShellEvent::Gap | ShellEvent::Restarted => text.clear(),
            ShellEvent::Exited(code) => text.push_str(&format!("[exit code {code}]")),
        }
        let from = text.ceil_char_boundary(text.len().saturating_sub(MOST));
        text.drain(..from);
        shown.set(text.clone());
    }
    output.error().map_or(Ok(()), Err)
}
