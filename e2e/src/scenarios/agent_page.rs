//! The example `ai_agent`.

use std::time::Duration;

use anyhow::{Context, Result, ensure};

use crate::stage::Stage;
use crate::wait::until;

/// The whole plan with its pauses.
const PLAN: Duration = Duration::from_secs(30);
const VERDICT: &str = "return document.querySelector('[aria-label=Verdict]')?.textContent ?? null;";
const EDITOR: &str = "return document.querySelector('.cm-content')?.textContent ?? null;";
const TESTS: &str = "return document.querySelector('[aria-label=Tests]')?.textContent ?? null;";

/// What the agent writes appears in the editor, its tests fail, it mends the code, they pass.
pub(super) async fn edits_and_tests(stage: &mut Stage<'_>) -> Result<()> {
    let session = &stage.browser.session;
    let address = format!("http://{}/examples/ai_agent/", stage.server.address());
    session.open(&address).await?;
    says(stage, VERDICT, "The agent waits.").await?;
    let button = session.find("//button[text()='Write a greeting']").await?;
    button.click().await?;
    says(stage, TESTS, "failed: without a name it is the world").await?;
    says(stage, VERDICT, "The tests pass.").await?;
    says(stage, EDITOR, "${1:-world}").await?;
    let tests = session.run(TESTS, &[]).await?;
    let tests = tests.as_str().context("the tests have an output")?;
    ensure!(tests.contains("all tests passed"), "{tests:?}");
    let said = "return document.querySelectorAll('[role=log] li').length;";
    ensure!(
        session.run(said, &[]).await? == 3,
        "the agent says three things"
    );
    Ok(())
}

async fn says(stage: &Stage<'_>, look: &str, words: &str) -> Result<()> {
    until(words, PLAN, async || {
        let text = stage.browser.session.run(look, &[]).await?;
        Ok(text
            .as_str()
            .is_some_and(|text| text.contains(words))
            .then_some(()))
    })
    .await
}
