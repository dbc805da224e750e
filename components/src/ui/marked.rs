//! A language in which every word is marked.

use yew::AttrValue;

use super::Words;

impl Words {
    /// English with each word between `⟦` and `⟧`, for tests: what people see outside of the marks is of no table, and could not
    /// be said in another language.
    ///
    /// ```
    /// use yew_sandbox_components::Words;
    ///
    /// let words = Words::marked();
    /// assert_eq!(words.parts.close, "⟦Close⟧");
    /// assert_eq!((words.file_tree.delete_one)("a.txt"), "⟦Delete a.txt?⟧");
    /// ```
    pub fn marked() -> Self {
        Self::each_marked()
    }
}

/// A word between the marks.
pub(crate) fn marked(word: &str) -> String {
    format!("⟦{word}⟧")
}

/// The same of a plain word.
pub(crate) fn plain(word: &str) -> AttrValue {
    marked(word).into()
}
