//! What it says.

use crate::ui::words;

words! {
    /// The words of `FileTabs`.
    FileTabsWords {
        /// Its name.
        title = "Open files";
        /// Behind the name of a file with unsaved edits.
        unsaved = "unsaved";
        /// Behind the name of a file that is gone from the sandbox.
        deleted = "deleted";
        /// On the button that closes a file.
        close(name: &str) = format!("Close {name}");
        /// On the button that lists all open files.
        all = "All open files";
        /// Before a file with unsaved edits is closed.
        asks(path: &str) = format!("{path} has unsaved edits. Closing it gives them up.");
        /// On the button that closes it all the same.
        close_anyway = "Give up the edits";
        /// How tabs are used with the keyboard.
        keys = "Delete closes a tab. Control with Shift and the arrow keys moves it.";
        /// After a tab was moved.
        moved(name: &str, place: usize, count: usize) = format!("{name}, now {place} of {count}");
    }
}
