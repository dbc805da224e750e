//! What a browser downloads: of each page, and of a page with one component.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::build;
use crate::optimize;
use crate::paths;
use crate::process::capture;
use crate::progress::title;

/// Every component by the name of its feature in `e2e/bench/sizes`.
const COMPONENTS: &[&str] = &[
    "code_editor",
    "code_viewer",
    "command_output",
    "command_palette",
    "connection_status",
    "console",
    "file_tabs",
    "file_tree",
    "git_panel",
    "init_screen",
    "metrics_bar",
    "port_list",
    "presence",
    "preview",
    "resizable_panels",
    "sandbox_ide",
    "sandbox_playground",
    "sandbox_terminal",
    "search_panel",
    "setup_steps",
    "task_list",
    "terminal",
    "terminal_tabs",
    "toasts",
];

/// The files that are fetched when their component is first shown.
const MODULES: &[(&str, &str)] = &[
    ("editor", "CodeEditor"),
    ("viewer", "CodeViewer"),
    ("terminal", "Terminal"),
];

/// The wasm and the JavaScript that a page begins with, in kB (1,000 bytes) after brotli.
///
/// # Errors
/// The folder cannot be read, or Node.js fails.
pub(crate) fn of_folder(dist: &Path) -> Result<f64> {
    let mut files = optimize::files_with_ending(dist, ".wasm")?;
    files.extend(optimize::files_with_ending(dist, ".js")?);
    of_files(&files)
}

fn of_files(files: &[PathBuf]) -> Result<f64> {
    const SCRIPT: &str = "const {readFileSync} = require('fs'); const {brotliCompressSync} = require('zlib');
        for (const file of process.argv.slice(1)) console.log(brotliCompressSync(readFileSync(file)).length)";
    let output = capture(
        Command::new("node")
            .args(["--eval", SCRIPT, "--"])
            .args(files),
    )?;
    let bytes = output
        .lines()
        .map(str::parse::<u64>)
        .sum::<Result<u64, _>>()?;
    Ok(bytes as f64 / 1000.0)
}

/// Builds a page for each component alone and one with all of them, and prints what each downloads.
///
/// # Errors
/// A build fails.
pub(crate) fn measure() -> Result<()> {
    title("Weighing the components");
    let bare = weigh("bare", &[])?;
    println!(
        "\n| page with the provider, one hook and | kB | more than without |\n| --- | --- | --- |"
    );
    println!("| nothing else | {bare:.1} | |");
    for name in COMPONENTS {
        let size = weigh(name, &[name])?;
        println!("| {name} | {size:.1} | {:.1} |", size - bare);
    }
    let all = weigh("all", COMPONENTS)?;
    println!("| all of them | {all:.1} | {:.1} |", all - bare);
    println!("\n| fetched when first shown | kB |\n| --- | --- |");
    for (module, component) in MODULES {
        let size = of_files(&with_imports(module)?)?;
        println!("| {component} | {size:.1} |");
    }
    Ok(())
}

fn weigh(name: &str, features: &[&str]) -> Result<f64> {
    let dist = paths::scratch().join("sizes").join(name);
    let folder = paths::root().join("e2e/bench/sizes");
    build::page_with(&folder, &dist, features)?;
    of_folder(&dist)
}

/// A module's file and those that it imports at once, without what it loads later.
fn with_imports(module: &str) -> Result<Vec<PathBuf>> {
    let folder = paths::root().join("components/js/dist");
    let mut files = vec![folder.join(format!("{module}.js"))];
    let mut next = 0;
    while let Some(file) = files.get(next) {
        let text = std::fs::read_to_string(file)
            .with_context(|| format!("{} cannot be read", file.display()))?;
        for name in imports(&text) {
            let file = folder.join(name);
            if !files.contains(&file) {
                files.push(file);
            }
        }
        next += 1;
    }
    Ok(files)
}

/// The files named in static imports and re-exports: `from"./name.js"`, or `import"./name.js"`.
fn imports(text: &str) -> impl Iterator<Item = &str> {
    ["from\"./", "import\"./"]
        .into_iter()
        .flat_map(|start| text.split(start).skip(1))
        .filter_map(|rest| rest.split_once('"').map(|(name, _)| name))
}

/// Compares the built pages with `xtask/size-budget.txt`.
///
/// # Errors
/// A page is larger than its budget, or the file names one that is not there.
pub(crate) fn check() -> Result<()> {
    let budget = std::fs::read_to_string(paths::root().join("xtask/size-budget.txt"))
        .context("xtask/size-budget.txt cannot be read")?;
    let mut too_large = Vec::new();
    for (page, most) in parse(&budget)? {
        let size = of_folder(&paths::dist().join(page))
            .with_context(|| format!("the page {page} is in the budget"))?;
        println!("   {page}: {size:.1} kB of {most:.1}");
        if size > most {
            too_large.push(format!("{page} has {size:.1} kB, and may have {most:.1}"));
        }
    }
    ensure!(too_large.is_empty(), "{}", too_large.join("; "));
    Ok(())
}

/// One page and its most kB a line; `#` begins a comment.
fn parse(budget: &str) -> Result<Vec<(&str, f64)>> {
    let lines = budget.lines().map(str::trim);
    lines
        .filter(|line| !line.is_empty() && !line.starts_with('#'))
        .map(|line| match line.split_once(' ') {
            Some((page, most)) => Ok((page, most.trim().parse()?)),
            None => bail!("`{line}` is no page with its most kB"),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn budgets_are_a_page_and_a_number() {
        let budget = "# most kB\n\n. 300\nexamples/quick_start 104.5\n";
        let expected = vec![(".", 300.0), ("examples/quick_start", 104.5)];
        assert_eq!(parse(budget).unwrap(), expected);
        assert!(parse("page").is_err());
        assert!(parse("page much").is_err());
    }

    #[test]
    fn imports_that_come_at_once_are_found() {
        let text = "import{a}from\"./a.js\";import\"./b.js\";export{c}from\"./c.js\";const d=()=>import(\"./d.js\");";
        let mut found: Vec<_> = imports(text).collect();
        found.sort_unstable();
        assert_eq!(found, ["a.js", "b.js", "c.js"]);
    }
}
