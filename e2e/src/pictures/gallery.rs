//! The gallery, with some of its stories.

use std::path::Path;

use anyhow::{Result, ensure};
use serde_json::{Value, json};

use super::{resize, save};
use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};
use crate::server::ServerSettings;
use crate::stage::Stage;

/// The sizes of a desk and of a phone, in CSS pixels.
const DESK: (u32, u32) = (1280, 800);
const PHONE: (u32, u32) = (390, 844);

/// The name of a picture, the size of its window, its theme, its story, and what the story shows.
type Picture = (
    &'static str,
    (u32, u32),
    &'static str,
    &'static str,
    &'static str,
);

const PICTURES: [Picture; 5] = [
    (
        "gallery-light",
        DESK,
        "light",
        "#/sandbox-ide/full",
        ".cm-line .ys-code-keyword",
    ),
    (
        "gallery-dark",
        DESK,
        "dark",
        "#/sandbox-ide/full",
        ".cm-line .ys-code-keyword",
    ),
    (
        "gallery-contrast",
        DESK,
        "dark-contrast",
        "#/code-editor/conflict",
        ".ys-editor-change",
    ),
    (
        "gallery-phone-light",
        PHONE,
        "light",
        "#/git-panel/difference",
        ".ys-git-line",
    ),
    (
        "gallery-phone-dark",
        PHONE,
        "dark",
        "#/git-panel/difference",
        ".ys-git-line",
    ),
];

/// Takes the pictures into `folder`: light, dark, with high contrast, and on a phone, light and dark.
///
/// # Errors
/// The browser or the page does not do its part.
pub(super) async fn take(arguments: &Arguments, folder: &Path) -> Result<()> {
    let browser = Browser::start(arguments, Theme::Light).await?;
    let home = tempfile::tempdir_in(&arguments.scratch)?;
    let server = home.path().join("server");
    let stage = Stage::set(arguments, &browser, ServerSettings::DEFAULT, server).await?;
    let address = format!("http://{}/examples/gallery/", stage.server.address());
    browser.session.open(&address).await?;
    for (name, (width, height), theme, story, shows) in PICTURES {
        resize(&browser, width, height).await?;
        let show = [
            json!(format!("{story}?theme={theme}")),
            json!(story),
            json!(shows),
        ];
        let script = include_str!("../scenarios/gallery/show.js");
        let shown = browser.session.run(script, &show).await?;
        ensure!(shown == Value::Null, "{story}: {shown}");
        save(&browser, folder, name).await?;
    }
    stage.clear().await?;
    browser.end().await;
    Ok(())
}
