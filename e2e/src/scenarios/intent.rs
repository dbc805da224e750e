//! What the user said stands.

use anyhow::{Result, ensure};

use crate::page::{COMES_BACK, SOON};
use crate::stage::Stage;
use yew_sandbox_fault_proxy::Link;

/// All that might tempt a page to reconnect.
async fn temptations(stage: &Stage<'_>) -> Result<()> {
    for event in ["focus", "online", "pageshow"] {
        stage.page.event_of_window(event).await?;
    }
    let script = "document.dispatchEvent(new Event('visibilitychange'));";
    stage.browser.session.run(script, &[]).await?;
    Ok(())
}

/// A read that comes back as an error shows that all events before it were seen to.
async fn is_still_disconnected(stage: &Stage<'_>) -> Result<()> {
    let page = &stage.page;
    page.fill("Path", "test.txt").await?;
    page.press("Read").await?;
    let look = page
        .shows("an error of a read without a connection", SOON, |look| {
            let result = look.result.as_deref().unwrap_or_default();
            result.contains("disconnected")
        })
        .await?;
    ensure!(look.state.as_deref() == Some("Disconnected"), "{look:?}");
    ensure!(look.alert.is_none(), "it is no failure: {look:?}");
    Ok(())
}

/// Neither focus nor network nor a read brings the link back, a click on the button does.
pub(super) async fn disconnect_holds(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    let id = page.open_connected().await?;
    page.write("test.txt", "Hello World").await?;
    page.press("Disconnect").await?;
    page.state("Disconnected", SOON).await?;
    let before = (stage.proxy.sessions_seen(), stage.proxy.sockets_seen());
    temptations(stage).await?;
    is_still_disconnected(stage).await?;
    let after = (stage.proxy.sessions_seen(), stage.proxy.sockets_seen());
    ensure!(before == after, "the page went out: {before:?}, {after:?}");
    page.press("Reconnect").await?;
    page.state("Connected", COMES_BACK).await?;
    ensure!(page.sandbox().await? == id, "it is another sandbox");
    page.reads("test.txt", "Hello World").await
}

/// An attempt that is under way does not undo what the user says.
pub(super) async fn disconnect_during_an_outage(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    page.open_connected().await?;
    stage.proxy.set(Link::Cut);
    page.state("Reconnecting", SOON).await?;
    page.press("Disconnect").await?;
    page.state("Disconnected", SOON).await?;
    stage.proxy.set(Link::Whole);
    temptations(stage).await?;
    is_still_disconnected(stage).await?;
    page.press("Reconnect").await?;
    page.state("Connected", COMES_BACK).await
}
