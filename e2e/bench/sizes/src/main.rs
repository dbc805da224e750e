//! A page with the provider, one hook, and the components whose features are on.

use yew::prelude::*;
use yew_sandbox::{SandboxProvider, use_file};
#[allow(
    unused_imports,
    reason = "which of them are used is what the features say"
)]
use yew_sandbox_components::{
    CodeEditor, CodeViewer, CommandOutput, CommandPalette, ConnectionStatus, Console, FileTabs,
    FileTree, GitPanel, InitScreen, MetricsBar, PortList, Presence, Preview, ResizablePanel,
    ResizablePanels, SandboxIde, SandboxPlayground, SandboxTerminal, SearchPanel, SetupSteps,
    TaskList, Terminal, TerminalTabs, Toasts,
};

#[component]
fn Note() -> Html {
    let file = use_file("note.txt");
    html! { <pre>{ file.text().unwrap_or_default().to_owned() }</pre> }
}

#[component]
fn App() -> Html {
    html! { <SandboxProvider><Note />{ components() }</SandboxProvider> }
}

fn components() -> Html {
    #[allow(unused_mut, reason = "without features nothing is added")]
    let mut shown: Vec<Html> = Vec::new();
    #[cfg(feature = "code_editor")]
    shown.push(html! { <CodeEditor path="note.txt" /> });
    #[cfg(feature = "code_viewer")]
    shown.push(html! { <CodeViewer code="let x = 1;" path="x.js" /> });
    #[cfg(feature = "command_output")]
    shown.push(html! { <CommandOutput text="done" /> });
    #[cfg(feature = "command_palette")]
    shown.push(html! { <CommandPalette commands={Vec::new()} on_close={|()| ()} /> });
    #[cfg(feature = "connection_status")]
    shown.push(html! { <ConnectionStatus /> });
    #[cfg(feature = "console")]
    shown.push(html! { <Console /> });
    #[cfg(feature = "file_tabs")]
    shown.push(html! { <FileTabs /> });
    #[cfg(feature = "file_tree")]
    shown.push(html! { <FileTree /> });
    #[cfg(feature = "git_panel")]
    shown.push(html! { <GitPanel /> });
    #[cfg(feature = "init_screen")]
    shown.push(html! { <InitScreen /> });
    #[cfg(feature = "metrics_bar")]
    shown.push(html! { <MetricsBar /> });
    #[cfg(feature = "port_list")]
    shown.push(html! { <PortList /> });
    #[cfg(feature = "presence")]
    shown.push(html! { <Presence /> });
    #[cfg(feature = "preview")]
    shown.push(html! { <Preview port={3000} /> });
    #[cfg(feature = "resizable_panels")]
    shown.push(html! {
       <ResizablePanels>
           <ResizablePanel label="first">{ "1" }</ResizablePanel>
           <ResizablePanel label="second">{ "2" }</ResizablePanel>
       </ResizablePanels>
    });
    #[cfg(feature = "sandbox_ide")]
    shown.push(html! { <SandboxIde /> });
    #[cfg(feature = "sandbox_playground")]
    shown.push(html! { <SandboxPlayground files={vec!["note.txt".into()]} port={3000} /> });
    #[cfg(feature = "sandbox_terminal")]
    shown.push(html! { <SandboxTerminal /> });
    #[cfg(feature = "search_panel")]
    shown.push(html! { <SearchPanel /> });
    #[cfg(feature = "setup_steps")]
    shown.push(html! { <SetupSteps /> });
    #[cfg(feature = "task_list")]
    shown.push(html! { <TaskList /> });
    #[cfg(feature = "terminal")]
    shown.push(html! { <Terminal /> });
    #[cfg(feature = "terminal_tabs")]
    shown.push(html! { <TerminalTabs /> });
    #[cfg(feature = "toasts")]
    shown.push(html! { <Toasts>{ "toasts" }</Toasts> });
    shown.into_iter().collect()
}

fn main() {
    yew::Renderer::<App>::new().render();
}
