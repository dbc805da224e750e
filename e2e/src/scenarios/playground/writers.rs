//! Two who write the same file.

use anyhow::{Result, ensure};

use crate::page::COMES_BACK;
use crate::playground::{Other, Playground};
use crate::stage::Stage;
use crate::webdriver::key;
use yew_sandbox_fault_proxy::Link;

/// How often the other one writes while the file is renamed.
const WRITES: u32 = 40;

/// A rename loses nothing of what another client writes meanwhile, and a conflict ends as the user says.
pub(super) async fn rename_and_conflicts(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::behind_proxy(stage);
    let id = page.begin().await?;
    let other = Other::join(stage, &page, &id).await?;
    rename(&page, &other).await?;
    conflicts(stage, &page, &other).await
}

async fn rename(page: &Playground, other: &Other) -> Result<()> {
    page.open_file("README.md").await?;
    let writing = async {
        for number in 1..=WRITES {
            other
                .write("README.md", &format!("version {number}"))
                .await?;
        }
        Ok(())
    };
    tokio::try_join!(writing, page.rename("guide.md"))?;
    page.shows("the new name in tree and tab", |look| {
        look.tree.iter().any(|name| name == "guide.md")
            && look.tabs.iter().any(|name| name == "guide.md")
    })
    .await?;
    // What was written before the rename moved along; what came later made the file anew.
    let moved = other.read("guide.md").await?;
    ensure!(moved.starts_with("version ") || moved.starts_with("# A web page"));
    if moved != format!("version {WRITES}") {
        other
            .finds("README.md", &format!("version {WRITES}"))
            .await?;
    }
    page.shows("what moved", |look| {
        look.editor.as_deref() == Some(moved.trim_end())
    })
    .await?;

    // Unsaved edits go along.
    page.type_file("typed before the rename").await?;
    page.click(".ys-tree-name[title='guide.md']").await?;
    page.rename("notes.md").await?;
    page.shows("the edits under the new name", |look| {
        look.file.as_deref() == Some("notes.md")
            && look.editor.as_deref() == Some("typed before the rename")
    })
    .await?;
    other.finds("notes.md", "typed before the rename").await?;
    ensure!(
        other.read("guide.md").await.is_err(),
        "the old file came back"
    );
    Ok(())
}

async fn conflicts(stage: &Stage<'_>, page: &Playground, other: &Other) -> Result<()> {
    page.open_file("app.js").await?;
    conflict(stage, page, other, "// mine 1", "// theirs 1").await?;
    page.press("Keep mine").await?;
    other.finds("app.js", "// mine 1").await?;

    conflict(stage, page, other, "// mine 2", "// theirs 2").await?;
    page.press("Take theirs").await?;
    page.shows("theirs", |look| {
        look.editor.as_deref() == Some("// theirs 2") && !look.is_dirty
    })
    .await?;
    ensure!(
        other.read("app.js").await? == "// theirs 2",
        "theirs was written over"
    );

    conflict(stage, page, other, "// mine 3", "// theirs 3").await?;
    page.press("Keep both").await?;
    page.shows("a clean file", |look| {
        look.conflict.is_none() && !look.is_dirty
    })
    .await?;
    let both = other.read("app.js").await?;
    ensure!(
        both.contains("// mine 3") && both.contains("// theirs 3"),
        "one side is lost: {both:?}"
    );
    // Who was typing goes on by keyboard.
    page.focused("the editor", |focus| focus.role == "textbox")
        .await?;
    Ok(())
}

/// Types while the link is away, has the other one write, and waits for the conflict.
async fn conflict(
    stage: &Stage<'_>,
    page: &Playground,
    other: &Other,
    mine: &str,
    theirs: &str,
) -> Result<()> {
    stage.proxy.set(Link::Cut);
    page.shows("the outage", |look| {
        look.state.as_deref() == Some("Reconnecting")
    })
    .await?;
    page.type_file(mine).await?;
    other.write("app.js", theirs).await?;
    stage.proxy.set(Link::Whole);
    let told = "app.js changed in the sandbox while you were editing it.";
    page.shows_within("the conflict", COMES_BACK, |look| {
        look.conflict.as_deref() == Some(told)
    })
    .await?;
    page.focused("the conflict", |focus| focus.name == told)
        .await?;
    // Who was still typing has pressed no button.
    page.session.press(&[' ']).await?;
    page.go(&[key::TAB], "the first choice", |focus| {
        focus.name == "Keep mine"
    })
    .await?;
    ensure!(
        other.read("app.js").await? == theirs,
        "it was written over theirs"
    );
    Ok(())
}
