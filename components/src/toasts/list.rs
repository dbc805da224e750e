//! The toasts that are shown: plain data, no page.

use std::rc::Rc;

use yew::prelude::*;

/// Most toasts at a time; of more, the oldest that is no error goes.
pub(super) const MOST: usize = 5;

/// How serious a [`Toast`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ToastKind {
    /// Worth knowing.
    #[default]
    Info,
    /// Something went well.
    Success,
    /// Something needs attention.
    Warning,
    /// Something failed. It stays until somebody takes it away.
    Error,
}

impl ToastKind {
    /// The name in `data-kind`.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Success => "success",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// A short message beside the work.
#[derive(Clone, Debug, PartialEq)]
pub struct Toast {
    /// How serious it is.
    pub kind: ToastKind,
    /// A sentence. It is text, never markup.
    pub text: AttrValue,
    /// What can be done about it: a label, and what happens. The toast goes then.
    pub actions: Vec<(AttrValue, Callback<()>)>,
    /// Called when it is taken away without an action, by a person or by time.
    pub on_dismiss: Callback<()>,
    /// Whether it stays until a person takes it away. Errors, and toasts with actions, always do.
    pub stays: bool,
}

impl Toast {
    /// A toast of `kind` with a sentence.
    pub fn new(kind: ToastKind, text: impl Into<AttrValue>) -> Self {
        Self {
            kind,
            text: text.into(),
            actions: Vec::new(),
            on_dismiss: Callback::noop(),
            stays: false,
        }
    }

    /// With one more thing that can be done about it.
    pub fn with_action(mut self, label: impl Into<AttrValue>, action: Callback<()>) -> Self {
        self.actions.push((label.into(), action));
        self
    }

    /// Whether time does not take it away.
    pub(super) fn lasts(&self) -> bool {
        self.stays || self.kind == ToastKind::Error || !self.actions.is_empty()
    }
}

/// Names a toast that is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct ToastId(pub(super) u32);

/// What is shown, oldest first.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Shown {
    pub(super) toasts: Vec<(ToastId, Toast)>,
}

pub(super) enum Change {
    Show(ToastId, Toast),
    Take(ToastId),
}

impl Reducible for Shown {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut toasts = self.toasts.clone();
        match change {
            Change::Show(id, toast) => {
                // The same words again are no second toast.
                toasts.retain(|(_, other)| other.text != toast.text || other.kind != toast.kind);
                toasts.push((id, toast));
                if toasts.len() > MOST {
                    let oldest = toasts.iter().position(|(_, toast)| !toast.lasts());
                    toasts.remove(oldest.unwrap_or(0));
                }
            }
            Change::Take(id) => toasts.retain(|(other, _)| *other != id),
        }
        Rc::new(Self { toasts })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(toasts: impl IntoIterator<Item = Toast>) -> Vec<String> {
        let mut shown = Rc::new(Shown::default());
        for (index, toast) in toasts.into_iter().enumerate() {
            shown = shown.reduce(Change::Show(ToastId(index as u32), toast));
        }
        shown
            .toasts
            .iter()
            .map(|(_, toast)| toast.text.to_string())
            .collect()
    }

    #[test]
    fn errors_outlive_a_flood_of_news() {
        let news = (0..20).map(|number| Toast::new(ToastKind::Info, format!("news {number}")));
        let all = std::iter::once(Toast::new(ToastKind::Error, "broken")).chain(news);
        assert_eq!(
            shown(all),
            ["broken", "news 16", "news 17", "news 18", "news 19"]
        );
    }

    #[test]
    fn the_same_words_are_shown_once() {
        let toasts = [ToastKind::Info, ToastKind::Info, ToastKind::Error];
        let toasts = toasts.map(|kind| Toast::new(kind, "saved"));
        assert_eq!(shown(toasts), ["saved", "saved"]);
    }

    #[test]
    fn a_flood_of_errors_is_bounded_too() {
        let errors = (0..20).map(|number| Toast::new(ToastKind::Error, format!("error {number}")));
        assert_eq!(shown(errors).len(), MOST);
    }
}
