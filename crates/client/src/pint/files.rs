//! Files. Where the agent's interface says less than the protocol, the bridge looks first: what happens between the look and the
//! change is not seen.

use std::collections::VecDeque;
use std::future::Future;

use yew_sandbox_protocol::fs::{
    Copy, DirEntry, FileType, MakeDir, ReadDir, ReadDirAnswer, ReadFile, ReadFileAnswer, Remove,
    Rename, Stat, StatAnswer, WriteFile,
};
use yew_sandbox_protocol::limits::MAX_CONTENT;
use yew_sandbox_protocol::search::{Upload, UploadAnswer};
use yew_sandbox_protocol::{ErrorCode, WireError};

use super::api::{self, Directory, Done, File, FileAction, FileInfo};
use super::bridge::{Bridge, Link};
use super::exact;
use super::failure::{CallError, Failure};
use super::paths::{inside, parent};
use super::rest::NOTHING;
use super::time::milliseconds;
use crate::send::MaybeSend;

const NO_ENTRY: i32 = 2;
const EXISTS: i32 = 17;
const NO_DIRECTORY: i32 = 20;
const IS_DIRECTORY: i32 = 21;
const INVALID: i32 = 22;
const TOO_LARGE: i32 = 27;
const NOT_EMPTY: i32 = 39;

/// What stands in a JSON text for bytes that are no UTF-8.
const REPLACEMENT: char = '\u{fffd}';

/// The text of a file is its content, unless some of it cannot stand in JSON: then it is fetched in another way.
pub(super) async fn read(bridge: Link, request: ReadFile) -> Result<ReadFileAnswer, Failure> {
    let path = bridge.paths.resolve(&request.path)?;
    let address = bridge.paths.address("files/", &path);
    let file: Result<File, _> = bridge.rest.get(&address).await;
    let content = match file {
        Ok(file) if file.content.contains(REPLACEMENT) => exact::read(&bridge, &path).await?,
        Ok(file) => file.content.into(),
        Err(CallError::Refused(refused)) if refused.status == 413 => {
            return Err(Failure::file(TOO_LARGE, refused.message));
        }
        Err(error) => return Err(error.into_file_failure("read", &path)),
    };
    if content.len() > MAX_CONTENT {
        let message = format!("cannot read {path}: it is larger than 16 MiB");
        return Err(Failure::file(TOO_LARGE, message));
    }
    Ok(ReadFileAnswer { content })
}

pub(super) fn write(
    bridge: Link,
    request: WriteFile,
) -> impl Future<Output = Result<(), Failure>> + MaybeSend + use<> {
    change(
        bridge,
        [request.path.clone()],
        async move |bridge, [path]| {
            let (create, overwrite) = (request.create, request.overwrite);
            if create == Some(false) || overwrite == Some(false) {
                match bridge.look(&path).await? {
                    None if create == Some(false) => return Err(missing("write", &path)),
                    Some(_) if overwrite == Some(false) => return Err(taken("write", &path)),
                    _ => {}
                }
            }
            bridge.put(&path, &request.content).await
        },
    )
}

pub(super) fn upload(
    bridge: Link,
    request: Upload,
) -> impl Future<Output = Result<UploadAnswer, Failure>> + MaybeSend + use<> {
    let path = inside(&request.parent_id, &request.file_name);
    let is_name =
        !["", ".", ".."].contains(&&*request.file_name) && !request.file_name.contains(['/', '\0']);
    change(bridge, [path], async move |bridge, [path]| {
        if !is_name {
            let message = format!("{:?} is no file name", request.file_name);
            let error = WireError::new(ErrorCode::INVALID_PATH, message);
            return Err(Failure::Refused(error));
        }
        bridge.put(&path, &request.content).await?;
        Ok(UploadAnswer { file_id: path })
    })
}

pub(super) async fn read_dir(bridge: Link, request: ReadDir) -> Result<ReadDirAnswer, Failure> {
    let path = bridge.paths.resolve(&request.path)?;
    let files = bridge.entries(&path).await;
    let files = files.map_err(|error| error.into_file_failure("list", &path))?;
    let entries = files.into_iter().map(|file| DirEntry {
        name: file.name,
        file_type: file_type(file.is_dir),
        // The agent does not tell.
        is_symlink: false,
    });
    Ok(ReadDirAnswer {
        entries: entries.collect(),
    })
}

pub(super) async fn stat(bridge: Link, request: Stat) -> Result<StatAnswer, Failure> {
    let path = bridge.paths.resolve(&request.path)?;
    let Some(info) = bridge.look(&path).await? else {
        return Err(missing("look at", &path));
    };
    let changed = milliseconds(&info.mod_time);
    Ok(StatAnswer {
        file_type: file_type(info.is_dir),
        is_symlink: false,
        size: info.size,
        // The agent knows one time of a file.
        mtime: changed,
        ctime: changed,
        atime: changed,
    })
}

