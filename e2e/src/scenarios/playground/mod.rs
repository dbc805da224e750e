//! The playground on a real server: a work place with an editor, terminals and a preview.

mod editing;
mod german;
mod hostile;
mod keyboard;
mod looks;
mod outage;
mod panels;
mod terminal;
mod writers;

use super::{Scenario, on};
use crate::playground::TEMPLATE;

/// All of them.
pub(super) const ALL: &[Scenario] = &[
    on(
        TEMPLATE,
        "playground_edits_are_saved_and_previewed",
        |stage| Box::pin(editing::edit_save_preview(stage)),
    ),
    on(TEMPLATE, "playground_two_write_the_same_file", |stage| {
        Box::pin(writers::rename_and_conflicts(stage))
    }),
    on(TEMPLATE, "playground_an_outage_loses_nothing", |stage| {
        Box::pin(outage::edits_and_terminals(stage))
    }),
    on(TEMPLATE, "playground_a_terminal_is_a_terminal", |stage| {
        Box::pin(terminal::programs_flood_and_size(stage))
    }),
    on(
        TEMPLATE,
        "playground_hostile_content_stays_content",
        |stage| Box::pin(hostile::names_escapes_messages(stage)),
    ),
    on(TEMPLATE, "playground_is_used_by_keyboard_alone", |stage| {
        Box::pin(keyboard::walk(stage))
    }),
    on(
        TEMPLATE,
        "playground_changes_its_looks_and_language",
        |stage| Box::pin(looks::theme_language_width(stage)),
    ),
    on(TEMPLATE, "playground_is_german_everywhere", |stage| {
        Box::pin(german::everywhere(stage))
    }),
    on(
        TEMPLATE,
        "playground_runs_tasks_searches_commits",
        |stage| Box::pin(panels::tasks_search_git(stage)),
    ),
];
