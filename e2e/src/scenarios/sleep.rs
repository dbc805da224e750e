//! Sandboxes that sleep and wake.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::page::COMES_BACK;
use crate::server::ServerSettings;
use crate::stage::Stage;

/// A sandbox sleeps when nobody asked it for anything for two seconds.
pub(super) const SOON: ServerSettings = ServerSettings {
    hibernate_after: 2,
    ..ServerSettings::DEFAULT
};

/// Longer than that, with what the server's own clock adds.
pub(super) const FALLS_ASLEEP: Duration = Duration::from_secs(15);

async fn asleep(stage: &Stage<'_>) -> Result<String> {
    let page = &stage.page;
    let id = page.open_connected().await?;
    page.write("test.txt", "Hello World").await?;
    let sessions = stage.proxy.sessions_seen();
    page.state("Hibernated", FALLS_ASLEEP).await?;
    let look = page.look().await?;
    ensure!(look.alert.is_none(), "sleep is no failure: {look:?}");
    ensure!(
        stage.proxy.sessions_seen() == sessions,
        "the page woke the sandbox that was put to sleep"
    );
    Ok(id)
}

async fn awake(stage: &Stage<'_>, id: &str) -> Result<()> {
    stage.page.state("Connected", COMES_BACK).await?;
    let now = stage.page.sandbox().await?;
    ensure!(now == id, "the sandbox was {id} and is {now}");
    Ok(())
}

/// The user looks at the page again.
pub(super) async fn wakes_by_focus(stage: &mut Stage<'_>) -> Result<()> {
    let id = asleep(stage).await?;
    stage.page.event_of_window("focus").await?;
    awake(stage, &id).await?;
    stage.page.reads("test.txt", "Hello World").await
}

/// The user says so.
pub(super) async fn wakes_by_button(stage: &mut Stage<'_>) -> Result<()> {
    let id = asleep(stage).await?;
    stage.page.press("Reconnect").await?;
    awake(stage, &id).await?;
    stage.page.reads("test.txt", "Hello World").await
}

/// The user just goes on. Their click comes without a change of focus: the window had it all the time.
pub(super) async fn wakes_by_read(stage: &mut Stage<'_>) -> Result<()> {
    let id = asleep(stage).await?;
    stage.page.reads("test.txt", "Hello World").await?;
    awake(stage, &id).await
}
