//! The quick start in its states.

use std::path::Path;

use anyhow::Result;

use super::{resize, save};
use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};
use crate::page::SOON;
use crate::server::ServerSettings;
use crate::stage::Stage;
use yew_sandbox_fault_proxy::{Link, SessionFault};

/// The widths of a phone and of a desk, in pixels.
const WIDTHS: [u32; 2] = [320, 1200];
const HEIGHT: u32 = 800;

/// Takes the pictures into `folder`, named after browser, state, theme and the width that the page really has:
/// not every browser goes down to that of a phone.
///
/// # Errors
/// The browser or the page does not do its part.
pub(super) async fn take(arguments: &Arguments, folder: &Path) -> Result<()> {
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
    Ok(())
}

async fn pictures(browser: &Browser, folder: &Path, state: &str, theme: Theme) -> Result<()> {
    for width in WIDTHS {
        let real = resize(browser, width, HEIGHT).await?;
        let name = format!("{state}-{}-{real}", theme.name());
        save(browser, folder, &name).await?;
    }
    Ok(())
}
