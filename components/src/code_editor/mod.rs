//! A file of the sandbox, or any text, in an editor.

mod conflict;
mod download;
mod file;
mod keys;
mod marks;
mod merge;
mod options;
mod surface;
mod words;

use wasm_bindgen::JsValue;
use yew::prelude::*;
use yew_sandbox::Sandbox;

pub use keys::EditorKeys;
pub use marks::{Diagnostic, LineMark, RangeMark, Severity};
pub(crate) use options::next_id;
pub use words::CodeEditorWords;

use self::file::File;
use self::surface::Surface;
use crate::documents::Content;
use crate::parts::Note;
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "code-editor",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// The properties of [`CodeEditor`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CodeEditorProps {
    /// The file: its document is shown, shared by all within a [`DocumentsProvider`](crate::DocumentsProvider). With `value` it
    /// only names the text: its language is chosen by it.
    #[prop_or_default]
    pub path: AttrValue,

    /// A text that the page keeps itself, in place of a file; no sandbox is needed then. Default: the file.
    #[prop_or_default]
    pub value: Option<AttrValue>,

    /// Told what `value` is to become.
    #[prop_or_default]
    pub on_change: Callback<String>,

    /// Told when the user saves with Ctrl-S or Cmd-S. A file is saved as well.
    #[prop_or_default]
    pub on_save: Callback<()>,

    /// Whether the text can only be read. In a session that may only read, it is so anyway. Default: no.
    #[prop_or_default]
    pub read_only: bool,

    /// Whether long lines are wrapped. Default: no.
    #[prop_or_default]
    pub wrap: bool,

    /// Which editor's keys it has. Default: the usual ones.
    #[prop_or_default]
    pub keys: EditorKeys,

    /// Columns of a step of indentation, from 1 to 16. Default: 4.
    #[prop_or(4)]
    pub tab_size: u32,

    /// What programs found in the text. Default: nothing.
    #[prop_or_default]
    pub diagnostics: Vec<Diagnostic>,

    /// Lines that look different. Default: none.
    #[prop_or_default]
    pub marks: Vec<LineMark>,

    /// Pieces of the text that look different. Default: none.
    #[prop_or_default]
    pub ranges: Vec<RangeMark>,

    /// A place, as line and column from 1, that is brought into view with the cursor whenever it changes. Default: none.
    #[prop_or_default]
    pub reveal: Option<(u32, u32)>,

    /// Given CodeMirror's `EditorView` when there is one, for what is not covered here. It ends with the component.
    #[prop_or_default]
    pub on_view: Callback<JsValue>,

    /// Draws what stands in place of the text while no file is open. Default: a note that says so.
    #[prop_or_default]
    pub empty: Option<Callback<(), Html>>,

    /// Draws what stands in place of a file that is not text or too large: it is given [`Content::Binary`] or [`Content::TooLarge`].
    /// Default: the size, the image where it is one, and a button that downloads it.
    #[prop_or_default]
    pub unshown: Option<Callback<Content, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// An editor with undo, search, folding and colours for more than 30 languages. Undo, selection and scroll of a file are kept
/// when another one is shown and when the component is removed, for the last 64 files.
///
/// - What is typed is an unsaved edit of the document; Ctrl-S or Cmd-S saves it.
/// - Where the sandbox's file changed under unsaved edits, both are shown side by side and the user chooses for each change. The focus of
///   whoever was typing goes to the conflict as a whole, not to a button.
/// - Files over 5 MB have no colours; over 16 MiB they are not opened. Binary files are not shown, but for images.
/// - Tab indents. Escape, then Tab, leaves the editor; that is its description for screen readers.
///
/// The editor is a JavaScript module that is fetched when it is first used, each language when it is first needed. A page's
/// security policy needs `script-src 'self'` and `style-src` with `'unsafe-inline'` or the nonce of
/// [`SandboxUi`](crate::SandboxUi). Stable class names: `ys-editor` with `data-state`, `ys-editor-conflict`.
#[component]
pub fn CodeEditor(props: &CodeEditorProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let sandbox = use_context::<Sandbox>();
    let description = use_memo((), |()| options::next_id());
    let inner = if let Some(value) = &props.value {
        html! {
            <Surface
                text={std::rc::Rc::<str>::from(value.as_str())}
                path={props.path.clone()}
                described_by={description.to_string()}
                on_change={props.on_change.clone()}
                on_save={props.on_save.clone()}
                read_only={props.read_only}
                shared={props.clone()}
            />
        }
    } else if sandbox.is_none() || props.path.is_empty() {
        match &props.empty {
            Some(empty) => empty.emit(()),
            None => html! { <Note text={ui.words.code_editor.nothing.clone()} /> },
        }
    } else {
        html! { <File described_by={description.to_string()} shared={props.clone()} /> }
    };
    html! {
        <div class={classes!("ys-fill", "ys-editor", props.class.clone())} style={props.style.clone()}>
            <p class="ys-unseen" id={description.to_string()}>{ ui.words.code_editor.leave.clone() }</p>
            { inner }
        </div>
    }
}
