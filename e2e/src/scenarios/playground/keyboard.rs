//! Without a mouse.

use anyhow::{Result, ensure};

use super::terminal::prints;
use crate::playground::{Other, Playground};
use crate::stage::Stage;
use crate::webdriver::key;

/// From the top of the page through all of its parts, in and out of each, with work done on the way.
pub(super) async fn walk(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::of(stage);
    let id = page.begin().await?;
    let other = Other::join(stage, &page, &id).await?;
    page.shows("the preview", |look| {
        look.preview.as_deref() == Some("ready")
    })
    .await?;
    tree_and_editor(&page, &other).await?;
    terminal(&page, &other).await?;
    side(&page).await?;
    palette_and_preview(&page).await
}

/// From the address bar to the tree, a file, an edit, and out of the editor by Escape and Tab.
async fn tree_and_editor(page: &Playground, other: &Other) -> Result<()> {
    let to_tree = page
        .walk(&[key::TAB], 15, "the tree", |focus| focus.role == "tree")
        .await?;
    ensure!(
        to_tree
            .first()
            .is_some_and(|first| first.region == "header"),
        "the first stop is {:?}",
        to_tree.first()
    );
    ensure!(
        to_tree.iter().any(|stop| stop.role == "tab"),
        "no tab on the way: {to_tree:#?}"
    );
    page.session.type_text("READ").await?;
    page.go(&[key::ENTER], "the tree still", |focus| {
        focus.role == "tree"
    })
    .await?;
    page.shows("the file", |look| {
        look.file.as_deref() == Some("README.md") && look.editor.is_some()
    })
    .await?;

    // F2, a name, Escape: the tree has the focus again. The same by the menu.
    page.go(&[key::F2], "the field for a name", |focus| {
        focus.name == "Name"
    })
    .await?;
    page.go(&[key::ESCAPE], "the tree", |focus| focus.role == "tree")
        .await?;
    page.go(&[key::SHIFT, key::F10], "the menu", |focus| {
        focus.role.starts_with("menu")
    })
    .await?;
    page.go(&[key::ESCAPE], "the tree", |focus| focus.role == "tree")
        .await?;
    // Delete, and think better of it.
    page.go(&[key::DELETE], "the question", |focus| {
        focus.name == "Delete"
    })
    .await?;
    page.go(&[key::ESCAPE], "the tree", |focus| focus.role == "tree")
        .await?;

    page.walk(&[key::TAB], 8, "the editor", |focus| {
        focus.role == "textbox"
    })
    .await?;
    page.session.press(&[key::CONTROL, 'a']).await?;
    page.session.type_text("typed\nagain").await?;
    page.session.press(&[key::TAB]).await?;
    page.focused("the editor, because Tab indents", |focus| {
        focus.role == "textbox"
    })
    .await?;
    page.session.press(&[key::CONTROL, 's']).await?;
    page.shows("a saved file", |look| !look.is_dirty).await?;
    ensure!(
        other.read("README.md").await?.starts_with("typed\n"),
        "it is not saved"
    );
    page.session.press(&[key::ESCAPE]).await?;
    page.session.press(&[key::TAB]).await?;
    let out = page.focus().await?;
    ensure!(
        out.role != "textbox",
        "Escape and Tab do not leave the editor"
    );
    // Backwards as well.
    page.walk(&[key::SHIFT, key::TAB], 3, "the editor", |focus| {
        focus.role == "textbox"
    })
    .await?;
    page.session.press(&[key::ESCAPE]).await?;
    page.session.press(&[key::SHIFT, key::TAB]).await?;
    let out = page.focus().await?;
    ensure!(
        out.role != "textbox",
        "Escape and Shift-Tab do not leave the editor"
    );
    Ok(())
}

/// Into the terminal by F6, a command, and out by F6, both ways.
async fn terminal(page: &Playground, other: &Other) -> Result<()> {
    to(page, "terminal").await?;
    page.command("echo typed > by-keyboard; echo done-$((6 * 7))")
        .await?;
    prints(page, "done-42").await?;
    other.finds("by-keyboard", "typed\n").await?;
    page.session.press(&[key::TAB]).await?;
    page.focused("the terminal, because Tab is the shell's", |focus| {
        focus.region == "terminal"
    })
    .await?;
    page.go(&[key::F6], "the preview", |focus| focus.region == "preview")
        .await?;
    page.go(&[key::SHIFT, key::F6], "the terminal", |focus| {
        focus.region == "terminal"
    })
    .await?;
    page.go(&[key::SHIFT, key::F6], "the editor", |focus| {
        focus.region == "editor"
    })
    .await?;
    // A second terminal, by its button; closing it leads to the first.
    page.session.press(&[key::ESCAPE]).await?;
    page.walk(&[key::TAB], 12, "New terminal", |focus| {
        focus.name == "New terminal"
    })
    .await?;
    page.go(&[key::ENTER], "the new terminal", |focus| {
        focus.name.starts_with("Terminal, Terminal 2")
    })
    .await?;
    page.go(&[key::SHIFT, key::F6], "the editor", |focus| {
        focus.region == "editor"
    })
    .await?;
    page.session.press(&[key::ESCAPE]).await?;
    page.walk(&[key::TAB], 4, "its tab", |focus| {
        focus.role == "tab" && focus.name.starts_with("Terminal 2")
    })
    .await?;
    page.go(&[key::DELETE], "the tab of the first", |focus| {
        focus.role == "tab" && focus.name.starts_with("Terminal 1")
    })
    .await?;
    Ok(())
}

