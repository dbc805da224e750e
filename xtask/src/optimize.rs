//! Makes built pages small: binaryen's `wasm-opt` and esbuild over what Trunk left.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths;
use crate::progress::run_quietly;

/// A function is put into its only caller where it is small: larger ones make code that compresses less well.
///
/// The features are those that Rust's target has on by default, and no more: what a browser of today knows.
const ARGUMENTS: &[&str] = &[
    "-Oz",
    "--converge",
    "--one-caller-inline-max-function-size=60",
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
    "--strip-debug",
    "--strip-producers",
    "--strip-target-features",
];

/// Optimises each wasm file of `folder`, and the JavaScript beside it, in place. What was optimised before is taken from a cache.
///
/// # Errors
/// A file cannot be read or written, or a tool refuses it.
pub(crate) fn folder(folder: &Path) -> Result<()> {
    for file in files_with_ending(folder, ".wasm")? {
        optimize(&file)?;
    }
    Ok(())
}

/// The files directly in `folder` whose names end so, sorted.
///
/// # Errors
/// The folder cannot be read.
pub(crate) fn files_with_ending(folder: &Path, ending: &str) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries =
        fs::read_dir(folder).with_context(|| format!("{} cannot be read", folder.display()))?;
    for entry in entries {
        let path = entry?.path();
        let name = path.file_name().unwrap_or(OsStr::new("")).to_string_lossy();
        if path.is_file() && name.ends_with(ending) {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

fn optimize(wasm: &Path) -> Result<()> {
    let glue = glue_of(wasm)?;
    let tools = paths::root().join("xtask/wasm-opt");
    let script = tools.join("shrink.mjs");
    let mut hasher = DefaultHasher::new();
    ARGUMENTS.hash(&mut hasher);
    for file in [wasm, &glue, &script, &tools.join("package-lock.json")] {
        let content =
            fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
        content.hash(&mut hasher);
    }
    let cached = paths::scratch().join(format!("wasm-opt/{:016x}", hasher.finish()));
    if !cached.is_dir() {
        let partial = cached.with_extension("partial");
        fs::create_dir_all(&partial)
            .with_context(|| format!("{} cannot be created", partial.display()))?;
        run_quietly(
            "Optimising the wasm",
            Command::new("node")
                .arg(script)
                .args([wasm, &glue])
                .args([partial.join("page.wasm"), partial.join("page.js")])
                .args(ARGUMENTS),
        )?;
        fs::rename(&partial, &cached)?;
    }
    for (name, file) in [("page.wasm", wasm), ("page.js", &glue)] {
        fs::copy(cached.join(name), file)
            .with_context(|| format!("{} cannot be written", file.display()))?;
    }
    Ok(())
}

/// wasm-bindgen's JavaScript for a wasm file: `page.js` for `page_bg.wasm`.
fn glue_of(wasm: &Path) -> Result<PathBuf> {
    let stem = wasm.file_stem().and_then(OsStr::to_str);
    let page = stem
        .and_then(|stem| stem.strip_suffix("_bg"))
        .with_context(|| format!("{} is no page's wasm", wasm.display()))?;
    Ok(wasm.with_file_name(format!("{page}.js")))
}
