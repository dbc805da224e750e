//! The components: how soon they are painted, how they scroll, type and flood, and what renders again.

use std::time::Duration;

use anyhow::{Context, Result, ensure};
use serde_json::{Map, Value, json};

use super::{open, serve};
use crate::arguments::Arguments;
use crate::browser::{Browser, Theme};
use crate::wait::until;

/// How many keys are typed.
const KEYS: usize = 100;
/// How long the paint of one key may take.
const KEY: Duration = Duration::from_secs(5);

/// Measures `rounds` rounds, prints the medians and gives them.
///
/// # Errors
/// A program does not start, or a row fails.
pub(super) async fn run(arguments: &Arguments, rounds: usize) -> Result<Value> {
    let (_home, mut server) = serve(arguments, "components").await?;
    let browser = Browser::start(arguments, Theme::Light).await?;
    let address = format!("http://{}/bench/components/", server.address());
    let (mut trees, mut floods) = (Vec::new(), Vec::new());
    let (mut keys, mut bare_keys) = (Vec::new(), Vec::new());
    // The first round warms up, and is not counted.
    for round in 0..=rounds {
        open(&browser, &address).await?;
        let tree = figures(&browser, "tree").await?;
        let typed = keystrokes(&browser, "editor", ".cm-content", "textContent").await?;
        open(&browser, &address).await?;
        let bare = keystrokes(&browser, "field", "textarea", "value").await?;
        open(&browser, &address).await?;
        let flood = figures(&browser, "flood").await?;
        if round > 0 {
            trees.push(tree);
            keys.extend(typed);
            bare_keys.extend(bare);
            floods.push(flood);
        }
    }
    open(&browser, &address).await?;
    let renders = figures(&browser, "renders").await?;
    open(&browser, &address).await?;
    let mut parts = Map::new();
    let names: Vec<String> = serde_json::from_value(figures(&browser, "parts").await?)?;
    for name in names {
        let told = figures(&browser, &format!("part {name}")).await?;
        parts.insert(name, told);
    }
    let parts = Value::Object(parts);
    browser.end().await;
    server.stop().await;

    let tree = |name: &str| median(trees.iter().map(|tree| number(tree, name)));
    let flood = |name: &str| median(floods.iter().map(|flood| number(flood, name)));
    keys.sort_by(f64::total_cmp);
    let slow = keys[keys.len() * 95 / 100];
    let rows = [
        row(
            "tree of 100,000 files: first paint",
            tree("paint")?,
            "ms",
            "at most 100",
        ),
        row(
            "frames of 600 over 32 ms while it scrolls",
            tree("late")?,
            "",
            "none",
        ),
        row("its longest frame", tree("longest")?, "ms", ""),
        row(
            "the same of plain text that is all there",
            tree("text_late")?,
            "",
            "",
        ),
        row(
            "key to paint in a file of 1 MB",
            median(keys.iter().copied().map(Ok))?,
            "ms",
            "one frame (16.7)",
        ),
        row("the same, 95 of 100", slow, "ms", ""),
        row(
            "key to paint in an empty field of the browser's own",
            median(bare_keys.iter().copied().map(Ok))?,
            "ms",
            "",
        ),
        row(
            "50 MB in a terminal, beside xterm.js fed straight",
            flood("time")? / flood("direct")?,
            "times its time",
            "at most 1.2",
        ),
        row(
            "what of it was drawn",
            flood("bytes")? / 50e6 * 100.0,
            "%",
            "",
        ),
        row("its longest frame", flood("longest")?, "ms", "at most 50"),
        row(
            "longest frame of xterm.js fed straight",
            flood("direct_longest")?,
            "ms",
            "",
        ),
    ];
    println!("\n| components, {rounds} rounds | median | aim |\n| --- | --- | --- |");
    for row in &rows {
        let figure = row["figure"].as_f64().unwrap_or_default();
        let text = |name: &str| row[name].as_str().unwrap_or_default().to_owned();
        println!(
            "| {} | {figure:.2} {} | {} |",
            text("row"),
            text("unit"),
            text("aim")
        );
    }
    println!("\n| when | what renders again, of nine readers |\n| --- | --- |");
    for (event, readers) in renders.as_object().context("no renders were told")? {
        let names: Vec<_> = readers
            .as_array()
            .into_iter()
            .flatten()
            .filter_map(Value::as_str)
            .collect();
        println!("| {event} | {} |", names.join(", "));
    }
    print_parts(&parts)?;
    Ok(json!({ "rounds": rounds, "rows": rows, "renders": renders, "parts": parts }))
}

