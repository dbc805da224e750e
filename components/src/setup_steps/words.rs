//! What it says.

use crate::ui::words;

words! {
    /// The words of `SetupSteps`.
    SetupStepsWords {
        /// The list's name.
        title = "Set-up";
        /// A step that has not begun.
        waiting = "Waiting";
        /// A step that runs.
        running = "Running";
        /// A step that ended well.
        done = "Done";
        /// A step that failed.
        failed = "Failed";
        /// A step that was passed over.
        skipped = "Skipped";
        /// On the button that passes over a step.
        skip = "Skip";
        /// On the button that runs all steps again.
        run_again = "Run set-up again";
        /// On the button that shows a step's output.
        open(step: &str) = format!("Output of {step}");
    }
}
