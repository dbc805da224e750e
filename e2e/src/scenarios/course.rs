//! The example `course`.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::page::SOON;
use crate::stage::Stage;
use crate::wait::until;

/// How many lessons have an editor: the others have no sandbox yet.
const BEGUN: &str = "return document.querySelectorAll('section .cm-content').length;";
/// What the lesson at a place says of the learner's work.
const VERDICT: &str = "return document.querySelectorAll('section')[arguments[0]]
    .querySelector('[aria-label=Verdict]')?.textContent ?? null;";
/// What is in the editor of the lesson at a place.
const EDITOR: &str = "return document.querySelectorAll('section')[arguments[0]]
    .querySelector('.cm-content')?.textContent ?? null;";

/// Lessons that are not seen cost nothing; what a learner wrote is there after a reload.
pub(super) async fn lessons_are_seen(stage: &mut Stage<'_>) -> Result<()> {
    let session = &stage.browser.session;
    let address = format!("http://{}/examples/course/", stage.server.address());
    session.open(&address).await?;
    reads(stage, EDITOR, 0, "echo good bye").await?;
    let begun = session.run(BEGUN, &[]).await?;
    ensure!(
        begun.as_u64().is_some_and(|begun| begun < 4),
        "all began: {begun}"
    );
    run(stage, 0).await?;
    reads(stage, VERDICT, 0, "Not yet.").await?;
    let focus = "document.querySelector('section .cm-content').focus();";
    session.run(focus, &[]).await?;
    session
        .press(&[crate::webdriver::key::CONTROL, 'a'])
        .await?;
    session.type_text("echo hello").await?;
    run(stage, 0).await?;
    reads(stage, VERDICT, 0, "Done.").await?;

    // An editor that still follows its cursor may scroll back once.
    let last = "document.querySelectorAll('section')[3].scrollIntoView();";
    until("the last lesson", SOON, async || {
        session.run(last, &[]).await?;
        let text = session.run(EDITOR, &[json!(3)]).await?;
        let is_there = text
            .as_str()
            .is_some_and(|text| text.contains("for n in 1 2"));
        Ok(is_there.then_some(()))
    })
    .await?;

    stage.leave().await?;
    session.open(&address).await?;
    reads(stage, EDITOR, 0, "echo hello").await
}

async fn run(stage: &Stage<'_>, lesson: usize) -> Result<()> {
    let click =
        "document.querySelectorAll('section')[arguments[0]].querySelector('p > button').click();";
    stage.browser.session.run(click, &[json!(lesson)]).await?;
    Ok(())
}

async fn reads(stage: &Stage<'_>, look: &str, lesson: usize, words: &str) -> Result<()> {
    until(words, SOON, async || {
        let text = stage.browser.session.run(look, &[json!(lesson)]).await?;
        Ok(text
            .as_str()
            .is_some_and(|text| text.contains(words))
            .then_some(()))
    })
    .await
}
