//! Metrics on request, and told while someone wants to know.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex as StdMutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::sync::Mutex;
use tokio::time::{Instant, sleep};
use yew_sandbox_protocol::encode_notification;
use yew_sandbox_protocol::system::Metrics;

use super::sample::Sample;
use crate::allowance::Allowance;
use crate::files::Root;
use crate::members::Members;
use crate::outgoing::Outgoing;

/// How often metrics are told.
const PERIOD: Duration = Duration::from_secs(5);
/// Two looks are so far apart at least.
const LEAST: Duration = Duration::from_millis(250);
/// An older look says nothing about now.
const MOST: Duration = Duration::from_secs(10);
/// A smaller change of the processors is none, in cores.
const CPU_STEP: f64 = 0.01;
/// A smaller change of an amount is none, in KiB.
const AMOUNT_STEP: f64 = 1024.0;

/// Measures what the sandbox uses.
#[derive(Debug)]
pub(crate) struct Meter {
    root: Arc<Root>,
    outgoing: Outgoing,
    members: Arc<Members>,
    last: Mutex<Option<(Instant, Sample, Option<Metrics>)>>,
    /// The server's word, where it said something.
    allowance: StdMutex<Option<Allowance>>,
    is_telling: AtomicBool,
    /// Whether someone joined who was told nothing yet.
    has_new: AtomicBool,
}

impl Meter {
    pub(crate) fn new(root: Arc<Root>, outgoing: Outgoing, members: Arc<Members>) -> Self {
        Self {
            root,
            outgoing,
            members,
            last: Mutex::new(None),
            allowance: StdMutex::default(),
            is_telling: AtomicBool::new(false),
            has_new: AtomicBool::new(false),
        }
    }

    /// Takes the server's word. It is in what is told next.
    pub(crate) fn allow(&self, allowance: Allowance) {
        *self.allowance() = Some(allowance);
    }

    fn allowance(&self) -> MutexGuard<'_, Option<Allowance>> {
        self.allowance
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
    }

    /// What is used now: on average since the last look, but for 250 ms at least.
    pub(crate) async fn measure(&self) -> Metrics {
        let mut last = self.last.lock().await;
        let (earlier, known) = match last.take() {
            Some((at, sample, known)) if at.elapsed() < MOST => {
                if let Some(known) = known.filter(|_| at.elapsed() < LEAST) {
                    *last = Some((at, sample, Some(known.clone())));
                    return known;
                }
                (sample, at.elapsed())
            }
            _ => (self.sample().await, Duration::ZERO),
        };
        sleep(LEAST.saturating_sub(known)).await;
        let sample = self.sample().await;
        let allowance = *self.allowance();
        let metrics = sample.since(&earlier, allowance);
        *last = Some((Instant::now(), sample, Some(metrics.clone())));
        metrics
    }

    /// Tells everyone who wants to know, every 5 s while it changes, for as long as someone does.
    pub(crate) fn tell(self: &Arc<Self>) {
        self.has_new.store(true, Ordering::Relaxed);
        if self.is_telling.swap(true, Ordering::AcqRel) {
            return;
        }
        let meter = Arc::downgrade(self);
        tokio::spawn(async move {
            let mut told: Option<Metrics> = None;
            loop {
                sleep(PERIOD).await;
                let Some(meter) = meter.upgrade() else {
                    return;
                };
                if meter.members.who_want_metrics().is_empty() {
                    meter.is_telling.store(false, Ordering::Release);
                    // One that joined just now found it telling.
                    if meter.members.who_want_metrics().is_empty()
                        || meter.is_telling.swap(true, Ordering::AcqRel)
                    {
                        return;
                    }
                }
                let metrics = meter.measure().await;
                let is_new = meter.has_new.swap(false, Ordering::Relaxed);
                if is_new || told.as_ref().is_none_or(|told| differ(told, &metrics)) {
                    let frame = encode_notification(&metrics);
                    for client in meter.members.who_want_metrics() {
                        meter.outgoing.frame(client, frame.clone()).await;
                    }
                    told = Some(metrics);
                }
            }
        });
    }

    async fn sample(&self) -> Sample {
        let root = self.root.clone();
        let sample = tokio::task::spawn_blocking(move || Sample::take(&root)).await;
        // It can only fail with the runtime, and then nobody waits.
        sample.unwrap_or_else(|_| Sample::take(&self.root))
    }
}

fn differ(one: &Metrics, other: &Metrics) -> bool {
    let amount = |one: f64, other: f64| (one - other).abs() >= AMOUNT_STEP;
    (one.cpu.used - other.cpu.used).abs() >= CPU_STEP
        || amount(one.memory.used, other.memory.used)
        || amount(one.storage.used, other.storage.used)
        || configured(one) != configured(other)
}

fn configured(metrics: &Metrics) -> [f64; 3] {
    [
        metrics.cpu.configured,
        metrics.memory.configured,
        metrics.storage.configured,
    ]
}
