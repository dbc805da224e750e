//! Theme, language, width.

use anyhow::{Context, Result, ensure};
use serde_json::{Value, json};

use crate::page::SOON;
use crate::playground::Playground;
use crate::stage::Stage;
use crate::wait::until;

/// What is measured: the theme's surface, the language, the direction, and where the files and the preview are.
const MEASURE: &str = "const ide = document.querySelector('.ys-ide');\
    const left = (region) => document.querySelector(`[data-region=${region}]`)?.getBoundingClientRect().left;\
    return {\
        surface: getComputedStyle(ide).backgroundColor,\
        language: ide.closest('[lang]').lang,\
        direction: getComputedStyle(ide).direction,\
        isMirrored: left('side') > left('preview'),\
        overflows: document.documentElement.scrollWidth > innerWidth || document.documentElement.scrollHeight > innerHeight,\
    };";

/// Themes and languages change in place and are remembered; a mirrored page is mirrored; a phone has room.
pub(super) async fn theme_language_width(stage: &mut Stage<'_>) -> Result<()> {
    let page = Playground::of(stage);
    page.begin().await?;
    page.type_file("typed before the switch").await?;
    page.shows("a saved file", |look| !look.is_dirty).await?;
    let mut surfaces = Vec::new();
    for theme in ["light", "dark", "contrast"] {
        page.choose("Theme", theme).await?;
        let measured = page.session.run(MEASURE, &[]).await?;
        surfaces.push(measured["surface"].clone());
    }
    ensure!(
        surfaces[0] != surfaces[1],
        "light and dark are alike: {surfaces:?}"
    );

    page.choose("Theme", "dark").await?;
    page.choose("Language", "de").await?;
    page.shows("German words", |look| {
        look.side.as_deref() == Some("Dateien")
    })
    .await?;
    measures(&page, "language", &Value::from("de")).await?;
    stage.reload().await?;
    page.is_ready().await?;
    page.shows("German words after a reload", |look| {
        look.side.as_deref() == Some("Dateien")
    })
    .await?;
    measures(&page, "surface", &surfaces[1]).await?;

    page.choose("Sprache", "mirrored").await?;
    measures(&page, "direction", &Value::from("rtl")).await?;
    measures(&page, "isMirrored", &Value::Bool(true)).await?;
    measures(&page, "overflows", &Value::Bool(false)).await?;
    page.choose("Language", "").await?;
    measures(&page, "isMirrored", &Value::Bool(false)).await?;

    let before = page.session.get("window/rect").await?;
    let narrow = json!({ "width": 500, "height": before["height"] });
    page.session.post("window/rect", &narrow).await?;
    let outcome = one_part_at_a_time(&page).await;
    page.session.post("window/rect", &before).await?;
    outcome?;
    page.shows("the wide layout", |look| {
        look.layout.as_deref() == Some("wide")
    })
    .await?;
    Ok(())
}

async fn one_part_at_a_time(page: &Playground) -> Result<()> {
    page.shows("the narrow layout", |look| {
        look.layout.as_deref() == Some("narrow")
    })
    .await?;
    for (tab, region) in [
        ("Files", "side"),
        ("Terminal", "terminal"),
        ("Preview", "preview"),
        ("Editor", "editor"),
    ] {
        page.click(&format!(".ys-ide-tab[aria-label={tab}]"))
            .await?;
        let regions = "return [...document.querySelectorAll('.ys-ide-main [data-region]')].filter((part) => part.checkVisibility()).map((part) => part.dataset.region);";
        let shown = page.session.run(regions, &[]).await?;
        ensure!(shown == json!([region]), "{tab} shows {shown}");
        measures(page, "overflows", &Value::Bool(false)).await?;
    }
    page.shows("what was typed", |look| {
        look.editor.as_deref() == Some("typed before the switch")
    })
    .await?;
    Ok(())
}

async fn measures(page: &Playground, name: &str, wanted: &Value) -> Result<()> {
    let mut last = Value::Null;
    let what = format!("{name} {wanted}");
    let found = until(&what, SOON, async || {
        last = page.session.run(MEASURE, &[]).await?;
        Ok((last[name] == *wanted).then_some(()))
    });
    let found = found.await;
    found.with_context(|| format!("measured: {last}"))
}
