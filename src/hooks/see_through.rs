//! What ends a program goes on when its component is gone.

use std::future::Future;

use wasm_bindgen_futures::spawn_local;
use yew_sandbox_client::Error;

/// Waits for an operation of which nobody is left to be told. Dropped, it would be taken back where it waits for a link.
pub(crate) fn see_through(operation: impl Future<Output = Result<(), Error>> + 'static) {
    spawn_local(async move {
        let _ = operation.await;
    });
}