/// Prints how many components of each part rendered again, by event.
fn print_parts(parts: &Value) -> Result<()> {
    const EVENTS: [(&str, &str); 10] = [
        ("output", "a line of output"),
        ("file", "a file changes"),
        ("metrics", "metrics"),
        ("port", "a port opens"),
        ("task", "a task starts"),
        ("client", "somebody joins"),
        ("git", "another git status"),
        ("terminal", "a terminal opens"),
        ("dirt", "the first edit"),
        ("edit", "the next edit"),
    ];
    let names: Vec<_> = EVENTS.iter().map(|(_, name)| *name).collect();
    println!(
        "\n| components that render again in | {} |",
        names.join(" | ")
    );
    println!("| --- |{}", " ---: |".repeat(EVENTS.len()));
    for (part, counts) in parts.as_object().context("no parts were told")? {
        let counts = EVENTS
            .iter()
            .map(|(event, _)| Ok(number(counts, event)?.to_string()))
            .collect::<Result<Vec<_>>>()?;
        println!("| {part} | {} |", counts.join(" | "));
    }
    Ok(())
}

/// From each key to its paint, in milliseconds. The row `prepare` shows what is typed into; `selector` finds it, and `text` is the
/// property that has its text.
async fn keystrokes(
    browser: &Browser,
    prepare: &str,
    selector: &str,
    text: &str,
) -> Result<Vec<f64>> {
    figures(browser, prepare).await?;
    let focus = "document.querySelector(arguments[0]).focus()";
    browser.session.run(focus, &[json!(selector)]).await?;
    let mut times = Vec::new();
    for count in 1..=KEYS {
        let key = json!({ "type": "keyDown", "key": "a", "code": "KeyA", "text": "a" });
        browser.devtools("Input.dispatchKeyEvent", &key).await?;
        let up = json!({ "type": "keyUp", "key": "a", "code": "KeyA" });
        browser.devtools("Input.dispatchKeyEvent", &up).await?;
        times = until("the key's paint", KEY, async || {
            let told = figures(browser, "keystrokes").await?;
            let list = told["times"].as_array().cloned().unwrap_or_default();
            let list: Vec<f64> = list.iter().filter_map(Value::as_f64).collect();
            Ok((list.len() >= count).then_some(list))
        })
        .await?;
    }
    let typed = "const [selector, text, count] = arguments;
        return document.querySelector(selector)[text].includes('a'.repeat(count))";
    let arguments = [json!(selector), json!(text), json!(KEYS)];
    let all_there = browser.session.run(typed, &arguments).await?;
    ensure!(all_there == true, "not all keys are in the text");
    Ok(times)
}

async fn figures(browser: &Browser, row: &str) -> Result<Value> {
    let script = "return bench(arguments[0])";
    browser
        .session
        .run(script, &[json!(row)])
        .await
        .with_context(|| row.to_owned())
}

fn number(figures: &Value, name: &str) -> Result<f64> {
    figures[name]
        .as_f64()
        .with_context(|| format!("the page told no {name}"))
}

fn median(numbers: impl Iterator<Item = Result<f64>>) -> Result<f64> {
    let mut numbers = numbers.collect::<Result<Vec<_>>>()?;
    numbers.sort_by(f64::total_cmp);
    numbers
        .get(numbers.len() / 2)
        .copied()
        .context("nothing was measured")
}

fn row(name: &str, figure: f64, unit: &str, aim: &str) -> Value {
    json!({ "row": name, "figure": figure, "unit": unit, "aim": aim })
}
