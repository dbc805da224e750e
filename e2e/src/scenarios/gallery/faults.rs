//! Faults that are put into a story: what finds none of them would find nothing anywhere.

use anyhow::{Result, ensure};

use super::{Gallery, axe, reflow};
use crate::stage::Stage;

/// Against the rules that matter most.
const FOR_AXE: &str = "document.querySelector('.story').innerHTML = `
    <img src='data:,'>
    <p style='color: #999; background: #fff'>too faint</p>
    <div style='font-size: 0'><button class='small'>a</button><button class='small'>b</button></div>
    <style>.small { inline-size: 8px; block-size: 8px; padding: 0; border: 0; }</style>
    <div role='listbox'><span>no option</span></div>`;";
const RULES: [&str; 4] = [
    "image-alt",
    "color-contrast",
    "target-size",
    "aria-required-children",
];

/// Too wide, in each of the ways that there are.
const FOR_REFLOW: &str = "document.querySelector('.story').innerHTML = `
    <button style='inline-size: 400px'>far out</button>
    <div class='cut' style='overflow: hidden; white-space: nowrap'>${'much text '.repeat(40)}</div>
    <div class='rolls' style='overflow: auto; white-space: nowrap'>${'much text '.repeat(40)}</div>`;";
const WORDS: [&str; 4] = ["the page is", "reaches from", "is cut", "scrolls sideways"];

/// Each of them is found.
pub(super) async fn are_found(stage: &mut Stage<'_>) -> Result<()> {
    let gallery = Gallery::open(stage, reflow::PHONE).await?;
    axe::begin(&gallery).await?;
    gallery
        .show(gallery.story("note/with-button")?, "bare")
        .await?;

    gallery.run(FOR_AXE, &[]).await?;
    let found = axe::look(&gallery).await?;
    for rule in RULES {
        let is_found = found.iter().any(|fault| fault.starts_with(rule));
        ensure!(is_found, "axe does not see {rule}: {found:#?}");
    }
    gallery.run(FOR_REFLOW, &[]).await?;
    let found = reflow::look(&gallery).await?;
    for word in WORDS {
        let is_found = found.iter().any(|fault| fault.contains(word));
        ensure!(is_found, "nothing says that something {word}: {found:#?}");
    }
    gallery.close().await
}
