//! Makes built pages small: binaryen's `wasm-opt` over what Trunk left.

use std::ffi::OsStr;
use std::fs;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths;
use crate::progress::run_quietly;

/// The features that Rust's target has on by default, and no more: what a browser of today knows.
const ARGUMENTS: &[&str] = &[
    "-Oz",
    "--converge",
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

/// Optimises each wasm file of `folder` in place. What was optimised before is taken from a cache.
///
/// # Errors
/// A file cannot be read or written, or `wasm-opt` refuses it.
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

fn optimize(file: &Path) -> Result<()> {
    let program = paths::root().join("xtask/wasm-opt/node_modules/binaryen/bin/wasm-opt");
    let lock = fs::read(paths::root().join("xtask/wasm-opt/package-lock.json"))?;
    let content = fs::read(file).with_context(|| format!("{} cannot be read", file.display()))?;
    let mut hasher = DefaultHasher::new();
    (&content, &lock, ARGUMENTS).hash(&mut hasher);
    let cached = paths::scratch().join(format!("wasm-opt/{:016x}.wasm", hasher.finish()));
    if !cached.is_file() {
        fs::create_dir_all(paths::scratch().join("wasm-opt"))?;
        let partial = cached.with_extension("partial");
        run_quietly(
            "Optimising the wasm",
            Command::new("node")
                .arg(program)
                .args(ARGUMENTS)
                .arg("--output")
                .arg(&partial)
                .arg(file),
        )?;
        fs::rename(&partial, &cached)?;
    }
    fs::copy(&cached, file).with_context(|| format!("{} cannot be written", file.display()))?;
    Ok(())
}