/// Search, git and tasks, each chosen by arrow keys.
async fn side(page: &Playground) -> Result<()> {
    to(page, "header").await?;
    page.walk(&[key::TAB], 8, "the tabs of the side", |focus| {
        focus.role == "tab" && focus.name == "Files"
    })
    .await?;
    page.go(&[key::DOWN], "Search", |focus| focus.name == "Search")
        .await?;
    page.walk(&[key::TAB], 2, "its field", |focus| {
        focus.name == "Search in files"
    })
    .await?;
    page.session.type_text("typed\n").await?;
    page.says(".ys-search-match", "typed").await?;
    page.walk(&[key::TAB], 8, "a match", |focus| {
        focus.element.contains("ys-search-match")
    })
    .await?;
    page.go(&[key::ENTER], "the editor", |focus| focus.role == "textbox")
        .await?;

    to(page, "header").await?;
    page.walk(&[key::TAB], 8, "the tabs of the side", |focus| {
        focus.role == "tab"
    })
    .await?;
    page.go(&[key::DOWN], "Changes", |focus| focus.name == "Changes")
        .await?;
    page.says(".ys-git-path", "README.md").await?;
    page.walk(&[key::TAB], 3, "a changed file", |focus| {
        focus.element.contains("ys-git-path")
    })
    .await?;
    page.session.press(&[key::ENTER]).await?;
    page.says(".ys-git-line", "typed").await?;
    page.walk(&[key::TAB], 4, "its differences", |focus| {
        focus.element.contains("ys-git-diff")
    })
    .await?;
    page.walk(&[key::SHIFT, key::TAB], 2, "Discard", |focus| {
        focus.name.starts_with("Discard")
    })
    .await?;
    page.go(&[key::ENTER], "the question", |focus| {
        focus.name == "Cancel"
    })
    .await?;
    page.walk(&[key::TAB], 2, "its button", |focus| {
        focus.name == "Discard"
    })
    .await?;
    page.session.press(&[key::ENTER]).await?;
    page.shows("one change less", |look| look.changes == ["by-keyboard"])
        .await?;
    page.focused("what is left of the list", |focus| focus.region == "side")
        .await?;
    page.walk(&[key::TAB], 8, "the message", |focus| {
        focus.name == "Commit message"
    })
    .await?;
    page.session.type_text("By keyboard").await?;
    page.session.press(&[key::CONTROL, key::ENTER]).await?;
    page.says(".ys-git .ys-note", "Nothing to commit").await?;
    page.focused("the side still", |focus| focus.region == "side")
        .await?;

    to(page, "header").await?;
    page.walk(&[key::TAB], 8, "the tabs of the side", |focus| {
        focus.role == "tab"
    })
    .await?;
    page.go(&[key::DOWN], "Tasks", |focus| {
        focus.name == "Tasks and ports"
    })
    .await?;
    page.says(".ys-task-name", "Check").await?;
    page.walk(&[key::TAB], 8, "Run Check", |focus| {
        focus.name == "Run Check"
    })
    .await?;
    page.session.press(&[key::ENTER]).await?;
    page.focused("the task's buttons", |focus| focus.region == "side")
        .await?;
    page.walk(&[key::SHIFT, key::TAB], 4, "Stop", |focus| {
        focus.name == "Stop Web server"
    })
    .await?;
    page.session.press(&[key::ENTER]).await?;
    page.says(".ys-task[data-state=idle] .ys-task-name", "Web server")
        .await?;
    page.focused("what is left of the task's buttons", |focus| {
        focus.region == "side" && focus.name.ends_with("Web server")
    })
    .await?;
    Ok(())
}

/// A file and a command by the palette; the preview's bar, and through its page.
async fn palette_and_preview(page: &Playground) -> Result<()> {
    page.go(&[key::CONTROL, 'p'], "the palette", |focus| {
        focus.name == "Go to file"
    })
    .await?;
    page.says(".ys-palette-option", "style.css").await?;
    page.session.type_text("style").await?;
    page.go(&[key::ENTER], "the editor", |focus| {
        focus.role == "textbox" && focus.name.contains("style.css")
    })
    .await?;
    page.go(&[key::CONTROL, key::SHIFT, 'p'], "the palette", |focus| {
        focus.name == "Command palette"
    })
    .await?;
    page.go(&[key::ESCAPE], "the editor again", |focus| {
        focus.role == "textbox"
    })
    .await?;
    page.go(&[key::CONTROL, key::SHIFT, 'p'], "the palette", |focus| {
        focus.name == "Command palette"
    })
    .await?;
    page.session.type_text("show files").await?;
    page.go(&[key::ENTER], "the tree", |focus| focus.role == "tree")
        .await?;

    to(page, "preview").await?;
    page.walk(&[key::TAB], 10, "the preview's page", |focus| {
        focus.element.starts_with("iframe")
    })
    .await?;
    page.walk(&[key::SHIFT, key::TAB], 4, "the bar again", |focus| {
        !focus.element.starts_with("iframe")
    })
    .await?;
    // The file's tab closes; the editor's part keeps the focus.
    to(page, "editor").await?;
    page.session.press(&[key::ESCAPE]).await?;
    page.walk(&[key::SHIFT, key::TAB], 6, "the file's tab", |focus| {
        focus.role == "tab" && focus.region == "editor"
    })
    .await?;
    while page.look().await?.tabs.len() > 1 {
        let before = page.look().await?.tabs.len();
        page.session.press(&[key::DELETE]).await?;
        page.shows("one tab less", |look| look.tabs.len() < before)
            .await?;
        page.focused("a file's tab", |focus| {
            focus.role == "tab" && focus.region == "editor"
        })
        .await?;
    }
    Ok(())
}

/// Goes round by F6 to a part.
async fn to(page: &Playground, region: &str) -> Result<()> {
    page.walk(&[key::F6], 6, region, |focus| focus.region == region)
        .await?;
    Ok(())
}
