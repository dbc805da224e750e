//! A server inside the sandbox, seen in the page.

use anyhow::{Context, Result, ensure};
use serde_json::Value;

use crate::page::{COMES_BACK, SOON};
use crate::server::ServerSettings;
use crate::stage::Stage;
use crate::wait::until;

/// A small site with two pages, served on two ports.
pub(super) const WITH_A_SITE: ServerSettings = ServerSettings {
    tasks: Some(include_str!("site.json")),
    ..ServerSettings::DEFAULT
};

const FRAME: &str = "//iframe[@title='Preview']";

/// The preview shows the page, follows it, and is moved from outside.
pub(super) async fn shown_and_moved(stage: &mut Stage<'_>) -> Result<()> {
    open(stage).await?;
    address(stage, "/").await?;
    ensure!(heading(stage).await? == "One", "the first page is shown");
    ensure!(!can(stage, "Back").await?, "there is no way back yet");

    // A link inside moves the address outside.
    click_inside(stage, "//a[.='Two']").await?;
    address(stage, "/two.html").await?;
    until("a way back", SOON, async || {
        Ok(can(stage, "Back").await?.then_some(()))
    })
    .await?;
    press(stage, "Back").await?;
    address(stage, "/").await?;
    until("a way forward", SOON, async || {
        Ok(can(stage, "Forward").await?.then_some(()))
    })
    .await?;
    press(stage, "Forward").await?;
    address(stage, "/two.html").await?;

    // What a page does to its history without loading is followed too.
    click_inside(stage, "//button[.='Push']").await?;
    address(stage, "/pushed?q=1#here").await?;
    press(stage, "Back").await?;
    address(stage, "/two.html").await?;

    // A reload is one: what the page kept in memory is gone.
    inside(stage, "window.kept = true;").await?;
    press(stage, "Reload").await?;
    until("the page is loaded anew", COMES_BACK, async || {
        let kept = inside(
            stage,
            "return window.kept === undefined && document.readyState === 'complete';",
        )
        .await?;
        Ok((kept == Value::Bool(true)).then_some(()))
    })
    .await?;
    address(stage, "/two.html").await?;

    // The address field goes within the preview only.
    go(stage, "/").await?;
    address(stage, "/").await?;
    go(stage, "https://example.com/").await?;
    let mut text = String::new();
    let refused = until("the refusal", SOON, async || {
        text = page_text(stage).await?;
        Ok(text.contains("not one of this preview").then_some(()))
    })
    .await;
    let value = address_now(stage).await?;
    refused.with_context(|| format!("the page says {text:?} at {value}"))?;
    ensure!(
        heading(stage).await? == "One",
        "the preview stayed where it was"
    );
    Ok(())
}

/// Moving the preview leaves the history of the page as it is, and what is in the same document is gone back to without loading it.
pub(super) async fn own_history(stage: &mut Stage<'_>) -> Result<()> {
    open(stage).await?;
    address(stage, "/").await?;
    let session = &stage.browser.session;
    let length = "return history.length;";
    let before = session.run(length, &[]).await?;
    go(stage, "/first?x=1").await?;
    address(stage, "/first?x=1").await?;
    until("the whole document", SOON, async || {
        let whole = "return document.readyState === 'complete';";
        Ok((inside(stage, whole).await? == Value::Bool(true)).then_some(()))
    })
    .await?;
    let push = "window.isSame = true; history.pushState({ n: 1 }, '', '/pushed');";
    inside(stage, push).await?;
    for (button, path) in [("Back", "/first?x=1"), ("Forward", "/pushed")] {
        press(stage, button).await?;
        address(stage, path).await?;
    }
    let is_same = "return window.isSame === true && history.state.n === 1;";
    ensure!(
        inside(stage, is_same).await? == Value::Bool(true),
        "the document was loaded again"
    );
    // Another document of the history, and the first one again.
    press(stage, "Back").await?;
    address(stage, "/first?x=1").await?;
    press(stage, "Back").await?;
    address(stage, "/").await?;
    until("the ways from there", SOON, async || {
        let ways = (can(stage, "Back").await?, can(stage, "Forward").await?);
        Ok((ways == (false, true)).then_some(()))
    })
    .await?;
    let after = session.run(length, &[]).await?;
    ensure!(
        before == after,
        "the page's history grew from {before} to {after}"
    );
    Ok(())
}

