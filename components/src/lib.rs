//! What people see of a sandbox: components for use under [`SandboxProvider`](yew_sandbox::SandboxProvider).
//!
//! | component | what it shows |
//! | --- | --- |
//! | [`SandboxIde`], [`SandboxPlayground`], [`SandboxTerminal`] | all of it, as a work place; code beside its preview; terminals |
//! | [`ConnectionStatus`] | the state of the connection, and the way out of it |
//! | [`CodeEditor`] | a file in an editor, with its unsaved edits and conflicts |
//! | [`FileTree`] | the files, to open, make, rename, move and delete |
//! | [`FileTabs`] | the open files, as tabs |
//! | [`CodeViewer`] | a text with colours, without the editor |
//! | [`CommandOutput`], [`Console`] | what a command printed, with its colours; a field for commands |
//! | [`Terminal`] | a shell, to type into |
//! | [`TerminalTabs`] | all terminals, as tabs, up to four at once |
//! | [`CommandPalette`] | every command, a few letters away |
//! | [`TaskList`] | tasks, to start and to stop |
//! | [`PortList`] | what listens, with its previews |
//! | [`SetupSteps`] | the steps that prepare the sandbox |
//! | [`InitScreen`] | start-up in full, for the provider's loading and failed views |
//! | [`Presence`] | who is there |
//! | [`MetricsBar`] | what the sandbox uses |
//! | [`SearchPanel`] | text in the files, as it is found |
//! | [`GitPanel`] | the repository: changes, differences, discard, commit, push, pull |
//! | [`Preview`] | a running server in the page, with an address bar; its frame outlives it under a [`PreviewKeeper`] |
//! | [`DocumentsProvider`] | nothing: it holds the open files with their unsaved edits, for [`use_document`] and [`use_open_files`] |
//! | [`ResizablePanels`] | panels side by side, with lines between them that can be moved |
//! | [`Toasts`], [`SandboxNotices`] | short messages; what the sandbox tells people |
//!
//! [`SandboxUi`] around them chooses theme, language and style; without it they are English and follow the page's
//! `color-scheme`.
//!
//! # Features
//!
//! | feature | default | what it adds |
//! | --- | --- | --- |
//! | `editor` | no | the JavaScript of [`CodeEditor`], for [`SandboxIde`] and [`SandboxPlayground`] too |
//! | `viewer` | no | that of [`CodeViewer`] |
//! | `terminal` | no | that of [`Terminal`], for [`TerminalTabs`], [`SandboxTerminal`] and [`SandboxIde`] too |
//! | `ssr` | no | rendering on a server |
//! | `hydration` | no | taking over a page that a server rendered |
//! | `test` | no | `Words::marked`, for tests of words |
//!
//! The JavaScript comes along as files, each fetched when it is first needed. Without its feature a component says that it could not be loaded,
//! unless [`SandboxUi`]'s `modules` names another address.
//!
//! # Style
//!
//! Each component is styled by a sheet in the cascade layer `yew-sandbox`: what a page says outside of layers wins,
//! whatever its selector. Class names start with `ys-` and are stable; so are the attributes that the documentation of a
//! component names. Colours and measures are the CSS variables of [`Token`]; a [`Theme`] changes some of them.
//! [`SandboxUi`]'s `styled={false}` leaves the looks out; the rules without which a component does not work stay, and need no token.
//!
//! # Words
//!
//! Every string is in [`Words`], which [`SandboxUi`] takes: another language is a property. The feature `test` adds `Words::marked`, a
//! language in which each word is marked, so that tests find what is in no table.
//!
//! # On a server
//!
//! With the feature `ssr` components are rendered by Yew's `ServerRenderer`: each draws what stands there before the sandbox is
//! ready, and nothing connects. [`style_sheet`] goes into the page's head, and the feature `hydration` lets the page take over.

mod code_editor;
mod code_viewer;
mod command_output;
mod command_palette;
mod connection_status;
mod console;
mod documents;
mod file_tabs;
mod file_tree;
mod git_panel;
mod init_screen;
mod metrics_bar;
mod module;
mod parts;
mod paths;
mod port_list;
mod presence;
mod presets;
mod preview;
mod resizable_panels;
mod search_panel;
mod setup_steps;
mod style;
mod task_list;
mod terminal;
mod terminal_tabs;
mod theme;
mod toasts;
mod ui;

