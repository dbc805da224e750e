//! Every component once, as a server renders it: inside a provider that is not connected yet.

#![allow(dead_code, reason = "each test file uses a part of it")]

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox::{ChildrenWhen, SandboxProvider};
use yew_sandbox_components::*;

/// One component.
pub(crate) struct Story {
    pub(crate) name: &'static str,
    /// What has to be in the markup: what a person reads, or hears, before the page is there.
    pub(crate) says: &'static str,
    pub(crate) draw: fn() -> Html,
}

const fn story(name: &'static str, says: &'static str, draw: fn() -> Html) -> Story {
    Story { name, says, draw }
}

/// All of them.
pub(crate) const EVERY: &[Story] = &[
    story("CodeEditor of a file", "Reading the file", || {
        html! { <CodeEditor path="src/main.rs" /> }
    }),
    story("CodeEditor of a text", "Loading the editor", || {
        html! { <CodeEditor path="a.rs" value="fn main() {}" /> }
    }),
    story("CodeEditor of nothing", "No file is open.", || {
        html! { <CodeEditor /> }
    }),
    story("CodeViewer", "fn main() {}", || {
        html! { <CodeViewer path="a.rs" code="fn main() {}" /> }
    }),
    story("CommandOutput", "2 passed", || {
        html! { <CommandOutput text={"\u{1b}[32m2 passed\u{1b}[0m\n<b>\n"} /> }
    }),
    story("CommandPalette", "Go to file", || {
        let commands = vec![PaletteCommand {
            label: "Go to file".into(),
            detail: "src/main.rs".into(),
            keys: "Ctrl+P".into(),
            run: Callback::noop(),
        }];
        html! { <CommandPalette {commands} on_close={Callback::noop()} /> }
    }),
    story("ConnectionStatus", "Connecting", || {
        html! { <ConnectionStatus /> }
    }),
    story("Console", "Run", || html! { <Console /> }),
    story("Dialog", "Sure?", || {
        html! { <Dialog label="Question" on_close={Callback::noop()}><p>{ "Sure?" }</p></Dialog> }
    }),
    story("FileTabs", "", || {
        html! { <DocumentsProvider><FileTabs /></DocumentsProvider> }
    }),
    story("FileTree", "Loading", || html! { <FileTree /> }),
    story("GitPanel", "Loading", || html! { <GitPanel /> }),
    story("InitScreen", "Starting the sandbox", || {
        html! { <InitScreen header={html! { <h1>{ "Sandbox" }</h1> }} /> }
    }),
    story("Menu", "Rename", || {
        let items = vec![MenuItem {
            label: "Rename".into(),
            icon: Some(IconName::Edit),
            keys: Some("F2".into()),
            disabled: false,
            on_choose: Callback::noop(),
        }];
        html! { <Menu label="File" {items} at={(0, 0)} on_close={Callback::noop()} /> }
    }),
    story("MetricsBar", "", || html! { <MetricsBar /> }),
    story("Note", "Nothing here", || {
        html! {
            <Note kind={NoteKind::Error} text="Nothing here">
                <IconButton icon={IconName::Refresh} label="Again" disabled=true pressed={Some(false)} />
            </Note>
        }
    }),
    story("PortList", "Loading", || html! { <PortList /> }),
    story("Presence", "In this sandbox", || html! { <Presence /> }),
    story("Preview", "Loading", || html! { <Preview /> }),
    story("Preview of a port", "Loading", || {
        html! { <Preview port={Some(5173)} /> }
    }),
    story("ResizablePanels", "Size of Left", || {
        html! {
            <ResizablePanels>
                <ResizablePanel label="Left" size={30.0} collapsible=true>{ "left" }</ResizablePanel>
                <ResizablePanel label="Right">{ "right" }</ResizablePanel>
            </ResizablePanels>
        }
    }),
    story("SandboxIde", "Loading", || html! { <SandboxIde /> }),
    story("SandboxPlayground", "No file is open.", || {
        html! { <SandboxPlayground files={vec![AttrValue::from("index.html")]} /> }
    }),
    story("SandboxTerminal", "Loading the terminals", || {
        html! { <SandboxTerminal /> }
    }),
    story("SearchPanel", "Search in files", || {
        html! { <SearchPanel /> }
    }),
    story("SetupSteps", "", || html! { <SetupSteps /> }),
    story("TaskList", "Loading", || html! { <TaskList /> }),
    story("Terminal", "Opening the terminal", || {
        html! { <Terminal /> }
    }),
    story("TerminalTabs", "Loading the terminals", || {
        html! { <TerminalTabs /> }
    }),
    story("Toasts", "Notifications", || {
        html! { <Toasts><SandboxNotices /></Toasts> }
    }),
];

/// A story of [`EVERY`], in a page.
#[derive(Clone, Debug, PartialEq, Properties)]
pub(crate) struct PageProps {
    /// Its place.
    pub(crate) place: usize,
    /// What the page connects to. A server connects to nothing.
    pub(crate) fake: FakeSandbox,
}

/// The page of a story.
pub(crate) fn page(place: usize) -> PageProps {
    let fake = FakeSandbox::builder()
        .file("index.html", "<h1>Hello</h1>")
        .file("src/main.rs", "fn main() {}")
        .build();
    PageProps { place, fake }
}

/// A story as apps have it.
#[component]
pub(crate) fn Page(props: &PageProps) -> Html {
    let theme = Theme::new().with(Token::Accent, "rebeccapurple");
    html! {
        <SandboxUi {theme} scheme={Scheme::Dark}>
            <SandboxProvider fake={props.fake.clone()} children_when={ChildrenWhen::Always}>
                { (EVERY[props.place].draw)() }
            </SandboxProvider>
        </SandboxUi>
    }
}
