//! A server that went away while its page was shown.

use yew::prelude::*;
use yew_sandbox::UsePreviewHandle;
use yew_sandbox::client::PreviewStatus;

/// Whether nothing listens any more on the port whose page is shown, and loads that page again once something does.
///
/// `is_listening` says whether the sandbox lists the port; `None` while nobody can know, as over a lost link.
#[hook]
pub(super) fn use_stopped(
    port: Option<u16>,
    is_listening: Option<bool>,
    handle: &UsePreviewHandle,
) -> bool {
    // A port that was never seen open may only not be known yet.
    let seen = use_mut_ref(|| None::<u16>);
    let stopped = use_mut_ref(|| None::<u16>);
    if is_listening == Some(true) {
        *seen.borrow_mut() = port;
    }
    let is_ready = handle
        .state
        .as_ref()
        .is_some_and(|state| state.status == PreviewStatus::Ready);
    let was_seen = port.is_some() && *seen.borrow() == port;
    let has_stopped = is_listening == Some(false) && was_seen && is_ready;
    if has_stopped {
        *stopped.borrow_mut() = port;
    }
    let preview = handle.preview().cloned().filter(|_| is_ready);
    use_effect_with(
        (port, is_listening == Some(true)),
        move |(port, is_listening)| {
            // A page that has gone elsewhere meanwhile waits for the server by itself.
            if *is_listening
                && port.is_some()
                && stopped.take() == *port
                && let Some(preview) = preview
            {
                preview.reload();
            }
        },
    );
    has_stopped
}
