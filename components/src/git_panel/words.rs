//! What it says.

use crate::ui::words;

words! {
    /// The words of `GitPanel`.
    GitPanelWords {
        /// Its name.
        title = "Git";
        /// Where the workspace is no repository.
        none = "The workspace is no git repository.";
        /// Where no branch is checked out.
        no_branch = "No branch";
        /// Where nothing differs.
        clean = "Nothing to commit";
        /// The list's name.
        changes = "Changes";
        /// Where files are in conflict.
        conflicts = "Some files are in conflict. Mend them, then commit.";
        /// How far the branch is from its remote.
        distance(ahead: u32, behind: u32) = format!("{ahead} ahead, {behind} behind");
        /// How many files are not listed.
        more(count: usize) = format!("and {count} more files");
        /// A new file.
        added = "new";
        /// A changed file.
        changed = "changed";
        /// A deleted file.
        deleted = "deleted";
        /// A renamed file.
        renamed = "renamed";
        /// A file in conflict.
        conflicted = "in conflict";
        /// On the button that opens a file.
        open(path: &str) = format!("Open {path}");
        /// On the button that gives up a file's changes.
        discard(path: &str) = format!("Discard changes of {path}");
        /// Before it is done.
        discard_asks(path: &str) = format!("The changes of {path} cannot be brought back.");
        /// On the button that does it.
        discard_does = "Discard";
        /// The name of a file's differences.
        diff(path: &str) = format!("Changes of {path}");
        /// Below differences that are not all shown.
        lines(shown: usize, all: usize) = format!("{shown} of {all} lines are shown.");
        /// On the button that shows more of them.
        more_lines = "Show more lines";
        /// Where a file is too large to be compared.
        too_large = "The file is too large to be compared here.";
        /// Where a file is no text.
        binary = "The file is no text.";
        /// The message's name.
        message = "Commit message";
        /// On the button that commits.
        commit = "Commit all";
        /// After a commit.
        committed = "Committed";
        /// On the button that pushes.
        push = "Push";
        /// On the button that pulls.
        pull = "Pull";
    }
}
