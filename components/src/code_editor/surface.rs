//! The editor itself, around CodeMirror.

use std::cell::RefCell;
use std::rc::Rc;

use js_sys::Object;
use wasm_bindgen::prelude::*;
use web_sys::Element;
use yew::prelude::*;

use super::CodeEditorProps;
use super::options::{EditorHandle, EditorModule, diagnostics, marks, object, ranges, set};
use super::words::{CodeEditorWords, PHRASES};
use crate::module::{Module, ModuleName, use_module};
use crate::parts::{Note, NoteKind};
use crate::ui::use_ui;

/// Files with more bytes than this have no colours.
const MOST_COLOURED: usize = 5_000_000;

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct SurfaceProps {
    pub(super) text: Rc<str>,
    pub(super) path: AttrValue,
    /// Whose state of the file is kept; without it none is.
    #[prop_or_default]
    pub(super) keep: Option<u64>,
    pub(super) described_by: String,
    pub(super) on_change: Callback<String>,
    pub(super) on_save: Callback<()>,
    pub(super) read_only: bool,
    pub(super) shared: CodeEditorProps,
}

/// What is on the page: the editor, and what it calls. All ends with the component.
struct Mounted {
    handle: EditorHandle,
    shown: SurfaceProps,
    _on_change: Closure<dyn FnMut(String)>,
    _on_save: Closure<dyn FnMut()>,
}

/// The callbacks of the newest render.
type Told = Rc<RefCell<(Callback<String>, Callback<()>)>>;

#[component]
pub(super) fn Surface(props: &SurfaceProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.code_editor;
    let (module, retry) = use_module(ModuleName::Editor);
    let place = use_node_ref();
    let mounted = use_mut_ref(|| None::<Mounted>);
    let told: Told = use_mut_ref(|| (props.on_change.clone(), props.on_save.clone()));
    let has_failed = use_state_eq(|| false);

    {
        let (mounted, told, place) = (Rc::clone(&mounted), Rc::clone(&told), place.clone());
        let (props, words, nonce) = (props.clone(), words.clone(), ui.nonce.clone());
        let (module, has_failed) = (module.clone(), has_failed.setter());
        // After each render, because callbacks may be new while all else is the same.
        use_effect(move || {
            let is_there = mounted.borrow().is_some();
            if is_there {
                change(&mounted, &props, &words);
                told.replace((props.on_change, props.on_save));
            } else if let (Module::Ready(module), Some(place)) = (module, place.cast::<Element>()) {
                told.replace((props.on_change.clone(), props.on_save.clone()));
                let settings = settings(&props, &words);
                if let Some(nonce) = nonce {
                    set(&settings, "nonce", &nonce.as_str().into());
                }
                match begin(module.unchecked_into(), &place, &settings, &told, &props) {
                    Ok(begun) => {
                        let view = begun.handle.view();
                        mounted.replace(Some(begun));
                        mark(&mounted, None, &props);
                        props.shared.on_view.emit(view);
                    }
                    Err(_) => has_failed.set(true),
                }
            }
        });
    }
    {
        let mounted = Rc::clone(&mounted);
        use_effect_with((), move |()| {
            move || {
                let handle = mounted
                    .borrow()
                    .as_ref()
                    .map(|mounted| mounted.handle.clone());
                if let Some(handle) = handle {
                    // What was typed last is told while the callbacks are still there.
                    drop(handle.destroy());
                }
                mounted.replace(None);
            }
        });
    }

    let note = match &module {
        Module::Loading => html! { <Note kind={NoteKind::Busy} text={words.loading.clone()} /> },
        Module::Failed => html! {
            <Note kind={NoteKind::Error} text={words.no_module.clone()}>
                <button type="button" class="ys-button" onclick={retry.reform(|_: MouseEvent| ())}>
                    { ui.words.parts.retry.clone() }
                </button>
            </Note>
        },
        Module::Ready(_) if *has_failed => {
            html! { <Note kind={NoteKind::Error} text={words.no_module.clone()} /> }
        }
        Module::Ready(_) => html! {},
    };
    let state = match &module {
        Module::Loading => "loading",
        Module::Ready(_) if !*has_failed => "ready",
        Module::Ready(_) | Module::Failed => "failed",
    };
    html! {
        <div class="ys-editor-body" data-state={state}>
            { note }
            <div class="ys-editor-surface" ref={place} />
        </div>
    }
}

