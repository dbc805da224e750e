//! What the two default views say.

use std::ptr::fn_addr_eq;

use yew::AttrValue;
use yew_sandbox_client::Error;

/// The words of [`LoadingView`](crate::LoadingView) and [`FailedView`](crate::FailedView). `ProviderWords::default()` is English.
///
/// [`SandboxProvider`](crate::SandboxProvider) takes them as its property `words`; without it, those that a context around it gives, as
/// `SandboxUi` of `yew-sandbox-components` does.
///
/// ```
/// use yew_sandbox::ProviderWords;
///
/// let german = ProviderWords {
///     retry: "Erneut versuchen".into(),
///     hint: |error| match error.kind() {
///         yew_sandbox::ErrorKind::Unauthorized => "Melde dich neu an.".to_owned(),
///         _ => error.hint().to_owned(),
///     },
///     ..ProviderWords::default()
/// };
/// assert_eq!(german.start_up, "Start-up");
/// ```
#[derive(Clone, Debug)]
pub struct ProviderWords {
    /// The progress bar's name.
    pub start_up: AttrValue,
    /// Before the sandbox tells of itself.
    pub connecting: AttrValue,
    /// The sandbox fell asleep before it was ready.
    pub asleep: AttrValue,
    /// On the button that wakes it.
    pub wake: AttrValue,
    /// On the button that tries again.
    pub retry: AttrValue,
    /// What the sandbox tells of its start-up; given the English.
    pub message: fn(&str) -> String,
    /// What failed, and what it concerned.
    pub error: fn(&Error) -> String,
    /// What to do next.
    pub hint: fn(&Error) -> String,
}

impl Default for ProviderWords {
    fn default() -> Self {
        Self {
            start_up: "Start-up".into(),
            connecting: "Connecting to the sandbox".into(),
            asleep: "The sandbox is asleep".into(),
            wake: "Wake".into(),
            retry: "Try again".into(),
            message: str::to_owned,
            error: Error::to_string,
            hint: |error| error.hint().to_owned(),
        }
    }
}

impl PartialEq for ProviderWords {
    /// Functions are compared by their addresses: that two are taken for different draws a view once more, and no worse.
    fn eq(&self, other: &Self) -> bool {
        self.start_up == other.start_up
            && self.connecting == other.connecting
            && self.asleep == other.asleep
            && self.wake == other.wake
            && self.retry == other.retry
            && fn_addr_eq(self.message, other.message)
            && fn_addr_eq(self.error, other.error)
            && fn_addr_eq(self.hint, other.hint)
    }
}
