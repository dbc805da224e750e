//! What it says.

use crate::ui::words;

/// What CodeMirror itself says, in English.
pub(super) const PHRASES: &[&str] = &[
    "Find",
    "Replace",
    "next",
    "previous",
    "all",
    "match case",
    "by word",
    "regexp",
    "replace",
    "replace all",
    "close",
    "current match",
    "replaced $ matches",
    "replaced match on line $",
    "on line",
    "Go to line",
    "go",
    "Folded lines",
    "Unfolded lines",
    "folded code",
    "unfold",
    "Fold line",
    "Unfold line",
    "to",
    "Diagnostics",
    "No diagnostics",
    "Completions",
    "Control character",
    "Selection deleted",
];

impl CodeEditorWords {
    /// What [`phrase`](Self::phrase) is given: what CodeMirror itself says, in English. `$` stands for a number.
    pub const PHRASES: &[&str] = PHRASES;
}

words! {
    /// The words of `CodeEditor`.
    CodeEditorWords {
        /// Its name.
        label(path: &str) = if path.is_empty() { "Editor".into() } else { format!("Editor, {path}") };
        /// How the keyboard leaves it.
        leave = "Tab indents. To leave the editor, press Escape, then Tab.";
        /// Where there is neither a file nor a text.
        nothing = "No file is open.";
        /// While the editor is fetched.
        loading = "Loading the editor";
        /// Where it could not be fetched.
        no_module = "The editor could not be loaded. If it never can: is the page built with the feature `editor`?";
        /// While the file is read.
        reading = "Reading the file";
        /// Where there is no file at the path.
        missing = "The file is not there.";
        /// Where it is no text.
        binary(bytes: u64) = format!("This file is not text ({}).", super::file::size(bytes));
        /// Where it is larger than can be opened.
        too_large(bytes: Option<u64>) = match bytes {
            Some(bytes) => format!("The file is too large to be opened here ({}).", super::file::size(bytes)),
            None => "The file is too large to be opened here.".to_owned(),
        };
        /// On the button that downloads it.
        download = "Download";
        /// Before why a save failed.
        not_saved(why: &str) = format!("Not saved: {why}");
        /// The conflict's name.
        conflict(path: &str) = format!("{path} changed in the sandbox while you were editing it.");
        /// Where it was deleted.
        conflict_deleted(path: &str) = format!("{path} was deleted or renamed in the sandbox while you were editing it.");
        /// Where it is no text any more.
        conflict_binary(path: &str) = format!("{path} is no text any more in the sandbox: it was replaced while you were editing it.");
        /// Where it became too large to be opened.
        conflict_too_large(path: &str) = format!("{path} became too large in the sandbox to be opened here, while you were editing it.");
        /// What was typed here.
        mine = "Mine";
        /// What the sandbox has.
        theirs = "Theirs";
        /// One after the other.
        both = "Both";
        /// The name of one change's choice.
        change(number: usize, count: usize) = format!("Change {number} of {count}");
        /// Where lines that are the same on both sides are left out.
        same(count: usize) = format!("{count} lines are the same");
        /// Where a side has nothing at a place.
        nothing_here = "nothing";
        /// On the buttons for all changes at once.
        all_mine = "Keep mine";
        /// The same, of the other side.
        all_theirs = "Take theirs";
        /// The same, of both.
        all_both = "Keep both";
        /// On the button that saves what was chosen.
        save_chosen = "Save what is chosen";
        /// On the button that gives up edits of a file that is deleted, no text any more or too large.
        give_up = "Give up my edits";
        /// On the button that writes a deleted file again.
        write_again = "Write the file again";
        /// On the button that replaces what is no text any more, or too large.
        write_over = "Write my text over it";
        /// What CodeMirror itself says; given the English.
        phrase(english: &str) = english.to_owned();
    }
}
