//! Start-up, as far as it is known.

use yew_sandbox_protocol::setup::{Progress, SetupState, StepOutcome};
use yew_sandbox_protocol::system::InitStatus;

use crate::state::InitProgress;

/// Most bytes of output that are kept.
const MOST_OUTPUT: usize = 16 * 1024;

impl InitProgress {
    /// Takes in `system/initStatus`.
    pub(crate) fn on_status(&mut self, status: InitStatus) {
        if let Some(output) = status.stdout {
            self.output.push_str(&output);
            keep_end(&mut self.output);
        }
        if status.is_error == Some(true) {
            self.error = Some(status.message.clone());
        }
        self.message = status.message;
        if status.progress.is_finite() {
            self.progress = status.progress.clamp(0.0, 100.0) as u8;
        }
    }

    /// Takes in `setup/progress`, or the answer of `setup/get`.
    pub(crate) fn on_setup(&mut self, setup: &Progress) {
        let failed = setup
            .steps
            .iter()
            .find(|step| step.finish_status == Some(StepOutcome::Failed));
        if let Some(step) = failed
            && self.error.is_none()
        {
            let mut error = step.name.clone();
            error.push_str(" failed");
            self.error = Some(error);
        }
        if setup.steps.is_empty() || setup.state != SetupState::InProgress {
            self.set_ready();
            return;
        }
        self.ready = false;
        let current = usize::try_from(setup.current_step_index)
            .ok()
            .and_then(|index| setup.steps.get(index));
        if let Some(step) = current
            && self.message.is_empty()
        {
            self.message.clone_from(&step.name);
        }
    }

    /// Nothing is left to do.
    pub(crate) fn set_ready(&mut self) {
        self.ready = true;
        self.progress = 100;
    }
}

/// Cuts the start off, at a character's boundary.
fn keep_end(text: &mut String) {
    if text.len() > MOST_OUTPUT {
        let mut start = text.len() - MOST_OUTPUT;
        while !text.is_char_boundary(start) {
            start += 1;
        }
        text.drain(..start);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(progress: f64, stdout: &str) -> InitStatus {
        InitStatus {
            message: "Copying".into(),
            is_error: None,
            progress,
            next_progress: 100.0,
            stdout: Some(stdout.into()),
        }
    }

    #[test]
    fn progress_stays_between_0_and_100() {
        let mut init = InitProgress::default();
        for (given, shown) in [(40.0, 40), (f64::NAN, 40), (-3.0, 0), (1e300, 100)] {
            init.on_status(status(given, ""));
            assert_eq!(init.progress, shown);
        }
    }

    #[test]
    fn output_keeps_its_end() {
        let mut init = InitProgress::default();
        for _ in 0..1000 {
            init.on_status(status(0.0, "ééééééééééééééééééééé\n"));
        }
        assert!(init.output.len() <= MOST_OUTPUT);
        assert!(init.output.len() > MOST_OUTPUT - 4);
        assert!(init.output.ends_with("é\n"));
    }
}
