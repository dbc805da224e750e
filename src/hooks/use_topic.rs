//! What the hooks for live values share.

use yew::prelude::*;
use yew_sandbox_client::{Client, Live, MaybeSend};

use super::{use_sandbox, use_watch};

/// A value that `follow` makes the client follow while the component is there. The component renders again when it changes.
#[hook]
pub(crate) fn use_topic<T>(follow: fn(&Client) -> Live<T>) -> Option<T>
where
    T: Clone + PartialEq + MaybeSend + 'static,
{
    let sandbox = use_sandbox();
    let live = use_memo(sandbox, |sandbox| follow(sandbox.client()));
    use_watch(&live.watch())
}
