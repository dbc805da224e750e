//! What it says.

use crate::ui::words;

words! {
    /// The words of `InitScreen`.
    InitScreenWords {
        /// The progress bar's name.
        title = "Start-up";
        /// Before the sandbox tells of itself.
        starting = "Starting the sandbox";
        /// The same in the provider's own view.
        connecting = "Connecting to the sandbox";
        /// What the sandbox tells of its start-up, and why it failed; given the English.
        message(english: &str) = english.to_owned();
    }
}
