//! The keys of the tree, by the treeview pattern of the ARIA Authoring Practices.

use std::cell::RefCell;
use std::rc::Rc;

use yew::prelude::*;

use super::tree::{Choosing, Tree};
use crate::parts::{is_mirrored, is_rtl};

/// How long letters belong to one word, in milliseconds.
const PAUSE: f64 = 700.0;

/// The letters that were typed, and when.
pub(super) type Typed = Rc<RefCell<(String, f64)>>;

/// Does what a key asks for. `false`: nothing.
pub(super) fn on_key(tree: &Tree, event: &KeyboardEvent, page: usize, typed: &Typed) -> bool {
    let Some(last) = tree.rows.len().checked_sub(1) else {
        return false;
    };
    let here = tree.place.unwrap_or(0);
    let (command, shift) = (event.ctrl_key() || event.meta_key(), event.shift_key());
    let choosing = match (command, shift) {
        (_, true) => Choosing::Range,
        (true, false) => Choosing::Keep,
        (false, false) => Choosing::Only,
    };
    let is_mirrored = is_mirrored(event);
    let key = event.key();
    let key = match key.as_str() {
        "ArrowLeft" if is_mirrored => "ArrowRight",
        "ArrowRight" if is_mirrored => "ArrowLeft",
        key => key,
    };
    let row = tree.rows.get(here);
    // Who goes on with another key begins another word after it.
    if key.chars().count() > 1 && key != "Shift" {
        typed.borrow_mut().0.clear();
    }
    match key {
        "ArrowDown" if tree.place.is_none() => tree.go(0, choosing),
        "ArrowDown" => tree.go((here + 1).min(last), choosing),
        "ArrowUp" => tree.go(here.saturating_sub(1), choosing),
        "PageDown" => tree.go((here + page).min(last), choosing),
        "PageUp" => tree.go(here.saturating_sub(page), choosing),
        "Home" => tree.go(0, choosing),
        "End" => tree.go(last, choosing),
        "ArrowRight" => match row {
            Some(row) if row.entry().is_folder && !row.is_open => {
                tree.open_folder(&row.path(), true)
            }
            Some(row) if row.is_open && tree.rows.parent(here + 1) == Some(here) => {
                tree.go(here + 1, choosing)
            }
            _ => {}
        },
        "ArrowLeft" => match row {
            Some(row) if row.is_open => tree.open_folder(&row.path(), false),
            _ => {
                if let Some(above) = tree.rows.parent(here) {
                    tree.go(above, choosing);
                }
            }
        },
        "Enter" => tree.activate(here),
        " " if typed.borrow().0.is_empty() || js_sys::Date::now() - typed.borrow().1 > PAUSE => {
            tree.go(
                here,
                if shift {
                    Choosing::Range
                } else {
                    Choosing::Toggle
                },
            );
        }
        "*" => {
            let mut expanded = (*tree.expanded).clone();
            expanded.extend(tree.rows.closed_siblings(here));
            tree.expand(expanded);
        }
        "Escape" if !tree.cut.is_empty() => tree.cut.set(Rc::default()),
        "a" if command => tree.select(tree.rows.paths(0..last + 1)),
        "ContextMenu" => tree.menu.set(Some(corner(tree))),
        "F10" if shift => tree.menu.set(Some(corner(tree))),
        "z" if command && !shift && !tree.props.read_only => tree.undo(),
        "x" if command && !tree.props.read_only => tree.begin_cut(),
        "v" if command && !tree.props.read_only => tree.paste(),
        "F2" if !tree.props.read_only => tree.begin_rename(),
        "Delete" if !tree.props.read_only => tree.begin_delete(),
        "Backspace" if command && !tree.props.read_only => tree.begin_delete(),
        letter if !command && !event.alt_key() && letter.chars().count() == 1 => {
            type_ahead(tree, letter, here, typed);
        }
        _ => return false,
    }
    true
}

fn type_ahead(tree: &Tree, letter: &str, here: usize, typed: &Typed) {
    let mut typed = typed.borrow_mut();
    let now = js_sys::Date::now();
    if now - typed.1 > PAUSE {
        typed.0.clear();
    }
    typed.1 = now;
    typed.0.push_str(letter);
    // The same letter again goes on to the next name; more letters may stay.
    let is_again = typed.0.chars().all(|other| letter.starts_with(other));
    let (word, from) = if is_again {
        (letter, here + 1)
    } else {
        (typed.0.as_str(), here)
    };
    if let Some(place) = tree.rows.starting_with(word, from) {
        tree.go(place, Choosing::Only);
    }
}

/// Where the menu of the row with the focus opens.
pub(super) fn corner(tree: &Tree) -> (i32, i32) {
    let active = tree.element.cast::<web_sys::Element>();
    let active = active.and_then(|tree| {
        tree.query_selector("[data-active]")
            .ok()
            .flatten()
            .or(Some(tree))
    });
    active.map_or((0, 0), |row| {
        let place = row.get_bounding_client_rect();
        let x = if is_rtl(&row) {
            place.right() - 24.0
        } else {
            place.left() + 24.0
        };
        (x as i32, place.bottom() as i32)
    })
}
