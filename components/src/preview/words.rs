//! What it says.

use crate::ui::words;

words! {
    /// The words of `Preview`.
    PreviewWords {
        /// Its name, and the frame's.
        title = "Preview";
        /// The name of the bar.
        bar = "Preview controls";
        /// The name of the address field.
        address = "Address";
        /// On the button that goes back.
        back = "Back";
        /// On the button that goes forward.
        forward = "Forward";
        /// On the button that loads again.
        reload = "Reload";
        /// On the link to a new tab.
        new_tab = "Open in a new tab";
        /// The name of the list of ports.
        port = "Port";
        /// On the button for the whole width.
        full = "Full width";
        /// On the button for the width of a tablet.
        tablet = "Tablet width";
        /// On the button for the width of a phone.
        phone = "Phone width";
        /// While nothing listens.
        empty = "Nothing listens yet. Start a server, and its page shows up here.";
        /// While a port that was there is gone.
        waiting = "Waiting for the server";
        /// Where a server stopped while its page is shown.
        stopped(port: u16) = format!(
            "Nothing listens on port {port} any more. This is the last page; it is loaded again when the server is back."
        );
        /// Above a page that did not catch an error. The place may be empty.
        failed(message: &str, place: &str) = if place.is_empty() {
            format!("The page failed: {message}")
        } else {
            format!("The page failed: {message} ({place})")
        };
        /// While the sandbox sleeps.
        asleep = "The sandbox is asleep";
    }
}
