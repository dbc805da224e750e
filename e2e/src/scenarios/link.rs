//! A link that breaks.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::page::{COMES_BACK, SOON, wrote};
use crate::stage::Stage;
use yew_sandbox_fault_proxy::Link;

/// Ten seconds of silence, ten for an answer, and some to show it.
const SILENCE_IS_FOUND: Duration = Duration::from_secs(25);

const FILE: &str = "test.txt";
const CONTENT: &str = "Hello World";

/// Connects and leaves a file, with something else on the page than the file's content.
async fn with_a_file(stage: &Stage<'_>) -> Result<String> {
    let id = stage.page.open_connected().await?;
    stage.page.write(FILE, CONTENT).await?;
    Ok(id)
}

/// The same sandbox again, and its file.
async fn is_as_before(stage: &Stage<'_>, id: &str) -> Result<()> {
    stage.page.state("Connected", COMES_BACK).await?;
    let now = stage.page.sandbox().await?;
    ensure!(now == id, "the sandbox was {id} and is {now}");
    stage.page.reads(FILE, CONTENT).await
}

/// Nobody has to do anything.
pub(super) async fn cut_and_mended(stage: &mut Stage<'_>) -> Result<()> {
    let id = with_a_file(stage).await?;
    stage.proxy.set(Link::Cut);
    stage.page.state("Reconnecting", SOON).await?;
    let look = stage.page.look().await?;
    ensure!(look.alert.is_none(), "an outage is no failure: {look:?}");
    stage.proxy.set(Link::Whole);
    is_as_before(stage, &id).await
}

/// No cut leaves anything behind that the next one trips over.
pub(super) async fn short_cuts(stage: &mut Stage<'_>) -> Result<()> {
    let id = with_a_file(stage).await?;
    for _ in 0..5 {
        let sockets = stage.proxy.sockets_seen();
        stage.proxy.set(Link::Cut);
        stage.proxy.set(Link::Whole);
        // The page may be back before it can be seen to be away.
        crate::wait::until("another connection", COMES_BACK, async || {
            Ok((stage.proxy.sockets_seen() > sockets).then_some(()))
        })
        .await?;
        stage.page.state("Connected", COMES_BACK).await?;
    }
    is_as_before(stage, &id).await
}

/// A write waits for the link and is then done.
pub(super) async fn asked_during_an_outage(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    with_a_file(stage).await?;
    stage.proxy.set(Link::Cut);
    page.state("Reconnecting", SOON).await?;
    page.fill("Path", "later.txt").await?;
    page.fill("Content", "patience").await?;
    page.press("Write").await?;
    let look = page.look().await?;
    ensure!(
        look.result == Some(wrote(FILE, CONTENT)),
        "it was done without a link: {look:?}"
    );
    stage.proxy.set(Link::Whole);
    page.result(&wrote("later.txt", "patience")).await?;
    page.reads("later.txt", "patience").await
}

/// Nothing arrives and nothing ends: only the page's own clock tells.
pub(super) async fn silent_both_ways(stage: &mut Stage<'_>) -> Result<()> {
    silent(
        stage,
        Link::Silent {
            up: true,
            down: true,
        },
    )
    .await
}

/// The server's side is quiet because it hears nothing.
pub(super) async fn silent_upwards(stage: &mut Stage<'_>) -> Result<()> {
    silent(
        stage,
        Link::Silent {
            up: true,
            down: false,
        },
    )
    .await
}

async fn silent(stage: &Stage<'_>, link: Link) -> Result<()> {
    let id = with_a_file(stage).await?;
    stage.proxy.set(link);
    stage.page.state("Reconnecting", SILENCE_IS_FOUND).await?;
    stage.proxy.set(Link::Whole);
    is_as_before(stage, &id).await
}

/// The token outlives the server, and so does the file.
pub(super) async fn server_restarted(stage: &mut Stage<'_>) -> Result<()> {
    let id = with_a_file(stage).await?;
    stage.server.stop().await;
    stage.page.state("Reconnecting", SOON).await?;
    stage.server.start_again().await?;
    is_as_before(stage, &id).await
}

/// Without a network no attempts are made; with one, at once.
pub(super) async fn offline_and_online(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    let id = with_a_file(stage).await?;
    stage.proxy.set(Link::Cut);
    page.state("Reconnecting", SOON).await?;
    page.event_of_window("offline").await?;
    page.state("Offline", SOON).await?;
    stage.proxy.set(Link::Whole);
    page.event_of_window("online").await?;
    page.state("Connected", Duration::from_secs(3)).await?;
    is_as_before(stage, &id).await
}
