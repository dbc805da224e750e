//! What is typed. One call of the agent at a time for each shell, so that letters arrive in their order; what is typed meanwhile goes
//! out together.

use std::collections::HashMap;
use std::future::Future;
use std::sync::Mutex;

use yew_sandbox_protocol::ErrorCode;
use yew_sandbox_protocol::shell::Input;

use super::api::{Done, ExecInput};
use super::bridge::Link;
use super::rest::under;
use crate::send::{MaybeSend, lock};

/// What was typed and has not been sent, for each shell to which something is under way.
#[derive(Default)]
pub(super) struct Inputs(Mutex<HashMap<String, Vec<(u64, String)>>>);

pub(super) fn take(
    bridge: Link,
    number: u64,
    request: Input,
) -> impl Future<Output = ()> + MaybeSend {
    let id = request.shell_id;
    let is_first = {
        let mut inputs = lock(&bridge.inputs.0);
        let is_first = !inputs.contains_key(&id);
        let waiting = inputs.entry(id.clone()).or_default();
        waiting.push((number, request.input));
        is_first
    };
    async move {
        if !is_first {
            return;
        }
        loop {
            let mut batch = Vec::new();
            {
                let mut inputs = lock(&bridge.inputs.0);
                if let Some(waiting) = inputs.get_mut(&id) {
                    std::mem::swap(waiting, &mut batch);
                }
                if batch.is_empty() {
                    inputs.remove(&id);
                    return;
                }
            }
            let text: String = batch.iter().map(|(_, text)| text.as_str()).collect();
            let path = under("execs/", &id) + "/io";
            let body = ExecInput {
                kind: "stdin",
                input: &text,
            };
            let sent = bridge.rest.call::<Done>("POST", &path, Some(&body)).await;
            let failed = sent
                .err()
                .map(|error| error.into_failure(ErrorCode::SHELL_NOT_FOUND));
            for (number, _) in batch {
                let outcome = failed
                    .as_ref()
                    .map_or(Ok(()), |failure| Err(failure.clone()));
                bridge.answer::<Input>(number, outcome);
            }
        }
    }
}
