//! `system/*`: the sandbox as a whole.

use std::time::Duration;

use yew_sandbox_protocol::system::{
    AmountMetrics, CpuMetrics, GetMetrics, Hibernate, InitStatus, Metrics, Update,
};
use yew_sandbox_protocol::{ClientFrame, Request};

use super::sandbox::FakeSandbox;
use super::state::{Answer, State, Work, answer};

impl FakeSandbox {
    /// Sets what the sandbox uses, and tells it.
    pub fn set_metrics(&self, metrics: Metrics) {
        self.with(|state| {
            state.tell(&metrics);
            state.metrics = metrics;
        });
    }

    /// Tells how far start-up is: a sentence for people, and a part of 100. Clients that join later hear of it too.
    pub fn tell_start_up(&self, message: &str, progress: u8) {
        self.tell_start_up_with(message, progress, "");
    }

    /// The same with output of the step that runs.
    pub fn tell_start_up_with(&self, message: &str, progress: u8, output: &str) {
        let status = InitStatus {
            message: message.to_owned(),
            is_error: None,
            progress: progress.into(),
            next_progress: 100.0,
            stdout: Some(output.to_owned()).filter(|output| !output.is_empty()),
        };
        self.with(|state| {
            state.tell(&status);
            state.start_up = Some(status);
        });
    }
}

impl State {
    pub(super) fn system(&mut self, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            GetMetrics::METHOD => answer(&self.metrics),
            Update::METHOD => answer(&()),
            Hibernate::METHOD => {
                self.may_change(frame)?;
                self.due.push((Duration::ZERO, Work::Hibernate));
                answer(&())
            }
            _ => self.unknown(frame),
        }
    }
}

/// A sandbox of two cores that is half used.
pub(super) fn usual_metrics() -> Metrics {
    let amount = |gibibytes: f64| AmountMetrics {
        used: gibibytes * 512.0 * 1024.0,
        total: gibibytes * 1024.0 * 1024.0,
        configured: gibibytes * 1024.0 * 1024.0,
    };
    Metrics {
        cpu: CpuMetrics {
            cores: 2.0,
            used: 1.0,
            configured: 2.0,
        },
        memory: amount(4.0),
        storage: amount(20.0),
    }
}
