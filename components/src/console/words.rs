//! What it says.

use crate::ui::words;

words! {
    /// The words of `Console`.
    ConsoleWords {
        /// The field's name.
        field = "Command";
        /// In the empty field.
        placeholder = "npm test";
        /// On the button that runs.
        run = "Run";
        /// On the button that stops.
        stop = "Stop";
        /// After a command that failed.
        ended(code: i32) = format!("Ended with exit code {code}");
    }
}
