//! A file's document in the editor, or why there is none.

use std::cell::Cell;
use std::rc::Rc;

use bytes::Bytes;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{Blob, BlobPropertyBag, Url};
use yew::prelude::*;
use yew_sandbox::client::Permission;
use yew_sandbox::use_sandbox;

use super::CodeEditorProps;
use super::conflict::ConflictView;
use super::download::Download;
use super::surface::Surface;
use crate::documents::{Content, Resolution, use_document};
use crate::parts::{Note, NoteKind};
use crate::ui::use_ui;

#[wasm_bindgen]
extern "C" {
    /// CodeMirror's `EditorView`, as far as it is used here.
    type EditorView;
    #[wasm_bindgen(method)]
    fn focus(this: &EditorView);
}

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct FileProps {
    pub(super) described_by: String,
    pub(super) shared: CodeEditorProps,
}

#[component]
pub(super) fn File(props: &FileProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.code_editor;
    let sandbox = use_sandbox();
    let path = props.shared.path.clone();
    let handle = use_document(path.clone());
    let document = &handle.document;
    let retry = {
        let handle = handle.clone();
        move |_: MouseEvent| handle.refresh()
    };

    // Who ended a conflict goes on in the editor, but not in that of another file.
    let takes_focus = use_memo(path.clone(), |_| Cell::new(false));
    if let (Some(conflict), Some(mine)) = (&document.conflict, document.text()) {
        let on_resolve = {
            let (handle, takes_focus) = (handle.clone(), Rc::clone(&takes_focus));
            let leaves_text = conflict.theirs.text().is_some();
            Callback::from(move |resolution| {
                takes_focus.set(leaves_text || resolution != Resolution::Theirs);
                handle.resolve(resolution);
            })
        };
        return html! {
            <ConflictView {path} mine={Rc::clone(mine)} conflict={conflict.clone()} {on_resolve} />
        };
    }
    if let Some(text) = document.text() {
        let permission = sandbox.client().sandbox().map(|info| info.permission);
        let on_change = {
            let handle = handle.clone();
            Callback::from(move |text: String| handle.edit(text))
        };
        let on_save = {
            let (handle, told) = (handle.clone(), props.shared.on_save.clone());
            Callback::from(move |()| {
                handle.save();
                told.emit(());
            })
        };
        let on_view = {
            let told = props.shared.on_view.clone();
            Callback::from(move |view: JsValue| {
                if takes_focus.replace(false) {
                    view.unchecked_ref::<EditorView>().focus();
                }
                told.emit(view);
            })
        };
        return html! {
            <>
                if let Some(error) = &document.save_error {
                    <Note kind={NoteKind::Error} text={(words.not_saved)(&(ui.words.errors.say)(error))} />
                }
                <Surface
                    text={Rc::clone(text)}
                    {path}
                    keep={handle.documents_id()}
                    described_by={props.described_by.clone()}
                    {on_change}
                    {on_save}
                    read_only={props.shared.read_only || permission == Some(Permission::Read)}
                    shared={CodeEditorProps { on_view, ..props.shared.clone() }}
                />
            </>
        };
    }
    if let (Some(content @ (Content::Binary(_) | Content::TooLarge(_))), Some(draw)) =
        (&document.content, &props.shared.unshown)
    {
        return draw.emit(content.clone());
    }
    match &document.content {
        None => html! { <Note kind={NoteKind::Busy} text={words.reading.clone()} /> },
        Some(Content::Binary(bytes)) => html! { <Binary {path} bytes={bytes.clone()} /> },
        Some(Content::TooLarge(bytes)) => html! {
            <Note kind={NoteKind::Warning} text={(words.too_large)(*bytes)}><Download {path} /></Note>
        },
        Some(Content::Failed(error)) => html! {
            <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)}>
                <button type="button" class="ys-button" onclick={retry}>{ ui.words.parts.retry.clone() }</button>
            </Note>
        },
        Some(Content::Missing | Content::Text(_)) => {
            html! { <Note kind={NoteKind::Warning} text={words.missing.clone()} /> }
        }
    }
}

#[derive(Clone, PartialEq, Properties)]
struct BinaryProps {
    path: AttrValue,
    bytes: Bytes,
}

/// An image as such, all else as its size.
#[component]
fn Binary(props: &BinaryProps) -> Html {
    let ui = use_ui();
    let image = use_state(|| None::<String>);
    {
        let set = image.setter();
        let dependencies = (props.path.clone(), props.bytes.clone());
        use_effect_with(dependencies, move |(path, bytes)| {
            let url = image_type(path).and_then(|kind| blob_url(bytes, kind));
            set.set(url.clone());
            move || {
                if let Some(url) = url {
                    // Nothing is lost where it is gone already.
                    drop(Url::revoke_object_url(&url));
                }
            }
        });
    }
    let words = &ui.words.code_editor;
    html! {
        <Note text={(words.binary)(props.bytes.len() as u64)}>
            if let Some(url) = &*image {
                <img class="ys-editor-image" src={url.clone()} alt={props.path.clone()} />
            }
            <Download path={props.path.clone()} />
        </Note>
    }
}

/// The media type of an image that browsers show, by the file's name.
fn image_type(path: &str) -> Option<&'static str> {
    let ending = path.rsplit_once('.')?.1.to_ascii_lowercase();
    Some(match ending.as_str() {
        "png" => "image/png",
        "jpg" | "jpeg" => "image/jpeg",
        "gif" => "image/gif",
        "webp" => "image/webp",
        "avif" => "image/avif",
        "bmp" => "image/bmp",
        "ico" => "image/x-icon",
        _ => return None,
    })
}

fn blob_url(bytes: &[u8], kind: &str) -> Option<String> {
    let options = BlobPropertyBag::new();
    options.set_type(kind);
    let parts = Array::of1(&Uint8Array::from(bytes));
    let blob = Blob::new_with_u8_array_sequence_and_options(&parts, &options).ok()?;
    Url::create_object_url_with_blob(&blob).ok()
}

/// A number of bytes, as people say it.
pub(super) fn size(bytes: u64) -> String {
    #[allow(clippy::cast_precision_loss, reason = "one decimal is shown")]
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..1_000_000 => format!("{:.1} kB", bytes as f64 / 1e3),
        _ => format!("{:.1} MB", bytes as f64 / 1e6),
    }
}
