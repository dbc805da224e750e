//! What it says.

use crate::ui::words;

words! {
    /// The words of `FileTree`.
    FileTreeWords {
        /// Its name.
        title = "Files";
        /// Makes a file.
        new_file = "New file";
        /// Makes a folder.
        new_folder = "New folder";
        /// Closes all folders.
        collapse = "Close all folders";
        /// Reads folders again.
        refresh = "Refresh";
        /// Opens a file or a folder.
        open = "Open";
        /// Gives another name.
        rename = "Rename";
        /// Deletes.
        delete = "Delete";
        /// Takes along, to another folder.
        cut = "Cut";
        /// Puts what was cut into this folder.
        paste = "Paste";
        /// Copies the path as text.
        copy_path = "Copy path";
        /// Takes the last change back.
        undo = "Undo";
        /// The menu of a row.
        menu(name: &str) = format!("Actions for {name}");
        /// On the field for a name.
        name = "Name";
        /// Where there is nothing at all.
        empty = "There are no files.";
        /// Before the first answer.
        loading = "Loading the files";
        /// A name cannot be empty.
        name_empty = "Type a name.";
        /// A name cannot have a slash.
        name_slash = "A name cannot have a slash.";
        /// A name cannot consist of dots.
        name_dots = "This name means a folder. Choose another.";
        /// A name is too long.
        name_long = "A name has at most 255 bytes.";
        /// A name is taken.
        name_taken = "There is something of this name already.";
        /// Asks before something is deleted.
        delete_one(name: &str) = format!("Delete {name}?");
        /// Asks before several are deleted.
        delete_many(count: usize) = format!("Delete {count} items?");
        /// What follows from it.
        delete_note = "Small files can be brought back with undo; large ones cannot.";
        /// After something was made.
        created(name: &str) = format!("{name} was created");
        /// After something was renamed or moved.
        moved(name: &str) = format!("{name} was moved");
        /// After something was deleted that can be brought back.
        deleted(count: usize) = if count == 1 { "Deleted. Undo brings it back.".to_owned() } else { format!("{count} items deleted. Undo brings them back.") };
        /// After something was deleted that cannot be brought back.
        deleted_for_good(count: usize) = if count == 1 { "Deleted for good.".to_owned() } else { format!("{count} items deleted for good.") };
        /// After something was cut.
        was_cut(count: usize) = if count == 1 { "Cut. Paste it into a folder.".to_owned() } else { format!("{count} items cut. Paste them into a folder.") };
        /// After the last change was taken back.
        undone = "Taken back";
        /// Where what was made is not taken back, because something came into it meanwhile.
        stays(name: &str) = format!("{name} has content now and stays");
        /// Where there is nothing to take back.
        nothing_to_undo = "Nothing to take back";
        /// After a path was copied.
        copied = "Path copied";
        /// How a link is told, behind its name.
        link = "link";
        /// How a modified file is told, behind its name.
        modified = "modified";
        /// How a new file is told, behind its name.
        untracked = "new";
        /// How a deleted file is told, behind its name.
        removed = "deleted";
        /// How a file with conflicts is told, behind its name.
        conflict = "conflict";
        /// How a folder with changes is told, behind its name.
        has_changes = "has changes";
    }
}
