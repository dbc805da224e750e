//! Makes a sandbox's `/` ready for its process: the places where the isolation mounts something, and the few
//! files of `/etc` that are its own.
//!
//! Whatever lay there before was left by the sandbox itself, so nothing is followed: a symlink in the place
//! of a folder is removed, never passed.

use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::fs::lchown;
use std::path::Path;
use std::{fs, io};

use rustix::fs::{
    AtFlags, CWD, FileType, Gid, Mode, OFlags, Uid, fchmod, fchown, fstat, mkdirat, openat,
    readlinkat, renameat, statat, symlinkat, unlinkat,
};
use rustix::io::Errno;
use rustix::process::{getegid, geteuid};

use super::isolation::Owner;

/// Folders, each after the one it lies in.
const FOLDERS: [&str; 16] = [
    "usr",
    "proc",
    "dev",
    "tmp",
    "var",
    "var/tmp",
    "etc",
    "etc/alternatives",
    "etc/ssl",
    "home",
    "home/sandbox",
    "project",
    "root",
    ".sandbox",
    ".sandbox/template",
    "run",
];

/// Files that something is mounted over.
const MOUNT_POINTS: [&str; 4] = [
    "etc/ld.so.cache",
    "etc/localtime",
    "etc/nsswitch.conf",
    ".sandbox/agent",
];

/// Files with a content of ours.
const FILES: [(&str, &str); 4] = [
    (
        "etc/passwd",
        "root:x:0:0:root:/root:/usr/sbin/nologin\n\
         sandbox:x:1000:1000:Sandbox:/home/sandbox:/bin/bash\n\
         nobody:x:65534:65534:nobody:/nonexistent:/usr/sbin/nologin\n",
    ),
    (
        "etc/group",
        "root:x:0:\nsandbox:x:1000:\nnogroup:x:65534:\n",
    ),
    (
        "etc/hosts",
        "127.0.0.1 localhost sandbox\n::1 localhost ip6-localhost ip6-loopback\n",
    ),
    ("etc/hostname", "sandbox\n"),
];

/// What an agent remembers of a workspace that is filled and whose steps are still to be found.
const FILLED: &str = r#"{"template":"done"}"#;

/// As on a Debian whose `/usr` is merged.
const LINKS: [(&str, &str); 4] = [
    ("bin", "usr/bin"),
    ("sbin", "usr/sbin"),
    ("lib", "usr/lib"),
    ("lib64", "usr/lib64"),
];

/// Makes the folder at `path`, which must be there, ready for a process of `owner`.
pub(crate) fn prepare(path: &Path, owner: Option<Owner>) -> io::Result<()> {
    let root = openat(CWD, path, FOLDER, Mode::empty())?;
    hand_over(path, &root, owner)?;
    for folder in FOLDERS {
        let (parent, name) = parent(&root, folder)?;
        let folder = ensure_folder(&parent, name)?;
        own(&folder, owner)?;
    }
    for file in MOUNT_POINTS {
        let (parent, name) = parent(&root, file)?;
        ensure_file(&parent, name, None, owner)?;
    }
    for (file, content) in FILES {
        let (parent, name) = parent(&root, file)?;
        ensure_file(&parent, name, Some(content), owner)?;
    }
    for (name, target) in LINKS {
        ensure_link(&root, name, target, owner)?;
    }
    Ok(())
}

/// Lets the set-up steps of a sandbox that does not run be done again; its workspace counts as filled.
pub(crate) fn forget_steps(path: &Path, owner: Option<Owner>) -> io::Result<()> {
    let root = openat(CWD, path, FOLDER, Mode::empty())?;
    let folder = openat(&root, ".sandbox", FOLDER, Mode::empty())?;
    match statat(&folder, "state.json", AtFlags::SYMLINK_NOFOLLOW) {
        // It never ran.
        Err(Errno::NOENT) => return Ok(()),
        Err(error) => return Err(error.into()),
        Ok(_) => {}
    }
    ensure_file(&folder, "state.json", Some(FILLED), owner)
}

