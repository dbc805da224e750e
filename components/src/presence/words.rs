//! What it says.

use crate::ui::words;

words! {
    /// The words of `Presence`.
    PresenceWords {
        /// The list's name.
        title = "In this sandbox";
        /// How many are not drawn.
        more(count: usize) = format!("and {count} more");
    }
}
