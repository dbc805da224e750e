//! Code beside what it does.

mod words;

use yew::prelude::*;

pub use words::SandboxPlaygroundWords;

use crate::code_editor::CodeEditor;
use crate::connection_status::ConnectionStatus;
use crate::documents::{DocumentsProvider, use_active_file, use_documents};
use crate::file_tabs::FileTabs;
use crate::parts::{Note, use_room};
use crate::preview::{Preview, PreviewKeeper};
use crate::resizable_panels::{Axis, ResizablePanel, ResizablePanels};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "playground",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// Below this width, in CSS pixels, the result is below the code.
const NARROW: f64 = 640.0;

/// The properties of [`SandboxPlayground`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SandboxPlaygroundProps {
    /// The files that are open at first; the first one is shown. Default: none.
    #[prop_or_default]
    pub files: Vec<AttrValue>,

    /// The port that is shown. Default: the lowest that something listens on.
    #[prop_or_default]
    pub port: Option<u16>,

    /// How long after the last edit a file is saved by itself, in milliseconds; `None`: never. Default: 500.
    #[prop_or(Some(500))]
    pub autosave: Option<u32>,

    /// Whether files can only be looked at. Default: no.
    #[prop_or_default]
    pub read_only: bool,

    /// Draws what stands beside the code in place of the preview. Default: the preview.
    #[prop_or_default]
    pub result: Option<Html>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// Some files in an editor, and the preview beside it, or below where it is narrower than 640 pixels. It fills its parent. It needs the
/// feature `editor`, or the address of its module. Stable class name: `ys-playground`.
#[component]
pub fn SandboxPlayground(props: &SandboxPlaygroundProps) -> Html {
    html! {
        <DocumentsProvider autosave={props.autosave}>
            <PreviewKeeper><Body ..props.clone() /></PreviewKeeper>
        </DocumentsProvider>
    }
}

#[component]
fn Body(props: &SandboxPlaygroundProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.playground;
    let root = use_node_ref();
    // It is taken for wide until it was measured.
    let is_narrow = use_room(&root, |width, _| (width > 0.0).then_some(width < NARROW));
    let documents = use_documents();
    use_effect_with((documents, props.files.clone()), |(documents, files)| {
        // The last one that is opened is the one that is shown.
        for file in files.iter().skip(1).chain(files.first()) {
            documents.open(file);
        }
    });
    let active = use_active_file();
    html! {
        <section
            ref={root}
            class={classes!("ys-fill", "ys-playground", props.class.clone())}
            style={props.style.clone()}
            aria-label={words.title.clone()}
        >
            <ResizablePanels axis={if is_narrow == Some(true) { Axis::Column } else { Axis::Row }}>
                <ResizablePanel label={words.code.clone()} min={20.0}>
                    <div class="ys-playground-code">
                        <FileTabs />
                        if let Some(path) = active {
                            <CodeEditor {path} read_only={props.read_only} />
                        } else {
                            <Note text={words.no_file.clone()} />
                        }
                    </div>
                </ResizablePanel>
                <ResizablePanel label={words.result.clone()} min={20.0}>
                    if let Some(result) = &props.result {
                        { result.clone() }
                    } else {
                        <Preview port={props.port} keep="preview" />
                    }
                </ResizablePanel>
            </ResizablePanels>
            <footer class="ys-playground-status"><ConnectionStatus /></footer>
        </section>
    }
}
