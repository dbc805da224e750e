//! Programs in a terminal.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::json;

use crate::playground::{Other, Playground, SCREEN};
use crate::stage::Stage;
use crate::webdriver::key;

/// How long a flood may take.
const FLOOD: Duration = Duration::from_secs(60);
/// The longest that the page may stand still meanwhile, in milliseconds, also on a machine that is busy with other tests: one that
/// freezes stands still for as long as the flood lasts.
const STANDS_STILL: f64 = 4_000.0;

/// An editor on the whole screen, Ctrl-C, paste, another size, and 50 MB of output while somebody types elsewhere.
pub(super) async fn programs_flood_and_size(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::of(stage);
    let id = page.begin().await?;
    let other = Other::join(stage, &page, &id).await?;
    page.click(SCREEN).await?;
    full_screen(&page, &other).await?;
    // A key that comes while the shell still reads is no part of the line that the program echoes.
    page.command("echo now-$((6 * 7)); cat").await?;
    prints(&page, "now-42").await?;
    page.session.type_text("typed into cat").await?;
    prints(&page, "typed into cat").await?;
    page.session.press(&[key::CONTROL, 'c']).await?;
    // What is typed before the shell is back goes with the program.
    prints(&page, "^C\nbash").await?;
    page.command("echo ended-with-$?").await?;
    prints(&page, "ended-with-130").await?;
    paste(&page).await?;
    size(&page).await?;
    flood(&page).await
}

/// Waits until the screen shows a text.
pub(super) async fn prints(page: &Playground, text: &str) -> Result<()> {
    page.shows(&format!("{text:?} in the terminal"), |look| {
        look.terminal.contains(text)
    })
    .await?;
    Ok(())
}

async fn full_screen(page: &Playground, other: &Other) -> Result<()> {
    page.command("vi -u NONE notes.txt").await?;
    prints(page, "~").await?;
    page.session.type_text("ihello from vi").await?;
    prints(page, "hello from vi").await?;
    page.session.press(&[key::ESCAPE]).await?;
    page.command(":wq").await?;
    other.finds("notes.txt", "hello from vi\n").await?;
    page.shows("the shell again", |look| {
        !look.terminal.contains('~') || look.terminal.contains("notes.txt")
    })
    .await?;
    Ok(())
}

/// Pastes what was copied in the editor.
async fn paste(page: &Playground) -> Result<()> {
    page.open_file("README.md").await?;
    page.type_file("echo pasted-$((6 * 7))").await?;
    page.session.press(&[key::CONTROL, 'a']).await?;
    page.session.press(&[key::CONTROL, 'c']).await?;
    page.click(SCREEN).await?;
    page.session.press(&[key::CONTROL, key::SHIFT, 'v']).await?;
    prints(page, "echo pasted-$((6 * 7))").await?;
    page.session.press(&[key::ENTER]).await?;
    prints(page, "pasted-42").await
}

/// The shell knows the size of its screen, also after that changed.
async fn size(page: &Playground) -> Result<()> {
    let session = &page.session;
    let before = session.get("window/rect").await?;
    let wide = shell_size(page, "wide").await?;
    let width = before["width"].as_u64().context("a width")?;
    let narrower = json!({ "width": width - 200, "height": before["height"] });
    session.post("window/rect", &narrower).await?;
    let narrow = crate::wait::until("fewer columns", FLOOD, async || {
        let now = shell_size(page, "narrow").await?;
        Ok((now.1 < wide.1).then_some(now))
    })
    .await;
    session.post("window/rect", &before).await?;
    let narrow = narrow?;
    ensure!(narrow.0 == wide.0, "the rows changed: {wide:?}, {narrow:?}");
    Ok(())
}

/// Rows and columns.
async fn shell_size(page: &Playground, word: &str) -> Result<(u32, u32)> {
    page.session.press(&[key::CONTROL, 'l']).await?;
    page.command(&format!("echo {word}-$(stty size | tr ' ' x)-"))
        .await?;
    let size = |look: &crate::playground::Look| {
        let after = look.terminal.split(&format!("\n{word}-")).nth(1)?;
        let (rows, columns) = after.split('-').next()?.split_once('x')?;
        Some((rows.parse().ok()?, columns.parse().ok()?))
    };
    let look = page.shows("the size", |look| size(look).is_some()).await?;
    size(&look).context("the size")
}

/// The page goes on while a program prints as fast as it can.
async fn flood(page: &Playground) -> Result<()> {
    let watch = "window.longest = 0; let last = performance.now();\
        const look = (now) => { window.longest = Math.max(window.longest, now - last); last = now; requestAnimationFrame(look); };\
        requestAnimationFrame((now) => { last = now; look(now); });";
    page.session.run(watch, &[]).await?;
    page.command("yes flooding | head -c 50M; echo over-$((6 * 7))")
        .await?;
    prints(page, "flooding").await?;
    page.type_file("typed during a flood").await?;
    page.shows_within("the end of the flood", FLOOD, |look| {
        look.terminal.contains("over-42")
    })
    .await?;
    let longest = page.session.run("return window.longest;", &[]).await?;
    let longest = longest.as_f64().unwrap_or(f64::MAX);
    ensure!(
        longest < STANDS_STILL,
        "the page stood still for {longest} ms"
    );
    ensure!(
        page.session
            .run("return window.complaints.length;", &[])
            .await?
            == 0,
        "the page complained"
    );
    Ok(())
}
