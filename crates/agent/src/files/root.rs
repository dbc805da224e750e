//! Paths, and the kernel's promise that they end beneath the root.

use std::io;
use std::path::Path;

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, CWD, Mode, OFlags, ResolveFlags};
use rustix::io::Errno;
use yew_sandbox_protocol::limits::MAX_PATH;

use super::parts::Parts;
use super::{Fault, Outcome};
use crate::error::AgentError;

/// The sandbox's `/`.
#[derive(Debug)]
pub(crate) struct Root {
    directory: OwnedFd,
    /// Where the root is in the paths that clients see: empty for `/` itself, else without a slash at its end.
    prefix: String,
    workspace: SandboxPath,
    /// The files that come in parts.
    pub(super) parts: Parts,
}

/// An absolute path as seen from the sandbox's `/`. Its text never climbs above it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct SandboxPath(String);

/// As many links as the kernel follows in one path.
const MAX_LINKS: usize = 40;
/// The kernel gives up when a folder moves while it resolves `..` in it; so often it is asked again.
const ATTEMPTS: usize = 1000;

impl Root {
    /// Opens the root.
    pub(crate) fn new(root: &Path, workspace: &Path) -> Result<Self, AgentError> {
        let failed = |error: io::Error| AgentError::root(root, error);
        let real = std::fs::canonicalize(root).map_err(failed)?;
        let Some(prefix) = real.to_str() else {
            return Err(failed(io::Error::new(
                io::ErrorKind::InvalidInput,
                "its path is not UTF-8",
            )));
        };
        let flags = OFlags::PATH | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let directory =
            fs::openat(CWD, &real, flags, Mode::empty()).map_err(|errno| failed(errno.into()))?;
        open_beneath(directory.as_fd(), "/", flags).map_err(|errno| failed(errno.into()))?;
        let text = workspace
            .to_str()
            .filter(|text| text.starts_with('/') && !text.split('/').any(|name| name == ".."))
            .ok_or_else(|| AgentError::workspace(workspace))?;
        Ok(Self {
            directory,
            prefix: prefix.trim_end_matches('/').to_owned(),
            workspace: SandboxPath(text.to_owned()).normal(),
            parts: Parts::default(),
        })
    }

    pub(crate) fn workspace(&self) -> &SandboxPath {
        &self.workspace
    }

    /// Whether the sandbox's `/` is that of this process, as inside an isolation.
    pub(crate) fn is_whole_system(&self) -> bool {
        self.prefix.is_empty()
    }

    /// What a client's path means: absolute from the root, or relative to the workspace.
    pub(crate) fn resolve(&self, path: &str) -> Outcome<SandboxPath> {
        if path.contains('\0') {
            return Err(Fault::Path("it contains a NUL character"));
        }
        if path.len() > MAX_PATH {
            return Err(Fault::System(Errno::NAMETOOLONG));
        }
        let text = match path.strip_prefix('/') {
            None => format!("{}/{path}", self.workspace.0),
            Some(_) => match self.without_prefix(path) {
                Some("") => "/".to_owned(),
                Some(rest) => rest.to_owned(),
                None => path.to_owned(),
            },
        };
        let mut depth = 0usize;
        for name in text.split('/') {
            depth = match name {
                "" | "." => depth,
                ".." => depth
                    .checked_sub(1)
                    .ok_or(Fault::Path("it climbs above the sandbox's /"))?,
                _ => depth + 1,
            };
        }
        Ok(SandboxPath(text))
    }

    /// The absolute path as clients see it.
    pub(crate) fn visible(&self, path: &SandboxPath) -> String {
        let path = path.normal();
        match (self.prefix.as_str(), path.0.as_str()) {
            ("", path) => path.to_owned(),
            (prefix, "/") => prefix.to_owned(),
            (prefix, path) => format!("{prefix}{path}"),
        }
    }

    /// Opens what the path leads to. Every link on the way ends beneath the root.
    pub(crate) fn open(&self, path: &SandboxPath, flags: OFlags) -> Result<OwnedFd, Errno> {
        open_beneath(self.directory.as_fd(), &path.0, flags)
    }

    /// Opens the directory at the path for its entries and for calls relative to it.
    pub(crate) fn open_directory(&self, path: &SandboxPath) -> Result<OwnedFd, Errno> {
        self.open(path, OFlags::RDONLY | OFlags::DIRECTORY | OFlags::NONBLOCK)
    }

