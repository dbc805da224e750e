//! What axe says of the stories.

use std::path::PathBuf;

use anyhow::{Context, Result};

use super::{DESK, Gallery, judge, texts};
use crate::stage::Stage;

/// All stories in a theme of the gallery: axe finds nothing.
pub(super) async fn finds_nothing(stage: &mut Stage<'_>, theme: &str) -> Result<()> {
    let gallery = Gallery::open(stage, DESK).await?;
    begin(&gallery).await?;
    let mut faults = Vec::new();
    for story in &gallery.stories {
        match gallery.show(story, &format!("bare&theme={theme}")).await {
            Ok(()) => {
                let found = look(&gallery).await?;
                let name = |fault| format!("{}: {fault}", story.address);
                faults.extend(found.into_iter().map(name));
            }
            Err(error) => faults.push(error.to_string()),
        }
    }
    let around = gallery.story("connection-status/connected")?;
    gallery.show(around, &format!("theme={theme}")).await?;
    let found = look(&gallery).await?;
    let name = |fault| format!("the page around the stories: {fault}");
    faults.extend(found.into_iter().map(name));
    judge(&faults)?;
    gallery.close().await
}

/// Brings axe to the page.
pub(super) async fn begin(gallery: &Gallery<'_>) -> Result<()> {
    let axe = "axe/node_modules/axe-core/axe.min.js";
    let file = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join(axe);
    let axe = std::fs::read_to_string(&file)
        .with_context(|| format!("{} is not there: run `cargo xtask setup`", file.display()))?;
    gallery.run(&axe, &[]).await?;
    Ok(())
}

/// What axe has against the page as it is now.
pub(super) async fn look(gallery: &Gallery<'_>) -> Result<Vec<String>> {
    texts(gallery.run(include_str!("axe.js"), &[]).await?)
}
