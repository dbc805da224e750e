//! The files of the fake, and what happens to them.

use std::collections::BTreeMap;

use bytes::Bytes;
use yew_sandbox_protocol::WireError;
use yew_sandbox_protocol::fs::{ChangeKind, DirEntry, FileType, StatAnswer};

use super::paths::{WORKSPACE, parent};

/// When the first file was made, in milliseconds since 1970. Each change after it is a second later.
const BEGINNING: f64 = 1_700_000_000_000.0;

/// Files and directories by their whole path, so that 100,000 names are cheap and a directory is a range.
#[derive(Debug)]
pub(super) struct Tree {
    nodes: BTreeMap<String, Node>,
    now: f64,
    /// What happened since it was told last, in order.
    pub(super) changes: Vec<(String, ChangeKind)>,
}

#[derive(Clone, Debug)]
struct Node {
    /// `None` for a directory.
    content: Option<Bytes>,
    changed: f64,
}

/// How a file operation fails: the Linux errno and the system's words for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Fault(i32, &'static str);

const MISSING: Fault = Fault(2, "No such file or directory");
const EXISTS: Fault = Fault(17, "File exists");
const NO_DIRECTORY: Fault = Fault(20, "Not a directory");
const DIRECTORY: Fault = Fault(21, "Is a directory");
const INTO_ITSELF: Fault = Fault(22, "Invalid argument");
const COPY_INTO_ITSELF: Fault = Fault(22, "a directory cannot be copied into itself");
const NOT_RECURSIVE: Fault = Fault(21, "it is a directory and the copy is not recursive");
/// Of a file over [`MAX_CONTENT`](yew_sandbox_protocol::limits::MAX_CONTENT).
pub(super) const TOO_LARGE: Fault = Fault(27, "it is over the limit of 16777216 bytes");
const NOT_EMPTY: Fault = Fault(39, "Directory not empty");

impl Fault {
    /// The error of an answer to a request that wanted to `action` the `path`.
    pub(super) fn into_wire(self, action: &str, path: &str) -> WireError {
        let Self(errno, reason) = self;
        WireError::file(Some(errno), format!("cannot {action} {path:?}: {reason}"))
    }
}

impl Tree {
    pub(super) fn new() -> Self {
        let mut tree = Self {
            nodes: BTreeMap::new(),
            now: BEGINNING,
            changes: Vec::new(),
        };
        tree.make_directories(WORKSPACE);
        tree.changes.clear();
        tree
    }

    pub(super) fn read(&self, path: &str) -> Result<Bytes, Fault> {
        self.node(path)?.content.clone().ok_or(DIRECTORY)
    }

    pub(super) fn status(&self, path: &str) -> Result<StatAnswer, Fault> {
        let node = self.node(path)?;
        Ok(StatAnswer {
            file_type: node.kind(),
            is_symlink: false,
            size: node.content.as_ref().map_or(4096, Bytes::len) as u64,
            mtime: node.changed,
            ctime: node.changed,
            atime: node.changed,
        })
    }

