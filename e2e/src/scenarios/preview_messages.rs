//! What a page and the preview on it tell each other, and what others try to.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use super::previews::{address, inside, open, press};
use crate::page::SOON;
use crate::server::ServerSettings;
use crate::stage::Stage;
use crate::wait::until;

/// A site on port 4100, and a foreign one on port 4200.
pub(super) const SITE: ServerSettings = ServerSettings {
    template: Some("site"),
    ..ServerSettings::DEFAULT
};

/// Both hear each other, also after the document was loaded again, and the page is told when the document goes.
pub(super) async fn both_ways(stage: &mut Stage<'_>) -> Result<()> {
    open(stage).await?;
    overhear(stage).await?;
    for round in ["one", "two"] {
        say(stage, round).await?;
        let echo = format!(r#"{{"type":"echo","text":"{round}"}}"#);
        hears(stage, "the echo", |lines| lines.contains(&echo)).await?;
        // Of a script of its own: what a driver's script does is told without its words.
        inside(
            stage,
            "const script = document.createElement('script');
            script.textContent = `throw new Error('first')`;
            document.head.append(script);",
        )
        .await?;
        overhears(
            stage,
            "an error of the document",
            "data.type === 'PAGE_ERROR' && data.message.includes('first')",
        )
        .await?;
        // The browser writes it down, too, and nothing else.
        let console = &stage.browser.console;
        let errors = console.errors().await?;
        let is_own = |error: &String| error.contains("first");
        ensure!(errors.iter().all(is_own), "{errors:?}");
        console.forget().await?;
        press(stage, "Reload").await?;
        let greeting = r#"{"type":"greeting","path":"/"}"#;
        let is_last = |lines: &[String]| lines.last().is_some_and(|last| last == greeting);
        hears(stage, "the greeting of a new document", is_last).await?;
        overhears(
            stage,
            "the end of a document",
            "data.type === 'PREVIEW_UNLOADING'",
        )
        .await?;
        stage
            .browser
            .session
            .run("overheard.length = 0;", &[])
            .await?;
    }
    Ok(())
}

/// Neither the wrong window nor the wrong origin is heard, and what is for the preview is not told to a document of another origin in
/// its place.
pub(super) async fn forged(stage: &mut Stage<'_>) -> Result<()> {
    open(stage).await?;
    let session = &stage.browser.session;
    overhear(stage).await?;
    // The right origin, and a window within the preview's.
    inside(
        stage,
        "const frame = document.createElement('iframe');
        frame.src = '/nested';
        document.body.append(frame);",
    )
    .await?;
    overhears(stage, "the nested frame", "data.by === 'nested'").await?;
    // A neighbour on the page, and the page.
    session
        .run(
            "const frame = document.createElement('iframe');
            const shown = new URL(document.querySelector('iframe').src).origin;
            frame.src = shown.replace('-4100.', '-4200.');
            document.body.append(frame);
            postMessage({ type: 'forged', by: 'page' }, '*');
            postMessage({ type: 'SET_URL', url: shown + '/forged' }, '*');",
            &[],
        )
        .await?;
    overhears(stage, "the neighbour", "data.by === 'foreign'").await?;
    overhears(stage, "the page", "data.by === 'page'").await?;
    address(stage, "/").await?;

    // The right window, and another origin.
    session.run("overheard.length = 0;", &[]).await?;
    let leave = "location.href = location.origin.replace('-4100.', '-4200.');";
    inside(stage, leave).await?;
    overhears(stage, "the foreign document", "data.by === 'foreign'").await?;
    say(stage, "secret").await?;
    let status = "return document.querySelector('.ys-preview').dataset.status;";
    until("that nothing answers", SOON, async || {
        Ok((session.run(status, &[]).await? != "ready").then_some(()))
    })
    .await?;
    let overheard = inside(stage, "return overheard;").await?;
    ensure!(
        overheard == Value::Array(Vec::new()),
        "it was told {overheard}"
    );

    // Whoever loads it again sees the preview.
    press(stage, "Reload").await?;
    address(stage, "/").await?;
    let heard = lines(stage).await?;
    ensure!(
        !heard.iter().any(|line| line.contains("forged")),
        "{heard:?}"
    );
    // Browsers write that a message was not delivered.
    stage.browser.console.forget().await
}

/// Sends a word to the preview.
async fn say(stage: &Stage<'_>, word: &str) -> Result<()> {
    let session = &stage.browser.session;
    let field = session.find("//input[@aria-label='Message']").await?;
    field.fill(&format!(r#"{{"text":"{word}"}}"#)).await?;
    session
        .find("//button[.='Send message']")
        .await?
        .click()
        .await
}

/// The messages of the preview that its handle let through.
async fn lines(stage: &Stage<'_>) -> Result<Vec<String>> {
    let script = "const lines = document.querySelectorAll('section[aria-label=Messages] li');
        return [...lines].map((line) => line.textContent);";
    Ok(serde_json::from_value(
        stage.browser.session.run(script, &[]).await?,
    )?)
}

async fn hears(stage: &Stage<'_>, what: &str, wanted: impl Fn(&[String]) -> bool) -> Result<()> {
    let mut last = Vec::new();
    let heard = until(what, SOON, async || {
        last = lines(stage).await?;
        Ok(wanted(&last).then_some(()))
    });
    let heard = heard.await;
    heard.with_context(|| format!("the page heard {last:?}"))
}

/// Keeps all messages that come to the page, whoever sends them.
async fn overhear(stage: &Stage<'_>) -> Result<()> {
    let script = "window.overheard = [];
        addEventListener('message', ({ data }) => overheard.push(data));";
    stage.browser.session.run(script, &[]).await?;
    Ok(())
}

/// Waits for a message to the page, let through or not.
async fn overhears(stage: &Stage<'_>, what: &str, condition: &str) -> Result<()> {
    let script = format!("return overheard.some((data) => {condition});");
    until(what, SOON, async || {
        let is_there = stage.browser.session.run(&script, &[]).await?;
        Ok((is_there == Value::Bool(true)).then_some(()))
    })
    .await
}
