//! The quick start page, as its user sees and handles it.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::Value;

use crate::wait::until;
use crate::webdriver::{Element, Session};

/// How long what a healthy page does may take.
pub(crate) const SOON: Duration = Duration::from_secs(10);
/// How long a page may take to come back by itself: the longest pause between two attempts, and an attempt.
pub(crate) const COMES_BACK: Duration = Duration::from_secs(25);

/// What the page shows at one moment. What is not on the page is `None`.
#[derive(Clone, Debug, Default, Deserialize, PartialEq)]
pub(crate) struct Look {
    /// The text of the `status` named `Connection`.
    pub(crate) state: Option<String>,
    /// The text of the `code` named `Sandbox`.
    pub(crate) sandbox: Option<String>,
    /// The text of the `output` named `Result`.
    pub(crate) result: Option<String>,
    /// The text of the `log` named `Output`.
    pub(crate) log: Option<String>,
    /// The text of the `alert`.
    pub(crate) alert: Option<String>,
    /// The `progressbar`.
    pub(crate) progress: Option<Progress>,
    /// Whether the browser says that the page is to be seen.
    pub(crate) visible: bool,
}

/// A progress bar.
#[derive(Clone, Debug, Deserialize, PartialEq)]
pub(crate) struct Progress {
    pub(crate) value: f64,
    pub(crate) max: f64,
    pub(crate) message: String,
}

/// The page in the current window.
#[derive(Clone, Debug)]
pub(crate) struct Page {
    session: Session,
    address: String,
}

impl Page {
    pub(crate) fn new(session: Session, address: String) -> Self {
        Self { session, address }
    }

    /// Opens the page, at the sandbox with this id or at a new one.
    ///
    /// # Errors
    /// The browser cannot.
    pub(crate) async fn open(&self, sandbox: Option<&str>) -> Result<()> {
        // Another hash alone would not load the page anew.
        self.session.open("about:blank").await?;
        let hash = sandbox.map(|id| format!("#{id}")).unwrap_or_default();
        self.session.open(&format!("{}{hash}", self.address)).await
    }

    /// Opens the page at a new sandbox and waits until it is connected. Gives the sandbox's id.
    ///
    /// # Errors
    /// The page does not connect.
    pub(crate) async fn open_connected(&self) -> Result<String> {
        self.open(None).await?;
        self.state("Connected", SOON).await?;
        self.sandbox().await
    }

    /// What the page shows now.
    ///
    /// # Errors
    /// The browser cannot tell.
    pub(crate) async fn look(&self) -> Result<Look> {
        let look = self.session.run(include_str!("look.js"), &[]).await?;
        Ok(serde_json::from_value(look)?)
    }

    /// Waits until what the page shows is as wanted.
    ///
    /// # Errors
    /// It is not by the deadline; what it shows is in the error.
    pub(crate) async fn shows(
        &self,
        what: &str,
        within: Duration,
        wanted: impl Fn(&Look) -> bool,
    ) -> Result<Look> {
        let mut last = None;
        let found = until(what, within, async || {
            let look = self.look().await?;
            last = Some(look.clone());
            Ok(wanted(&look).then_some(look))
        });
        let found = found.await;
        found.with_context(|| format!("the page shows {last:?}"))
    }

    /// Waits for a state of the connection.
    ///
    /// # Errors
    /// It does not come.
    pub(crate) async fn state(&self, name: &str, within: Duration) -> Result<()> {
        let is = |look: &Look| look.state.as_deref() == Some(name);
        self.shows(&format!("the state {name}"), within, is).await?;
        Ok(())
    }

    /// Waits for a result.
    ///
    /// # Errors
    /// It does not come.
    pub(crate) async fn result(&self, wanted: &str) -> Result<()> {
        let is = |look: &Look| look.result.as_deref() == Some(wanted);
        self.shows(&format!("the result {wanted:?}"), COMES_BACK, is)
            .await?;
        Ok(())
    }

    /// Waits for the sandbox's id.
    ///
    /// # Errors
    /// The page has none.
    pub(crate) async fn sandbox(&self) -> Result<String> {
        let has = |look: &Look| look.sandbox.as_deref().is_some_and(|id| !id.is_empty());
        let look = self.shows("the sandbox's id", SOON, has).await?;
        look.sandbox.context("the sandbox's id")
    }

    /// Presses the button with this name.
    ///
    /// # Errors
    /// There is none, or it cannot be pressed.
    pub(crate) async fn press(&self, name: &str) -> Result<()> {
        self.button(name).await?.click().await
    }

    /// Types into the text box with this name.
    ///
    /// # Errors
    /// There is none, or it takes no text.
    pub(crate) async fn fill(&self, name: &str, words: &str) -> Result<()> {
        self.text_box(name).await?.fill(words).await
    }

    /// Writes a file and waits until the page says so.
    ///
    /// # Errors
    /// It does not.
    pub(crate) async fn write(&self, path: &str, content: &str) -> Result<()> {
        self.fill("Path", path).await?;
        self.fill("Content", content).await?;
        self.press("Write").await?;
        self.result(&wrote(path, content)).await
    }

    /// Asks for a file's content, after the page showed something else.
    ///
    /// # Errors
    /// The page shows the content already, or cannot be handled.
    pub(crate) async fn ask_for(&self, path: &str, content: &str) -> Result<()> {
        let before = self.look().await?.result;
        ensure!(
            before.as_deref() != Some(content),
            "the page shows {content:?} before it reads"
        );
        self.fill("Path", path).await?;
        self.press("Read").await
    }

    /// Reads a file and waits until the page shows `content`, which it did not show before.
    ///
    /// # Errors
    /// It does not.
    pub(crate) async fn reads(&self, path: &str, content: &str) -> Result<()> {
        self.ask_for(path, content).await?;
        self.result(content).await
    }

    /// Sends an event as the browser would.
    ///
    /// # Errors
    /// The browser cannot.
    pub(crate) async fn event_of_window(&self, name: &str) -> Result<()> {
        let script = "window.dispatchEvent(new Event(arguments[0]));";
        self.session.run(script, &[Value::from(name)]).await?;
        Ok(())
    }

    pub(crate) async fn button(&self, name: &str) -> Result<Element> {
        let xpath = format!("//button[normalize-space()='{name}']");
        self.session.find(&xpath).await
    }

    pub(crate) async fn text_box(&self, name: &str) -> Result<Element> {
        let xpath = format!("//label[normalize-space(text())='{name}']//input");
        self.session.find(&xpath).await
    }
}

/// What the page says of a file that was written.
pub(crate) fn wrote(path: &str, content: &str) -> String {
    format!("wrote {path} ({} bytes)", content.len())
}
