//! What it says.

use crate::ui::words;

words! {
    /// The words of `TerminalTabs`.
    TerminalTabsWords {
        /// Its name.
        title = "Terminals";
        /// The name of a terminal that has none, and of new ones.
        name(number: usize) = format!("Terminal {number}");
        /// Behind the name of one whose process has ended.
        ended = "ended";
        /// Behind the name of the one that is shown beside another.
        beside = "shown beside";
        /// On the button that makes a new one.
        new = "New terminal";
        /// On the button that shows a new one beside the one that is chosen.
        split = "Split";
        /// On the button that shows a new one below the one that is chosen.
        split_below = "Split below";
        /// On the button that closes the chosen one's pane, while what runs in it goes on.
        join(name: &str) = format!("Close the pane of {name}, which goes on");
        /// On the button that renames the one that is shown.
        rename = "Rename";
        /// The name of the field with the new name.
        new_name = "Name of the terminal";
        /// On the button that ends one and all that runs in it.
        close(name: &str) = format!("Close {name} and end what runs in it");
        /// On the button that closes the output of a task, which goes on.
        hide(name: &str) = format!("Close {name}");
        /// After one was closed.
        closed(name: &str) = format!("{name} is closed");
        /// While the terminals are not known.
        loading = "Loading the terminals";
        /// Where there is none.
        nothing = "No terminal is open.";
        /// How tabs are used with the keyboard.
        keys = "Enter goes into the terminal. Delete closes a tab and ends what runs in it. F2 renames it.";
    }
}
