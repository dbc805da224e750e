//! `fs/*`: raw files.

use bytes::Bytes;
use yew_sandbox_protocol::fs::{
    Copy, MakeDir, ReadDir, ReadDirAnswer, ReadFile, ReadFileAnswer, Remove, Rename, Stat, Unwatch,
    Watch, WatchAnswer, WriteFile, WritePart,
};
use yew_sandbox_protocol::limits::MAX_CONTENT;
use yew_sandbox_protocol::search::{
    BatchWrite, CancelStreamingSearch, Download, PathSearch, Search, StreamingSearch, Upload,
    UploadAnswer,
};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, Request, WireError};

use super::paths::{in_workspace, parent, resolve, resolve_for};
use super::sandbox::FakeSandbox;
use super::state::{Answer, State, answer, params};
use super::tree::TOO_LARGE;
use super::watches::FileWatch;
use crate::excludes::Excludes;

impl FakeSandbox {
    /// The content of a file; `None` where there is no such file. Relative paths begin at the workspace.
    pub fn file(&self, path: &str) -> Option<Bytes> {
        let path = resolve(path).ok()?;
        self.with(|state| state.tree.read(&path).ok())
    }

    /// The content of a file as text; `None` where there is no such file, or it is no text.
    pub fn text(&self, path: &str) -> Option<String> {
        String::from_utf8(self.file(path)?.to_vec()).ok()
    }

    /// The paths of all files of the workspace, relative to it, in the order of their bytes.
    pub fn paths(&self) -> Vec<String> {
        let workspace = super::paths::WORKSPACE;
        self.with(|state| {
            let files = state.tree.files(workspace);
            let paths = files.filter_map(|(path, _)| in_workspace(path));
            paths.map(str::to_owned).collect()
        })
    }

    /// Makes or replaces a file with the directories that it needs, as another client. A path that cannot be changes nothing.
    pub fn write(&self, path: &str, content: impl Into<Bytes>) {
        self.write_all([(path, content)]);
    }

    /// Makes or replaces many files at once, as another client: watches tell of all in one event, and of more than 10,000 with
    /// [`WatchEvent::Rescan`](crate::WatchEvent::Rescan).
    pub fn write_all<P: AsRef<str>, C: Into<Bytes>>(
        &self,
        files: impl IntoIterator<Item = (P, C)>,
    ) {
        // Taken from the caller first: what makes them may ask this sandbox.
        let files = files.into_iter();
        let files: Vec<_> = files
            .filter_map(|(path, content)| Some((resolve(path.as_ref()).ok()?, content.into())))
            .collect();
        self.with(|state| {
            for (path, content) in files {
                state.tree.place(&path, content);
            }
        });
    }

    /// Makes a directory and all above it, as another client.
    pub fn make_directory(&self, path: &str) {
        if let Ok(path) = resolve(path) {
            self.with(|state| state.tree.make_directories(&path));
        }
    }

    /// Removes a file, or a directory with all that is in it, as another client. Returns whether it was there.
    pub fn remove(&self, path: &str) -> bool {
        resolve(path).is_ok_and(|path| self.with(|state| state.tree.remove(&path, true).is_ok()))
    }

    /// Moves a file or a directory, as another client; a file that is there is replaced. Returns whether it was done.
    pub fn rename(&self, from: &str, to: &str) -> bool {
        let (Ok(from), Ok(to)) = (resolve(from), resolve(to)) else {
            return false;
        };
        self.with(|state| {
            if let Some(directory) = parent(&to) {
                state.tree.make_directories(directory);
            }
            state.tree.rename(&from, &to, true).is_ok()
        })
    }

    /// The paths that are watched now, absolute.
    pub fn watched(&self) -> Vec<String> {
        self.with(|state| {
            let watches = state.watches.iter();
            watches.map(|watch| watch.path.clone()).collect()
        })
    }
}

