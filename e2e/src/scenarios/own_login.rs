//! The example `own_login`.

use anyhow::{Result, ensure};

use crate::example;
use crate::page::{Page, SOON};
use crate::stage::Stage;
use crate::wait::until;

/// Who is not signed in gets no sandbox, who is gets one, and nobody gets another's.
pub(super) async fn whose_sandbox(stage: &mut Stage<'_>) -> Result<()> {
    let session = stage.browser.session.clone();
    let (server, address) = example::serve(stage, "own_login", "quick_start").await?;
    let page = Page::new(session.clone(), format!("{address}/"));
    page.open(None).await?;
    page.state("Failed", SOON).await?;

    sign_in(stage, &address, "Ada").await?;
    page.state("Connected", SOON).await?;
    let id = page.sandbox().await?;
    page.fill("Command", "echo \"I am $SITE_USER\"").await?;
    page.press("Run").await?;
    until("the name in the sandbox", SOON, async || {
        let log = page.look().await?.log.unwrap_or_default();
        Ok(log.contains("I am Ada").then_some(()))
    })
    .await?;

    // The login is over once the page behind it is there, with a sandbox of Bob's own.
    sign_in(stage, &address, "Bob").await?;
    page.state("Connected", SOON).await?;
    let own = page.sandbox().await?;
    ensure!(own != id, "Bob was given the sandbox of Ada: {id}");
    page.open(Some(&id)).await?;
    stage.forget_the_page_before().await?;
    page.state("Failed", SOON).await?;
    stage.leave().await?;
    server.end().await;
    Ok(())
}

async fn sign_in(stage: &Stage<'_>, address: &str, name: &str) -> Result<()> {
    let session = &stage.browser.session;
    session.open(&format!("{address}/login")).await?;
    stage.forget_the_page_before().await?;
    session
        .find("//input[@name='name']")
        .await?
        .fill(name)
        .await?;
    session.find("//button").await?.click().await
}