pub(super) fn make_dir(
    bridge: Link,
    request: MakeDir,
) -> impl Future<Output = Result<(), Failure>> + MaybeSend + use<> {
    change(
        bridge,
        [request.path.clone()],
        async move |bridge, [path]| {
            match bridge.look(&path).await? {
                Some(info) if request.recursive != Some(true) || !info.is_dir => {
                    return Err(taken("make", &path));
                }
                Some(_) => return Ok(()),
                None => {}
            }
            // Whether the agent makes parents too is not said: the bridge makes each that is missing.
            let mut absent = vec![path.as_str()];
            while let Some(above) = absent.last().and_then(|path| parent(path)) {
                match bridge.look(above).await? {
                    Some(info) if info.is_dir => break,
                    Some(_) => return Err(not_a_directory("make", &path)),
                    None if request.recursive == Some(true) => absent.push(above),
                    None => return Err(missing("make", &path)),
                }
            }
            for path in absent.into_iter().rev() {
                bridge.make(path).await?;
            }
            Ok(())
        },
    )
}

pub(super) fn remove(
    bridge: Link,
    request: Remove,
) -> impl Future<Output = Result<(), Failure>> + MaybeSend + use<> {
    change(
        bridge,
        [request.path.clone()],
        async move |bridge, [path]| {
            let Some(info) = bridge.look(&path).await? else {
                return Err(missing("remove", &path));
            };
            if !info.is_dir {
                return bridge.delete("files/", &path).await;
            }
            let files = bridge.entries(&path).await;
            let files = files.map_err(|error| error.into_file_failure("remove", &path))?;
            if !files.is_empty() && request.recursive != Some(true) {
                let message = format!("cannot remove {path}: the directory is not empty");
                return Err(Failure::file(NOT_EMPTY, message));
            }
            match bridge.delete("directories/", &path).await {
                Err(Failure::Refused(error)) if error.errno == Some(NOT_EMPTY) => {
                    bridge.remove_piece_by_piece(&path).await
                }
                removed => removed,
            }
        },
    )
}

pub(super) fn rename(
    bridge: Link,
    request: Rename,
) -> impl Future<Output = Result<(), Failure>> + MaybeSend + use<> {
    let paths = [request.from.clone(), request.to.clone()];
    change(bridge, paths, async move |bridge, [from, to]| {
        if bridge.look(&from).await?.is_none() {
            return Err(missing("move", &from));
        }
        if is_inside(&to, &from) && to != from {
            let message = format!("cannot move {from} into itself");
            return Err(Failure::file(INVALID, message));
        }
        if request.overwrite != Some(true) && bridge.look(&to).await?.is_some() {
            return Err(taken("move to", &to));
        }
        bridge.act("move", &from, &to).await
    })
}

pub(super) fn copy(
    bridge: Link,
    request: Copy,
) -> impl Future<Output = Result<(), Failure>> + MaybeSend + use<> {
    let paths = [request.from.clone(), request.to.clone()];
    change(bridge, paths, async move |bridge, [from, to]| {
        let Some(info) = bridge.look(&from).await? else {
            return Err(missing("copy", &from));
        };
        if info.is_dir && request.recursive != Some(true) {
            let message = format!("cannot copy {from}: it is a directory");
            return Err(Failure::file(IS_DIRECTORY, message));
        }
        if info.is_dir && is_inside(&to, &from) {
            let message = format!("cannot copy {from} into itself");
            return Err(Failure::file(INVALID, message));
        }
        let there = bridge.look(&to).await?;
        if request.overwrite != Some(true) && there.is_some() {
            return Err(taken("copy to", &to));
        }
        match (info.is_dir, there) {
            (false, Some(there)) if there.is_dir => {
                let message = format!("cannot copy to {to}: it is a directory");
                Err(Failure::file(IS_DIRECTORY, message))
            }
            (true, Some(there)) if !there.is_dir => Err(not_a_directory("copy to", &to)),
            (true, _) => bridge.copy_piece_by_piece(&from, &to).await,
            (false, _) => bridge.act("copy", &from, &to).await,
        }
    })
}

/// A change of these paths, in its turn. Those who watch look again at once.
fn change<const N: usize, T, F>(
    bridge: Link,
    paths: [String; N],
    work: impl FnOnce(Link, [String; N]) -> F + MaybeSend + 'static,
) -> impl Future<Output = Result<T, Failure>> + MaybeSend
where
    F: Future<Output = Result<T, Failure>> + MaybeSend + 'static,
    T: MaybeSend + 'static,
{
    // The place in the order is taken at the call.
    let mut resolved = paths.map(|path| bridge.paths.resolve(&path));
    let known = resolved
        .iter()
        .filter_map(|path| path.as_ref().ok())
        .cloned();
    let turn = bridge.changes.enter(known.collect());
    async move {
        let _turn = turn.await;
        let mut paths = [const { String::new() }; N];
        for (path, resolved) in paths.iter_mut().zip(&mut resolved) {
            *path = std::mem::replace(resolved, Ok(String::new()))?;
        }
        let outcome = work(bridge.clone(), paths).await;
        bridge.watches.look_again();
        outcome
    }
}

