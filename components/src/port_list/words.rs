//! What it says.

use crate::ui::words;

words! {
    /// The words of `PortList`.
    PortListWords {
        /// The list's name.
        title = "Ports";
        /// Where nothing listens.
        none = "Nothing listens yet. Start a server, and its port shows up here.";
        /// On the button that shows a preview.
        preview = "Preview";
        /// The same with the port, for people who hear one button at a time.
        open(port: u16) = format!("Preview of port {port}");
        /// On the link to a new tab.
        new_tab = "New tab";
        /// The same with the port.
        tab(port: u16) = format!("Port {port} in a new tab");
    }
}
