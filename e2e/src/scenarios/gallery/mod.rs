//! The gallery: every component in every state, looked at by programs.

mod axe;
mod faults;
mod reflow;
mod virtual_rows;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use super::{Scenario, on_default};
use crate::page::SOON;
use crate::stage::Stage;
use crate::wait::until;

/// Those of the gallery. One after the other looks at all stories, so that a fault is named by what it is against.
pub(super) const ALL: &[Scenario] = &[
    on_default("faults_that_are_put_into_a_story_are_found", |stage| {
        Box::pin(faults::are_found(stage))
    }),
    on_default("axe_finds_nothing_in_light_stories", |stage| {
        Box::pin(axe::finds_nothing(stage, "light"))
    }),
    on_default("axe_finds_nothing_in_dark_stories", |stage| {
        Box::pin(axe::finds_nothing(stage, "dark"))
    }),
    on_default(
        "axe_finds_nothing_in_light_stories_of_high_contrast",
        |stage| Box::pin(axe::finds_nothing(stage, "light-contrast")),
    ),
    on_default(
        "axe_finds_nothing_in_dark_stories_of_high_contrast",
        |stage| Box::pin(axe::finds_nothing(stage, "dark-contrast")),
    ),
    on_default("stories_fit_into_the_width_of_a_phone", |stage| {
        Box::pin(reflow::fits(stage, reflow::PHONE))
    }),
    on_default("stories_fit_at_twice_the_size", |stage| {
        Box::pin(reflow::fits(stage, reflow::TWICE))
    }),
    on_default("a_tree_of_100_000_files_draws_what_is_in_sight", |stage| {
        Box::pin(virtual_rows::of_100_000_files(stage))
    }),
];

/// A window on a desk.
const DESK: (u32, u32) = (1280, 800);
/// What stories there are, by the page's own word.
const STORIES: &str =
    "return JSON.parse(document.getElementById('stories')?.textContent ?? 'null');";

/// One story of the page.
#[derive(Clone, Debug, Deserialize)]
struct Story {
    address: String,
    /// A selector of what is there once the story is.
    shows: String,
}

/// The gallery in the current window.
struct Gallery<'a> {
    stage: &'a Stage<'a>,
    stories: Vec<Story>,
}

impl<'a> Gallery<'a> {
    /// Opens the page in a window of this size, in CSS pixels, with nothing that moves.
    async fn open(stage: &'a Stage<'a>, (width, height): (u32, u32)) -> Result<Self> {
        let browser = stage.browser;
        let size =
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": false });
        browser
            .devtools("Emulation.setDeviceMetricsOverride", &size)
            .await?;
        let still =
            json!({ "features": [{ "name": "prefers-reduced-motion", "value": "reduce" }] });
        browser
            .devtools("Emulation.setEmulatedMedia", &still)
            .await?;
        let session = &browser.session;
        let page = format!("http://{}/examples/gallery/", stage.server.address());
        session.open(&page).await?;
        let stories = until("the list of the stories", SOON, async || {
            let stories: Option<Vec<Story>> =
                serde_json::from_value(session.run(STORIES, &[]).await?)?;
            Ok(stories)
        })
        .await?;
        ensure!(
            stories.len() > 100,
            "there are {} stories only",
            stories.len()
        );
        Ok(Self { stage, stories })
    }

    /// Shows a story and waits until it is all there.
    async fn show(&self, story: &Story, options: &str) -> Result<()> {
        let hash = format!("{}?{options}", story.address);
        let arguments = [json!(hash), json!(story.address), json!(story.shows)];
        let shown = self.run(include_str!("show.js"), &arguments).await?;
        if let Value::String(reason) = shown {
            bail!("{}: {reason}", story.address);
        }
        Ok(())
    }

    async fn run(&self, script: &str, arguments: &[Value]) -> Result<Value> {
        self.stage.browser.session.run(script, arguments).await
    }

    /// The story of this name.
    fn story(&self, name: &str) -> Result<&Story> {
        let address = format!("#/{name}");
        let found = self.stories.iter().find(|story| story.address == address);
        found.with_context(|| format!("there is no story {name}"))
    }

    /// Leaves the browser as it was.
    async fn close(self) -> Result<()> {
        let browser = self.stage.browser;
        browser
            .devtools("Emulation.clearDeviceMetricsOverride", &json!({}))
            .await?;
        browser
            .devtools("Emulation.setEmulatedMedia", &json!({ "features": [] }))
            .await?;
        Ok(())
    }
}

/// All that was found, one fault to a line; nothing is well.
fn judge(faults: &[String]) -> Result<()> {
    ensure!(
        faults.is_empty(),
        "{} faults:\n    {}",
        faults.len(),
        faults.join("\n    ")
    );
    Ok(())
}

/// The texts of a list.
fn texts(list: Value) -> Result<Vec<String>> {
    Ok(serde_json::from_value(list)?)
}
