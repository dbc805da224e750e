//! The playground at work.

use std::path::Path;

use anyhow::Result;

use super::{resize, save};
use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};
use crate::playground::{Playground, SCREEN, TEMPLATE};
use crate::stage::Stage;
use crate::webdriver::key;

/// The sizes of a desk and of a phone, in CSS pixels.
const DESK: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (390, 844);

/// The page's own part of the change that is shown.
const HEADING: &str = "return document.querySelector('h1')?.textContent;";

/// Takes the pictures into `folder`: a file with a change, its page beside it, a terminal with output; light, dark, and on a phone.
///
/// # Errors
/// The browser or the page does not do its part.
pub(super) async fn take(arguments: &Arguments, folder: &Path) -> Result<()> {
    for theme in [Theme::Light, Theme::Dark] {
        let browser = Browser::start(arguments, theme).await?;
        let home = tempfile::tempdir_in(&arguments.scratch)?;
        let server = home.path().join("server");
        let stage = Stage::set(arguments, &browser, TEMPLATE, server).await?;
        let page = Playground::of(&stage);
        page.begin().await?;
        resize(&browser, DESK.0, DESK.1).await?;
        work(&page).await?;
        save(&browser, folder, &format!("playground-{}", theme.name())).await?;

        resize(&browser, PHONE.0, PHONE.1).await?;
        page.shows("the narrow layout", |look| {
            look.layout.as_deref() == Some("narrow") && look.editor.is_some()
        })
        .await?;
        save(
            &browser,
            folder,
            &format!("playground-phone-{}", theme.name()),
        )
        .await?;
        page.click(".ys-ide-tab[aria-label=Preview]").await?;
        page.shows("the preview", |look| {
            look.preview.as_deref() == Some("ready")
        })
        .await?;
        page.preview_says(HEADING, "Hello from the sandbox").await?;
        save(
            &browser,
            folder,
            &format!("playground-phone-preview-{}", theme.name()),
        )
        .await?;
        stage.clear().await?;
        browser.end().await;
    }
    Ok(())
}

/// Leaves something on the page that a person would have done.
async fn work(page: &Playground) -> Result<()> {
    page.preview_says(HEADING, "Hello from the sandbox").await?;
    page.click(SCREEN).await?;
    page.command("clear; git log --oneline && ls --color=always && node --version")
        .await?;
    page.shows("the output", |look| look.terminal.contains("v2"))
        .await?;
    page.open_file("style.css").await?;
    page.open_file("app.js").await?;
    page.click(".cm-content").await?;
    page.session.press(&[key::CONTROL, key::END]).await?;
    page.session
        .type_text("\n// Each change is saved, and the preview follows.")
        .await?;
    page.shows("the change in the tree", |look| !look.is_dirty)
        .await?;
    page.says(".ys-tree-row[data-mark]", "app.js").await?;
    page.preview_says(HEADING, "Hello from the sandbox").await
}
