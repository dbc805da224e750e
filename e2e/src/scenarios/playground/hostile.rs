//! What files, programs and pages in a sandbox may not do to the page around them.

use std::time::Duration;

use anyhow::{Result, ensure};
use serde_json::Value;

use super::terminal::prints;
use crate::playground::{Other, Playground, SCREEN};
use crate::stage::Stage;
use crate::wait::until;

/// Markup that would run, if it were taken for some.
const MARKUP: &str = "<img src=x onerror=\"window.hacked='a name'\">.txt";
/// Shown as `evilfdp.exe` the other way round, if it could turn the line.
const TURNED: &str = "evil\u{202e}fdp.exe";
const TWO_LINES: &str = "two\nlines.txt";

/// A title, the clipboard twice, a link that is a script, a link that is one, a bell, and a question that would be answered.
const ESCAPES: &str = "\x1b]0;hacked\x07\x1b]2;hacked\x07\x1b]52;c;aGFja2Vk\x07\x1b]52;c;?\x07\
    \x1b]8;;javascript:window.hacked='a link'\x1b\\script-link\x1b]8;;\x1b\\\n\
    \x1b]8;;https://example.com/\x1b\\web-link\x1b]8;;\x1b\\\n\
    <img src=x onerror=\"window.hacked='output'\">\n\x07\x1b[2147483647b\nend-of-escapes\n";

/// What a preview may say to the page around it, and is nothing that it knows.
const MESSAGES: &str = r"
    const lies = [
        null, 42, 'text', [], {}, { type: null }, { type: 'SET_URL' },
        { type: 'SET_URL', url: 'javascript:window.hacked=1', back: true, forward: true },
        { type: 'SET_URL', url: 'https://example.com/', back: true, forward: true },
        { type: 'SET_URL', url: { toString: 'no' } },
        { type: 'PREVIEW_LOADED', url: '\u0000' },
        { type: 'INJECT_SUCCESS', uid: 'x'.repeat(1e6) },
    ];
    for (const lie of lies) parent.postMessage(lie, '*');
    try { parent.document.title = 'hacked'; } catch {}
    try { top.location.href = 'https://example.com/'; } catch {}
    return lies.length;";

/// Names, output and messages are data.
pub(super) async fn names_escapes_messages(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::of(stage);
    let id = page.begin().await?;
    let other = Other::join(stage, &page, &id).await?;
    let traps = "const clipboard = navigator.clipboard;\
        if (clipboard) clipboard.writeText = async () => { window.hacked = 'the clipboard'; };\
        window.open = () => { window.hacked = 'a window'; return null; };";
    page.session.run(traps, &[]).await?;
    names(&page, &other).await?;
    escapes(&page, &other).await?;
    messages(&page).await?;
    let script = "return [window.hacked ?? null, document.title, window.complaints.length];";
    let told = page.session.run(script, &[]).await?;
    ensure!(
        told[0].is_null() && told[1] == "yew-sandbox" && told[2] == 0,
        "the page says {told}"
    );
    Ok(())
}

async fn names(page: &Playground, other: &Other) -> Result<()> {
    let long = format!("{}.txt", "long".repeat(60));
    for name in [MARKUP, TURNED, TWO_LINES, &long] {
        other.write(name, "hello").await?;
    }
    let look = page
        .shows("the names in the tree", |look| {
            look.tree.iter().any(|name| name.starts_with("long"))
                && look.tree.iter().any(|name| name.starts_with("two"))
        })
        .await?;
    ensure!(
        look.tree.iter().any(|name| name == MARKUP),
        "the name is another: {:?}",
        look.tree
    );
    for name in &look.tree {
        let turns =
            |letter: char| letter.is_control() || ('\u{202a}'..='\u{202e}').contains(&letter);
        ensure!(!name.contains(turns), "a name may turn its line: {name:?}");
    }
    // Each opens, by the keyboard, because two have letters that a selector cannot say.
    for (start, path) in [
        ("<img", MARKUP),
        ("evil", TURNED),
        ("two", TWO_LINES),
        ("long", &*long),
    ] {
        page.find("[role=tree]").await?.focus().await?;
        page.session.press(&[crate::webdriver::key::HOME]).await?;
        page.session.type_text(start).await?;
        page.session.press(&[crate::webdriver::key::ENTER]).await?;
        page.shows(&format!("the file {path:?}"), |look| {
            look.file.as_deref() == Some(path) && look.editor.as_deref() == Some("hello")
        })
        .await?;
        page.click(".cm-content").await?;
        page.session.press(&[crate::webdriver::key::END]).await?;
    }
    let overflow =
        "return document.documentElement.scrollWidth > innerWidth || document.images.length;";
    let overflow = page.session.run(overflow, &[]).await?;
    ensure!(
        overflow == Value::Bool(false) || overflow == 0,
        "a name makes the page wider, or is an image: {overflow}"
    );
    Ok(())
}

async fn escapes(page: &Playground, other: &Other) -> Result<()> {
    other.write("escapes", ESCAPES).await?;
    page.click(SCREEN).await?;
    page.command("clear; cat escapes").await?;
    prints(page, "end-of-escapes").await?;
    // A link that is a script is no link; pressing it does nothing.
    let click = "const rows = [...document.querySelectorAll('.xterm-rows > div')];\
        const row = rows.find((row) => row.textContent.includes('script-link'));\
        const place = row.getBoundingClientRect();\
        return [place.left + 20, place.top + place.height / 2];";
    let place = page.session.run(click, &[]).await?;
    let at = |place: &Value| place.as_f64().unwrap_or_default();
    page.session.click_at(at(&place[0]), at(&place[1])).await?;
    // The shell got no answer to what was asked.
    page.command("echo alive-$((6 * 7))").await?;
    prints(page, "alive-42").await
}

async fn messages(page: &Playground) -> Result<()> {
    page.shows("the preview", |look| {
        look.preview.as_deref() == Some("ready")
    })
    .await?;
    let seen = "return document.querySelector('h1').textContent;";
    page.preview_says(seen, "Hello from the sandbox").await?;
    // The preview loads anew where a file of the page has changed, and a driver that is inside then loses it.
    until("the messages", Duration::from_secs(10), async || {
        page.inside(MESSAGES).await.map(Some)
    })
    .await?;
    page.preview_says(seen, "Hello from the sandbox").await?;
    let look = page.look().await?;
    ensure!(
        look.address.as_deref() == Some("/"),
        "the address says {look:?}"
    );
    // The preview can still be moved by its bar.
    page.press("Reload").await?;
    page.preview_says(seen, "Hello from the sandbox").await
}
