//! A port of the sandbox in a frame of the page.

use std::rc::Rc;

use futures_util::future::abortable;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox_client::{Error, ErrorKind, Preview, PreviewState};

use super::{use_sandbox, use_state_of};

/// What [`use_preview`] gives.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UsePreviewHandle {
    /// Where the preview is; `None` before it has an address.
    pub state: Option<PreviewState>,
    /// The port's address, for a new tab. It may carry a token: it is for the user's own browser only.
    pub url: Option<AttrValue>,
    /// Why there is no preview. It is asked for again, and where ports have no address of their own before something listens
    /// ([`Unsupported`](ErrorKind::Unsupported)) as soon as something does.
    pub error: Option<Rc<Error>>,
    preview: Option<Preview>,
}

impl UsePreviewHandle {
    /// Moves it and talks to it; `None` before it has an address.
    pub fn preview(&self) -> Option<&Preview> {
        self.preview.as_ref()
    }
}

/// Shows a port of the sandbox in the `<iframe>` of `frame`, and tells where it is. `None` shows nothing.
///
/// The frame is to be on the page, at the latest in the render in which `port` is given. The component renders again when
/// the preview's place or status changes. Another port, and another sandbox, begin anew.
///
/// # Panics
/// If there is no [`SandboxProvider`](crate::SandboxProvider) around the component.
#[hook]
pub fn use_preview(frame: NodeRef, port: Option<u16>) -> UsePreviewHandle {
    let sandbox = use_sandbox();
    let (shown, set) = use_state_of((sandbox.clone(), port));
    use_effect_with((sandbox, port), move |(sandbox, port)| {
        let abort = port.map(|port| {
            let sandbox = sandbox.clone();
            let (task, abort) = abortable(async move {
                let url = loop {
                    match sandbox.hosts().url(port).await {
                        Ok(url) => break url,
                        Err(error) => {
                            let kind = error.kind();
                            set.set(UsePreviewHandle {
                                error: Some(Rc::new(error)),
                                ..UsePreviewHandle::default()
                            });
                            // Some sandboxes have addresses for what listens only.
                            let is_known = kind == ErrorKind::Unsupported
                                && sandbox.ports().wait_for_port(port, None).await.is_ok();
                            if !is_known {
                                sandbox.until_retry().await;
                            }
                        }
                    }
                };
                let Some(frame) = frame.cast() else { return };
                let preview = match Preview::show(frame, &url) {
                    Ok(preview) => preview,
                    Err(error) => {
                        return set.set(UsePreviewHandle {
                            error: Some(Rc::new(error)),
                            ..UsePreviewHandle::default()
                        });
                    }
                };
                let mut states = preview.state();
                let mut state = states.get();
                loop {
                    set.set(UsePreviewHandle {
                        state: Some(state),
                        url: Some(url.clone().into()),
                        error: None,
                        preview: Some(preview.clone()),
                    });
                    match states.changed().await {
                        Some(next) => state = next,
                        None => return,
                    }
                }
            });
            spawn_local(async move {
                let _ = task.await;
            });
            abort
        });
        move || {
            if let Some(abort) = abort {
                abort.abort();
            }
        }
    });
    shown
}
