//! `system/*`: the sandbox as a whole.

use crate::request::{notifications, requests};
use crate::wire::record;

record! {
    /// `system/initStatus`: how far start-up is.
    pub struct InitStatus {
        /// A sentence for people.
        "message" => message: String,
        /// True where a step failed.
        "isError" => is_error: Option<bool>,
        /// How much is done, 0 to 100.
        "progress" => progress: f64,
        /// What `progress` will be after this step, 0 to 100.
        "nextProgress" => next_progress: f64,
        /// Output of the step since the last event.
        "stdout" => stdout: Option<String>,
    }
}

record! {
    /// `system/update`: keeps the sandbox awake.
    pub struct Update;
}

record! {
    /// `system/hibernate` as a request: puts the sandbox to sleep.
    pub struct Hibernate;
}

record! {
    /// `system/hibernate` as a notification: the sandbox goes to sleep now, and the connection will close.
    pub struct Hibernating;
}

requests! {
    Update: "system/update" -> (), Repeatable;
    Hibernate: "system/hibernate" -> (), Once;
}

notifications! {
    InitStatus: "system/initStatus";
    Hibernating: "system/hibernate";
}
