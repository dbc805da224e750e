//! What a page complained of in the browser's console.

use std::path::PathBuf;

use anyhow::Result;
use serde_json::json;

use crate::arguments::Kind;
use crate::webdriver::Session;

/// Makes Firefox write its console to its standard output.
pub(crate) const FIREFOX_PREFERENCE: &str = "devtools.console.stdout.content";
/// The same for WebKit.
pub(crate) const WEBKIT_ARGUMENT: &str = "--enable-write-console-messages-to-stdout=true";

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

/// The console of a browser's pages. Chromium's driver hands it out; the others write it into their driver's log.
#[derive(Clone, Debug)]
pub(crate) struct Console {
    kind: Kind,
    session: Session,
    log: PathBuf,
}

impl Console {
    pub(crate) fn new(kind: Kind, session: Session, log: PathBuf) -> Self {
        Self { kind, session, log }
    }

    /// Everything so far that is an error and not of the network.
    ///
    /// # Errors
    /// The driver fails or its log cannot be read.
    pub(crate) async fn errors(&self) -> Result<Vec<String>> {
        let lines = match self.kind {
            Kind::Chromium => self.ask_driver().await?,
            Kind::Firefox | Kind::WebKit => {
                let log = std::fs::read(&self.log)?;
                let log = String::from_utf8_lossy(&log);
                let is_error = match self.kind {
                    Kind::Firefox => is_firefox_error,
                    _ => is_webkit_error,
                };
                let errors = log.lines().filter(|line| is_error(line));
                errors.map(str::to_owned).collect()
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

fn is_firefox_error(line: &str) -> bool {
    // Of the browser's own parts it says so.
    let own = line.contains("resource://") || line.contains("chrome://");
    (line.starts_with("console.error:") || line.starts_with("JavaScript error:")) && !own
}

fn is_webkit_error(line: &str) -> bool {
    line.starts_with("CONSOLE ") && line.contains(" ERROR")
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
        assert!(is_webkit_error("CONSOLE JS ERROR TypeError: no"));
        assert!(!is_webkit_error("CONSOLE LOG hello"));
    }
}
