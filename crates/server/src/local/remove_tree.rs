//! Removes all that a sandbox left, whatever it did to its folders.

use std::io;
use std::os::fd::AsFd;
use std::path::Path;

use rustix::fs::{
    AtFlags, CWD, FileType, Mode, OFlags, chmodat, openat, renameat, statat, unlinkat,
};
use rustix::io::Errno;

use super::copy_tree::names;

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// Removes the folder `path` and all that is in it. Nothing else may change it meanwhile.
///
/// Folders that are closed to their own owner are opened first, and folders inside folders are moved to the top
/// before they are emptied, so that no nesting is too deep.
pub(crate) fn remove_tree(path: &Path) -> io::Result<()> {
    chmodat(CWD, path, Mode::RWXU, AtFlags::empty())?;
    let top = openat(CWD, path, FOLDER, Mode::empty())?;
    let mut moved: u64 = 0;
    loop {
        let entries = names(top.as_fd())?;
        if entries.is_empty() {
            break;
        }
        for name in entries {
            if !is_folder(&top, &name)? {
                unlinkat(&top, &name, AtFlags::empty())?;
                continue;
            }
            chmodat(&top, &name, Mode::RWXU, AtFlags::empty())?;
            let folder = openat(&top, &name, FOLDER, Mode::empty())?;
            for inner in names(folder.as_fd())? {
                if !is_folder(&folder, &inner)? {
                    unlinkat(&folder, &inner, AtFlags::empty())?;
                    continue;
                }
                chmodat(&folder, &inner, Mode::RWXU, AtFlags::empty())?;
                // A name that the sandbox has taken before is no reason to stop.
                loop {
                    moved += 1;
                    let free = format!(".removing-{moved}");
                    match statat(&top, &free, AtFlags::SYMLINK_NOFOLLOW) {
                        Ok(_) => {}
                        Err(Errno::NOENT) => {
                            renameat(&folder, &inner, &top, &free)?;
                            break;
                        }
                        Err(error) => return Err(error.into()),
                    }
                }
            }
            unlinkat(&top, &name, AtFlags::REMOVEDIR)?;
        }
    }
    Ok(unlinkat(CWD, path, AtFlags::REMOVEDIR)?)
}

fn is_folder(parent: &impl AsFd, name: &std::ffi::CStr) -> io::Result<bool> {
    let status = statat(parent, name, AtFlags::SYMLINK_NOFOLLOW)?;
    Ok(FileType::from_raw_mode(status.st_mode) == FileType::Directory)
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::os::unix::fs::{PermissionsExt, symlink};

    use rustix::fs::mkdirat;

    use super::*;

    #[test]
    fn nothing_is_left_and_nothing_else_is_touched() {
        let folder = tempfile::tempdir().unwrap();
        let outside = folder.path().join("outside");
        fs::create_dir(&outside).unwrap();
        fs::write(outside.join("file"), "mine").unwrap();
        let tree = folder.path().join("tree");
        fs::create_dir_all(tree.join("a/b/c")).unwrap();
        fs::create_dir_all(tree.join(".removing-1/x")).unwrap();
        fs::write(tree.join("a/b/c/file"), "x").unwrap();
        symlink(&outside, tree.join("a/link")).unwrap();
        for closed in ["a/b/c", "a/b", "a"] {
            let closed = tree.join(closed);
            fs::set_permissions(closed, fs::Permissions::from_mode(0o0)).unwrap();
        }
        remove_tree(&tree).unwrap();
        assert!(!tree.exists());
        assert_eq!(fs::read_to_string(outside.join("file")).unwrap(), "mine");
    }

    /// Each level of the nesting took a file descriptor.
    #[test]
    fn nesting_has_no_bound() {
        let folder = tempfile::tempdir().unwrap();
        let tree = folder.path().join("tree");
        fs::create_dir(&tree).unwrap();
        let mut deepest = openat(CWD, &tree, FOLDER, Mode::empty()).unwrap();
        for _ in 0..5000 {
            mkdirat(&deepest, "d", Mode::RWXU).unwrap();
            deepest = openat(&deepest, "d", FOLDER, Mode::empty()).unwrap();
        }
        drop(deepest);
        remove_tree(&tree).unwrap();
        assert!(!tree.exists());
    }
}
