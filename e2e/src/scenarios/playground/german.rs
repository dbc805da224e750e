//! Another language, everywhere.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::playground::Playground;
use crate::stage::Stage;
use crate::webdriver::key;

/// All that is seen or heard, outside of files, of what programs print, and of the names that languages have for themselves.
const SAID: &str = "const data = '.cm-content, .xterm-screen, .ys-search-match, option, script, style';\
    const names = ['alt', 'aria-label', 'aria-valuetext', 'placeholder', 'title'];\
    return [...document.querySelectorAll('body *')].filter((element) => !element.closest(data)).flatMap((element) => [\
        ...names.map((name) => element.getAttribute(name)),\
        ...[...element.childNodes].filter((node) => node.nodeType === Node.TEXT_NODE).map((node) => node.data.trim()),\
    ]).filter((text) => text && arguments[0].some((word) => text.toLowerCase().split(/[^a-zäöüß]+/).includes(word)));";

/// Words of English sentences that are neither German nor names of files and tasks.
const ENGLISH: &[&str] = &[
    "actions",
    "ahead",
    "and",
    "back",
    "changes",
    "close",
    "command",
    "connected",
    "ctrl",
    "delete",
    "disk",
    "file",
    "files",
    "forward",
    "loading",
    "memory",
    "message",
    "new",
    "not",
    "of",
    "open",
    "output",
    "preview",
    "reload",
    "run",
    "running",
    "save",
    "search",
    "show",
    "stop",
    "tasks",
    "the",
    "theme",
    "width",
    "with",
];

/// In German no part of the work place says anything in English.
pub(super) async fn everywhere(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::of(stage);
    page.begin().await?;
    page.shows("the preview", |look| {
        look.preview.as_deref() == Some("ready")
    })
    .await?;
    page.choose("Language", "de").await?;
    page.shows("German words", |look| {
        look.side.as_deref() == Some("Dateien")
    })
    .await?;
    is_german(&page, "files").await?;

    page.open_file("README.md").await?;
    page.go(&[key::SHIFT, key::F10], "the menu", |focus| {
        focus.role.starts_with("menu")
    })
    .await?;
    page.says(".ys-menu kbd", "Strg+X").await?;
    is_german(&page, "the menu").await?;
    page.session.press(&[key::ESCAPE]).await?;

    for (tab, there) in [
        ("Suche", ".ys-search-form"),
        ("Änderungen", ".ys-git"),
        ("Aufgaben und Ports", ".ys-task-name"),
    ] {
        page.click(&format!(".ys-ide-tab[aria-label='{tab}']"))
            .await?;
        page.says(there, "").await?;
        is_german(&page, tab).await?;
    }
    page.press("Befehle").await?;
    page.says(".ys-palette-keys", "Strg+S").await?;
    is_german(&page, "commands").await
}

async fn is_german(page: &Playground, part: &str) -> Result<()> {
    let found = page.session.run(SAID, &[json!(ENGLISH)]).await?;
    ensure!(found == json!([]), "{part} is in English: {found}");
    Ok(())
}
