//! A file on the user's own disk.

use web_sys::wasm_bindgen::JsCast;
use web_sys::{HtmlElement, Url};
use yew::prelude::*;
use yew_sandbox::{Error, ErrorKind, use_sandbox};

use crate::parts::{Note, NoteKind, use_action};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct DownloadProps {
    pub(super) path: AttrValue,
}

/// A button that saves a file on the user's disk.
#[component]
pub(super) fn Download(props: &DownloadProps) -> Html {
    let ui = use_ui();
    let sandbox = use_sandbox();
    let action = use_action();
    let onclick = {
        let (path, action) = (props.path.clone(), action.clone());
        move |_: MouseEvent| {
            let address = sandbox.fs().download(&path);
            action.run(async move { save(&address.await?) });
        }
    };
    html! {
        <>
            <button type="button" class="ys-button" disabled={action.busy} {onclick}>
                { ui.words.code_editor.download.clone() }
            </button>
            if let Some(error) = &action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
        </>
    }
}

/// Has the browser fetch what is at an address that the sandbox gave. The page stays, even where an error stands there.
fn save(address: &str) -> Result<(), Error> {
    let scheme = Url::new(address).map(|url| url.protocol());
    if !matches!(scheme.as_deref(), Ok("http:" | "https:")) {
        let message = "the sandbox gave an address for the download that is neither http nor https";
        return Err(Error::new(ErrorKind::Protocol, message));
    }
    let document = web_sys::window().and_then(|window| window.document());
    let Some((document, body)) = document.and_then(|page| Some((page.clone(), page.body()?)))
    else {
        return Ok(());
    };
    let Ok(link) = document.create_element("a") else {
        return Ok(());
    };
    let attributes = [
        ("href", address),
        ("download", ""),
        ("rel", "noopener noreferrer"),
        ("target", "_blank"),
    ];
    for (name, value) in attributes {
        drop(link.set_attribute(name, value));
    }
    // Some browsers follow only links that are on the page.
    drop(body.append_child(&link));
    link.unchecked_ref::<HtmlElement>().click();
    link.remove();
    Ok(())
}
