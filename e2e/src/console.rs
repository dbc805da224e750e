//! What a page complained of in the browser's console.

use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::Result;
use serde_json::json;

use crate::arguments::Kind;
use crate::webdriver::Session;

/// Makes Firefox write its console to its standard output.
pub(crate) const FIREFOX_PREFERENCE: &str = "devtools.console.stdout.content";

/// Parts of messages that tell of a link that a scenario broke, or of an answer that it asked for.
const OF_THE_NETWORK: &[&str] = &[
    "Failed to load resource",
    "net::ERR_",
    "WebSocket",
    "can\u{2019}t establish a connection",
    "was interrupted while the page was loading",
    "due to access control checks",
    "XMLHttpRequest cannot load",
    "Fetch API cannot load",
    "The network connection was lost",
];

/// The console of a browser's pages. Chromium's driver hands it out and Firefox writes it into its driver's log.
/// WebKit keeps it, so the page itself is asked: for the errors since it was last opened and had loaded. A page that another one led to is
/// not heard.
#[derive(Clone, Debug)]
pub(crate) struct Console {
    kind: Kind,
    session: Session,
    log: PathBuf,
    /// How much of the log is of the past, in bytes.
    past: Arc<AtomicUsize>,
}

impl Console {
    pub(crate) fn new(kind: Kind, session: Session, log: PathBuf) -> Self {
        Self {
            kind,
            session,
            log,
            past: Arc::default(),
        }
    }

    /// Forgets what was told so far: it is of pages that were left.
    ///
    /// # Errors
    /// The driver fails or its log cannot be read.
    pub(crate) async fn forget(&self) -> Result<()> {
        match self.kind {
            Kind::Chromium => drop(self.ask_driver().await?),
            Kind::Firefox => self
                .past
                .store(std::fs::read(&self.log)?.len(), Ordering::Relaxed),
            Kind::WebKit => {}
        }
        Ok(())
    }

    /// Everything since then that is an error and not of the network.
    ///
    /// # Errors
    /// The driver fails or its log cannot be read.
    pub(crate) async fn errors(&self) -> Result<Vec<String>> {
        let lines = match self.kind {
            Kind::Chromium => self.ask_driver().await?,
            Kind::Firefox => {
                let log = std::fs::read(&self.log)?;
                let past = self.past.load(Ordering::Relaxed).min(log.len());
                let log = String::from_utf8_lossy(&log[past..]);
                let errors = log.lines().filter(|line| is_firefox_error(line));
                errors.map(str::to_owned).collect()
            }
            Kind::WebKit => {
                let script = "return window.complaints ?? [];";
                serde_json::from_value(self.session.run(script, &[]).await?)?
            }
        };
        let of_the_page =
            |line: &String| !OF_THE_NETWORK.iter().any(|network| line.contains(network));
        Ok(lines.into_iter().filter(of_the_page).collect())
    }

    /// Chromium forgets what it has told.
    async fn ask_driver(&self) -> Result<Vec<String>> {
        let which = json!({ "type": "browser" });
        let entries = self.session.post("se/log", &which).await?;
        let entries = entries.as_array().map_or(&[][..], Vec::as_slice);
        let severe = entries.iter().filter(|entry| entry["level"] == "SEVERE");
        Ok(severe.map(|entry| entry["message"].to_string()).collect())
    }
}

/// Firefox writes the complaints of its own parts as well: a page's are texts, in quotes, or name its address.
fn is_firefox_error(line: &str) -> bool {
    line.starts_with("console.error: \"") || line.starts_with("JavaScript error: http")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_told_from_other_lines() {
        assert!(is_firefox_error("console.error: \"panicked\""));
        assert!(is_firefox_error(
            "JavaScript error: http://127.0.0.1:1/a.js, line 3: Error: no"
        ));
        assert!(!is_firefox_error("console.log: \"hello\""));
        assert!(!is_firefox_error(
            "JavaScript error: resource://gre/modules/a.mjs, line 3: no"
        ));
        assert!(!is_firefox_error("console.error: RSLoader: "));
    }
}
