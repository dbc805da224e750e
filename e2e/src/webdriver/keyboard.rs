//! Keys, as a person presses them.

use anyhow::Result;
use serde_json::{Value, json};

use super::session::Session;

/// Keys without a letter, by the protocol's numbers.
pub(crate) mod key {
    pub(crate) const TAB: char = '\u{e004}';
    pub(crate) const ENTER: char = '\u{e007}';
    pub(crate) const SHIFT: char = '\u{e008}';
    pub(crate) const CONTROL: char = '\u{e009}';
    pub(crate) const ESCAPE: char = '\u{e00c}';
    pub(crate) const END: char = '\u{e010}';
    pub(crate) const HOME: char = '\u{e011}';
    pub(crate) const DOWN: char = '\u{e015}';
    pub(crate) const DELETE: char = '\u{e017}';
    pub(crate) const F2: char = '\u{e032}';
    pub(crate) const F6: char = '\u{e036}';
    pub(crate) const F10: char = '\u{e03a}';
}

impl Session {
    /// Presses keys together, on what has the focus: all but the last are held until that is up again.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn press(&self, keys: &[char]) -> Result<()> {
        let downs = keys.iter().map(|key| step("keyDown", *key));
        let ups = keys.iter().rev().map(|key| step("keyUp", *key));
        self.act(downs.chain(ups).collect()).await
    }

    /// Types a text, key by key, into what has the focus.
    ///
    /// # Errors
    /// The driver fails.
    pub(crate) async fn type_text(&self, text: &str) -> Result<()> {
        let steps = text.chars().flat_map(|letter| {
            let key = if letter == '\n' { key::ENTER } else { letter };
            [step("keyDown", key), step("keyUp", key)]
        });
        self.act(steps.collect()).await
    }

    async fn act(&self, steps: Vec<Value>) -> Result<()> {
        let keyboard = json!({ "type": "key", "id": "keyboard", "actions": steps });
        let body = json!({ "actions": [keyboard] });
        self.post("actions", &body).await?;
        Ok(())
    }
}

fn step(kind: &str, key: char) -> Value {
    json!({ "type": kind, "value": key })
}
