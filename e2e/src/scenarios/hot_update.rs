//! A development server inside the sandbox, and the page that it updates.

use anyhow::{Result, ensure};
use serde_json::Value;

use super::previews::{inside, open};
use crate::page::{Page, SOON};
use crate::server::ServerSettings;
use crate::stage::Stage;
use crate::wait::until;

/// Vite, which updates pages without loading them again.
pub(super) const VITE: ServerSettings = ServerSettings {
    template: Some("vite"),
    ..ServerSettings::DEFAULT
};

/// A module that one tab writes takes the place of the old one in the preview of another tab, and the document stays.
pub(super) async fn by_vite(stage: &mut Stage<'_>) -> Result<()> {
    let session = &stage.browser.session;
    open(stage).await?;
    says(stage, "Served by Vite").await?;
    inside(stage, "window.isSame = true;").await?;

    let page = Page::new(session.clone(), String::new());
    let id = page.sandbox().await?;
    let first = session.window().await?;
    let second = session.new_tab().await?;
    session.switch(&second).await?;
    stage.page.open(Some(&id)).await?;
    stage.page.state("Connected", SOON).await?;
    let module = "export const words = 'Written by a page';";
    stage.page.write("words.js", module).await?;
    session.close_window().await?;
    session.switch(&first).await?;

    says(stage, "Written by a page").await?;
    let is_same = inside(stage, "return window.isSame === true;").await?;
    ensure!(
        is_same == Value::Bool(true),
        "the document was loaded again"
    );
    Ok(())
}

/// Waits for the heading of the preview's document.
async fn says(stage: &Stage<'_>, words: &str) -> Result<()> {
    until(&format!("the heading {words:?}"), SOON, async || {
        let heading = "return document.querySelector('h1')?.textContent;";
        Ok((inside(stage, heading).await? == words).then_some(()))
    })
    .await
}
