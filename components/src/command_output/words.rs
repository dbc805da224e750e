//! What it says.

use crate::ui::words;

words! {
    /// The words of `CommandOutput`.
    CommandOutputWords {
        /// Its name.
        label = "Output";
    }
}