fn begin(
    module: EditorModule,
    place: &Element,
    settings: &Object,
    told: &Told,
    props: &SurfaceProps,
) -> Result<Mounted, JsValue> {
    let on_change = {
        let told = Rc::clone(told);
        Closure::<dyn FnMut(String)>::new(move |text| {
            let callback = told.borrow().0.clone();
            callback.emit(text);
        })
    };
    let on_save = {
        let told = Rc::clone(told);
        Closure::<dyn FnMut()>::new(move || {
            let callback = told.borrow().1.clone();
            callback.emit(());
        })
    };
    set(settings, "onChange", on_change.as_ref());
    set(settings, "onSave", on_save.as_ref());
    Ok(Mounted {
        handle: module.create(place, settings)?,
        shown: props.clone(),
        _on_change: on_change,
        _on_save: on_save,
    })
}

/// Tells the editor what is new.
fn change(mounted: &RefCell<Option<Mounted>>, props: &SurfaceProps, words: &CodeEditorWords) {
    let Some((handle, before)) = mounted.borrow_mut().as_mut().map(|mounted| {
        let before = std::mem::replace(&mut mounted.shown, props.clone());
        (mounted.handle.clone(), before)
    }) else {
        return;
    };
    let compared = SurfaceProps {
        text: Rc::clone(&before.text),
        on_change: before.on_change.clone(),
        on_save: before.on_save.clone(),
        shared: CodeEditorProps {
            value: before.shared.value.clone(),
            on_change: before.shared.on_change.clone(),
            on_save: before.shared.on_save.clone(),
            on_view: before.shared.on_view.clone(),
            empty: before.shared.empty.clone(),
            unshown: before.shared.unshown.clone(),
            ..props.shared.clone()
        },
        ..props.clone()
    };
    // An error of the editor's leaves it as it was.
    if compared != before {
        drop(handle.show(&settings(props, words)));
        mark(mounted, Some(&before), props);
    } else if props.text != before.text {
        drop(handle.set_text(&props.text));
    }
}

/// What is shown beside the text, where it is new.
fn mark(mounted: &RefCell<Option<Mounted>>, before: Option<&SurfaceProps>, props: &SurfaceProps) {
    let handle = mounted
        .borrow()
        .as_ref()
        .map(|mounted| mounted.handle.clone());
    let Some(handle) = handle else { return };
    let same_file = before.filter(|before| before.path == props.path && before.keep == props.keep);
    let old = same_file.map(|before| &before.shared);
    let new = &props.shared;
    if old.is_none_or(|old| old.diagnostics != new.diagnostics) {
        drop(handle.diagnose(&diagnostics(&new.diagnostics)));
    }
    if old.is_none_or(|old| old.marks != new.marks || old.ranges != new.ranges) {
        drop(handle.decorate(&marks(&new.marks), &ranges(&new.ranges)));
    }
    if let Some((line, column)) = new
        .reveal
        .filter(|_| old.is_none_or(|old| old.reveal != new.reveal))
    {
        drop(handle.reveal(line, column));
    }
}

fn settings(props: &SurfaceProps, words: &CodeEditorWords) -> Object {
    let shared = &props.shared;
    let phrases = Object::new();
    for phrase in PHRASES {
        set(&phrases, phrase, &(words.phrase)(phrase).into());
    }
    let keep = props
        .keep
        .map_or(JsValue::NULL, |keep| keep.to_string().into());
    object([
        ("text", (&*props.text).into()),
        ("path", props.path.as_str().into()),
        ("keep", keep),
        ("plain", (props.text.len() > MOST_COLOURED).into()),
        ("readOnly", props.read_only.into()),
        ("wrap", shared.wrap.into()),
        ("keys", shared.keys.name().into()),
        ("tabSize", shared.tab_size.clamp(1, 16).into()),
        ("phrases", phrases.into()),
        ("label", (words.label)(&props.path).into()),
        ("describedBy", props.described_by.as_str().into()),
    ])
}
