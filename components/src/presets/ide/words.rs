//! What it says.

use crate::ui::words;

words! {
    /// The words of `SandboxIde`.
    SandboxIdeWords {
        /// Its name.
        title = "Sandbox";
        /// The choice of what stands at the side.
        views = "Views";
        /// The files.
        files = "Files";
        /// The search.
        search = "Search";
        /// The repository.
        git = "Changes";
        /// Tasks and ports.
        tasks = "Tasks and ports";
        /// The editor.
        editor = "Editor";
        /// The preview.
        preview = "Preview";
        /// The terminal.
        terminal = "Terminal";
        /// Where no file is open.
        no_file = "Choose a file, or press Control with P.";
        /// On the button of the palette.
        commands = "Commands";
        /// What a palette of files is called.
        go_to_file = "Go to file";
        /// In its field.
        file_name = "Some letters of its path";
        /// Saves the file.
        save = "Save";
        /// Saves all files.
        save_all = "Save all";
        /// Runs a task.
        run_task(name: &str) = format!("Run task: {name}");
        /// Shows a view.
        show(name: &str) = format!("Show: {name}");
        /// How one gets around.
        keys = "F6 goes from part to part. Control with P goes to a file, Control with Shift and P to a command.";
        /// At the end of the status line.
        status = "Status";
    }
}
