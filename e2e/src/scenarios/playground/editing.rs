//! From the keyboard to the preview.

use anyhow::Result;

use crate::playground::{Other, Playground};
use crate::stage::Stage;
use crate::webdriver::key;

/// The heading of the template's page.
const HEADING: &str = "return document.querySelector('h1')?.textContent;";

/// What is typed is saved, by Ctrl-S and by itself, and the preview follows. The address leads to the file and the line.
pub(super) async fn edit_save_preview(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::of(stage);
    let id = page.begin().await?;
    let other = Other::join(stage, &page, &id).await?;
    page.preview_says(HEADING, "Hello from the sandbox").await?;

    page.open_file("app.js").await?;
    let script = "document.querySelector('h1').textContent = 'Saved by hand';";
    page.type_file(script).await?;
    page.session.press(&[key::CONTROL, 's']).await?;
    page.preview_says(HEADING, "Saved by hand").await?;
    other.finds("app.js", script).await?;
    page.shows("a clean file", |look| !look.is_dirty).await?;

    let script = "document.querySelector('h1').textContent = 'Saved by itself';";
    page.type_file(script).await?;
    page.preview_says(HEADING, "Saved by itself").await?;
    other.finds("app.js", script).await?;

    // Undo is one, and what another client writes shows up.
    page.session.press(&[key::CONTROL, 'z']).await?;
    page.shows("an undone edit", |look| {
        look.editor.as_deref() != Some(script)
    })
    .await?;
    page.open_file("README.md").await?;
    other.write("README.md", "written elsewhere").await?;
    page.shows("what was written elsewhere", |look| {
        look.editor.as_deref() == Some("written elsewhere")
    })
    .await?;

    page.type_file("one\ntwo\nthree").await?;
    let wanted = format!("#{id}/README.md:3");
    page.shows("the place in the address", |look| look.hash == wanted)
        .await?;
    other.finds("README.md", "one\ntwo\nthree").await?;
    leads_there(&page, &id).await
}

/// The address, in a new tab, opens the same sandbox, file and line.
async fn leads_there(page: &Playground, id: &str) -> Result<()> {
    let session = &page.session;
    let first = session.window().await?;
    let second = session.new_tab().await?;
    session.switch(&second).await?;
    page.open(&format!("{id}/README.md:3")).await?;
    page.is_ready().await?;
    page.shows("the file of the address", |look| {
        look.file.as_deref() == Some("README.md")
            && look.editor.as_deref() == Some("one\ntwo\nthree")
    })
    .await?;
    let line = "return document.querySelector('.cm-activeLine')?.textContent;";
    crate::wait::until("the line of the address", crate::page::SOON, async || {
        Ok((session.run(line, &[]).await? == "three").then_some(()))
    })
    .await?;
    session.close_window().await?;
    session.switch(&first).await
}
