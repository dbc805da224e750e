//! Searching the workspace, with what is behind ripgrep.

mod fuzzy;
mod line;
mod paths;
mod pattern;
mod table;
mod text;
mod tree;

pub(crate) use paths::search_paths;
pub(crate) use pattern::Pattern;
pub(crate) use table::{MOST_SEARCHES, Searches, Ticket};
pub(crate) use text::{Matches, search_text};
pub(crate) use tree::Tree;
