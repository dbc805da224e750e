//! What it says.

use crate::ui::words;

words! {
    /// The words of `SandboxPlayground`.
    SandboxPlaygroundWords {
        /// Its name.
        title = "Playground";
        /// The code.
        code = "Code";
        /// What it does.
        result = "Result";
        /// Where no file is open.
        no_file = "No file is open.";
    }
}
