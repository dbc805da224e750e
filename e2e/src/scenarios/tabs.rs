//! Tabs: reloaded, two of them, hidden and shown.

use std::time::Duration;

use anyhow::{Result, ensure};

use crate::page::{COMES_BACK, SOON};
use crate::stage::Stage;
use yew_sandbox_fault_proxy::Link;

/// The address keeps the id.
pub(super) async fn reload(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    let id = page.open_connected().await?;
    page.write("test.txt", "Hello World").await?;
    for _ in 0..3 {
        stage.reload().await?;
        page.state("Connected", SOON).await?;
        let now = page.sandbox().await?;
        ensure!(now == id, "the sandbox was {id} and is {now}");
        page.reads("test.txt", "Hello World").await?;
    }
    Ok(())
}

/// What one writes, the other reads; closing one does not disturb the other.
pub(super) async fn two_tabs(stage: &mut Stage<'_>) -> Result<()> {
    let (page, session) = (&stage.page, &stage.browser.session);
    let id = page.open_connected().await?;
    page.write("test.txt", "of the first").await?;
    let first = session.window().await?;
    let second = session.new_tab().await?;
    session.switch(&second).await?;
    page.open(Some(&id)).await?;
    page.state("Connected", SOON).await?;
    page.reads("test.txt", "of the first").await?;
    page.write("test.txt", "of the second").await?;
    session.switch(&first).await?;
    page.reads("test.txt", "of the second").await?;
    session.switch(&second).await?;
    session.close_window().await?;
    session.switch(&first).await?;
    page.write("test.txt", "alone again").await?;
    page.reads("test.txt", "alone again").await
}

/// How long a page that is shown again may take.
const AT_ONCE: Duration = Duration::from_secs(3);

/// The link comes back while nobody looks, and the browser does not say so: only that somebody looks leads out.
pub(super) async fn hidden_and_shown(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    let id = page.open_connected().await?;
    page.write("test.txt", "Hello World").await?;
    let hidden = Hidden::hide(stage).await?;
    stage.proxy.set(Link::Cut);
    page.state("Reconnecting", COMES_BACK).await?;
    page.event_of_window("offline").await?;
    page.state("Offline", SOON).await?;
    stage.proxy.set(Link::Whole);
    hidden.show(stage).await?;
    page.state("Connected", AT_ONCE).await?;
    ensure!(page.sandbox().await? == id, "it is another sandbox");
    page.reads("test.txt", "Hello World").await
}

/// How the page was hidden.
enum Hidden {
    /// By the browser: its window was minimised.
    Minimised,
    /// By a script, where the browser shows a page whatever happens to its window.
    Emulated,
}

impl Hidden {
    async fn hide(stage: &Stage<'_>) -> Result<Self> {
        let session = &stage.browser.session;
        // Not every browser hides a page whose window is minimised.
        let minimised = session
            .post("window/minimize", &serde_json::json!({}))
            .await;
        if minimised.is_ok() && !stage.page.look().await?.visible {
            return Ok(Self::Minimised);
        }
        session
            .run(
                "Object.defineProperty(document, 'visibilityState', \
                 { configurable: true, get: () => 'hidden' }); \
                 document.dispatchEvent(new Event('visibilitychange'));",
                &[],
            )
            .await?;
        print!("(hidden by a script) ");
        Ok(Self::Emulated)
    }

    async fn show(self, stage: &Stage<'_>) -> Result<()> {
        let session = &stage.browser.session;
        match self {
            Self::Minimised => {
                let rect = serde_json::json!({ "width": 1200, "height": 900 });
                session.post("window/rect", &rect).await?;
            }
            Self::Emulated => {
                let script = "delete document.visibilityState; \
                              document.dispatchEvent(new Event('visibilitychange'));";
                session.run(script, &[]).await?;
            }
        }
        let shown = |look: &crate::page::Look| look.visible;
        stage
            .page
            .shows("a visible page", Duration::from_secs(5), shown)
            .await?;
        Ok(())
    }
}