    /// What is directly in a directory. What lies deeper is passed over, not looked through.
    pub(super) fn list(&self, path: &str) -> Result<Vec<DirEntry>, Fault> {
        if self.node(path)?.content.is_some() {
            return Err(NO_DIRECTORY);
        }
        let (mut from, end) = below(path);
        let prefix = from.len();
        let mut entries = Vec::new();
        'again: loop {
            for (path, node) in self.nodes.range(from..end.clone()) {
                let name = &path[prefix..];
                if let Some(length) = name.find('/') {
                    // Behind all that is in the directory of this name.
                    from = format!("{}0", &path[..prefix + length]);
                    continue 'again;
                }
                entries.push(DirEntry {
                    name: name.to_owned(),
                    file_type: node.kind(),
                    is_symlink: false,
                });
            }
            return Ok(entries);
        }
    }

    /// All files below a directory.
    pub(super) fn files<'a>(
        &'a self,
        path: &str,
    ) -> impl Iterator<Item = (&'a str, &'a Bytes)> + use<'a> {
        let (from, end) = below(path);
        let all = self.nodes.range(from..end);
        all.filter_map(|(path, node)| Some((path.as_str(), node.content.as_ref()?)))
    }

    pub(super) fn write(
        &mut self,
        path: &str,
        content: Bytes,
        create: bool,
        overwrite: bool,
    ) -> Result<(), Fault> {
        let kind = self.check_write(path, create, overwrite)?;
        self.put(path, Some(content), kind);
        Ok(())
    }

    /// What a write would be.
    pub(super) fn check_write(
        &self,
        path: &str,
        create: bool,
        overwrite: bool,
    ) -> Result<ChangeKind, Fault> {
        match self.nodes.get(path) {
            _ if path.is_empty() => Err(DIRECTORY),
            Some(node) if node.content.is_none() => Err(DIRECTORY),
            Some(_) if !overwrite => Err(EXISTS),
            Some(_) => Ok(ChangeKind::Change),
            None => {
                self.directory_of(path)?;
                if create {
                    Ok(ChangeKind::Add)
                } else {
                    Err(MISSING)
                }
            }
        }
    }

    /// Writes a file with the directories that it needs; what stands in the way is replaced.
    pub(super) fn place(&mut self, path: &str, content: Bytes) {
        let Some(directory) = parent(path) else {
            // The root is no file.
            return;
        };
        let kind = match self.nodes.get(path) {
            Some(there) if there.content.is_some() => ChangeKind::Change,
            Some(_) => {
                // It is there, so it can be removed.
                let _ = self.remove(path, true);
                ChangeKind::Add
            }
            None => {
                self.make_directories(directory);
                ChangeKind::Add
            }
        };
        self.put(path, Some(content), kind);
    }

    /// Makes a directory and all above it; files that stand in the way are replaced.
    pub(super) fn make_directories(&mut self, path: &str) {
        if self.is_directory(path) {
            return;
        }
        let ends = path.match_indices('/').map(|(end, _)| end).skip(1);
        for end in ends.chain([path.len()]) {
            let directory = &path[..end];
            if !self.is_directory(directory) {
                let _ = self.remove(directory, false);
                self.put(directory, None, ChangeKind::Add);
            }
        }
    }

    pub(super) fn make_directory(&mut self, path: &str, recursive: bool) -> Result<(), Fault> {
        if recursive {
            let mut above = path;
            while !above.is_empty() {
                if self
                    .nodes
                    .get(above)
                    .is_some_and(|node| node.content.is_some())
                {
                    return Err(if above == path { EXISTS } else { NO_DIRECTORY });
                }
                above = parent(above).unwrap_or_default();
            }
            self.make_directories(path);
            return Ok(());
        }
        if self.node(path).is_ok() {
            return Err(EXISTS);
        }
        self.directory_of(path)?;
        self.put(path, None, ChangeKind::Add);
        Ok(())
    }

    pub(super) fn remove(&mut self, path: &str, recursive: bool) -> Result<(), Fault> {
        let is_directory = self.node(path)?.content.is_none();
        let (from, end) = below(path);
        let all: Vec<String> = self
            .nodes
            .range(from..end)
            .map(|(path, _)| path.clone())
            .collect();
        if path.is_empty() || is_directory && !recursive && !all.is_empty() {
            return Err(NOT_EMPTY);
        }
        // What is in a directory goes before it.
        for path in all.into_iter().rev().chain([path.to_owned()]) {
            self.nodes.remove(&path);
            self.changes.push((path, ChangeKind::Remove));
        }
        Ok(())
    }

    pub(super) fn rename(&mut self, from: &str, to: &str, overwrite: bool) -> Result<(), Fault> {
        let is_file = self.node(from)?.content.is_some();
        self.directory_of(to)?;
        if from.is_empty() || is_within(to, from) && to != from {
            return Err(INTO_ITSELF);
        }
        if let Ok(there) = self.node(to) {
            match (is_file, there.content.is_some()) {
                _ if !overwrite => return Err(EXISTS),
                _ if from == to => return Ok(()),
                (true, false) => return Err(DIRECTORY),
                (false, true) => return Err(NO_DIRECTORY),
                (true, true) => {}
                (false, false) => self.remove(to, false)?,
            }
        }
        let replaced = self.nodes.contains_key(to);
        let moved = self.take(from);
        self.changes.push((from.to_owned(), ChangeKind::Remove));
        for (path, node) in moved {
            let path = format!("{to}{}", &path[from.len()..]);
            let kind = if replaced {
                ChangeKind::Change
            } else {
                ChangeKind::Add
            };
            self.changes.push((path.clone(), kind));
            self.nodes.insert(path, node);
        }
        Ok(())
    }

    pub(super) fn copy(
        &mut self,
        from: &str,
        to: &str,
        recursive: bool,
        overwrite: bool,
    ) -> Result<(), Fault> {
        match (&self.node(from)?.content, recursive) {
            (Some(content), _) => {
                let content = content.clone();
                return self.write(to, content, true, overwrite);
            }
            (None, false) => return Err(NOT_RECURSIVE),
            (None, true) => {}
        }
        if is_within(to, from) {
            return Err(COPY_INTO_ITSELF);
        }
        self.directory_of(to)?;
        match self.node(to) {
            Ok(there) if there.content.is_some() => return Err(EXISTS),
            Ok(_) if !overwrite => return Err(EXISTS),
            Ok(_) => {}
            Err(_) => self.put(to, None, ChangeKind::Add),
        }
        let (first, end) = below(from);
        let all = self.nodes.range(first..end);
        let all = all.map(|(path, node)| (path.clone(), node.clone()));
        let all: Vec<(String, Node)> = all.collect();
        for (path, node) in all {
            let path = format!("{to}{}", &path[from.len()..]);
            match node.content {
                Some(content) => self.write(&path, content, true, true)?,
                None if self.is_directory(&path) => {}
                None => self.put(&path, None, ChangeKind::Add),
            }
        }
        Ok(())
    }

    pub(super) fn is_directory(&self, path: &str) -> bool {
        self.node(path).is_ok_and(|node| node.content.is_none())
    }

    fn node(&self, path: &str) -> Result<&Node, Fault> {
        const ROOT: &Node = &Node {
            content: None,
            changed: BEGINNING,
        };
        if path.is_empty() {
            return Ok(ROOT);
        }
        if let Some(node) = self.nodes.get(path) {
            return Ok(node);
        }
        let mut above = path;
        while let Some(directory) = parent(above) {
            if let Some(node) = self.nodes.get(directory) {
                return Err(if node.content.is_some() {
                    NO_DIRECTORY
                } else {
                    MISSING
                });
            }
            above = directory;
        }
        Err(MISSING)
    }

    /// Checks that there is a directory for a path.
    fn directory_of(&self, path: &str) -> Result<(), Fault> {
        let directory = parent(path).unwrap_or_default();
        match self.node(directory)?.content {
            Some(_) => Err(NO_DIRECTORY),
            None => Ok(()),
        }
    }

    fn put(&mut self, path: &str, content: Option<Bytes>, kind: ChangeKind) {
        self.now += 1000.0;
        let changed = self.now;
        self.nodes
            .insert(path.to_owned(), Node { content, changed });
        self.changes.push((path.to_owned(), kind));
    }

    /// Takes a path out with all below it.
    fn take(&mut self, path: &str) -> Vec<(String, Node)> {
        let (from, end) = below(path);
        let all = self.nodes.range(from..end).map(|(path, _)| path.clone());
        let mut all: Vec<String> = all.collect();
        all.insert(0, path.to_owned());
        all.into_iter()
            .filter_map(|path| self.nodes.remove_entry(&path))
            .collect()
    }
}

impl Node {
    fn kind(&self) -> FileType {
        match self.content {
            Some(_) => FileType::File,
            None => FileType::Directory,
        }
    }
}

/// Whether a path is another one or below it.
pub(super) fn is_within(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory)
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

/// The texts between which all paths below a directory lie.
fn below(path: &str) -> (String, String) {
    // `0` is the character behind the slash.
    (format!("{path}/"), format!("{path}0"))
}
