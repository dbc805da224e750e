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
        /// How much of the processors is used.
        percent(percent: f64) = format!("{percent:.0} %");
        /// How much of memory or disk is used, in KiB.
        amount(used: f64, most: f64) = format!("{} / {}", super::size(used), super::size(most));
    }
}