/// Another frame of the page, and a page of another origin inside the preview's frame, cannot move the address.
pub(super) async fn hostile(stage: &mut Stage<'_>) -> Result<()> {
    open(stage).await?;
    address(stage, "/").await?;
    let session = &stage.browser.session;
    // The page itself says what a preview says: the right words from the wrong window.
    let lie = "{type: 'SET_URL', url: location.origin + '/lie', back: true, forward: true}";
    session
        .run(&format!("window.postMessage({lie}, '*');"), &[])
        .await?;
    // The preview lies about whose it is.
    let foreign = "{type: 'SET_URL', url: 'http://evil.localhost/lie', back: true, forward: true}";
    inside(stage, &format!("parent.postMessage({foreign}, '*');")).await?;
    click_inside(stage, "//a[.='Two']").await?;
    address(stage, "/two.html").await?;
    // The preview's frame goes to another origin: what it says there is nobody's word.
    let host = inside(stage, "return location.host;").await?;
    let elsewhere = "const to = location.host.includes('-5173.') ? '-5174.' : '-5173.';\
                     location.href = location.href.replace(/-517[34]\\./, to);";
    inside(stage, elsewhere).await?;
    until("the other origin is there", COMES_BACK, async || {
        let script = "return document.readyState === 'complete' ? location.host : null;";
        let now = inside(stage, script).await?;
        Ok((!now.is_null() && now != host).then_some(()))
    })
    .await?;
    inside(stage, &format!("parent.postMessage({lie}, '*');")).await?;
    // Messages of one window keep their order, so this one's echo comes after the lie.
    let value = address_now(stage).await?;
    ensure!(value == "/two.html", "the address says {value}");
    Ok(())
}

/// Opens the page and waits until the site's server listens and its page is in the frame.
pub(super) async fn open(stage: &Stage<'_>) -> Result<()> {
    let session = &stage.browser.session;
    let page = format!(
        "http://{}/examples/files_and_shells/",
        stage.server.address()
    );
    session.open(&page).await?;
    let script = "const preview = document.querySelector('.ys-preview');\
                  return [preview?.dataset.status, preview?.querySelector('iframe').src];";
    let mut last = Value::Null;
    let ready = until("the preview is ready", COMES_BACK, async || {
        last = session.run(script, &[]).await?;
        Ok((last[0] == "ready").then_some(()))
    })
    .await;
    ready.with_context(|| format!("the preview is {last}"))
}

/// Waits for an address, in the bar and in the frame alike.
pub(super) async fn address(stage: &Stage<'_>, path: &str) -> Result<()> {
    let what = format!("the address {path}");
    let mut last = (String::new(), Value::Null);
    let found = until(&what, COMES_BACK, async || {
        let here = "return location.pathname + location.search + location.hash;";
        last = (address_now(stage).await?, inside(stage, here).await?);
        Ok((last.0 == path && last.1 == path).then_some(()))
    })
    .await;
    found.with_context(|| format!("the bar and the frame say {last:?}"))
}

async fn address_now(stage: &Stage<'_>) -> Result<String> {
    let script = "return document.querySelector('[aria-label=Address]').value;";
    let value = stage.browser.session.run(script, &[]).await?;
    Ok(value.as_str().unwrap_or_default().to_owned())
}

async fn page_text(stage: &Stage<'_>) -> Result<String> {
    let text = stage
        .browser
        .session
        .run("return document.body.innerText;", &[])
        .await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

pub(super) async fn press(stage: &Stage<'_>, label: &str) -> Result<()> {
    let xpath = format!("//button[@aria-label='{label}']");
    stage.browser.session.find(&xpath).await?.click().await
}

async fn can(stage: &Stage<'_>, label: &str) -> Result<bool> {
    let script =
        format!("return document.querySelector('[aria-label={label}]').ariaDisabled !== 'true';");
    Ok(stage.browser.session.run(&script, &[]).await? == Value::Bool(true))
}

async fn go(stage: &Stage<'_>, path: &str) -> Result<()> {
    let session = &stage.browser.session;
    let field = session.find("//input[@aria-label='Address']").await?;
    // A frame that was loaded may keep the keyboard until somebody clicks elsewhere.
    field.click().await?;
    field.fill(&format!("{path}\u{e007}")).await
}

async fn heading(stage: &Stage<'_>) -> Result<String> {
    let text = inside(stage, "return document.querySelector('h1').textContent;").await?;
    Ok(text.as_str().unwrap_or_default().to_owned())
}

/// Runs a script in the preview's document.
pub(super) async fn inside(stage: &Stage<'_>, script: &str) -> Result<Value> {
    let session = &stage.browser.session;
    session.enter_frame(FRAME).await?;
    let result = session.run(script, &[]).await;
    session.leave_frames().await?;
    result
}

/// Clicks what is at an XPath of the preview's document, once that is whole: one that is left before is replaced in the history.
async fn click_inside(stage: &Stage<'_>, xpath: &str) -> Result<()> {
    let script = format!(
        "if (document.readyState !== 'complete') return false;\
         const found = document.evaluate(\"{xpath}\", document, null, XPathResult.FIRST_ORDERED_NODE_TYPE, null);\
         found.singleNodeValue.click();\
         return true;"
    );
    until("the preview's document is whole", COMES_BACK, async || {
        Ok((inside(stage, &script).await? == Value::Bool(true)).then_some(()))
    })
    .await
}
