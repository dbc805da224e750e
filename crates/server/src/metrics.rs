//! Figures for whoever watches over the server, in the text format of Prometheus.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use axum::Router;
use axum::extract::State;
use axum::http::StatusCode;
use axum::http::header::CONTENT_TYPE;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use prometheus_client::encoding::text::encode;
use prometheus_client::metrics::counter::Counter;
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::Gauge;
use prometheus_client::registry::Registry;

use crate::origin::Access;
use crate::problem::Problem;

/// What is counted. Cheap to clone; all clones are one.
///
/// The names are in `docs/src/operations.md`; they stay what they are from version to version.
#[derive(Clone, Debug)]
pub struct Metrics(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    registry: Registry,
    answers: Labelled,
    problems: Labelled,
    starts: Counter,
    ends: Labelled,
    over_limits: Counter,
    sandboxes: Gauge<u64, AtomicU64>,
    awake: Gauge<u64, AtomicU64>,
    connections: Gauge<u64, AtomicU64>,
}

/// Counters with one label.
type Labelled = Family<[(&'static str, String); 1], Counter>;

/// Counts as long as it lives.
#[derive(Debug)]
pub(crate) struct Counted(Gauge<u64, AtomicU64>);

impl Default for Metrics {
    fn default() -> Self {
        let mut registry = Registry::with_prefix("yew_sandbox");
        let answers = Labelled::default();
        let problems = Labelled::default();
        let ends = Labelled::default();
        let (starts, over_limits) = (Counter::default(), Counter::default());
        let sandboxes = Gauge::default();
        let awake = Gauge::default();
        let connections = Gauge::default();
        registry.register("answers", "Answers, by their status", answers.clone());
        registry.register(
            "problems",
            "Refusals and failures, by their kind",
            problems.clone(),
        );
        registry.register("starts", "Sandboxes that woke", starts.clone());
        registry.register("ends", "Sandboxes that ended, and how", ends.clone());
        registry.register(
            "over_limits",
            "Times that a sandbox was over a limit of the disk",
            over_limits.clone(),
        );
        registry.register("sandboxes", "Sandboxes that are kept", sandboxes.clone());
        registry.register("sandboxes_awake", "Sandboxes that are awake", awake.clone());
        registry.register("connections", "Connections of clients", connections.clone());
        Self(Arc::new(Inner {
            registry,
            answers,
            problems,
            starts,
            ends,
            over_limits,
            sandboxes,
            awake,
            connections,
        }))
    }
}

impl Metrics {
    /// `GET /metrics`, for a listener of its own that no browser of a user reaches. `address` is the one that it listens
    /// on, by which it is asked.
    pub fn router(&self, address: IpAddr) -> Router {
        let access = Access {
            hosts: vec![address.to_string()],
            origins: Vec::new(),
        };
        let show = async |State((metrics, access)): State<(Self, Arc<Access>)>,
                          headers: axum::http::HeaderMap| {
            // A page whose name leads here asks for it by that name.
            let asked = access
                .check_host(&headers)
                .and_then(|_| access.check_origin(&headers));
            match asked {
                Ok(()) => metrics.show(),
                Err(problem) => problem.into_response(),
            }
        };
        Router::new()
            .route("/metrics", get(show))
            .fallback(async || Problem::not_found())
            .with_state((self.clone(), Arc::new(access)))
    }

    /// All figures as text.
    pub fn text(&self) -> String {
        let mut text = String::new();
        // Writing into a string cannot fail.
        let _ = encode(&mut text, &self.0.registry);
        text
    }

    fn show(&self) -> Response {
        let kind = "application/openmetrics-text; version=1.0.0; charset=utf-8";
        ([(CONTENT_TYPE, kind)], self.text()).into_response()
    }

    pub(crate) fn answered(&self, status: StatusCode) {
        let status = status.as_u16().to_string();
        self.0.answers.get_or_create(&[("status", status)]).inc();
    }

    pub(crate) fn refused(&self, kind: &str) {
        let kind = kind.to_owned();
        self.0.problems.get_or_create(&[("kind", kind)]).inc();
    }

    pub(crate) fn connection(&self) -> Counted {
        Counted::new(&self.0.connections)
    }

    /// A sandbox woke; it sleeps again when what is given is dropped.
    pub(crate) fn woke(&self) -> Counted {
        self.0.starts.inc();
        Counted::new(&self.0.awake)
    }

    pub(crate) fn ended(&self, how: &str) {
        let how = how.to_owned();
        self.0.ends.get_or_create(&[("how", how)]).inc();
    }

    pub(crate) fn over_limit(&self) {
        self.0.over_limits.inc();
    }

    /// How many sandboxes there are now.
    pub(crate) fn kept(&self, count: usize) {
        self.0.sandboxes.set(count as u64);
    }
}

impl Counted {
    fn new(gauge: &Gauge<u64, AtomicU64>) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}
