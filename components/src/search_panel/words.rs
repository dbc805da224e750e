//! What it says.

use crate::ui::words;

words! {
    /// The words of `SearchPanel`.
    SearchPanelWords {
        /// Its name.
        title = "Search";
        /// The field's name.
        field = "Search in files";
        /// The name of the field for files.
        glob = "Files to search";
        /// In that field while it is empty.
        glob_example = "src/**/*.js, !dist";
        /// On the button for upper and lower case.
        case = "Match upper and lower case";
        /// On the button for regular expressions.
        regex = "Regular expression";
        /// While it runs.
        searching = "Searching";
        /// How much was found.
        found(lines: usize, files: usize) = match (lines, files) {
            (0, _) => "Nothing found".to_owned(),
            (1, _) => "1 line in 1 file".to_owned(),
            (lines, 1) => format!("{lines} lines in 1 file"),
            (lines, files) => format!("{lines} lines in {files} files"),
        };
        /// Where there are more than are shown.
        more = "There are more; search for something narrower.";
    }
}