/// Gives all files to `owner` where the sandbox ran as somebody else before: without isolation, or never.
///
/// The root folder itself says who that was, so it comes last.
fn hand_over(path: &Path, root: &OwnedFd, owner: Option<Owner>) -> io::Result<()> {
    let before = fstat(root)?.st_uid;
    let now = owner.map_or(geteuid().as_raw(), |owner| owner.uid);
    if before == now {
        return Ok(());
    }
    if let Some(owner) = owner {
        hand_over_content(path, owner)?;
        return own(root, Some(owner));
    }
    if geteuid().is_root() {
        fchown(root, Some(geteuid()), Some(getegid()))?;
    }
    Ok(())
}

/// Nothing of the sandbox runs now, so that names do not change under our hands.
fn hand_over_content(path: &Path, owner: Owner) -> io::Result<()> {
    for entry in fs::read_dir(path)? {
        let entry = entry?;
        if entry.file_type()?.is_dir() {
            hand_over_content(&entry.path(), owner)?;
        }
        lchown(entry.path(), Some(owner.uid), Some(owner.gid))?;
    }
    Ok(())
}

const FOLDER: OFlags = OFlags::RDONLY
    .union(OFlags::DIRECTORY)
    .union(OFlags::NOFOLLOW)
    .union(OFlags::CLOEXEC);

/// The folder that `path` lies in, which [`FOLDERS`] has made.
fn parent<'a>(root: &OwnedFd, path: &'a str) -> io::Result<(OwnedFd, &'a str)> {
    match path.split_once('/') {
        Some((folder, name)) => Ok((openat(root, folder, FOLDER, Mode::empty())?, name)),
        None => Ok((root.try_clone()?, path)),
    }
}

fn ensure_folder(parent: &OwnedFd, name: &str) -> io::Result<OwnedFd> {
    match openat(parent, name, FOLDER, Mode::empty()) {
        Ok(folder) => return Ok(folder),
        Err(Errno::NOENT) => {}
        Err(Errno::NOTDIR | Errno::LOOP) => unlinkat(parent, name, AtFlags::empty())?,
        Err(error) => return Err(error.into()),
    }
    mkdirat(parent, name, Mode::from_raw_mode(0o755))?;
    Ok(openat(parent, name, FOLDER, Mode::empty())?)
}

/// `content: None` asks for a file of any content.
fn ensure_file(
    parent: &OwnedFd,
    name: &str,
    content: Option<&str>,
    owner: Option<Owner>,
) -> io::Result<()> {
    let kind = match statat(parent, name, AtFlags::SYMLINK_NOFOLLOW) {
        Ok(stat) => Some(FileType::from_raw_mode(stat.st_mode)),
        Err(Errno::NOENT) => None,
        Err(error) => return Err(error.into()),
    };
    if content.is_none() && kind == Some(FileType::RegularFile) {
        return Ok(());
    }
    if kind == Some(FileType::Directory) {
        set_aside(parent, name)?;
    } else if kind.is_some() {
        unlinkat(parent, name, AtFlags::empty())?;
    }
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let file = openat(parent, name, flags, Mode::from_raw_mode(0o644))?;
    own(&file, owner)?;
    fchmod(&file, Mode::from_raw_mode(0o644))?;
    io::Write::write_all(
        &mut std::fs::File::from(file),
        content.unwrap_or_default().as_bytes(),
    )
}

fn ensure_link(root: &OwnedFd, name: &str, target: &str, owner: Option<Owner>) -> io::Result<()> {
    match readlinkat(root, name, Vec::new()) {
        Ok(found) if found.as_bytes() == target.as_bytes() => return Ok(()),
        Err(Errno::NOENT) => {}
        Ok(_) => unlinkat(root, name, AtFlags::empty())?,
        Err(Errno::INVAL) => set_aside(root, name)?,
        Err(error) => return Err(error.into()),
    }
    symlinkat(target, root, name)?;
    if let Some(Owner { uid, gid }) = owner {
        let (uid, gid) = (Uid::from_raw(uid), Gid::from_raw(gid));
        rustix::fs::chownat(root, name, Some(uid), Some(gid), AtFlags::SYMLINK_NOFOLLOW)?;
    }
    Ok(())
}

