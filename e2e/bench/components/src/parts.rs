//! How many components render again in each part of the work place, and in the whole of it, for one event.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::protocol::system::{AmountMetrics, CpuMetrics, Metrics};
use yew_sandbox::fake::{FakeGit, FakeSandbox, FakeTask};
use yew_sandbox_components::{
    CodeEditor, ConnectionStatus, Documents, DocumentsProvider, FileTabs, FileTree, GitPanel,
    MetricsBar, PortList, Presence, SandboxIde, TaskList, Terminal, TerminalTabs, use_documents,
};

use crate::count;
use crate::measure::{figures, painted};
use crate::renders::calm;
use crate::stage::Stage;

const FILE: &str = "first.txt";

/// How a part is drawn, given a terminal.
type Draw = fn(AttrValue) -> Html;
/// A part: its name, a selector of what is there once it is drawn, and how it is drawn; without that it is the whole work place.
type Part = (&'static str, &'static str, Option<Draw>);

const PARTS: [Part; 13] = [
    ("providers alone", ".there", Some(|_| Html::default())),
    (
        "FileTree",
        "[role=treeitem]",
        Some(|_| html! { <FileTree /> }),
    ),
    ("FileTabs", "[role=tab]", Some(|_| html! { <FileTabs /> })),
    (
        "CodeEditor",
        ".cm-line",
        Some(|_| html! { <CodeEditor path={FILE} /> }),
    ),
    (
        "Terminal",
        "[data-state=running] .xterm-rows",
        Some(|shell| html! { <Terminal {shell} /> }),
    ),
    (
        "ConnectionStatus",
        ".ys-connection",
        Some(|_| html! { <ConnectionStatus /> }),
    ),
    ("MetricsBar", "meter", Some(|_| html! { <MetricsBar /> })),
    ("PortList", ".ys-ports", Some(|_| html! { <PortList /> })),
    ("TaskList", ".ys-task", Some(|_| html! { <TaskList /> })),
    (
        "Presence",
        ".ys-presence-one",
        Some(|_| html! { <Presence /> }),
    ),
    ("GitPanel", ".ys-git", Some(|_| html! { <GitPanel /> })),
    (
        "TerminalTabs",
        "[data-state=running] .xterm-rows",
        Some(|_| html! { <TerminalTabs /> }),
    ),
    ("SandboxIde", ".xterm-rows", None),
];

#[derive(PartialEq, Properties)]
struct OpenedProps {
    on_documents: Callback<Documents>,
}

/// Opens the file, so that there is a tab, and gives the documents out.
#[component]
fn Opened(props: &OpenedProps) -> Html {
    let documents = use_documents();
    let given = props.on_documents.clone();
    use_effect_with(documents, move |documents| {
        documents.open(FILE);
        given.emit(documents.clone());
    });
    html! { <span class="there" /> }
}

/// The names of the parts, in order.
pub(crate) fn names() -> Result<JsValue, String> {
    count::begin()?;
    let names = PARTS.iter().map(|(name, ..)| JsValue::from_str(name));
    Ok(names.collect::<Array>().into())
}

/// How many components of a part rendered again, by event. The names were asked for before.
pub(crate) async fn run(name: &str) -> Result<JsValue, String> {
    let found = PARTS.iter().find(|(other, ..)| *other == name);
    let (_, shows, draw) = found.ok_or("there is no such part")?;
    part(shows, *draw).await
}

async fn part(shows: &str, draw: Option<Draw>) -> Result<JsValue, String> {
    let git = |committed: &'static str| FakeGit::new("main").committed("second.txt", committed);
    let fake = FakeSandbox::builder()
        .file(FILE, "1")
        .file("second.txt", "2")
        .task(FakeTask::new("Test", "npm test"))
        .git(git("2"))
        .build();
    let shell = fake.open_terminal();
    let documents = Rc::new(RefCell::new(None::<Documents>));
    let stage = {
        let (fake, shell) = (fake.clone(), AttrValue::from(shell.clone()));
        let given = Rc::clone(&documents);
        let on_documents = Callback::from(move |documents| drop(given.replace(Some(documents))));
        Stage::new(move || {
            let opened = html! { <Opened on_documents={on_documents.clone()} /> };
            html! {
                <SandboxProvider fake={fake.clone()}>
                    if let Some(draw) = draw {
                        <DocumentsProvider>{ opened }{ draw(shell.clone()) }</DocumentsProvider>
                    } else {
                        // It has documents of its own.
                        <SandboxIde header={opened} autosave={None} />
                    }
                </SandboxProvider>
            }
        })
    };
    painted(&stage.element, shows).await?;
    calm().await;
    let output = after(|| {
        for shell in fake.shells() {
            fake.put_out(&shell.id, "one line\n");
        }
    })
    .await;
    let file = after(|| fake.write(FILE, "one")).await;
    let metrics = after(|| fake.set_metrics(metrics())).await;
    let port = after(|| fake.open_port(3000)).await;
    let task = after(|| assert!(fake.run_task("Test"))).await;
    let client = after(|| drop(fake.client_joins("ada"))).await;
    let git = after(|| fake.set_git(git("before"))).await;
    let terminal = after(|| drop(fake.open_terminal())).await;
    let documents = documents.borrow().clone().ok_or("there are no documents")?;
    let dirt = after(|| documents.edit(FILE, "edited")).await;
    let edit = after(|| documents.edit(FILE, "edited again")).await;
    Ok(figures([
        ("output", output.into()),
        ("file", file.into()),
        ("metrics", metrics.into()),
        ("port", port.into()),
        ("task", task.into()),
        ("client", client.into()),
        ("git", git.into()),
        ("terminal", terminal.into()),
        ("dirt", dirt.into()),
        ("edit", edit.into()),
    ]))
}

async fn after(event: impl FnOnce()) -> u32 {
    count::take();
    event();
    calm().await;
    count::take()
}

fn metrics() -> Metrics {
    let amount = AmountMetrics {
        used: 1e6,
        total: 4e6,
        configured: 4e6,
    };
    Metrics {
        cpu: CpuMetrics {
            cores: 2.0,
            used: 1.5,
            configured: 2.0,
        },
        memory: amount.clone(),
        storage: amount,
    }
}
