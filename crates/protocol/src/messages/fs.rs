//! `fs/*`: raw files. Paths are absolute, or relative to the workspace.

use bytes::Bytes;

use crate::msgpack::{DecodeError, DecodeErrorKind, Reader, Writer};
use crate::request::{Repeat, Request, notifications, requests};
use crate::wire::{Decode, Encode, record, words};

/// What a directory entry is. On the wire 0 is a file and 1 a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FileType {
    /// A file, and whatever else is not a directory.
    File,
    /// A directory.
    Directory,
}

impl Encode for FileType {
    fn encode(&self, writer: &mut Writer) {
        writer.unsigned(matches!(self, Self::Directory).into());
    }
}

impl Decode for FileType {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        match reader.integer()? {
            0 => Ok(Self::File),
            1 => Ok(Self::Directory),
            _ => Err(DecodeError::new(DecodeErrorKind::Unknown)),
        }
    }
}

record! {
    /// `fs/readFile`: a whole file.
    pub struct ReadFile {
        /// The file.
        "path" => path: String,
    }
}

record! {
    /// The answer to [`ReadFile`].
    pub struct ReadFileAnswer {
        /// The bytes of the file, which share the frame's buffer.
        "content" => content: Bytes,
    }
}

record! {
    /// `fs/writeFile`: replaces a whole file.
    pub struct WriteFile {
        /// The file.
        "path" => path: String,
        /// Its new bytes.
        "content" => content: Bytes,
        /// Whether the file may be made. Absent: it may.
        "create" => create: Option<bool>,
        /// Whether a file that is there may be replaced. Absent: it may.
        "overwrite" => overwrite: Option<bool>,
    }
}

record! {
    /// `fs/writePart`: a part of a file, which is replaced or made in one step once its last part is there. An extension of our agent: others
    /// answer error 1. `docs/src/parts.md` is its specification.
    pub struct WritePart {
        /// The file.
        "path" => path: String,
        /// Names the write, over all of its parts; its client makes the name up.
        "writeId" => write_id: String,
        /// Where the part begins in the file, in bytes. 0 begins the write, anew where it had begun.
        "offset" => offset: u64,
        /// The bytes.
        "content" => content: Bytes,
        /// Whether no part follows. The answer says that the file is there.
        "last" => last: bool,
        /// As in [`WriteFile`].
        "create" => create: Option<bool>,
        /// As in [`WriteFile`].
        "overwrite" => overwrite: Option<bool>,
    }
}

record! {
    /// `fs/readdir`: what is in a directory.
    pub struct ReadDir {
        /// The directory.
        "path" => path: String,
    }
}

record! {
    /// One thing in a directory.
    pub struct DirEntry {
        /// Its name, without a path.
        "name" => name: String,
        /// What it is; for a symbolic link, what the link leads to.
        "type" => file_type: FileType,
        /// Whether it is a symbolic link.
        "isSymlink" => is_symlink: bool,
    }
}

record! {
    /// The answer to [`ReadDir`].
    pub struct ReadDirAnswer {
        /// All entries, in no order.
        "entries" => entries: Vec<DirEntry>,
    }
}

record! {
    /// `fs/stat`: what a path leads to.
    pub struct Stat {
        /// The path.
        "path" => path: String,
    }
}

record! {
    /// The answer to [`Stat`].
    pub struct StatAnswer {
        /// What it is; for a symbolic link, what the link leads to.
        "type" => file_type: FileType,
        /// Whether the path itself is a symbolic link.
        "isSymlink" => is_symlink: bool,
        /// The size in bytes.
        "size" => size: u64,
        /// When the content changed last, in milliseconds since 1970.
        "mtime" => mtime: f64,
        /// When the entry changed last, in milliseconds since 1970.
        "ctime" => ctime: f64,
        /// When it was read last, in milliseconds since 1970.
        "atime" => atime: f64,
    }
}

record! {
    /// `fs/copy`: copies a file or a directory.
    pub struct Copy {
        /// What to copy.
        "from" => from: String,
        /// The name of the copy.
        "to" => to: String,
        /// Whether a directory may be copied. Absent: it may not.
        "recursive" => recursive: Option<bool>,
        /// Whether a file that is there may be replaced. Absent: it may not.
        "overwrite" => overwrite: Option<bool>,
    }
}

record! {
    /// `fs/rename`: moves a file or a directory.
    pub struct Rename {
        /// What to move.
        "from" => from: String,
        /// The new name.
        "to" => to: String,
        /// Whether what is there may be replaced. Absent: it may not.
        "overwrite" => overwrite: Option<bool>,
    }
}

