//! One browser, as its driver shows it.

use std::net::SocketAddr;

use anyhow::{Context, Result};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hyper::Method;
use serde_json::{Value, json};

use super::element::{ELEMENT_KEY, Element};
use super::http::Driver;

/// A window or a tab.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Window(String);

/// A session with a driver. Cheap to clone; it lasts until [`Session::end`].
#[derive(Clone, Debug)]
pub(crate) struct Session {
    driver: Driver,
    id: String,
}

impl Session {
    /// Whether a driver at `address` takes new sessions.
    pub(crate) async fn driver_is_ready(address: SocketAddr) -> Result<bool> {
        let status = Driver::new(address);
        let status = status.command(Method::GET, "/status", None).await?;
        Ok(status["ready"].as_bool().unwrap_or(false))
    }

    /// Starts a browser with `capabilities`.
    ///
    /// # Errors
    /// The driver cannot start it; its words are in the error.
    pub(crate) async fn start(address: SocketAddr, capabilities: &Value) -> Result<Self> {
        let driver = Driver::new(address);
        let body = json!({ "capabilities": { "alwaysMatch": capabilities } });
        let answer = driver.command(Method::POST, "/session", Some(&body)).await;
        let answer = answer.context("the browser did not start")?;
        let id = answer["sessionId"].as_str();
        let id = id.context("the driver gave no session id")?.to_owned();
        Ok(Self { driver, id })
    }

    /// Closes the browser.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn end(&self) -> Result<()> {
        let path = format!("/session/{}", self.id);
        self.driver.command(Method::DELETE, &path, None).await?;
        Ok(())
    }

    /// A command that reads.
    ///
    /// # Errors
    /// The driver fails, or does not know it.
    pub(crate) async fn get(&self, path: &str) -> Result<Value> {
        self.driver
            .command(Method::GET, &self.path(path), None)
            .await
    }

    /// A command that does something.
    ///
    /// # Errors
    /// The driver fails, or does not know it.
    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.driver
            .command(Method::POST, &self.path(path), Some(body))
            .await
    }

    /// Opens an address in the current window, waits for its load, and listens to what the page complains of.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn open(&self, address: &str) -> Result<()> {
        self.post("url", &json!({ "url": address })).await?;
        self.listen().await
    }

    /// Loads the page anew, as [`Session::open`] does.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn reload(&self) -> Result<()> {
        self.post("refresh", &json!({})).await?;
        self.listen().await
    }

    async fn listen(&self) -> Result<()> {
        self.run(include_str!("complaints.js"), &[]).await?;
        Ok(())
    }

    /// The address of the page.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn address(&self) -> Result<String> {
        text(self.get("url").await?)
    }

    /// Runs a function's body in the page and gives what it returns.
    ///
    /// # Errors
    /// The driver fails or the script throws.
    pub(crate) async fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        let body = json!({ "script": script, "args": arguments });
        self.post("execute/sync", &body).await
    }

    /// The one element at an XPath.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(crate) async fn find(&self, xpath: &str) -> Result<Element> {
        self.find_by("xpath", xpath).await
    }

    /// The one element that a selector of style sheets finds.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(crate) async fn find_css(&self, selector: &str) -> Result<Element> {
        self.find_by("css selector", selector).await
    }

    async fn find_by(&self, using: &str, value: &str) -> Result<Element> {
        let body = json!({ "using": using, "value": value });
        let found = self.post("elements", &body).await?;
        let found = found.as_array().map_or(&[][..], Vec::as_slice);
        let [only] = found else {
            anyhow::bail!("{} elements instead of one at {value}", found.len());
        };
        let id = text(only[ELEMENT_KEY].clone())?;
        Ok(Element::new(self.clone(), id))
    }

    /// The element with the focus.
    ///
    /// # Errors
    /// There is none.
    pub(crate) async fn active(&self) -> Result<Element> {
        let found = self.get("element/active").await?;
        let id = text(found[ELEMENT_KEY].clone())?;
        Ok(Element::new(self.clone(), id))
    }

    /// Clicks at a place of the page, in CSS pixels from its corner.
    ///
    /// # Errors
    /// The driver fails, or the place is not in sight.
    pub(crate) async fn click_at(&self, x: f64, y: f64) -> Result<()> {
        let there = json!({ "type": "pointerMove", "x": x.round(), "y": y.round(), "duration": 0 });
        let steps = [
            there,
            json!({ "type": "pointerDown", "button": 0 }),
            json!({ "type": "pointerUp", "button": 0 }),
        ];
        let mouse = json!({ "type": "pointer", "id": "mouse", "actions": steps });
        self.post("actions", &json!({ "actions": [mouse] })).await?;
        Ok(())
    }

    /// The current window.
    ///
    /// # Errors
    /// It was closed.
    pub(crate) async fn window(&self) -> Result<Window> {
        Ok(Window(text(self.get("window").await?)?))
    }

    /// All windows.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn windows(&self) -> Result<Vec<Window>> {
        let handles = self.get("window/handles").await?;
        let handles: Vec<String> = serde_json::from_value(handles)?;
        Ok(handles.into_iter().map(Window).collect())
    }

    /// Opens a tab, without going there.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn new_tab(&self) -> Result<Window> {
        let answer = self.post("window/new", &json!({ "type": "tab" })).await?;
        Ok(Window(text(answer["handle"].clone())?))
    }

    /// Makes `window` the current one.
    ///
    /// # Errors
    /// It was closed.
    pub(crate) async fn switch(&self, window: &Window) -> Result<()> {
        self.post("window", &json!({ "handle": window.0 })).await?;
        Ok(())
    }

    /// Closes the current window; none is current then.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn close_window(&self) -> Result<()> {
        self.driver
            .command(Method::DELETE, &self.path("window"), None)
            .await?;
        Ok(())
    }

    /// Forgets the page's cookies.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn forget_cookies(&self) -> Result<()> {
        self.driver
            .command(Method::DELETE, &self.path("cookie"), None)
            .await?;
        Ok(())
    }

    /// Goes into the frame at an XPath: what follows is about its document.
    ///
    /// # Errors
    /// There is no such frame, or more than one.
    pub(crate) async fn enter_frame(&self, xpath: &str) -> Result<()> {
        let frame = self.find(xpath).await?;
        let body = json!({ "id": { ELEMENT_KEY: frame.id() } });
        self.post("frame", &body).await?;
        Ok(())
    }

    /// Goes back to the page itself.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn leave_frames(&self) -> Result<()> {
        self.post("frame", &json!({ "id": null })).await?;
        Ok(())
    }

    /// A picture of what is to be seen, as PNG.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn picture(&self) -> Result<Vec<u8>> {
        let picture = text(self.get("screenshot").await?)?;
        Ok(STANDARD.decode(picture)?)
    }

    fn path(&self, path: &str) -> String {
        format!("/session/{}/{path}", self.id)
    }
}

pub(super) fn text(value: Value) -> Result<String> {
    match value {
        Value::String(text) => Ok(text),
        other => anyhow::bail!("the driver answered {other} where a text was due"),
    }
}
