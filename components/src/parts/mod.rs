//! Small parts that several components are made of.

mod action;
mod announce;
mod clipboard;
mod composing;
mod dialog;
mod direction;
mod icon;
mod icon_button;
mod into_sight;
mod kept_focus;
mod menu;
mod name_field;
mod note;
mod room;
mod steady;
mod virtual_rows;

pub(crate) use action::{Action, use_action};
pub use announce::{Urgency, announce};
pub(crate) use clipboard::copy;
pub(crate) use composing::is_composing;
pub use dialog::{Dialog, DialogProps};
pub(crate) use direction::{is_mirrored, is_rtl};
pub use icon::{Icon, IconName, IconProps};
pub use icon_button::{IconButton, IconButtonProps};
pub(crate) use into_sight::into_sight;
pub(crate) use kept_focus::{focus_beside, is_free, use_kept_focus};
pub use menu::{Menu, MenuItem, MenuProps};
pub(crate) use name_field::use_name_field;
pub use note::{Note, NoteKind, NoteProps};
pub(crate) use room::use_room;
pub(crate) use steady::use_steady;
pub(crate) use virtual_rows::use_virtual_rows;

use crate::style::StyleSheet;
use crate::ui::words;

/// The style of the parts, and what all components share.
pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "parts",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

words! {
    /// What several components say.
    PartsWords {
        /// On a button that tries again.
        retry = "Try again";
        /// On a button that closes something.
        close = "Close";
        /// On a button that gives something up.
        cancel = "Cancel";
        /// While something is on its way.
        loading = "Loading";
        /// On a button that saves.
        save = "Save";
        /// On a button that deletes.
        delete = "Delete";
        /// On a button that shows more.
        more = "More";
    }
}