impl Bridge {
    /// What a path leads to; `None` where there is nothing.
    pub(super) async fn look(&self, path: &str) -> Result<Option<FileInfo>, Failure> {
        let address = self.paths.address("file_stat/", path);
        match self.rest.get(&address).await {
            Ok(info) => Ok(Some(info)),
            Err(error) if error.is_not_found() => Ok(None),
            Err(error) => match error.into_file_failure("look at", path) {
                // Below a file there is nothing.
                Failure::Refused(error) if matches!(error.errno, Some(NO_ENTRY | NO_DIRECTORY)) => {
                    Ok(None)
                }
                failure => Err(failure),
            },
        }
    }

    /// What is in a directory.
    pub(super) async fn entries(&self, path: &str) -> Result<Vec<FileInfo>, CallError> {
        let address = self.paths.address("directories/", path);
        let directory: Directory = self.rest.get(&address).await?;
        Ok(directory.files.unwrap_or_default())
    }

    /// The whole content of a file: as text where it is text.
    async fn put(&self, path: &str, content: &[u8]) -> Result<(), Failure> {
        let Ok(content) = std::str::from_utf8(content) else {
            return exact::write(self, path, content).await;
        };
        let address = self.paths.address("files/", path);
        let body = api::WriteFile { content };
        let written = self.rest.call::<Done>("POST", &address, Some(&body)).await;
        written
            .map(drop)
            .map_err(|error| error.into_file_failure("write", path))
    }

    async fn make(&self, path: &str) -> Result<(), Failure> {
        let address = self.paths.address("directories/", path);
        let made = self.rest.call::<Done>("POST", &address, NOTHING).await;
        made.map(drop)
            .map_err(|error| error.into_file_failure("make", path))
    }

    async fn delete(&self, start: &str, path: &str) -> Result<(), Failure> {
        let address = self.paths.address(start, path);
        let deleted = self.rest.call::<Done>("DELETE", &address, NOTHING).await;
        deleted
            .map(drop)
            .map_err(|error| error.into_file_failure("remove", path))
    }

    async fn act(&self, action: &'static str, from: &str, to: &str) -> Result<(), Failure> {
        let address = self.paths.address("files/", from);
        let body = FileAction {
            action,
            destination: self.paths.told(to),
        };
        let acted = self.rest.call::<Done>("PATCH", &address, Some(&body)).await;
        acted
            .map(drop)
            .map_err(|error| error.into_file_failure(action, from))
    }

    /// For agents that remove empty directories only.
    async fn remove_piece_by_piece(&self, path: &str) -> Result<(), Failure> {
        let mut directories = vec![path.to_owned()];
        let mut place = 0;
        while let Some(directory) = directories.get(place).cloned() {
            place += 1;
            let files = self.entries(&directory).await;
            let files = files.map_err(|error| error.into_file_failure("remove", &directory))?;
            for file in files {
                let path = inside(&directory, &file.name);
                match file.is_dir {
                    true => directories.push(path),
                    false => self.delete("files/", &path).await?,
                }
            }
        }
        for directory in directories.iter().rev() {
            self.delete("directories/", directory).await?;
        }
        Ok(())
    }

    /// The agent's interface copies files; of directories it says nothing.
    async fn copy_piece_by_piece(&self, from: &str, to: &str) -> Result<(), Failure> {
        let mut directories = VecDeque::from([(from.to_owned(), to.to_owned())]);
        while let Some((from, to)) = directories.pop_front() {
            let files = self.entries(&from).await;
            let files = files.map_err(|error| error.into_file_failure("copy", &from))?;
            if self.look(&to).await?.is_none() {
                self.make(&to).await?;
            }
            for file in files {
                let (from, to) = (inside(&from, &file.name), inside(&to, &file.name));
                match file.is_dir {
                    true => directories.push_back((from, to)),
                    false => self.act("copy", &from, &to).await?,
                }
            }
        }
        Ok(())
    }
}

fn file_type(is_dir: bool) -> FileType {
    match is_dir {
        true => FileType::Directory,
        false => FileType::File,
    }
}

fn is_inside(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory.trim_end_matches('/'))
        .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn missing(action: &str, path: &str) -> Failure {
    let message = format!("cannot {action} {path}: there is no such file or directory");
    Failure::file(NO_ENTRY, message)
}

fn taken(action: &str, path: &str) -> Failure {
    Failure::file(
        EXISTS,
        format!("cannot {action} {path}: it is there already"),
    )
}

fn not_a_directory(action: &str, path: &str) -> Failure {
    let message = format!("cannot {action} {path}: a part of it is no directory");
    Failure::file(NO_DIRECTORY, message)
}
