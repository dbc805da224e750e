//! One element of a page.

use anyhow::Result;
use serde_json::json;

use super::session::{Session, text};

/// The name by which the protocol knows a reference to an element.
pub(super) const ELEMENT_KEY: &str = "element-6066-11e4-a52e-4f735466cecf";

/// An element. Once it is off the page, its commands fail.
#[derive(Clone, Debug)]
pub(crate) struct Element {
    session: Session,
    id: String,
}

impl Element {
    pub(super) fn new(session: Session, id: String) -> Self {
        Self { session, id }
    }

    /// How the driver names it.
    pub(super) fn id(&self) -> &str {
        &self.id
    }

    /// Clicks in its middle, as a person does.
    ///
    /// # Errors
    /// It cannot be clicked: it is hidden, covered or gone.
    pub(crate) async fn click(&self) -> Result<()> {
        let path = format!("element/{}/click", self.id);
        self.session.post(&path, &json!({})).await?;
        Ok(())
    }

    /// Gives it the focus.
    ///
    /// # Errors
    /// It is gone.
    pub(crate) async fn focus(&self) -> Result<()> {
        let script = "arguments[0].focus();";
        let element = json!({ ELEMENT_KEY: self.id });
        self.session.run(script, &[element]).await?;
        Ok(())
    }

    /// Replaces what is in a text box by typing.
    ///
    /// # Errors
    /// It takes no text, or is gone.
    pub(crate) async fn fill(&self, words: &str) -> Result<()> {
        let clear = format!("element/{}/clear", self.id);
        self.session.post(&clear, &json!({})).await?;
        if !words.is_empty() {
            let value = format!("element/{}/value", self.id);
            self.session.post(&value, &json!({ "text": words })).await?;
        }
        Ok(())
    }

    /// The role that the browser tells assistive technology.
    ///
    /// # Errors
    /// The driver does not know the command.
    pub(crate) async fn role(&self) -> Result<String> {
        let path = format!("element/{}/computedrole", self.id);
        text(self.session.get(&path).await?)
    }

    /// The name that the browser tells assistive technology.
    ///
    /// # Errors
    /// The driver does not know the command.
    pub(crate) async fn name(&self) -> Result<String> {
        let path = format!("element/{}/computedlabel", self.id);
        text(self.session.get(&path).await?)
    }
}
