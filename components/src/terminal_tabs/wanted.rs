//! The terminal that is to take the focus.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::panes::tab_id;
use crate::parts::is_free;

/// The terminal that takes the focus once it is there: the user asked for it. One that opens by itself does not.
#[derive(Clone)]
pub(super) struct Wanted {
    id: Rc<RefCell<Option<String>>>,
    /// How often the user chose another one.
    forgotten: Rc<Cell<u32>>,
    body: NodeRef,
}

impl PartialEq for Wanted {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.id, &other.id)
    }
}

impl Wanted {
    pub(super) fn ask(&self, id: String) {
        self.id.replace(Some(id));
    }

    /// Asks for one that is being made, when its id is known, unless the user chose another one meanwhile.
    pub(super) fn ask_later(&self) -> impl FnOnce(String) + use<> {
        let (this, before) = (self.clone(), self.forgotten.get());
        move |id| {
            if this.forgotten.get() == before {
                this.ask(id);
            }
        }
    }

    /// The user chose another one.
    pub(super) fn forget(&self) {
        self.forgotten.set(self.forgotten.get().wrapping_add(1));
        self.id.replace(None);
    }

    /// Takes the focus into a terminal if it is this one, and is there in the chosen pane. Whoever went elsewhere meanwhile stays there.
    pub(super) fn enter(&self, id: &str) {
        if self.id.borrow().as_deref() != Some(id) {
            return;
        }
        let Some(body) = self.body.cast::<Element>() else {
            return;
        };
        if !is_free(Some(&body)) {
            self.id.replace(None);
            return;
        }
        let chosen = body.query_selector(".ys-terminal-tabs-pane[data-active='true']");
        let is_in = |pane: &Element| {
            let tab = pane.get_attribute("aria-labelledby");
            tab.is_some_and(|tab| tab.ends_with(&tab_id("", id)))
        };
        let pane = chosen.ok().flatten().filter(is_in);
        let input = pane.and_then(|pane| {
            let input = pane.query_selector(":scope > :not([hidden]) textarea");
            input.ok()??.dyn_into::<HtmlElement>().ok()
        });
        if input.is_some_and(|input| input.focus().is_ok()) {
            self.id.replace(None);
        }
    }
}

/// The one that is to take the focus among those within an element.
#[hook]
pub(super) fn use_wanted(body: &NodeRef) -> Wanted {
    Wanted {
        id: use_mut_ref(|| None),
        forgotten: (*use_memo((), |()| Rc::new(Cell::new(0)))).clone(),
        body: body.clone(),
    }
}
