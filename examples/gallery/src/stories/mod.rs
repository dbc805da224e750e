//! All stories. Each component has a file of its own.

mod code_editor;
mod code_viewer;
mod command_output;
mod command_palette;
mod connection_status;
mod console;
mod dialog;
mod file_tabs;
mod file_tree;
mod git_panel;
mod icons;
mod init_screen;
mod menu;
mod metrics_bar;
mod note;
mod port_list;
mod presence;
mod preview;
mod resizable_panels;
mod sandbox_ide;
mod sandbox_playground;
mod sandbox_terminal;
mod search_panel;
mod setup_steps;
mod task_list;
mod terminal;
mod terminal_tabs;
mod theme;
mod toasts;

use crate::story::Group;

/// All components, in the order of the menu.
pub(crate) const ALL: &[Group] = &[
    sandbox_ide::STORIES,
    sandbox_playground::STORIES,
    sandbox_terminal::STORIES,
    file_tree::STORIES,
    file_tabs::STORIES,
    code_editor::STORIES,
    code_viewer::STORIES,
    terminal::STORIES,
    terminal_tabs::STORIES,
    command_output::STORIES,
    console::STORIES,
    preview::STORIES,
    search_panel::STORIES,
    git_panel::STORIES,
    task_list::STORIES,
    port_list::STORIES,
    setup_steps::STORIES,
    init_screen::STORIES,
    connection_status::STORIES,
    presence::STORIES,
    metrics_bar::STORIES,
    resizable_panels::STORIES,
    command_palette::STORIES,
    toasts::STORIES,
    dialog::STORIES,
    menu::STORIES,
    note::STORIES,
    icons::STORIES,
    theme::STORIES,
];
