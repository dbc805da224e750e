//! Whether stories fit into little room: nothing is cut, and nothing scrolls sideways.

use anyhow::Result;

use super::{Gallery, judge, texts};
use crate::stage::Stage;

/// The least width that pages have to serve, and a phone's height.
pub(super) const PHONE: (u32, u32) = (320, 640);
/// A window of 1280 by 800 pixels, at 200 %: half as many CSS pixels.
pub(super) const TWICE: (u32, u32) = (640, 400);

/// All stories in a window of a size.
pub(super) async fn fits(stage: &mut Stage<'_>, size: (u32, u32)) -> Result<()> {
    let gallery = Gallery::open(stage, size).await?;
    let mut faults = Vec::new();
    for story in &gallery.stories {
        match gallery.show(story, "bare").await {
            Ok(()) => {
                let found = look(&gallery).await?;
                let name = |fault| format!("{}: {fault}", story.address);
                faults.extend(found.into_iter().map(name));
            }
            Err(error) => faults.push(error.to_string()),
        }
    }
    judge(&faults)?;
    gallery.close().await
}

/// What does not fit of the story as it is now.
pub(super) async fn look(gallery: &Gallery<'_>) -> Result<Vec<String>> {
    texts(gallery.run(include_str!("reflow.js"), &[]).await?)
}
