//! The namespaces of a sandbox on one page.

mod preview;
mod terminal;

use yew::prelude::*;
use yew_hooks::use_hash;
use yew_sandbox::client::FileType;
use yew_sandbox::{
    SandboxProvider, use_clients, use_connection, use_directory, use_git_status, use_ports,
    use_sandbox, use_tasks,
};

use crate::preview::PreviewRoom;
use crate::terminal::TerminalRoom;

#[component]
fn App() -> Html {
    // The address may name a sandbox: `#ID`.
    let hash = use_hash();
    let id = hash.strip_prefix('#').filter(|id| !id.is_empty());
    html! {
        <main>
            <h1>{ "Files and shells" }</h1>
            <SandboxProvider id={id.map(str::to_owned)}>
                <Connection />
                <div class="rooms">
                    <Files />
                    <Tasks />
                    <Ports />
                    <Repository />
                    <People />
                    <TerminalRoom />
                    <PreviewRoom />
                </div>
            </SandboxProvider>
        </main>
    }
}

#[component]
fn Connection() -> Html {
    let connection = use_connection();
    let id = use_sandbox().id().unwrap_or_default();
    html! {
        <p>
            <span role="status" aria-label="Connection">{ connection.state.name() }</span>
            { " " }<code aria-label="Sandbox">{ id }</code>
        </p>
    }
}

#[component]
fn Files() -> Html {
    let directory = use_directory(".");
    let entries = directory.entries.iter().map(|entry| {
        let slash = if entry.file_type == FileType::Directory {
            "/"
        } else {
            ""
        };
        html! { <li key={entry.name.clone()}>{ &entry.name }{ slash }</li> }
    });
    html! { <section aria-label="Files"><h2>{ "Files" }</h2><ul>{ for entries }</ul></section> }
}

#[component]
fn Tasks() -> Html {
    let sandbox = use_sandbox();
    let tasks = sandbox.tasks();
    let list = use_tasks().unwrap_or_default();
    let rows = list.tasks.iter().map(|task| {
        let runs = task
            .shell
            .as_ref()
            .is_some_and(|shell| shell.exit_code.is_none());
        let click = Callback::from({
            let (tasks, id) = (tasks.clone(), task.id.clone());
            move |_| match runs {
                true => drop(tasks.stop(&id)),
                false => drop(tasks.run(&id)),
            }
        });
        html! {
            <li key={task.id.clone()}>
                { &task.name }{ " " }
                <button onclick={click}>{ if runs { "Stop" } else { "Start" } }</button>
            </li>
        }
    });
    html! {
        <section aria-label="Tasks">
            <h2>{ "Tasks" }</h2>
            <ul>{ for rows }</ul>
            if let Some(error) = &list.file_error {
                <p role="alert">{ error }</p>
            }
        </section>
    }
}

#[component]
fn Ports() -> Html {
    let ports = use_ports();
    let rows = ports.iter().map(|port| {
        html! {
            <li key={port.port}>
                <a href={["//", &port.url].concat()} target="_blank" rel="noreferrer">{ port.port }</a>
            </li>
        }
    });
    html! { <section aria-label="Ports"><h2>{ "Ports" }</h2><ul>{ for rows }</ul></section> }
}

#[component]
fn Repository() -> Html {
    let status = use_git_status();
    html! {
        <section aria-label="Repository">
            <h2>{ "Repository" }</h2>
            if let Some(status) = status {
                <p>{ status.branch }</p>
                <ul>{ for status.changed_files.0.iter().map(|(path, item)| html! {
                    <li key={path.clone()}>{ item.working_tree.as_str() }{ " " }{ path }</li>
                }) }</ul>
            } else {
                <p>{ "There is none." }</p>
            }
        </section>
    }
}

#[component]
fn People() -> Html {
    let clients = use_clients().unwrap_or_default();
    let rows = clients.iter().map(|client| {
        html! { <li key={client.client_id.clone()}>{ &client.name }{ " (" }{ &client.app_id }{ ")" }</li> }
    });
    html! { <section aria-label="People"><h2>{ "People" }</h2><ul>{ for rows }</ul></section> }
}

fn main() {
    yew::Renderer::<App>::new().render();
}
