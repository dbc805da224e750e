//! `setup/*`: the steps that prepare a sandbox once.

use crate::request::{notifications, requests};
use crate::wire::{record, words};

words! {
    /// How a step ended.
    pub enum StepOutcome {
        /// With success.
        Succeeded = "SUCCEEDED",
        /// With an error.
        Failed = "FAILED",
        /// It was passed over.
        Skipped = "SKIPPED",
    }
}

words! {
    /// Where the set-up is.
    pub enum SetupState {
        /// Nothing has begun.
        Idle = "IDLE",
        /// A step runs.
        InProgress = "IN_PROGRESS",
        /// All is done.
        Finished = "FINISHED",
        /// It ended before its end: a step failed, or someone stopped it.
        Stopped = "STOPPED",
    }
}

record! {
    /// One step.
    pub struct Step {
        /// Its name, for people.
        "name" => name: String,
        /// The shell command.
        "command" => command: String,
        /// The shell that runs it, while there is one.
        "shellId" => shell_id: Option<String>,
        /// How it ended; `None` before its end.
        "finishStatus" => finish_status: Option<StepOutcome>,
    }
}

record! {
    /// The steps and how far they are: the answer of every request here, and `setup/progress`.
    pub struct Progress {
        /// Where the set-up is.
        "state" => state: SetupState,
        /// All steps, in order.
        "steps" => steps: Vec<Step>,
        /// The place in `steps` of the current step, from 0.
        "currentStepIndex" => current_step_index: i64,
    }
}

record! {
    /// `setup/get`: the steps as they are.
    pub struct Get;
}

record! {
    /// `setup/init`: runs the steps from the start.
    pub struct Init;
}

record! {
    /// `setup/skip`: passes over one step.
    pub struct Skip {
        /// The step's place, from 0.
        "stepIndexToSkip" => step_index: u32,
    }
}

record! {
    /// `setup/skipAll`: passes over all steps that are left.
    pub struct SkipAll;
}

record! {
    /// `setup/setStep`: goes on from one step.
    pub struct SetStep {
        /// The step's place, from 0.
        "stepIndex" => step_index: u32,
    }
}

record! {
    /// `setup/disable`: stops after the step that runs.
    pub struct Disable;
}

record! {
    /// `setup/enable`: goes on where it was stopped.
    pub struct Enable;
}

requests! {
    Get: "setup/get" -> Progress, Repeatable;
    Init: "setup/init" -> Progress, Once;
    Skip: "setup/skip" -> Progress, Once;
    SkipAll: "setup/skipAll" -> Progress, Once;
    SetStep: "setup/setStep" -> Progress, Once;
    Disable: "setup/disable" -> Progress, Repeatable;
    Enable: "setup/enable" -> Progress, Repeatable;
}

notifications! {
    Progress: "setup/progress";
}
