//! Our client's namespaces, one after the other, in a page of their own.

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use crate::page::SOON;
use crate::stage::Stage;
use crate::wait::until;

/// The page's cases, by name.
const NAMES: &str = "return window.wasmBindings?.names?.() ?? null;";
/// Runs a case; gives what is wrong, or nothing.
const RUN: &str =
    "return wasmBindings.run(arguments[0]).then(() => null, (error) => String(error));";

/// Runs all of the page's cases and tells which failed, and why.
pub(super) async fn each(stage: &mut Stage<'_>) -> Result<()> {
    let session = &stage.browser.session;
    let page = format!("http://{}/namespaces/", stage.server.address());
    session.open(&page).await?;
    let names = until("the page", SOON, async || {
        let names = session.run(NAMES, &[]).await?;
        Ok(names.as_array().cloned())
    })
    .await?;
    ensure!(names.len() > 10, "the page has {} cases only", names.len());
    let mut failures = Vec::new();
    for name in &names {
        let outcome = session.run(RUN, &[json!(name)]).await?;
        if let Value::String(reason) = outcome {
            failures.push(format!("{}: {reason}", name.as_str().unwrap_or_default()));
        }
    }
    ensure!(failures.is_empty(), "{}", failures.join("\n"));
    Ok(())
}
