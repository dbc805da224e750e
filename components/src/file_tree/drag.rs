//! Rows that are dragged into folders.

use std::rc::Rc;

use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;

use super::tree::{Paths, Tree};
use crate::paths::{is_within, parent};

/// What is dragged, and where to.
#[derive(Clone)]
pub(super) struct Drag {
    pub(super) tree: Tree,
    pub(super) dragged: UseStateHandle<Option<Paths>>,
    /// The folder that it would go into; empty: the root.
    pub(super) target: UseStateHandle<Option<String>>,
}

impl Drag {
    pub(super) fn start(&self) -> Callback<DragEvent> {
        let this = self.clone();
        Callback::from(move |event: DragEvent| {
            let row = place_of(&event).and_then(|place| this.tree.rows.get(place));
            let Some(path) = row.map(super::rows::Row::path) else {
                return;
            };
            if let Some(transfer) = event.data_transfer() {
                // Without data Firefox drags nothing.
                drop(transfer.set_data("text/plain", &path));
                transfer.set_effect_allowed("move");
            }
            let paths = if this.tree.selected.contains(&path) {
                Rc::clone(&this.tree.selected)
            } else {
                Rc::new([path].into())
            };
            this.dragged.set(Some(paths));
        })
    }

    pub(super) fn over(&self) -> Callback<DragEvent> {
        let this = self.clone();
        Callback::from(move |event: DragEvent| {
            let folder = this.folder(&event);
            if folder.is_some() {
                // It says that it can be dropped here.
                event.prevent_default();
            }
            this.target.set(folder);
        })
    }

    pub(super) fn leave(&self) -> Callback<DragEvent> {
        let target = self.target.setter();
        Callback::from(move |_| target.set(None))
    }

    pub(super) fn dropped(&self) -> Callback<DragEvent> {
        let this = self.clone();
        Callback::from(move |event: DragEvent| {
            if let (Some(folder), Some(dragged)) = (this.folder(&event), &*this.dragged) {
                event.prevent_default();
                this.tree.move_into(dragged, &folder);
            }
            this.finish();
        })
    }

    pub(super) fn end(&self) -> Callback<DragEvent> {
        let this = self.clone();
        Callback::from(move |_| this.finish())
    }

    fn finish(&self) {
        self.dragged.set(None);
        self.target.set(None);
    }

    /// The folder beneath the mouse, if what is dragged can go there.
    fn folder(&self, event: &DragEvent) -> Option<String> {
        let dragged = (*self.dragged)
            .as_ref()
            .filter(|_| !self.tree.props.read_only)?;
        let row = place_of(event).and_then(|place| self.tree.rows.get(place));
        let folder = match row {
            Some(row) if row.entry().is_folder => row.path(),
            Some(row) => parent(&row.path()).to_owned(),
            None => String::new(),
        };
        let can_go = |path: &String| parent(path) != folder && !is_within(&folder, path);
        dragged.iter().any(can_go).then_some(folder)
    }
}

/// The row of an event.
pub(super) fn place_of(event: &web_sys::Event) -> Option<usize> {
    let element: web_sys::Element = event.target()?.dyn_into().ok()?;
    // A press on a field in a row is none on the row.
    if element.closest(".ys-tree-field").ok()?.is_some() {
        return None;
    }
    element
        .closest("[data-row]")
        .ok()??
        .get_attribute("data-row")?
        .parse()
        .ok()
}
