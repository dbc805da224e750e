//! What it says.

use crate::ui::words;

words! {
    /// The words of `MetricsBar`.
    MetricsBarWords {
        /// The group's name.
        title = "What the sandbox uses";
        /// The processors.
        cpu = "CPU";
        /// The memory.
        memory = "Memory";
        /// The disk.
        storage = "Disk";
    }
}
