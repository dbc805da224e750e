//! The components in a real browser: one program, so that one page and one browser do for all of them.
//!
//! `lifecycle` and `unstyled` have programs of their own: the one counts all that the page holds, the other begins without a style sheet.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

#[path = "../every/mod.rs"]
mod every;
#[path = "../page/mod.rs"]
mod page;

mod code_editor;
mod composing;
mod connection_status;
mod documents;
mod file_tabs;
mod file_tree;
mod file_tree_undo;
mod focus;
mod hooks;
mod hydration;
mod ide;
mod layout;
mod lists;
mod looks;
mod mirrored;
mod panels;
mod preview;
mod renders;
mod slots;
mod terminal;
mod terminal_tabs;
mod ui;
mod words;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
