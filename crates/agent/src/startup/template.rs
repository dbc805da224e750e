//! What is in a new workspace.

use std::ffi::OsString;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::{fs, io};

use rustix::io::Errno;

use crate::files::{Fault, Outcome, Root, SandboxPath};

/// The template of a server that was given none.
const BUILT_IN: [(&str, &str); 3] = [
    ("README.md", include_str!("../../template/README.md")),
    ("index.html", include_str!("../../template/index.html")),
    (
        ".codesandbox/tasks.json",
        include_str!("../../template/.codesandbox/tasks.json"),
    ),
];

/// How deep a template's folders may be nested.
const MAX_DEPTH: usize = 128;

/// Copies a template into the workspace, and tells how many files it has. What is there already stays.
pub(super) fn copy(root: &Root, template: Option<&Path>) -> Outcome<usize> {
    let workspace = root.workspace();
    match template {
        Some(folder) => copy_folder(root, folder, workspace, MAX_DEPTH),
        None => {
            for (name, content) in BUILT_IN {
                if let Some((folder, _)) = name.rsplit_once('/') {
                    root.make_directory(&workspace.join(folder), true)?;
                }
                put(root, &workspace.join(name), content.as_bytes(), 0o644)?;
            }
            Ok(BUILT_IN.len())
        }
    }
}

fn copy_folder(root: &Root, from: &Path, to: &SandboxPath, depth: usize) -> Outcome<usize> {
    let named = |error: io::Error, path: &Path| {
        let fault = Fault::from(error);
        Fault::Explained(
            fault.errno(),
            format!("{}: {}", path.display(), fault.reason()),
        )
    };
    if depth == 0 {
        return Err(named(Errno::LOOP.into(), from));
    }
    root.make_directory(to, true)?;
    let mut count = 0;
    for entry in fs::read_dir(from).map_err(|error| named(error, from))? {
        let entry = entry.map_err(|error| named(error, from))?;
        let path = entry.path();
        let name = entry
            .file_name()
            .into_string()
            .map_err(|name: OsString| named(io::ErrorKind::InvalidData.into(), &from.join(name)))?;
        let target = to.join(&name);
        let kind = entry.file_type().map_err(|error| named(error, &path))?;
        if kind.is_dir() {
            count += copy_folder(root, &path, &target, depth - 1)?;
        } else if kind.is_symlink() {
            let link = fs::read_link(&path).map_err(|error| named(error, &path))?;
            root.make_link(&link, &target)?;
            count += 1;
        } else if kind.is_file() {
            let content = fs::read(&path).map_err(|error| named(error, &path))?;
            let status = fs::metadata(&path).map_err(|error| named(error, &path))?;
            put(root, &target, &content, status.permissions().mode())?;
            count += 1;
        }
    }
    Ok(count)
}

/// Writes a file unless there is one.
fn put(root: &Root, path: &SandboxPath, content: &[u8], mode: u32) -> Outcome<()> {
    match root.make_file(path, content, mode) {
        Err(fault) if fault.errno() == Errno::EXIST => Ok(()),
        outcome => outcome,
    }
}