    /// The directory that holds the path's last name, and that name. A link there is not followed.
    pub(crate) fn entry(&self, path: &SandboxPath) -> Outcome<(OwnedFd, String)> {
        let trimmed = path.0.trim_end_matches('/');
        let Some((parent, name)) = trimmed.rsplit_once('/') else {
            return Err(Fault::System(Errno::BUSY));
        };
        if matches!(name, "." | "..") {
            return Err(Fault::System(Errno::INVAL));
        }
        let parent = SandboxPath(format!("{parent}/"));
        let directory = self.open(&parent, OFlags::PATH | OFlags::DIRECTORY)?;
        Ok((directory, name.to_owned()))
    }

    /// Like [`Root::entry`], after following links at the last name, also those that lead nowhere yet.
    pub(crate) fn target(&self, path: &SandboxPath) -> Outcome<(OwnedFd, String)> {
        let (directory, name, _) = self.follow_links(path)?;
        Ok((directory, name))
    }

    /// As [`Root::target`], with the path of the directory.
    pub(crate) fn target_path(&self, path: &SandboxPath) -> Outcome<(SandboxPath, String)> {
        let (_, name, path) = self.follow_links(path)?;
        Ok((path.parent(), name))
    }

    fn follow_links(&self, path: &SandboxPath) -> Outcome<(OwnedFd, String, SandboxPath)> {
        let mut path = path.clone();
        for _ in 0..MAX_LINKS {
            let (directory, name) = self.entry(&path)?;
            let link = match fs::readlinkat(&directory, &name, Vec::new()) {
                Ok(link) => link,
                // No link, or nothing at all.
                Err(Errno::INVAL | Errno::NOENT) => return Ok((directory, name, path)),
                Err(errno) => return Err(errno.into()),
            };
            let link = link.to_str().map_err(|_| Fault::System(Errno::ILSEQ))?;
            path = if link.starts_with('/') {
                SandboxPath(link.to_owned())
            } else {
                path.parent().join(link)
            };
        }
        Err(Errno::LOOP.into())
    }

    /// The descriptor of the root itself, for comparing.
    pub(crate) fn directory(&self) -> BorrowedFd<'_> {
        self.directory.as_fd()
    }

    /// The rest of an absolute path that starts with the root's own place.
    fn without_prefix<'a>(&self, path: &'a str) -> Option<&'a str> {
        if self.prefix.is_empty() {
            return None;
        }
        path.strip_prefix(self.prefix.as_str())
            .filter(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl SandboxPath {
    /// The path of something beneath this one; `text` is not checked for climbing, the kernel stops it at the root.
    pub(crate) fn join(&self, text: &str) -> Self {
        Self(format!("{}/{text}", self.0.trim_end_matches('/')))
    }

    /// The names of the path, as they stand.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.0
            .split('/')
            .filter(|name| !name.is_empty() && *name != ".")
    }

    /// The path without empty names, `.` and `..`.
    pub(crate) fn normal(&self) -> Self {
        let mut names = Vec::new();
        for name in self.names() {
            if name == ".." {
                names.pop();
            } else {
                names.push(name);
            }
        }
        Self(format!("/{}", names.join("/")))
    }

    /// Whether the text itself says that a directory is meant.
    pub(crate) fn leads_to_directory(&self) -> bool {
        matches!(self.0.rsplit('/').next(), None | Some("" | "." | ".."))
    }

    /// The `/` itself.
    pub(crate) fn top() -> Self {
        Self("/".to_owned())
    }

    /// The directory that holds the path's last name, by its text.
    pub(super) fn parent(&self) -> Self {
        let trimmed = self.0.trim_end_matches('/');
        let end = trimmed.rfind('/').unwrap_or(0);
        Self(format!("{}/", &trimmed[..end]))
    }
}

/// Opens a path with `directory` as its `/`.
fn open_beneath(directory: BorrowedFd<'_>, path: &str, flags: OFlags) -> Result<OwnedFd, Errno> {
    let flags = flags | OFlags::CLOEXEC;
    let resolve = ResolveFlags::IN_ROOT | ResolveFlags::NO_MAGICLINKS;
    for _ in 0..ATTEMPTS {
        match fs::openat2(directory, path, flags, Mode::empty(), resolve) {
            Err(Errno::AGAIN | Errno::INTR) => {}
            outcome => return outcome,
        }
    }
    Err(Errno::AGAIN)
}
