//! What it says.

use crate::ui::words;

words! {
    /// The words of `InitScreen`.
    InitScreenWords {
        /// The progress bar's name.
        title = "Start-up";
        /// Before the sandbox tells of itself.
        starting = "Starting the sandbox";
    }
}
