//! A window over the page that wants an answer first.

use web_sys::HtmlDialogElement;
use yew::prelude::*;

/// The properties of [`Dialog`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct DialogProps {
    /// Its name.
    pub label: AttrValue,

    /// Called when it is given up: by Escape, or by a press outside.
    pub on_close: Callback<()>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,

    /// What is in it. What has `autofocus` gets the focus first.
    #[prop_or_default]
    pub children: Html,
}

/// A modal window: the browser's `<dialog>`, which keeps the focus inside and gives it back at the end. It is open as long
/// as it is there. Stable class names: `ys-dialog`, and `ys-dialog-buttons` for what is around the buttons at its end; a button that
/// destroys something has `data-kind="danger"`.
#[component]
pub fn Dialog(props: &DialogProps) -> Html {
    let dialog = use_node_ref();
    {
        let dialog = dialog.clone();
        use_effect_with((), move |()| {
            let element = dialog.cast::<HtmlDialogElement>();
            let before = focused();
            if let Some(element) = &element {
                // Open already: nothing to do.
                let _ = element.show_modal();
            }
            move || {
                if let Some(element) = element {
                    element.close();
                }
                // An element that is taken off the page while open gives the focus to nobody.
                if let Some(before) = before {
                    let _ = before.focus();
                }
            }
        });
    }
    let oncancel = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: Event| {
            event.prevent_default();
            on_close.emit(());
        })
    };
    // What lies inside fills the dialog, so a press on the dialog itself is one on its backdrop. A selection may begin inside and end there.
    let began_outside = use_mut_ref(|| false);
    let is_outside = {
        let dialog = dialog.clone();
        move |event: &Event| {
            let target = event.target_dyn_into::<web_sys::Node>();
            let both = dialog.get().zip(target);
            both.is_some_and(|(dialog, target)| dialog.is_same_node(Some(&target)))
        }
    };
    let onmousedown = {
        let (began_outside, is_outside) = (began_outside.clone(), is_outside.clone());
        Callback::from(move |event: MouseEvent| {
            began_outside.replace(is_outside(&event));
        })
    };
    let onclick = {
        let on_close = props.on_close.clone();
        Callback::from(move |event: MouseEvent| {
            if began_outside.replace(false) && is_outside(&event) {
                on_close.emit(());
            }
        })
    };
    html! {
        <dialog
            ref={dialog}
            class={classes!("ys-dialog", props.class.clone())}
            style={props.style.clone()}
            aria-label={props.label.clone()}
            {oncancel}
            {onmousedown}
            {onclick}
        >
            <div class="ys-dialog-body">{ props.children.clone() }</div>
        </dialog>
    }
}

fn focused() -> Option<web_sys::HtmlElement> {
    use web_sys::wasm_bindgen::JsCast;

    web_sys::window()?
        .document()?
        .active_element()?
        .dyn_into()
        .ok()
}
