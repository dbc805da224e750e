//! A link that breaks under somebody's work.

use anyhow::{Result, ensure};

use super::terminal::prints;
use crate::page::COMES_BACK;
use crate::playground::{Other, Playground, SCREEN};
use crate::stage::Stage;
use crate::webdriver::key;
use yew_sandbox_fault_proxy::Link;

/// What is typed without a link is sent when there is one; terminals go on, with all that they said meanwhile and before.
pub(super) async fn edits_and_terminals(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::behind_proxy(stage);
    let id = page.begin().await?;
    let other = Other::join(stage, &page, &id).await?;

    page.click(SCREEN).await?;
    page.command(
        "echo before-$((6 * 7)); until [ -e go ]; do sleep 0.05; done; echo meanwhile-$((6 * 7))",
    )
    .await?;
    prints(&page, "before-42").await?;
    page.open_file("README.md").await?;
    page.type_file("saved before").await?;
    other.finds("README.md", "saved before").await?;

    // Cut: typed, saved by hand, switched to another file and typed there.
    stage.proxy.set(Link::Cut);
    page.shows("the outage", |look| {
        look.state.as_deref() == Some("Reconnecting")
    })
    .await?;
    page.type_file("typed without a link").await?;
    page.session.press(&[key::CONTROL, 's']).await?;
    other.write("go", "").await?;
    page.type_file("typed and not saved by hand").await?;
    let look = page.look().await?;
    ensure!(look.is_dirty, "it says that it is saved: {look:?}");
    ensure!(look.alerts.is_empty(), "an outage is no failure: {look:?}");
    stage.proxy.set(Link::Whole);
    page.shows_within("a clean file", COMES_BACK, |look| {
        look.state.as_deref() == Some("Connected") && !look.is_dirty
    })
    .await?;
    other
        .finds("README.md", "typed and not saved by hand")
        .await?;
    prints(&page, "meanwhile-42").await?;
    prints(&page, "before-42").await?;

    // The browser says that there is no network.
    stage.proxy.set(Link::Cut);
    stage.page.event_of_window("offline").await?;
    page.shows("the missing network", |look| {
        look.state.as_deref() == Some("Offline")
    })
    .await?;
    page.type_file("typed offline").await?;
    stage.proxy.set(Link::Whole);
    stage.page.event_of_window("online").await?;
    other.finds("README.md", "typed offline").await?;

    // A reload: the terminal is the same, with what it said.
    stage.reload().await?;
    page.is_ready().await?;
    prints(&page, "meanwhile-42").await?;
    page.click(SCREEN).await?;
    page.command("echo again-$((6 * 7))").await?;
    prints(&page, "again-42").await?;
    let look = page.look().await?;
    ensure!(
        look.terminals == ["Terminal 1"],
        "there are {:?}",
        look.terminals
    );
    Ok(())
}
