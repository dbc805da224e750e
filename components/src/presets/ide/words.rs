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
        file_name = "Some letters of its path, and a line as :12";
        /// Saves the file.
        save = "Save";
        /// Saves all files.
        save_all = "Save all";
        /// Runs a task.
        run_task(name: &str) = format!("Run task: {name}");
        /// Shows a view.
        show(name: &str) = format!("Show: {name}");
        /// Shows in the tree what is hidden there.
        show_hidden = "Show hidden files";
        /// Hides it again.
        hide_hidden = "Hide hidden files";
        /// Wraps long lines in the editor.
        wrap = "Wrap long lines";
        /// Wraps them no more.
        no_wrap = "Do not wrap long lines";
        /// Gives the editor its usual keys.
        keys_usual = "Editor keys: usual";
        /// Gives the editor the keys of Emacs.
        keys_emacs = "Editor keys: Emacs";
        /// Gives the editor the keys of Vim.
        keys_vim = "Editor keys: Vim";
        /// Keeps the output of terminals as text for screen readers.
        screen_reader = "Turn on the screen reader mode of terminals";
        /// Keeps it as text no more.
        no_screen_reader = "Turn off the screen reader mode of terminals";
        /// How one gets around.
        keys = "F6 goes from part to part. Control with P goes to a file, Control with Shift and P to a command. Control with Shift and F searches in all files.";
        /// At the end of the status line.
        status = "Status";
    }
}
