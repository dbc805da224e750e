//! The playground, as its user sees and handles it.

mod focus;
mod other;

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

pub(crate) use other::Other;

use crate::page::SOON;
use crate::server::ServerSettings;
use crate::stage::Stage;
use crate::wait::until;
use crate::webdriver::{Element, Session, key};

/// A server whose sandboxes begin as those of the playground do.
pub(crate) const TEMPLATE: ServerSettings = ServerSettings {
    template: Some("../../examples/playground/template"),
    ..ServerSettings::DEFAULT
};

/// The screen of the terminal that is shown.
pub(crate) const SCREEN: &str = ".ys-terminal-tabs-pane:not([hidden]) .xterm-screen";

/// The size of the window, in pixels: that of a small laptop.
const WIDTH: u32 = 1280;
const HEIGHT: u32 = 900;

/// What the playground shows at one moment. What is not on the page is `None`.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Look {
    /// The hash of the address, decoded: `#ID/PATH:LINE`.
    pub(crate) hash: String,
    /// The state of the connection.
    pub(crate) state: Option<String>,
    /// `wide` or `narrow`.
    pub(crate) layout: Option<String>,
    /// The name of what is shown at the side.
    pub(crate) side: Option<String>,
    /// The names in the tree.
    pub(crate) tree: Vec<String>,
    /// The names on the tabs of open files.
    pub(crate) tabs: Vec<String>,
    /// The path of the file in the editor.
    pub(crate) file: Option<String>,
    /// Whether it has unsaved edits.
    pub(crate) is_dirty: bool,
    /// The lines in the editor that are in sight.
    pub(crate) editor: Option<String>,
    /// What the conflict view says.
    pub(crate) conflict: Option<String>,
    /// The lines on the screen of the terminal.
    pub(crate) terminal: String,
    /// The names on the tabs of terminals.
    pub(crate) terminals: Vec<String>,
    /// The status of the preview.
    pub(crate) preview: Option<String>,
    /// What stands in the preview's address field.
    pub(crate) address: Option<String>,
    /// The changed files that the git panel lists.
    pub(crate) changes: Vec<String>,
    /// The words of what alerts.
    pub(crate) alerts: Vec<String>,
}

/// The playground in the current window.
#[derive(Clone, Debug)]
pub(crate) struct Playground {
    pub(crate) session: Session,
    address: String,
}

impl Playground {
    /// The playground of a stage's server. It is not open yet.
    pub(crate) fn of(stage: &Stage<'_>) -> Self {
        Self {
            session: stage.browser.session.clone(),
            address: format!("http://{}/", stage.server.address()),
        }
    }

    /// The same behind the stage's proxy, where links break. Its previews are shown, and cannot be moved: to the server the page is
    /// another one than its own.
    pub(crate) fn behind_proxy(stage: &Stage<'_>) -> Self {
        Self {
            address: format!("http://{}/", stage.proxy.address()),
            ..Self::of(stage)
        }
    }

    /// Opens it at a place: the part of its address behind `#`.
    ///
    /// # Errors
    /// The browser cannot.
    pub(crate) async fn open(&self, place: &str) -> Result<()> {
        // Another hash alone would not load the page anew.
        self.session.open("about:blank").await?;
        self.session
            .post("window/rect", &json!({ "width": WIDTH, "height": HEIGHT }))
            .await?;
        let address = format!("{}#{place}", self.address);
        self.session.open(&address).await
    }

    /// Opens it at a new sandbox, waits until the editor shows a file, and gives the sandbox's id.
    ///
    /// # Errors
    /// It does not come that far.
    pub(crate) async fn begin(&self) -> Result<String> {
        self.open("").await?;
        self.is_ready().await?;
        let look = self.look().await?;
        let place = look.hash.trim_start_matches('#');
        let id = place.split('/').next().unwrap_or_default();
        ensure!(!id.is_empty(), "the address names no sandbox: {look:?}");
        Ok(id.to_owned())
    }

    /// Waits until the sandbox is connected and the editor shows a file.
    ///
    /// # Errors
    /// It does not come that far.
    pub(crate) async fn is_ready(&self) -> Result<()> {
        self.shows("a file in the editor", |look| {
            look.state.as_deref() == Some("Connected") && look.editor.is_some()
        })
        .await?;
        Ok(())
    }

    /// What it shows now.
    ///
    /// # Errors
    /// The browser cannot tell.
    pub(crate) async fn look(&self) -> Result<Look> {
        let look = self.session.run(include_str!("look.js"), &[]).await?;
        Ok(serde_json::from_value(look)?)
    }

    /// Waits until what it shows is as wanted.
    ///
    /// # Errors
    /// It is not in time; what it shows is in the error.
    pub(crate) async fn shows(&self, what: &str, wanted: impl Fn(&Look) -> bool) -> Result<Look> {
        self.shows_within(what, SOON, wanted).await
    }

    /// The same, with another deadline.
    ///
    /// # Errors
    /// It is not in time; what it shows is in the error.
    pub(crate) async fn shows_within(
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
        found.with_context(|| format!("the page shows {last:#?}"))
    }

