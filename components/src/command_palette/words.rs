//! What it says.

use crate::ui::words;

words! {
    /// The words of `CommandPalette`.
    CommandPaletteWords {
        /// Its name.
        title = "Command palette";
        /// In the empty field.
        placeholder = "Type a command";
        /// Where nothing fits.
        nothing = "No command fits";
        /// Told after each change: how many fit.
        found(count: usize) = if count == 1 { "1 command".to_owned() } else { format!("{count} commands") };
    }
}
