//! Tasks, search and git, on real things.

use anyhow::{Result, ensure};

use super::terminal::prints;
use crate::playground::{Other, Playground, SCREEN};
use crate::stage::Stage;

/// A task runs and shows its output, a search leads to the line, an edit is a change that can be seen, given up and committed.
pub(super) async fn tasks_search_git(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::of(stage);
    let id = page.begin().await?;
    let other = Other::join(stage, &page, &id).await?;
    tasks(&page).await?;
    search(&page, &id).await?;
    git(&page, &other).await
}

async fn tasks(page: &Playground) -> Result<()> {
    page.click(".ys-ide-tab[aria-label='Tasks and ports']")
        .await?;
    page.says(".ys-task[data-state=running] .ys-task-name", "Web server")
        .await?;
    page.press("Run Check").await?;
    page.says(".ys-task[data-state=done] .ys-task-name", "Check")
        .await?;
    page.press("Output of Check").await?;
    prints(page, "fine").await?;
    page.shows("tabs of a terminal and of an output", |look| {
        look.terminals == ["Terminal 1", "Check"]
    })
    .await?;
    page.press("Close Check").await?;
    page.shows("the terminal alone", |look| {
        look.terminals == ["Terminal 1"]
    })
    .await?;
    // The server's end and its return are seen in the preview.
    page.press("Stop Web server").await?;
    page.says(".ys-task[data-state=idle] .ys-task-name", "Web server")
        .await?;
    page.press("Run Web server").await?;
    page.says(".ys-task[data-state=running] .ys-task-name", "Web server")
        .await?;
    page.says(".ys-port", "3000").await?;
    let heading = "return document.querySelector('h1')?.textContent;";
    page.preview_says(heading, "Hello from the sandbox").await
}

async fn search(page: &Playground, id: &str) -> Result<()> {
    page.click(".ys-ide-tab[aria-label=Search]").await?;
    page.fill("input[aria-label='Search in files']", "addEventListener")
        .await?;
    page.says(".ys-search-count", "1 line in 1 file").await?;
    page.click(".ys-search-match").await?;
    page.shows("the file of the match", |look| {
        look.file.as_deref() == Some("app.js") && look.editor.is_some()
    })
    .await?;
    page.focused("the editor", |focus| focus.role == "textbox")
        .await?;
    let line = "button.addEventListener('click', () => {";
    page.says(".cm-activeLine", line).await?;
    // The address follows the cursor, from the first key on.
    page.session.press(&[crate::webdriver::key::HOME]).await?;
    let wanted = format!("#{id}/app.js:4");
    page.shows("the line in the address", |look| look.hash == wanted)
        .await?;
    Ok(())
}

async fn git(page: &Playground, other: &Other) -> Result<()> {
    page.click(".ys-ide-tab[aria-label=Changes]").await?;
    page.says(".ys-git .ys-panel-title", "main").await?;
    page.says(".ys-git .ys-note", "Nothing to commit").await?;
    let before = other.read("app.js").await?;
    page.type_file("// changed in the editor").await?;
    page.says(".ys-git-file[data-status=M] bdi", "app.js")
        .await?;
    page.click(".ys-git-path").await?;
    page.says(".ys-git-line[data-kind=added]", "+// changed in the editor")
        .await?;

    page.press("Discard changes of app.js").await?;
    page.press("Discard").await?;
    other.finds("app.js", &before).await?;
    page.shows("the file as it was", |look| {
        look.editor.as_deref() == Some(before.trim_end()) && !look.is_dirty
    })
    .await?;
    page.says(".ys-git .ys-note", "Nothing to commit").await?;

    page.type_file("// committed from the editor").await?;
    other.write("new.txt", "new").await?;
    page.says(".ys-git-file[data-status=A] bdi", "new.txt")
        .await?;
    page.says(".ys-git-file[data-status=M] bdi", "app.js")
        .await?;
    page.fill("textarea[aria-label='Commit message']", "Two changes")
        .await?;
    page.press("Commit all").await?;
    page.says(".ys-git .ys-note", "Nothing to commit").await?;
    page.click(SCREEN).await?;
    page.command("clear; git log -1 --oneline --shortstat | cat")
        .await?;
    prints(page, "Two changes").await?;
    prints(page, "2 files changed").await?;
    let look = page.look().await?;
    ensure!(look.alerts.is_empty(), "something failed: {look:?}");
    Ok(())
}