    /// The element that a style sheet's selector finds, if it is the only one.
    ///
    /// # Errors
    /// There is none, or more than one.
    pub(crate) async fn find(&self, selector: &str) -> Result<Element> {
        self.session.find_css(selector).await
    }

    /// Clicks on what a selector finds, once it is there.
    ///
    /// # Errors
    /// It does not come, or cannot be clicked.
    pub(crate) async fn click(&self, selector: &str) -> Result<()> {
        until(&format!("a click on {selector}"), SOON, async || {
            self.find(selector).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Types into the field that a selector finds, once it is there.
    ///
    /// # Errors
    /// It does not come, or takes no text.
    pub(crate) async fn fill(&self, selector: &str, text: &str) -> Result<()> {
        until(&format!("text in {selector}"), SOON, async || {
            self.find(selector).await?.fill(text).await?;
            Ok(Some(()))
        })
        .await
    }

    /// Clicks on the button with this accessible name.
    ///
    /// # Errors
    /// It does not come, or cannot be clicked.
    pub(crate) async fn press(&self, name: &str) -> Result<()> {
        let xpath = format!(
            "//button[@aria-label='{name}' or (not(@aria-label) and normalize-space()='{name}')]"
        );
        until(&format!("a click on {name}"), SOON, async || {
            self.session.find(&xpath).await?.click().await?;
            Ok(Some(()))
        })
        .await
    }

    /// Chooses an option of a list by its value.
    ///
    /// # Errors
    /// There is no such list or option.
    pub(crate) async fn choose(&self, list: &str, value: &str) -> Result<()> {
        let option = format!("select[aria-label='{list}'] option[value='{value}']");
        self.find(&option).await?.click().await
    }

    /// Opens a file of the tree by a click, and waits until the editor shows it.
    ///
    /// # Errors
    /// It does not.
    pub(crate) async fn open_file(&self, path: &str) -> Result<()> {
        let name = path.rsplit('/').next().unwrap_or(path);
        self.click(&format!(".ys-tree-name[title='{name}']"))
            .await?;
        self.shows(&format!("the file {path}"), |look| {
            look.file.as_deref() == Some(path) && look.editor.is_some()
        })
        .await?;
        Ok(())
    }

    /// Replaces all that is in the editor by typing. Brackets would be closed by themselves: `text` has none.
    ///
    /// # Errors
    /// The editor does not take it.
    pub(crate) async fn type_file(&self, text: &str) -> Result<()> {
        self.click(".cm-content").await?;
        self.session.press(&[key::CONTROL, 'a']).await?;
        self.session.type_text(text).await?;
        self.shows(&format!("the typed {text:?}"), |look| {
            look.editor.as_deref() == Some(text)
        })
        .await?;
        Ok(())
    }

    /// Gives the chosen row of the tree another name.
    ///
    /// # Errors
    /// There is no field for the name.
    pub(crate) async fn rename(&self, name: &str) -> Result<()> {
        self.go(&[key::F2], "the field for a name", |focus| {
            focus.name == "Name"
        })
        .await?;
        self.session.press(&[key::CONTROL, 'a']).await?;
        self.session.type_text(&format!("{name}\n")).await
    }

    /// Types a line into the terminal.
    ///
    /// # Errors
    /// There is none.
    pub(crate) async fn command(&self, line: &str) -> Result<()> {
        self.session.type_text(&format!("{line}\n")).await
    }

    /// Waits until one of the elements of a selector has a text in it.
    ///
    /// # Errors
    /// None has it in time; what they have is in the error.
    pub(crate) async fn says(&self, selector: &str, text: &str) -> Result<()> {
        let script = "const found = [...document.querySelectorAll(arguments[0])];\
                      return found.map((element) => element.textContent.trim());";
        let mut last = Value::Null;
        let what = format!("{text:?} at {selector}");
        let found = until(&what, SOON, async || {
            last = self.session.run(script, &[selector.into()]).await?;
            let texts = last.as_array().map_or(&[][..], Vec::as_slice);
            let mut texts = texts.iter().filter_map(Value::as_str);
            Ok(texts.any(|found| found.contains(text)).then_some(()))
        });
        let found = found.await;
        found.with_context(|| format!("there is {last}"))
    }

    /// Runs a script in the preview's document.
    ///
    /// # Errors
    /// There is none, or the script throws.
    pub(crate) async fn inside(&self, script: &str) -> Result<Value> {
        self.session
            .enter_frame("//iframe[contains(@class, 'ys-preview-frame')]")
            .await?;
        let result = self.session.run(script, &[]).await;
        self.session.leave_frames().await?;
        // A driver that looked into a frame may leave the keyboard there.
        self.session.run("window.focus();", &[]).await?;
        result
    }

    /// Waits until a script in the preview's document gives `wanted`.
    ///
    /// # Errors
    /// It does not in time.
    pub(crate) async fn preview_says(&self, script: &str, wanted: &str) -> Result<()> {
        let mut last = Value::Null;
        let what = format!("{wanted:?} in the preview");
        let found = until(&what, SOON, async || {
            last = self.inside(script).await?;
            Ok((last == wanted).then_some(()))
        });
        let found = found.await;
        found.with_context(|| format!("the preview says {last}"))
    }
}
