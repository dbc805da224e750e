//! What it says.

use crate::ui::words;

words! {
    /// The words of `Terminal`.
    TerminalWords {
        /// Its name.
        label(name: &str) = if name.is_empty() { "Terminal".into() } else { format!("Terminal, {name}") };
        /// How the keyboard leaves it, and its own keys.
        keys = "Keys go to the terminal. F6 leaves it, Shift with F6 leaves it backwards. Control, Shift and C copies, Control, Shift and V pastes, Control, Shift and F searches.";
        /// Where the focus is after F6.
        outside = "Outside of the terminal. Tab goes on, Enter goes back in.";
        /// While the module is fetched.
        loading = "Loading the terminal";
        /// Where it could not be fetched.
        no_module = "The terminal could not be loaded. If it never can: is the page built with the feature `terminal`?";
        /// While the shell is opened.
        opening = "Opening the terminal";
        /// Before why it could not be opened.
        not_opened(why: &str) = format!("The terminal could not be opened: {why}");
        /// After its process ended.
        exited(code: i32) = if code == 0 { "The process has ended.".into() } else { format!("The process has ended with exit code {code}.") };
        /// On the button that starts it again.
        restart = "Restart";
        /// After it was closed from elsewhere.
        closed = "The terminal was closed.";
        /// On the button that makes a new one.
        new = "New terminal";
        /// Before why what was typed did not arrive.
        not_typed(why: &str) = format!("What was typed may not have arrived: {why}");
        /// Where more was pasted than can be sent.
        too_much = "That is too much to paste.";
        /// In the terminal, where output is missing.
        gap = "[Earlier output is missing here]";
        /// The name of the search.
        search = "Search the terminal";
        /// The name of the search's field.
        search_field = "Find";
        /// On the button to the next match.
        next = "Next match";
        /// On the button to the match before.
        previous = "Previous match";
        /// On the button that minds capital letters.
        match_case = "Match case";
        /// What was found.
        matches(index: Option<u32>, count: u32) = match index {
            _ if count == 0 => "No matches".to_owned(),
            Some(index) => format!("{} of {count}", index + 1),
            None => format!("Over {count} matches"),
        };
        /// For screen readers, where more is printed than can be read out.
        too_much_output = "Too much output to announce; navigate to the rows to read them";
    }
}
