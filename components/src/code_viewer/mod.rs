//! A text with the colours of its language, without an editor.

use std::cell::Cell;
use std::rc::Rc;

use js_sys::Array;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::module::{Module, ModuleName, use_module};
use crate::style::use_style_sheet;

/// Texts with more bytes than this have no colours.
const MOST_COLOURED: usize = 500_000;

#[wasm_bindgen]
extern "C" {
    /// What the viewer's module exports.
    type ViewerModule;

    #[wasm_bindgen(method, catch)]
    async fn highlight(this: &ViewerModule, code: &str, path: &str) -> Result<JsValue, JsValue>;
}

/// A piece of the text and its class.
type Piece = (String, String);

/// The properties of [`CodeViewer`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CodeViewerProps {
    /// The text.
    pub code: AttrValue,

    /// A file name, by which the language is chosen. Default: no language.
    #[prop_or_default]
    pub path: AttrValue,

    /// What it is, for people who listen to the page. Default: the path.
    #[prop_or_default]
    pub label: Option<AttrValue>,

    /// Draws what stands in place of the text while its language is fetched. Default: the text without colours.
    #[prop_or_default]
    pub loading: Option<Callback<(), Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// A text that can be read, selected and copied, with colours once its language is there, for all languages of
/// [`CodeEditor`](crate::CodeEditor); it is plain before that, and where the language is unknown or the text is over 500,000 bytes. It
/// needs a few kilobytes of JavaScript besides the language, and
/// not the editor. Stable class name: `ys-viewer`.
#[component]
pub fn CodeViewer(props: &CodeViewerProps) -> Html {
    use_style_sheet(&crate::code_editor::STYLE);
    let (module, _) = use_module(ModuleName::Viewer);
    let pieces = use_state(|| (AttrValue::default(), Rc::new(Vec::<Piece>::new())));
    {
        let set = pieces.setter();
        let dependencies = (module.clone(), props.code.clone(), props.path.clone());
        use_effect_with(dependencies, move |(module, code, path)| {
            let is_there = Rc::new(Cell::new(true));
            if let Module::Ready(module) = module
                && code.len() <= MOST_COLOURED
            {
                let module: ViewerModule = module.clone().unchecked_into();
                let (code, path) = (code.clone(), path.clone());
                let told = Rc::clone(&is_there);
                spawn_local(async move {
                    // Without its language a text is plain, and all there.
                    let found = module.highlight(&code, &path).await.ok();
                    let list = found.and_then(|found| found.dyn_into::<Array>().ok());
                    if told.get() {
                        set.set((code, Rc::new(list.map(sorted).unwrap_or_default())));
                    }
                });
            }
            move || is_there.set(false)
        });
    }
    let label = props.label.clone().unwrap_or_else(|| props.path.clone());
    let (code, pieces) = &*pieces;
    let may_be_coloured = !props.path.is_empty() && props.code.len() <= MOST_COLOURED;
    let is_loading = may_be_coloured && *code != props.code && module != Module::Failed;
    let shown = if let Some(loading) = props.loading.as_ref().filter(|_| is_loading) {
        loading.emit(())
    } else if *code == props.code && !pieces.is_empty() {
        pieces
            .iter()
            .map(|(text, class)| match class.as_str() {
                "" => html! { { text.clone() } },
                class => html! { <span class={class.to_owned()}>{ text.clone() }</span> },
            })
            .collect::<Html>()
    } else {
        html! { { props.code.clone() } }
    };
    html! {
        <pre
            class={classes!("ys-viewer", props.class.clone())}
            style={props.style.clone()}
            // What scrolls has to be reached by the keyboard.
            tabindex="0"
            role="region"
            aria-label={label}
            dir="ltr"
        ><code>{ shown }</code></pre>
    }
}

/// Text and class come by turns.
fn sorted(list: Array) -> Vec<Piece> {
    let list: Vec<String> = list
        .iter()
        .map(|item| item.as_string().unwrap_or_default())
        .collect();
    list.chunks_exact(2)
        .map(|pair| (pair[0].clone(), pair[1].clone()))
        .collect()
}
