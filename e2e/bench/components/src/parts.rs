//! How many components render again in each part of the work place, and in the whole of it, for one event.

use js_sys::{Object, Reflect};
use wasm_bindgen::prelude::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::protocol::system::{AmountMetrics, CpuMetrics, Metrics};
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{
    CodeEditor, ConnectionStatus, DocumentsProvider, FileTabs, FileTree, MetricsBar, PortList,
    SandboxIde, Terminal, use_open_files,
};

use crate::count;
use crate::measure::{figures, painted};
use crate::renders::calm;
use crate::stage::Stage;

const FILE: &str = "first.txt";

/// A part: its name, a selector of what is there once it is drawn, and how it is drawn, given a terminal.
type Part = (&'static str, &'static str, fn(AttrValue) -> Html);

const PARTS: [Part; 9] = [
    ("providers alone", ".there", |_| Html::default()),
    ("FileTree", "[role=treeitem]", |_| html! { <FileTree /> }),
    ("FileTabs", "[role=tab]", |_| html! { <FileTabs /> }),
    (
        "CodeEditor",
        ".cm-line",
        |_| html! { <CodeEditor path={FILE} /> },
    ),
    (
        "Terminal",
        "[data-state=running] .xterm-rows",
        |shell| html! { <Terminal {shell} /> },
    ),
    (
        "ConnectionStatus",
        ".ys-connection",
        |_| html! { <ConnectionStatus /> },
    ),
    ("MetricsBar", "meter", |_| html! { <MetricsBar /> }),
    ("PortList", ".ys-ports", |_| html! { <PortList /> }),
    ("SandboxIde", ".xterm-rows", |_| html! { <SandboxIde /> }),
];

/// Opens the file, so that there is a tab.
#[component]
fn Opened() -> Html {
    let files = use_open_files();
    use_effect_with((), move |()| files.open(FILE));
    html! { <span class="there" /> }
}

/// For each part how many components rendered again, by event.
pub(crate) async fn run() -> Result<JsValue, String> {
    count::begin()?;
    let all = Object::new();
    for (name, shows, draw) in PARTS {
        let told = part(shows, draw)
            .await
            .map_err(|error| format!("{name}: {error}"))?;
        Reflect::set(&all, &name.into(), &told).map_err(|error| format!("{error:?}"))?;
    }
    Ok(all.into())
}

async fn part(shows: &str, draw: fn(AttrValue) -> Html) -> Result<JsValue, String> {
    let fake = FakeSandbox::builder()
        .file(FILE, "1")
        .file("second.txt", "2")
        .build();
    let shell = fake.open_terminal();
    let stage = {
        let (fake, shell) = (fake.clone(), AttrValue::from(shell.clone()));
        Stage::new(move || {
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <DocumentsProvider><Opened />{ draw(shell.clone()) }</DocumentsProvider>
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
    Ok(figures([
        ("output", output.into()),
        ("file", file.into()),
        ("metrics", metrics.into()),
        ("port", port.into()),
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
