//! What they say.

use crate::ui::words;

words! {
    /// The words of `ResizablePanels`.
    ResizablePanelsWords {
        /// The name of the line behind a panel.
        line(panel: &str) = format!("Size of {panel}");
    }
}
