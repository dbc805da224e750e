//! What the sandbox tells people, as toasts.

use std::collections::HashMap;

use futures_util::future::abortable;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox::client::{Notice, Severity};
use yew_sandbox::use_sandbox;

use super::{Toast, ToastKind, use_toasts};

/// Shows what the sandbox tells people as toasts, and tells it what they chose. It draws nothing itself; it stands inside
/// [`Toasts`](super::Toasts).
#[component]
pub fn SandboxNotices() -> Html {
    let sandbox = use_sandbox();
    let toasts = use_toasts();
    use_effect_with((sandbox, toasts), |(sandbox, toasts)| {
        let (notifications, toasts) = (sandbox.notifications(), toasts.clone());
        let mut notices = notifications.listen();
        let (task, abort) = abortable(async move {
            let mut shown = HashMap::new();
            while let Some(notice) = notices.next().await {
                match notice {
                    Notice::Show(notify) => {
                        let respond = |action: Option<String>| {
                            let (notifications, id) = (notifications.clone(), notify.id.clone());
                            Callback::from(move |()| {
                                let answer = notifications.respond(&id, action.as_deref());
                                spawn_local(async move {
                                    // What a lost link loses, the sandbox asks again.
                                    let _ = answer.await;
                                });
                            })
                        };
                        let mut toast = Toast::new(kind(notify.severity), notify.message.clone());
                        toast.stays = true;
                        toast.on_dismiss = respond(None);
                        for action in notify.actions.iter().flatten() {
                            let label = action.label.clone();
                            toast = toast.with_action(label.clone(), respond(Some(label)));
                        }
                        if let Some(before) = shown.insert(notify.id.clone(), toasts.show(toast)) {
                            toasts.take(before);
                        }
                    }
                    Notice::Dismiss(id) => {
                        if let Some(toast) = shown.remove(&id) {
                            toasts.take(toast);
                        }
                    }
                    Notice::Gap => {}
                }
            }
        });
        spawn_local(async move {
            let _ = task.await;
        });
        move || abort.abort()
    });
    Html::default()
}

fn kind(severity: Severity) -> ToastKind {
    match severity {
        Severity::Error => ToastKind::Error,
        Severity::Warning => ToastKind::Warning,
        _ => ToastKind::Info,
    }
}
