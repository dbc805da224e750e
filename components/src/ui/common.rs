//! Words that belong to no component.

use yew_sandbox::Error;

use super::words;

words! {
    /// How errors are said, wherever one is shown. A language that has words for a kind of error takes what it needs from the
    /// error itself: [`Error::kind`], [`Error::subject`], [`Error::errno_name`], and [`Error::message`] for what only the
    /// sandbox can say.
    ErrorWords {
        /// What failed, and what it concerned.
        say(error: &Error) = error.to_string();
        /// What to do next.
        hint(error: &Error) = error.hint().to_owned();
    }
}

words! {
    /// How keys are named where a menu or a palette shows them. Function keys are named alike everywhere.
    KeyWords {
        /// The key that ends a line.
        enter = "Enter";
        /// The key that deletes.
        delete = "Delete";
        /// A key that is pressed together with Control.
        control(key: &str) = format!("Ctrl+{key}");
    }
}
