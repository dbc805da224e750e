//! What a frame tells its handle.

use std::rc::Weak;

use super::core::Input;
use super::frame::PreviewHeard;
use super::handle::Inner;

/// Where a [`PreviewFrame`](super::PreviewFrame) tells what happens to it. Once the handle is gone, nobody listens.
#[derive(Clone)]
pub struct PreviewEvents {
    inner: Weak<Inner>,
}

impl PreviewEvents {
    pub(super) fn new(inner: Weak<Inner>) -> Self {
        Self { inner }
    }

    /// A document has been loaded: a preview, or whatever the browser shows in its place.
    pub fn loaded(&self) {
        self.tell(Input::FrameLoaded);
    }

    /// The document said something. Only what came from the frame's own window, and from the preview's exact origin, may be told.
    pub fn heard(&self, heard: PreviewHeard) {
        self.tell(Input::Heard(heard));
    }

    /// The time that [`set_alarm`](super::PreviewFrame::set_alarm) gave is over.
    pub fn alarm(&self) {
        self.tell(Input::Alarm);
    }

    fn tell(&self, input: Input) {
        if let Some(inner) = self.inner.upgrade() {
            inner.handle(input);
        }
    }
}

impl std::fmt::Debug for PreviewEvents {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("PreviewEvents")
    }
}
