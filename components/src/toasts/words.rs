//! What they say.

use crate::ui::words;

words! {
    /// The words of `Toasts`.
    ToastsWords {
        /// The name of the list of toasts.
        region = "Notifications";
        /// On the button that takes a toast away.
        dismiss = "Dismiss";
    }
}
