//! Pictures of the page in its states.

use std::path::Path;
use std::time::Duration;

use anyhow::Result;
use serde_json::json;

use crate::arguments::{Arguments, Kind};
use crate::browser::{Browser, Theme};
use crate::page::SOON;
use crate::proxy::{Link, SessionFault};
use crate::server::ServerSettings;
use crate::stage::Stage;
use crate::wait::until;

/// The widths of a phone and of a desk, in pixels.
const WIDTHS: [u32; 2] = [320, 1200];
const HEIGHT: u32 = 800;
/// How long a window may take to have its size.
const SETTLES: Duration = Duration::from_millis(500);

/// Takes the pictures into `folder`, named after browser, state, theme and the width that the page really has:
/// not every browser goes down to that of a phone.
///
/// # Errors
/// The browser or the page does not do its part.
pub(crate) async fn take(arguments: &Arguments, folder: &Path) -> Result<bool> {
    std::fs::create_dir_all(folder)?;
    for theme in [Theme::Light, Theme::Dark] {
        let browser = Browser::start(arguments, theme).await?;
        let home = tempfile::tempdir_in(&arguments.scratch)?;
        let server = home.path().join("server");
        let stage = Stage::set(arguments, &browser, ServerSettings::DEFAULT, server).await?;
        let (page, proxy) = (&stage.page, &stage.proxy);

        // A state may last a few seconds only: its pictures are taken at once.
        proxy.set_sessions(SessionFault::Held);
        page.open(None).await?;
        page.state("Connecting", SOON).await?;
        pictures(&browser, folder, "connecting", theme).await?;
        proxy.set_sessions(SessionFault::None);
        page.state("Connected", SOON).await?;
        page.press("Write").await?;
        page.result("wrote test.txt (11 bytes)").await?;
        pictures(&browser, folder, "connected", theme).await?;
        proxy.set(Link::Cut);
        page.state("Reconnecting", SOON).await?;
        pictures(&browser, folder, "reconnecting", theme).await?;
        proxy.set(Link::Whole);
        page.open(Some("never0was0there0")).await?;
        page.state("Failed", SOON).await?;
        pictures(&browser, folder, "failed", theme).await?;

        stage.clear().await?;
        browser.end().await;
    }
    Ok(true)
}

async fn pictures(browser: &Browser, folder: &Path, state: &str, theme: Theme) -> Result<()> {
    for width in WIDTHS {
        resize(browser, width).await?;
        let real = browser
            .session
            .run("return window.innerWidth;", &[])
            .await?;
        let (kind, theme) = (browser.kind.name(), theme.name());
        let file = folder.join(format!("{kind}-{state}-{theme}-{real}.png"));
        std::fs::write(&file, browser.session.picture().await?)?;
        println!("{}", file.display());
    }
    Ok(())
}

async fn resize(browser: &Browser, width: u32) -> Result<()> {
    if browser.kind == Kind::Chromium {
        let metrics = json!({
            "width": width, "height": HEIGHT, "deviceScaleFactor": 1, "mobile": false,
        });
        browser
            .devtools("Emulation.setDeviceMetricsOverride", &metrics)
            .await?;
    } else {
        let rect = json!({ "width": width, "height": HEIGHT });
        browser.session.post("window/rect", &rect).await?;
    }
    // A window's new size may take a moment to reach its page. One that has a least width stays above the wanted.
    let _ = until("the page's new width", SETTLES, async || {
        let real = browser
            .session
            .run("return window.innerWidth;", &[])
            .await?;
        Ok((real == width).then_some(()))
    })
    .await;
    Ok(())
}