record! {
    /// `fs/remove`: removes a file or a directory.
    pub struct Remove {
        /// What to remove.
        "path" => path: String,
        /// Whether a directory that is not empty may be removed. Absent: it may not.
        "recursive" => recursive: Option<bool>,
    }
}

record! {
    /// `fs/mkdir`: makes a directory.
    pub struct MakeDir {
        /// The directory.
        "path" => path: String,
        /// Whether parents are made too, and a directory that is there is fine. Absent: neither.
        "recursive" => recursive: Option<bool>,
    }
}

record! {
    /// `fs/watch`: tells of changes from now on.
    pub struct Watch {
        /// The file or directory.
        "path" => path: String,
        /// Whether all below is watched too. Absent: it is not.
        "recursive" => recursive: Option<bool>,
        /// Globs of what is not watched.
        "excludes" => excludes: Option<Vec<String>>,
    }
}

record! {
    /// `fs/watch` of a client that comes back: goes on with a watch that it had. An extension of our agent.
    pub struct Rewatch {
        /// As in [`Watch`], for where the watch is gone.
        "path" => path: String,
        /// As in [`Watch`].
        "recursive" => recursive: Option<bool>,
        /// As in [`Watch`].
        "excludes" => excludes: Option<Vec<String>>,
        /// The watch to go on with; absent: as [`Watch`].
        "watchId" => watch_id: Option<String>,
        /// How many `fs/watchEvent` of that watch the client saw; absent: none.
        "cursor" => cursor: Option<u64>,
    }
}

record! {
    /// The answer to [`Watch`].
    pub struct WatchAnswer {
        /// Names the watch.
        "watchId" => watch_id: String,
    }
}

record! {
    /// `fs/unwatch`: ends a watch.
    pub struct Unwatch {
        /// The watch.
        "watchId" => watch_id: String,
    }
}

words! {
    /// What became of the paths of an event.
    pub enum ChangeKind {
        /// They are new.
        Add = "add",
        /// Their content changed.
        Change = "change",
        /// They are gone.
        Remove = "remove",
    }
}

record! {
    /// Changes of one kind.
    pub struct Change {
        /// The paths.
        "paths" => paths: Vec<String>,
        /// What became of them.
        "type" => kind: ChangeKind,
    }
}

record! {
    /// `fs/watchEvent`: what changed under a watch.
    pub struct WatchEvent {
        /// The watch.
        "watchId" => watch_id: String,
        /// What changed, in order.
        "events" => events: Vec<Change>,
    }
}

requests! {
    ReadFile: "fs/readFile" -> ReadFileAnswer, Repeatable;
    ReadDir: "fs/readdir" -> ReadDirAnswer, Repeatable;
    Stat: "fs/stat" -> StatAnswer, Repeatable;
    Rename: "fs/rename" -> (), Once;
    Remove: "fs/remove" -> (), Once;
    Watch: "fs/watch" -> WatchAnswer, Once;
    Rewatch: "fs/watch" -> WatchAnswer, Once;
    Unwatch: "fs/unwatch" -> (), Once;
}

impl Request for WriteFile {
    const METHOD: &'static str = "fs/writeFile";
    type Answer = ();

    /// A whole-file write may run twice, unless it must make the file: the second would find the first's.
    fn repeat(&self) -> Repeat {
        repeatable_if(self.overwrite != Some(false))
    }
}

impl Request for WritePart {
    const METHOD: &'static str = "fs/writePart";
    type Answer = ();

    /// The bytes go to the same place a second time, but the last part of a file that must be made would find it.
    fn repeat(&self) -> Repeat {
        repeatable_if(self.overwrite != Some(false))
    }
}

impl Request for Copy {
    const METHOD: &'static str = "fs/copy";
    type Answer = ();

    fn repeat(&self) -> Repeat {
        repeatable_if(self.overwrite == Some(true))
    }
}

impl Request for MakeDir {
    const METHOD: &'static str = "fs/mkdir";
    type Answer = ();

    fn repeat(&self) -> Repeat {
        repeatable_if(self.recursive == Some(true))
    }
}

fn repeatable_if(repeatable: bool) -> Repeat {
    if repeatable {
        Repeat::Repeatable
    } else {
        Repeat::Once
    }
}

notifications! {
    WatchEvent: "fs/watchEvent";
}