pub use code_editor::{
    CodeEditor, CodeEditorProps, CodeEditorWords, Diagnostic, EditorKeys, LineMark, RangeMark,
    Severity,
};
pub use code_viewer::{CodeViewer, CodeViewerProps};
pub use command_output::{CommandOutput, CommandOutputProps, CommandOutputWords};
pub use command_palette::{
    CommandPalette, CommandPaletteProps, CommandPaletteWords, PaletteCommand,
};
pub use connection_status::{ConnectionStatus, ConnectionStatusProps, ConnectionWords};
pub use console::{Console, ConsoleProps, ConsoleWords};
pub use documents::{
    Conflict, Content, Document, Documents, DocumentsProvider, DocumentsProviderProps,
    LARGEST_DOCUMENT, MOST_OPEN_FILES, OpenFiles, Resolution, UseDocumentHandle,
    UseOpenFilesHandle, use_document, use_documents, use_open_files,
};
pub use file_tabs::{FileTabs, FileTabsProps, FileTabsWords, TabActivation};
pub use file_tree::{FileTree, FileTreeProps, FileTreeWords};
pub use git_panel::{GitPanel, GitPanelProps, GitPanelWords};
pub use init_screen::{InitScreen, InitScreenProps, InitScreenWords};
pub use metrics_bar::{Meter, MetricsBar, MetricsBarProps, MetricsBarWords};
pub use parts::{
    Dialog, DialogProps, Icon, IconButton, IconButtonProps, IconName, IconProps, Menu, MenuItem,
    MenuProps, Note, NoteKind, NoteProps, PartsWords, Urgency, announce,
};
pub use port_list::{PortList, PortListProps, PortListWords};
pub use presence::{Presence, PresenceProps, PresenceWords};
pub use presets::{
    SandboxIde, SandboxIdeProps, SandboxIdeWords, SandboxPlayground, SandboxPlaygroundProps,
    SandboxPlaygroundWords, SandboxTerminal, SandboxTerminalProps, SandboxTerminalWords,
};
pub use preview::{
    DeviceWidth, Preview, PreviewKeeper, PreviewKeeperProps, PreviewProps, PreviewWords,
};
pub use resizable_panels::{
    Axis, ResizablePanel, ResizablePanelProps, ResizablePanels, ResizablePanelsProps,
    ResizablePanelsWords,
};
pub use search_panel::{Place, SearchPanel, SearchPanelProps, SearchPanelWords};
pub use setup_steps::{SetupSteps, SetupStepsProps, SetupStepsWords};
pub use style::style_sheet;
pub use task_list::{TaskList, TaskListProps, TaskListWords};
pub use terminal::{Terminal, TerminalEnd, TerminalProps, TerminalRenderer, TerminalWords};
pub use terminal_tabs::{TerminalTabs, TerminalTabsProps, TerminalTabsWords};
pub use theme::{Contrast, Scheme, Theme, Token, resolve};
pub use toasts::{
    SandboxNotices, Toast, ToastId, ToastKind, Toasts, ToastsHandle, ToastsProps, ToastsWords,
    use_toasts,
};
pub use ui::{Direction, ErrorWords, KeyWords, SandboxUi, SandboxUiProps, Ui, Words, use_ui};

/// The style sheet of each component, for [`style_sheet`].
const STYLES: &[&style::StyleSheet] = &[
    &code_editor::STYLE,
    &command_output::STYLE,
    &command_palette::STYLE,
    &connection_status::STYLE,
    &console::STYLE,
    &file_tabs::STYLE,
    &file_tree::STYLE,
    &resizable_panels::STYLE,
    &task_list::STYLE,
    &port_list::STYLE,
    &setup_steps::STYLE,
    &init_screen::STYLE,
    &presence::STYLE,
    &metrics_bar::STYLE,
    &search_panel::STYLE,
    &git_panel::STYLE,
    &preview::STYLE,
    &presets::ide::STYLE,
    &presets::playground::STYLE,
    &presets::terminal::STYLE,
    &terminal::STYLE,
    &terminal_tabs::STYLE,
    &toasts::STYLE,
];