/// A folder in the way may hold somebody's work: it gets another name.
fn set_aside(parent: &OwnedFd, name: &str) -> io::Result<()> {
    for number in 1..100 {
        let aside = format!("{name}.{number}");
        match statat(parent, &aside, AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => return Ok(renameat(parent, name, parent, &aside)?),
            _ => continue,
        }
    }
    Err(io::ErrorKind::AlreadyExists.into())
}

fn own(file: &impl AsFd, owner: Option<Owner>) -> io::Result<()> {
    if let Some(Owner { uid, gid }) = owner
        && fstat(file)?.st_uid != uid
    {
        fchown(file, Some(Uid::from_raw(uid)), Some(Gid::from_raw(gid)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn everything_is_made_and_making_it_again_keeps_what_is_there() {
        let root = tempfile::tempdir().unwrap();
        prepare(root.path(), None).unwrap();
        fs::write(root.path().join("home/sandbox/notes"), "mine").unwrap();
        fs::write(root.path().join("etc/ssl/own"), "mine").unwrap();
        fs::write(root.path().join("etc/passwd"), "changed").unwrap();
        prepare(root.path(), None).unwrap();
        let read = |name| fs::read_to_string(root.path().join(name)).unwrap();
        assert_eq!(read("home/sandbox/notes"), "mine");
        assert_eq!(read("etc/ssl/own"), "mine");
        assert!(read("etc/passwd").contains("sandbox:x:1000"));
        assert_eq!(
            fs::read_link(root.path().join("bin")).unwrap(),
            Path::new("usr/bin")
        );
    }

    #[test]
    fn steps_are_forgotten_and_links_there_not_followed() {
        let root = tempfile::tempdir().unwrap();
        prepare(root.path(), None).unwrap();
        forget_steps(root.path(), None).unwrap();
        let state = root.path().join(".sandbox/state.json");
        assert!(!state.exists());
        let victim = tempfile::NamedTempFile::new().unwrap();
        symlink(victim.path(), &state).unwrap();
        forget_steps(root.path(), None).unwrap();
        assert_eq!(fs::read_to_string(&state).unwrap(), FILLED);
        assert!(fs::symlink_metadata(&state).unwrap().is_file());
        assert_eq!(fs::read_to_string(victim.path()).unwrap(), "");
    }

    #[test]
    fn links_that_the_sandbox_left_are_not_followed() {
        let root = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        let victim = outside.path().join("victim");
        fs::write(&victim, "whole").unwrap();
        let at = |name| root.path().join(name);
        symlink(outside.path(), at("etc")).unwrap();
        symlink(&victim, at("usr")).unwrap();
        fs::create_dir(at("bin")).unwrap();
        fs::write(at("bin/tool"), "mine").unwrap();
        fs::write(at("tmp"), "a file").unwrap();
        prepare(root.path(), None).unwrap();
        fs::remove_file(at("etc/passwd")).unwrap();
        symlink(&victim, at("etc/passwd")).unwrap();
        fs::remove_file(at("etc/hosts")).unwrap();
        fs::create_dir(at("etc/hosts")).unwrap();
        prepare(root.path(), None).unwrap();
        assert_eq!(fs::read_to_string(&victim).unwrap(), "whole");
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
        assert!(fs::symlink_metadata(at("etc")).unwrap().is_dir());
        assert!(fs::symlink_metadata(at("etc/passwd")).unwrap().is_file());
        assert!(fs::symlink_metadata(at("etc/hosts")).unwrap().is_file());
        assert_eq!(fs::read_to_string(at("bin.1/tool")).unwrap(), "mine");
    }
}
