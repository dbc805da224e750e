//! What it says.

use crate::ui::words;

words! {
    /// The words of `SandboxTerminal`.
    SandboxTerminalWords {
        /// Its name.
        title = "Sandbox";
    }
}
