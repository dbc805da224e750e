//! Files, over a link that holds.

use anyhow::{Result, ensure};

use crate::page::SOON;
use crate::stage::Stage;

/// The first thing that anybody does: the page's own example, by two clicks.
pub(super) async fn write_and_read(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    page.open_connected().await?;
    page.press("Write").await?;
    page.result("wrote test.txt (11 bytes)").await?;
    page.press("Read").await?;
    page.result("Hello World").await?;
    // Another content replaces the first, of whatever length.
    page.write("test.txt", "Hi").await?;
    page.reads("test.txt", "Hi").await?;
    page.write("test.txt", "").await?;
    page.reads("test.txt", "").await
}

/// A file's content and its name never become markup, and sizes are bytes, not letters.
pub(super) async fn content_is_text(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    page.open_connected().await?;
    let markup = "<img src=x onerror=document.title='taken'><b>bold</b>";
    page.write("<i>name.txt", markup).await?;
    page.reads("<i>name.txt", markup).await?;
    let script = "return document.querySelectorAll('output *').length + document.title;";
    let seen = stage.browser.session.run(script, &[]).await?;
    ensure!(seen == "0Quick start", "the page holds {seen}");

    let words = "Grüße 世界";
    page.fill("Path", "world 世界.txt").await?;
    page.fill("Content", words).await?;
    page.press("Write").await?;
    ensure!(words.len() == 14 && words.chars().count() == 8);
    page.result("wrote world 世界.txt (14 bytes)").await?;
    page.reads("world 世界.txt", words).await
}

/// Each error names the path and the reason, and the next operation works.
pub(super) async fn unusable_paths(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    page.open_connected().await?;
    // A file that this machine has: a sandbox has it not.
    let outside = stage.server.log();
    let outside = outside.to_string_lossy();
    for (button, path, reason) in [
        ("Read", "missing.txt", "ENOENT"),
        ("Read", ".", "EISDIR"),
        ("Read", "../../../../etc/passwd", "climbs above"),
        ("Read", &*outside, "ENOENT"),
        ("Write", "missing/folder.txt", "ENOENT"),
        ("Write", ".", "EISDIR"),
    ] {
        page.fill("Path", path).await?;
        let before = page.look().await?.result;
        page.press(button).await?;
        let look = page
            .shows(&format!("an error of {path}"), SOON, |look| {
                let result = look.result.as_deref().unwrap_or_default();
                look.result != before && result.contains(path) && result.contains(reason)
            })
            .await?;
        ensure!(look.state.as_deref() == Some("Connected"), "{look:?}");
    }
    page.write("missing.txt", "now there").await?;
    page.reads("missing.txt", "now there").await
}