impl State {
    pub(super) fn fs(&mut self, connection: u64, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            ReadFile::METHOD => {
                let request: ReadFile = params(frame)?;
                let path = resolve_for("read", &request.path)?;
                let content = match self.tree.read(&path) {
                    Ok(content) if content.len() > MAX_CONTENT => Err(TOO_LARGE),
                    content => content,
                };
                let content = content.map_err(|fault| fault.into_wire("read", &request.path))?;
                answer(&ReadFileAnswer { content })
            }
            ReadDir::METHOD => {
                let request: ReadDir = params(frame)?;
                let path = resolve_for("list", &request.path)?;
                let entries = self.tree.list(&path);
                let entries = entries.map_err(|fault| fault.into_wire("list", &request.path))?;
                answer(&ReadDirAnswer { entries })
            }
            Stat::METHOD => {
                let request: Stat = params(frame)?;
                let path = resolve_for("look at", &request.path)?;
                let status = self.tree.status(&path);
                answer(&status.map_err(|fault| fault.into_wire("look at", &request.path))?)
            }
            Watch::METHOD => self.watch(connection, params(frame)?),
            Unwatch::METHOD => self.unwatch(connection, params(frame)?),
            Search::METHOD => self.search(params(frame)?),
            StreamingSearch::METHOD => self.streaming_search(connection, params(frame)?),
            CancelStreamingSearch::METHOD => self.cancel_search(params(frame)?),
            PathSearch::METHOD => self.path_search(params(frame)?),
            Download::METHOD => {
                let request: Download = params(frame)?;
                let path = resolve_for("download", &request.path)?;
                let status = self.tree.status(&path);
                status.map_err(|fault| fault.into_wire("download", &request.path))?;
                let message = "there are no downloads: the server was not told its public address";
                Err(WireError::new(ErrorCode::FEATURE_UNAVAILABLE, message))
            }
            WriteFile::METHOD
            | WritePart::METHOD
            | MakeDir::METHOD
            | Remove::METHOD
            | Rename::METHOD
            | Copy::METHOD
            | BatchWrite::METHOD
            | Upload::METHOD => {
                self.may_change(frame)?;
                self.change_files(frame)
            }
            _ => self.unknown(frame),
        }
    }

    fn change_files(&mut self, frame: &ClientFrame) -> Answer {
        match frame.method.as_str() {
            WriteFile::METHOD => {
                let request: WriteFile = params(frame)?;
                let path = resolve_for("write", &request.path)?;
                let (create, overwrite) = (
                    request.create != Some(false),
                    request.overwrite != Some(false),
                );
                let written = self.tree.write(&path, request.content, create, overwrite);
                written.map_err(|fault| fault.into_wire("write", &request.path))?;
                answer(&())
            }
            WritePart::METHOD => self.write_part(params(frame)?),
            MakeDir::METHOD => {
                let request: MakeDir = params(frame)?;
                let path = resolve_for("make the directory", &request.path)?;
                let made = self
                    .tree
                    .make_directory(&path, request.recursive == Some(true));
                made.map_err(|fault| fault.into_wire("make the directory", &request.path))?;
                answer(&())
            }
            Remove::METHOD => {
                let request: Remove = params(frame)?;
                let path = resolve_for("remove", &request.path)?;
                let removed = self.tree.remove(&path, request.recursive == Some(true));
                removed.map_err(|fault| fault.into_wire("remove", &request.path))?;
                answer(&())
            }
            Rename::METHOD => {
                let request: Rename = params(frame)?;
                let action = format!("rename {:?} to", request.from);
                let from = resolve_for(&action, &request.from)?;
                let to = resolve_for(&action, &request.to)?;
                let moved = self
                    .tree
                    .rename(&from, &to, request.overwrite == Some(true));
                moved.map_err(|fault| fault.into_wire(&action, &request.to))?;
                answer(&())
            }
            Copy::METHOD => {
                let request: Copy = params(frame)?;
                let action = format!("copy {:?} to", request.from);
                let from = resolve_for(&action, &request.from)?;
                let to = resolve_for(&action, &request.to)?;
                let (recursive, overwrite) = (
                    request.recursive == Some(true),
                    request.overwrite == Some(true),
                );
                let copied = self.tree.copy(&from, &to, recursive, overwrite);
                copied.map_err(|fault| fault.into_wire(&action, &request.to))?;
                answer(&())
            }
            BatchWrite::METHOD => {
                let request: BatchWrite = params(frame)?;
                let mut files = Vec::new();
                for file in request.files {
                    let path = resolve_for("write", &file.path)?;
                    if self.tree.is_directory(&path) {
                        let refused = self.tree.write(&path, Bytes::new(), true, true);
                        refused.map_err(|fault| fault.into_wire("write", &file.path))?;
                    }
                    files.push((path, file.content));
                }
                for (path, content) in files {
                    self.tree.place(&path, content);
                }
                answer(&())
            }
            _ => self.upload(params(frame)?),
        }
    }

    fn write_part(&mut self, request: WritePart) -> Answer {
        let path = resolve_for("write", &request.path)?;
        let (create, overwrite) = (
            request.create != Some(false),
            request.overwrite != Some(false),
        );
        let before = self.parts.remove(&request.write_id);
        let offset = usize::try_from(request.offset).unwrap_or(usize::MAX);
        let content = match before {
            _ if offset == 0 => {
                let writable = self.tree.check_write(&path, create, overwrite);
                writable.map_err(|fault| fault.into_wire("write", &request.path))?;
                Some(Vec::new())
            }
            Some((begun, content)) if begun == path && offset <= content.len() => Some(content),
            _ => None,
        };
        let Some(mut content) = content else {
            let reason = "its earlier parts are not here; send it from its first byte";
            let message = format!("cannot write {:?}: {reason}", request.path);
            return Err(WireError::new(ErrorCode::INVALID_ID, message));
        };
        content.truncate(offset);
        content.extend_from_slice(&request.content);
        if request.last {
            let written = self.tree.write(&path, content.into(), create, overwrite);
            written.map_err(|fault| fault.into_wire("write", &request.path))?;
        } else {
            self.parts.insert(request.write_id, (path, content));
        }
        answer(&())
    }

    fn upload(&mut self, request: Upload) -> Answer {
        let name = request.file_name;
        if matches!(name.as_str(), "" | "." | "..") || name.contains(['/', '\0']) {
            let reason = "a file's name is wanted, without a path";
            let message = format!("cannot upload {name:?}: {reason}");
            return Err(WireError::new(ErrorCode::INVALID_PATH, message));
        }
        let file_id = match request.parent_id.trim_end_matches('/') {
            "" => name,
            directory => format!("{directory}/{name}"),
        };
        let path = resolve_for("upload", &file_id)?;
        let directory = parent(&path).unwrap_or_default();
        if self.tree.status(directory).is_err() {
            let message = format!("cannot upload {file_id:?}: there is no such directory");
            return Err(WireError::file(Some(2), message));
        }
        let written = self.tree.write(&path, request.content, true, true);
        written.map_err(|fault| fault.into_wire("upload", &file_id))?;
        answer(&UploadAnswer { file_id })
    }

    fn watch(&mut self, connection: u64, request: Watch) -> Answer {
        let path = resolve_for("watch", &request.path)?;
        let status = self.tree.status(&path);
        status.map_err(|fault| fault.into_wire("watch", &request.path))?;
        let id = self.next_id();
        self.watches.push(FileWatch {
            id,
            connection,
            path,
            recursive: request.recursive == Some(true),
            excludes: Excludes::new(request.excludes.unwrap_or_default()),
        });
        answer(&WatchAnswer {
            watch_id: id.to_string(),
        })
    }

    fn unwatch(&mut self, connection: u64, request: Unwatch) -> Answer {
        let before = self.watches.len();
        self.watches.retain(|watch| {
            watch.connection != connection || watch.id.to_string() != request.watch_id
        });
        if self.watches.len() == before {
            let message = format!("there is no watch {:?} of this client", request.watch_id);
            return Err(WireError::new(ErrorCode::INVALID_ID, message));
        }
        answer(&())
    }
}
