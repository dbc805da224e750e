//! Commands, and their output as it comes.

use anyhow::{Result, ensure};

use crate::page::{COMES_BACK, SOON};
use crate::stage::Stage;
use yew_sandbox_fault_proxy::Link;

/// A command's output stands in the log, with how it ended, and is text whatever is in it.
pub(super) async fn run(stage: &mut Stage<'_>) -> Result<()> {
    stage.page.open_connected().await?;
    logs(stage, "echo hello $((6*7))", &["hello 42", "[exit code 0]"]).await?;
    logs(
        stage,
        "echo '<b>no</b>'; exit 3",
        &["<b>no</b>", "[exit code 3]"],
    )
    .await?;
    logs(
        stage,
        "pwd; whoami",
        &["/project/workspace", "[exit code 0]"],
    )
    .await?;
    stage.page.write("seen.txt", "from the page").await?;
    logs(stage, "cat seen.txt", &["from the page"]).await?;
    logs(
        stage,
        "nonsense-of-a-command",
        &["not found", "[exit code 127]"],
    )
    .await
}

/// What comes first is shown before the command ends, and a cut link loses nothing.
pub(super) async fn output_over_a_cut(stage: &mut Stage<'_>) -> Result<()> {
    stage.page.open_connected().await?;
    let line = "echo one; until [ -e go ]; do sleep 0.05; done; echo two";
    stage.page.fill("Command", line).await?;
    stage.page.press("Run").await?;
    let look = shows(stage, &["one"]).await?;
    ensure!(!look.contains("[exit"), "it runs still: {look:?}");
    let sockets = stage.proxy.sockets_seen();
    stage.proxy.set(Link::Cut);
    stage.page.state("Reconnecting", SOON).await?;
    stage.proxy.set(Link::Whole);
    crate::wait::until("another connection", COMES_BACK, async || {
        Ok((stage.proxy.sockets_seen() > sockets).then_some(()))
    })
    .await?;
    stage.page.write("go", "").await?;
    let log = shows(stage, &["two", "[exit code 0]"]).await?;
    ensure!(log.matches("one").count() == 1, "{log:?}");
    Ok(())
}

async fn logs(stage: &Stage<'_>, line: &str, wanted: &[&str]) -> Result<()> {
    stage.page.fill("Command", line).await?;
    stage.page.press("Run").await?;
    shows(stage, wanted).await?;
    Ok(())
}

/// Waits until all of `wanted` stand in the log, and gives it.
async fn shows(stage: &Stage<'_>, wanted: &[&str]) -> Result<String> {
    let has = |look: &crate::page::Look| {
        let log = look.log.as_deref().unwrap_or_default();
        wanted.iter().all(|text| log.contains(text))
    };
    let what = format!("{wanted:?} in the log");
    let look = stage.page.shows(&what, COMES_BACK, has).await?;
    Ok(look.log.unwrap_or_default())
}
