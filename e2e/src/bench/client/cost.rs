//! What a page costs its browser: the main thread's time, and memory. Chromium says both.

use anyhow::{Context, Result};
use serde_json::json;

use crate::browser::Browser;

/// Milliseconds for which the page's main thread has been at work since the page began.
///
/// # Errors
/// The browser does not say.
pub(super) async fn main_thread(browser: &Browser) -> Result<f64> {
    let answer = browser
        .devtools("Performance.getMetrics", &json!({}))
        .await?;
    let metrics = answer["metrics"].as_array().map_or(&[][..], Vec::as_slice);
    let duration = metrics
        .iter()
        .find(|metric| metric["name"] == "TaskDuration");
    let seconds = duration.and_then(|metric| metric["value"].as_f64());
    Ok(seconds.context("the browser measures no tasks")? * 1000.0)
}

/// Has the browser measure tasks.
///
/// # Errors
/// It cannot.
pub(super) async fn begin(browser: &Browser) -> Result<()> {
    let none = json!({});
    browser.devtools("Performance.enable", &none).await?;
    Ok(())
}

/// Bytes that the page holds after a collection: JavaScript's objects, buffers, and the memory of WebAssembly.
///
/// # Errors
/// The browser does not say.
pub(super) async fn memory(browser: &Browser) -> Result<f64> {
    const WASM: &str = "return window.wasmBindings?.memory_bytes?.() ?? 0";
    let none = json!({});
    browser
        .devtools("HeapProfiler.collectGarbage", &none)
        .await?;
    let heap = browser.devtools("Runtime.getHeapUsage", &none).await?;
    let bytes = |name: &str| {
        heap[name]
            .as_f64()
            .with_context(|| format!("no {name}: {heap}"))
    };
    let wasm = browser.session.run(WASM, &[]).await?;
    let wasm = wasm.as_f64().unwrap_or_default();
    // The browser does not count WebAssembly's memory with the buffers.
    Ok(bytes("usedSize")? + bytes("backingStorageSize")? + wasm)
}
