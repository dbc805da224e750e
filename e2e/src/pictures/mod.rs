//! Pictures of the pages, for people to look at.

mod gallery;
mod playground;
mod quick_start;

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::{Value, json};

use crate::arguments::{Arguments, Kind};
use crate::browser::Browser;
use crate::wait::until;

/// How long a window may take to have its size.
const SETTLES: Duration = Duration::from_millis(500);

/// Takes the pictures of the pages whose names the filter lets through, `quick_start`, `playground` and `gallery`, into `folder`.
///
/// # Errors
/// The browser or a page does not do its part.
pub(crate) async fn take(arguments: &Arguments, folder: &Path) -> Result<bool> {
    std::fs::create_dir_all(folder)?;
    let filter = arguments.filter.as_deref().unwrap_or_default();
    if "quick_start".contains(filter) {
        quick_start::take(arguments, folder).await?;
    }
    if "playground".contains(filter) {
        playground::take(arguments, folder).await?;
    }
    if "gallery".contains(filter) {
        gallery::take(arguments, folder).await?;
    }
    Ok(true)
}

/// Saves what is to be seen, named after the browser as well.
async fn save(browser: &Browser, folder: &Path, name: &str) -> Result<()> {
    let file = folder.join(format!("{}-{name}.png", browser.kind.name()));
    std::fs::write(&file, browser.session.picture().await?)?;
    println!("{}", file.display());
    Ok(())
}

/// Gives the page a size, and tells the width that it really has.
async fn resize(browser: &Browser, width: u32, height: u32) -> Result<Value> {
    if browser.kind == Kind::Chromium {
        let metrics = json!({
            "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false,
        });
        browser
            .devtools("Emulation.setDeviceMetricsOverride", &metrics)
            .await?;
    } else {
        let rect = json!({ "width": width, "height": height });
        browser.session.post("window/rect", &rect).await?;
    }
    let width_now = "return window.innerWidth;";
    // A window's new size may take a moment to reach its page. One that has a least width stays above the wanted.
    let _ = until("the page's new width", SETTLES, async || {
        let real = browser.session.run(width_now, &[]).await?;
        Ok((real == width).then_some(()))
    })
    .await;
    browser.session.run(width_now, &[]).await
}
