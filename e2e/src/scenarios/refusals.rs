//! Who is not let in.

use anyhow::{Result, ensure};

use crate::page::{COMES_BACK, Look, SOON};
use crate::stage::Stage;
use yew_sandbox_fault_proxy::{Link, SessionFault};

/// A refused token is no reason to give up: the page asks for another session.
pub(super) async fn wrong_token(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    stage.proxy.set_sessions(SessionFault::BreakOneToken);
    page.open(None).await?;
    page.state("Connected", COMES_BACK).await?;
    ensure!(
        stage.proxy.tokens_broken() > 0,
        "no token came by to be broken"
    );
    ensure!(
        stage.proxy.sessions_seen() > 1,
        "it connected with a broken token"
    );
    page.write("test.txt", "Hello World").await?;
    page.reads("test.txt", "Hello World").await
}

/// The session endpoint knows nobody: that is told, and a retry works once it does.
pub(super) async fn unauthorized(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    stage.proxy.set_sessions(SessionFault::Unauthorized);
    page.open(None).await?;
    let look = failed(stage).await?;
    let alert = look.alert.unwrap_or_default();
    ensure!(
        alert.contains("nobody is signed in here") || alert.contains("Sign in"),
        "the alert tells no reason: {alert}"
    );
    stays_failed(stage).await?;
    stage.proxy.set_sessions(SessionFault::None);
    page.press("Try again").await?;
    page.shows("Connected without an alert", COMES_BACK, |look| {
        look.state.as_deref() == Some("Connected") && look.alert.is_none()
    })
    .await?;
    page.write("test.txt", "Hello World").await
}

/// Nobody ever had this sandbox.
pub(super) async fn gone(stage: &mut Stage<'_>) -> Result<()> {
    stage.page.open(Some("never0was0there0")).await?;
    let look = failed(stage).await?;
    let alert = look.alert.unwrap_or_default();
    ensure!(
        alert.contains("sandbox") && alert.contains("create a new"),
        "the alert tells no reason or no way out: {alert}"
    );
    stays_failed(stage).await
}

/// An outage ends no better for whoever lost the right to the sandbox meanwhile.
pub(super) async fn of_another_user(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    let id = page.open_connected().await?;
    page.write("secret.txt", "mine").await?;
    stage.proxy.set(Link::Cut);
    stage.browser.session.forget_cookies().await?;
    stage.proxy.set(Link::Whole);
    page.open(Some(&id)).await?;
    let look = failed(stage).await?;
    ensure!(look.alert.is_some(), "{look:?}");
    Ok(())
}

/// The state Failed, with an alert.
async fn failed(stage: &Stage<'_>) -> Result<Look> {
    let is = |look: &Look| look.state.as_deref() == Some("Failed") && look.alert.is_some();
    stage.page.shows("Failed with an alert", SOON, is).await
}

/// A failure for good is not tried again by itself.
async fn stays_failed(stage: &Stage<'_>) -> Result<()> {
    let before = stage.proxy.sessions_seen();
    for event in ["focus", "online"] {
        stage.page.event_of_window(event).await?;
    }
    let look = stage.page.look().await?;
    ensure!(look.state.as_deref() == Some("Failed"), "{look:?}");
    let after = stage.proxy.sessions_seen();
    ensure!(before == after, "{} more sessions", after - before);
    Ok(())
}
