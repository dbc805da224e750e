//! How often Yew renders a component, as its own spans tell.

use std::cell::Cell;

use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

thread_local! {
    static RENDERS: Cell<u32> = const { Cell::new(0) };
}

/// Counts what Yew calls a render: one component that draws, for the first time or again.
struct Renders;

/// Begins to count, for as long as the page is there.
///
/// # Errors
/// Something else listens to the spans.
pub(crate) fn begin() -> Result<(), String> {
    tracing::subscriber::set_global_default(Renders).map_err(|error| error.to_string())
}

/// All renders since the last call.
pub(crate) fn take() -> u32 {
    RENDERS.take()
}

impl Subscriber for Renders {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_span() && metadata.name() == "render" && metadata.target().starts_with("yew::")
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        RENDERS.set(RENDERS.get() + 1);
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}
    fn record_follows_from(&self, _: &Id, _: &Id) {}
    fn event(&self, _: &Event<'_>) {}
    fn enter(&self, _: &Id) {}
    fn exit(&self, _: &Id) {}
}
