//! A tree of very many files draws what is in sight.

use anyhow::{Result, ensure};
use serde::Deserialize;

use super::{DESK, Gallery};
use crate::page::SOON;
use crate::stage::Stage;
use crate::wait::until;

/// What the tree holds now.
const LOOK: &str = "const rows = [...document.querySelectorAll('[role=treeitem]')];
    return { rows: rows.length, elements: document.querySelectorAll('*').length,
        last: rows.at(-1)?.querySelector('bdi')?.textContent, size: rows[0]?.ariaSetSize };";
/// The most rows that are drawn, in a window of any height that people have.
const MOST_ROWS: usize = 200;
const MOST_ELEMENTS: usize = 4_000;

#[derive(Debug, Deserialize)]
struct Look {
    rows: usize,
    elements: usize,
    last: Option<String>,
    size: Option<String>,
}

/// Of 100,000 files some are on the page, at the start and at the end.
pub(super) async fn of_100_000_files(stage: &mut Stage<'_>) -> Result<()> {
    let gallery = Gallery::open(stage, DESK).await?;
    gallery
        .show(gallery.story("file-tree/100000-files")?, "bare")
        .await?;
    check(&look(&gallery).await?)?;
    let to_the_end = "document.querySelector('[role=tree]').scrollTop = 1e9;";
    gallery.run(to_the_end, &[]).await?;
    let at_the_end = until("the last file", SOON, async || {
        let look = look(&gallery).await?;
        Ok((look.last.as_deref() == Some("file 99999.txt")).then_some(look))
    });
    check(&at_the_end.await?)?;
    gallery.close().await
}

async fn look(gallery: &Gallery<'_>) -> Result<Look> {
    Ok(serde_json::from_value(gallery.run(LOOK, &[]).await?)?)
}

fn check(look: &Look) -> Result<()> {
    ensure!(
        look.size.as_deref() == Some("100000"),
        "it is another tree: {look:?}"
    );
    ensure!(
        (1..MOST_ROWS).contains(&look.rows) && look.elements < MOST_ELEMENTS,
        "too much is drawn: {look:?}"
    );
    Ok(())
}
