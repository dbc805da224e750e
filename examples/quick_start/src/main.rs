//! The smallest honest app: one sandbox, one file, one command.

use web_sys::HtmlInputElement;
use yew::platform::spawn_local;
use yew::prelude::*;
use yew_hooks::use_hash;
use yew_sandbox::{ChildrenWhen, Error, SandboxProvider, use_command, use_connection, use_sandbox};

#[component]
fn App() -> Html {
    // The address keeps the sandbox's id, so that a reload resumes it.
    let hash = use_hash();
    let id = hash.strip_prefix('#').filter(|id| !id.is_empty());
    html! {
        <main>
            <h1>{ "Quick start" }</h1>
            <SandboxProvider id={id.map(str::to_owned)} children_when={ChildrenWhen::Always}>
                <Connection />
                <OneFile />
                <OneCommand />
            </SandboxProvider>
        </main>
    }
}

#[component]
fn Connection() -> Html {
    let connection = use_connection();
    let sandbox = use_sandbox();
    let hash = use_hash();
    let id = sandbox.id();
    use_effect_with(id.clone(), move |id| {
        if let Some(id) = id {
            hash.set(format!("#{id}"));
        }
    });
    let disconnect = Callback::from({
        let connection = connection.clone();
        move |_| connection.disconnect()
    });
    let reconnect = Callback::from({
        let connection = connection.clone();
        move |_| connection.reconnect()
    });
    html! {
        <section>
            <p role="status" aria-label="Connection">{ connection.state.name() }</p>
            <p>{ "Sandbox " }<code aria-label="Sandbox">{ id }</code></p>
            <button onclick={disconnect}>{ "Disconnect" }</button>
            <button onclick={reconnect}>{ "Reconnect" }</button>
        </section>
    }
}

#[component]
fn OneFile() -> Html {
    let sandbox = use_sandbox();
    let path = use_node_ref();
    let content = use_node_ref();
    let result = use_state(String::new);
    let text = |node: &NodeRef| {
        node.cast::<HtmlInputElement>()
            .map(|input| input.value())
            .unwrap_or_default()
    };

    let write = Callback::from({
        let (fs, path, content, result) =
            (sandbox.fs(), path.clone(), content.clone(), result.clone());
        move |_| {
            let (fs, result, path, content) =
                (fs.clone(), result.clone(), text(&path), text(&content));
            spawn_local(async move {
                let size = content.len();
                let written = fs.write(&path, content).await;
                result.set(shown(
                    written.map(|()| format!("wrote {path} ({size} bytes)")),
                ));
            });
        }
    });
    let read = Callback::from({
        let (fs, path, result) = (sandbox.fs(), path.clone(), result.clone());
        move |_| {
            let (fs, result, path) = (fs.clone(), result.clone(), text(&path));
            spawn_local(async move { result.set(shown(fs.read_text(&path).await)) });
        }
    });
    html! {
        <section>
            <label>{ "Path " }<input aria-label="Path" ref={path} ~defaultValue="test.txt" /></label>
            <label>{ "Content " }<input aria-label="Content" ref={content} ~defaultValue="Hello World" /></label>
            <button onclick={write}>{ "Write" }</button>
            <button onclick={read}>{ "Read" }</button>
            <output aria-label="Result">{ &*result }</output>
        </section>
    }
}

#[component]
fn OneCommand() -> Html {
    let command = use_command();
    let line = use_node_ref();
    let run = Callback::from({
        let (command, line) = (command.clone(), line.clone());
        move |event: SubmitEvent| {
            event.prevent_default();
            if let Some(line) = line.cast::<HtmlInputElement>() {
                command.run(line.value());
            }
        }
    });
    html! {
        <form onsubmit={run}>
            <label>{ "Command " }<input aria-label="Command" ref={line} ~defaultValue="ls -a" /></label>
            <button>{ "Run" }</button>
            <pre role="log" aria-label="Output" tabindex="0">{ &command.output }
                if let Some(code) = command.exit_code {
                    { format!("[exit code {code}]") }
                }
                if let Some(error) = &command.error {
                    { error.to_string() }
                }
            </pre>
        </form>
    }
}

fn shown(outcome: Result<String, Error>) -> String {
    outcome.unwrap_or_else(|error| error.to_string())
}

fn main() {
    yew::Renderer::<App>::new().render();
}
