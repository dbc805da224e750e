//! The field for a name.

use std::rc::Rc;

use web_sys::HtmlInputElement;
use yew::prelude::*;

use super::listing::{Listing, NameFault, check_name};
use crate::parts::{Urgency, announce, is_composing, use_name_field};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct NameFieldProps {
    /// The name before.
    pub(super) name: String,
    /// What is in the same folder.
    pub(super) beside: Option<Rc<Listing>>,
    /// Called with the name, or with `None` when it was given up, and with whether the focus is to go to the tree: not where it went
    /// elsewhere already.
    pub(super) on_done: Callback<(Option<String>, bool)>,
}

/// Enter takes the name, Escape gives it up; what leaves the field takes it where it can be taken.
#[component]
pub(super) fn NameField(props: &NameFieldProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.file_tree;
    // What follows the last dot stays as it is, mostly.
    let name = &props.name;
    let stem = name.rfind('.').filter(|dot| *dot > 0);
    let field = use_name_field(name, stem.unwrap_or(name.len()));
    let fault = use_state_eq(|| None::<AttrValue>);
    // Taking it takes the focus away, which would take it again.
    let is_done = use_mut_ref(|| false);
    let check = {
        let (name, beside) = (props.name.clone(), props.beside.clone());
        let words = words.clone();
        move |value: &str| {
            let own = (!name.is_empty()).then_some(name.as_str());
            check_name(value, beside.as_deref(), own).map_err(|fault| match fault {
                NameFault::Empty => words.name_empty.clone(),
                NameFault::Slash => words.name_slash.clone(),
                NameFault::Dots => words.name_dots.clone(),
                NameFault::TooLong => words.name_long.clone(),
                NameFault::Taken => words.name_taken.clone(),
            })
        }
    };
    let finish = {
        let (fault, is_done, on_done) = (fault.clone(), is_done.clone(), props.on_done.clone());
        let name = props.name.clone();
        let check = check.clone();
        Callback::from(move |(value, leaves): (Option<String>, bool)| {
            if *is_done.borrow() {
                return;
            }
            let outcome = match value {
                Some(value) if value == name && !value.is_empty() => None,
                Some(value) => match check(&value) {
                    Ok(()) => Some(value),
                    Err(_) if leaves => None,
                    Err(reason) => {
                        announce(&reason, Urgency::Assertive);
                        fault.set(Some(reason));
                        return;
                    }
                },
                None => None,
            };
            *is_done.borrow_mut() = true;
            on_done.emit((outcome, !leaves));
        })
    };
    let onkeydown = {
        let finish = finish.clone();
        Callback::from(move |event: KeyboardEvent| {
            // The tree does not take the keys of the field.
            event.stop_propagation();
            let value = || {
                event
                    .target_dyn_into::<HtmlInputElement>()
                    .map(|field| field.value())
            };
            // A key that ends the input of a composed letter belongs to that.
            match event.key().as_str() {
                _ if is_composing(&event) => {}
                "Enter" => finish.emit((value(), false)),
                "Escape" => finish.emit((None, false)),
                _ => {}
            }
        })
    };
    let onblur = {
        let finish = finish.clone();
        Callback::from(move |event: FocusEvent| {
            let field = event.target_dyn_into::<HtmlInputElement>();
            finish.emit((field.map(|field| field.value()), true));
        })
    };
    let oninput = {
        let fault = fault.clone();
        Callback::from(move |event: InputEvent| {
            let field = event.target_dyn_into::<HtmlInputElement>();
            let value = field.map(|field| field.value()).unwrap_or_default();
            // An empty field is no fault while one types.
            let found = check(&value).err().filter(|_| !value.is_empty());
            fault.set(found);
        })
    };
    html! {
        <span class="ys-tree-field">
            <input
                ref={field}
                class="ys-field"
                aria-label={words.name.clone()}
                aria-invalid={fault.is_some().then_some("true")}
                spellcheck="false"
                autocomplete="off"
                {onkeydown}
                {onblur}
                {oninput}
            />
            if let Some(fault) = &*fault {
                <span class="ys-tree-fault" role="alert">{ fault.clone() }</span>
            }
        </span>
    }
}
