//! Paths of every form beneath a root with links of every form: none leads out of it.

use std::fs;
use std::os::fd::AsRawFd;
use std::os::unix::fs::symlink;
use std::path::Path;

use proptest::collection::vec;
use proptest::prelude::*;
use rustix::fs::OFlags;
use tempfile::TempDir;

use super::Root;
use super::root::SandboxPath;

/// A part of a path.
fn part() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => prop::sample::select(vec!["a", "b", "link", "up", "out", "host", "loop", "file"]).prop_map(str::to_owned),
        4 => Just("..".to_owned()),
        1 => prop::sample::select(vec!["", ".", "...", "..a", "\u{e4}", " "]).prop_map(str::to_owned),
        1 => "[a-z.\\\\~%0-9]{0,4}",
    ]
}

fn path() -> impl Strategy<Value = String> {
    (any::<bool>(), vec(part(), 0..12)).prop_map(|(is_absolute, parts)| {
        let path = parts.join("/");
        if is_absolute {
            format!("/{path}")
        } else {
            path
        }
    })
}

/// A root with directories and links in them, beside a secret that is not in it.
fn root(place: &Path) -> Root {
    let folder = place.join("root");
    let workspace = folder.join("project/workspace");
    fs::create_dir_all(workspace.join("a/b")).unwrap();
    fs::write(place.join("secret"), "secret").unwrap();
    for directory in [
        &folder,
        &workspace,
        &workspace.join("a"),
        &workspace.join("a/b"),
    ] {
        fs::write(directory.join("file"), "in").unwrap();
        symlink("a", directory.join("link")).unwrap();
        symlink("../../../../../../..", directory.join("up")).unwrap();
        symlink("../../../../secret", directory.join("out")).unwrap();
        symlink(place, directory.join("host")).unwrap();
        symlink("loop", directory.join("loop")).unwrap();
    }
    Root::new(&folder, Path::new("/project/workspace")).unwrap()
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(2_000) })]

    #[test]
    fn no_path_leads_out_of_the_root(paths in vec(path(), 1..8)) {
        thread_local! {
            static ROOT: (TempDir, Root) = {
                let place = TempDir::new().unwrap();
                let root = root(place.path());
                (place, root)
            };
        }
        ROOT.with(|(place, root)| {
            let beneath = place.path().join("root").canonicalize().unwrap();
            for path in &paths {
                let Ok(resolved) = root.resolve(path) else {
                    // By its own text it climbs above the root, or is too long.
                    prop_assert!(climbs(path), "{path:?} was refused");
                    continue;
                };
                prop_assert!(!climbs(path), "{path:?} was not refused");
                if let Ok(opened) = root.open(&resolved, OFlags::PATH) {
                    let real = fs::read_link(format!("/proc/self/fd/{}", opened.as_raw_fd())).unwrap();
                    prop_assert!(real.starts_with(&beneath), "{path:?} leads to {real:?}");
                }
                if let Ok((directory, name)) = root.target(&resolved) {
                    let real = fs::read_link(format!("/proc/self/fd/{}", directory.as_raw_fd())).unwrap();
                    prop_assert!(real.starts_with(&beneath), "{path:?} leads to {real:?}");
                    prop_assert!(!name.contains('/') && name != "..");
                }
                let normal = resolved.normal();
                prop_assert_eq!(normal.normal(), normal.clone());
                prop_assert!(normal.names().all(|name| name != ".."));
                // What clients are shown leads to the same place again.
                let shown = root.visible(&resolved);
                prop_assert_eq!(root.resolve(&shown).map(|path: SandboxPath| path.normal()).ok(), Some(normal));
            }
            Ok(())
        })?;
    }
}

/// Whether a path has more `..` than names before them, somewhere.
fn climbs(path: &str) -> bool {
    let workspace = if path.starts_with('/') { 0 } else { 2 };
    let mut depth: i32 = workspace;
    path.split('/').any(|name| {
        depth += match name {
            "" | "." => 0,
            ".." => -1,
            _ => 1,
        };
        depth < 0
    })
}
