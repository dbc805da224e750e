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

record! {
    /// How much of the processors is used.
    pub struct CpuMetrics {
        /// How many cores there are.
        "cores" => cores: f64,
        /// How much of them is used, in cores.
        "used" => used: f64,
        /// How many may be used, in cores.
        "configured" => configured: f64,
    }
}

record! {
    /// How much of a store is used, in KiB.
    pub struct AmountMetrics {
        /// How much is used.
        "used" => used: f64,
        /// How much there is.
        "total" => total: f64,
        /// How much may be used.
        "configured" => configured: f64,
    }
}

record! {
    /// What the sandbox uses: the answer to [`GetMetrics`], and `system/metrics`.
    pub struct Metrics {
        /// The processors.
        "cpu" => cpu: CpuMetrics,
        /// The memory.
        "memory" => memory: AmountMetrics,
        /// The disk.
        "storage" => storage: AmountMetrics,
    }
}

record! {
    /// `system/metrics`: what the sandbox uses.
    pub struct GetMetrics;
}

requests! {
    GetMetrics: "system/metrics" -> Metrics, Repeatable;
    Update: "system/update" -> (), Repeatable;
    Hibernate: "system/hibernate" -> (), Once;
}

notifications! {
    Metrics: "system/metrics";
    InitStatus: "system/initStatus";
    Hibernating: "system/hibernate";
}
