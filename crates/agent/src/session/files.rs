//! `fs/*`.

use bytes::Bytes;
use tokio::sync::OwnedSemaphorePermit;
use yew_sandbox_protocol::fs::{
    Copy, MakeDir, ReadDir, ReadDirAnswer, ReadFile, ReadFileAnswer, Remove, Rename, Rewatch, Stat,
    Unwatch, Watch, WatchAnswer, WriteFile, WritePart,
};
use yew_sandbox_protocol::limits::MAX_CONTENT;
use yew_sandbox_protocol::search::{
    BatchWrite, CancelStreamingSearch, Download, PathSearch, Search, StreamingSearch, Upload,
};
use yew_sandbox_protocol::{
    ClientFrame, ErrorCode, Request, WireError, encode_answer, encode_answer_around, encode_error,
};

use super::transfer::{batch_write, upload};
use super::{Effect, Session};
use crate::files::{Root, WriteRules};
use crate::quoted::quoted;

/// A method that looks at files or changes them, and holds nothing afterwards.
struct Operation {
    effect: Effect,
    /// Does it, and gives the answer's frame. May block.
    run: fn(&Root, &ClientFrame) -> Result<Bytes, WireError>,
}

fn operation(method: &str) -> Option<Operation> {
    let (effect, run): (_, fn(&Root, &ClientFrame) -> _) = match method {
        ReadFile::METHOD => (Effect::Look, read_file),
        ReadDir::METHOD => (Effect::Look, read_directory),
        Stat::METHOD => (Effect::Look, stat),
        WriteFile::METHOD => (Effect::Change, write_file),
        WritePart::METHOD => (Effect::Change, write_part),
        MakeDir::METHOD => (Effect::Change, make_directory),
        Remove::METHOD => (Effect::Change, remove),
        Rename::METHOD => (Effect::Change, rename),
        BatchWrite::METHOD => (Effect::Change, batch_write),
        Upload::METHOD => (Effect::Change, upload),
        Copy::METHOD => (Effect::Change, copy),
        _ => return None,
    };
    Some(Operation { effect, run })
}

/// Whether a method puts content on the disk.
fn needs_room(method: &str) -> bool {
    matches!(
        method,
        WriteFile::METHOD | WritePart::METHOD | BatchWrite::METHOD | Upload::METHOD | Copy::METHOD
    )
}

/// Whether a method makes files or folders, or lets them grow.
fn takes_room(method: &str) -> bool {
    needs_room(method) || method == MakeDir::METHOD
}

impl Session {
    pub(super) async fn fs(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        match frame.method.as_str() {
            Watch::METHOD => self.watch(frame, permit).await,
            Unwatch::METHOD => self.unwatch(frame, permit).await,
            Download::METHOD => self.download(frame, permit).await,
            Search::METHOD => self.search(frame, permit).await,
            StreamingSearch::METHOD => self.streaming_search(frame, permit).await,
            CancelStreamingSearch::METHOD => self.cancel_search(frame).await,
            PathSearch::METHOD => self.path_search(frame, permit).await,
            method => match operation(method) {
                Some(operation) => self.file(operation, frame, permit).await,
                None => self.unknown(&frame).await,
            },
        }
    }

    async fn file(&self, operation: Operation, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        if operation.effect == Effect::Change && !self.may_change(&frame).await {
            return;
        }
        if takes_room(&frame.method) && !self.has_room(&frame).await {
            return;
        }
        let slot = self.slot(operation.effect).await;
        let (sandbox, number) = (self.sandbox.clone(), self.number);
        tokio::spawn(async move {
            let Some((turn, slot)) = slot.await else {
                return;
            };
            let (id, method) = (frame.id, frame.method.clone());
            let root = sandbox.root.clone();
            let work = move || match (operation.run)(&root, &frame) {
                Ok(answer) => (answer, None),
                Err(error) => (encode_error(frame.id, &frame.method, &error), error.errno),
            };
            let done = tokio::task::spawn_blocking(work).await;
            let (answer, errno) = done.unwrap_or_else(|error| {
                let error =
                    WireError::new(ErrorCode::CRITICAL, format!("{method} failed: {error}"));
                (encode_error(id, &method, &error), None)
            });
            if needs_room(&method) {
                sandbox.notifications.wrote(errno).await;
            }
            sandbox.outgoing.frame(number, answer).await;
            // Kept until the answer is on its way: so answers to changes keep their order, and what waits is bounded.
            drop((turn, slot, permit));
        });
    }

    async fn watch(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(request) = self.params::<Rewatch>(&frame).await else {
            return;
        };
        if let Err(error) = self.sandbox.watches.start() {
            let error = crate::files::Fault::from(error).into_wire("watch", &request.path);
            let answer = encode_error(frame.id, &frame.method, &error);
            return self.sandbox.outgoing.frame(self.number, answer).await;
        }
        let turn = self.turn(Effect::Look).await;
        let (sandbox, number) = (self.sandbox.clone(), self.number);
        let ledger = self.ledger.clone();
        tokio::spawn(async move {
            let turn = turn.await;
            let (watches, root) = (&sandbox.watches, sandbox.root.clone());
            match watches.add(root, number, request, ledger).await {
                Ok(watch) => {
                    let watch_id = watch.id.clone();
                    let answer = WatchAnswer {
                        watch_id: watch.id.clone(),
                    };
                    let answer = encode_answer(frame.id, &frame.method, &answer);
                    sandbox.outgoing.frame(number, answer).await;
                    watch.answered();
                    if !sandbox.members.is_open(number) {
                        // It left while the watch was being made, and will ask anew.
                        watches.remove(number, &watch_id).await;
                    }
                }
                Err(error) => {
                    let answer = encode_error(frame.id, &frame.method, &error);
                    sandbox.outgoing.frame(number, answer).await;
                }
            }
            drop((turn, permit));
        });
    }

    async fn unwatch(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(request) = self.params::<Unwatch>(&frame).await else {
            return;
        };
        // A turn of its own: the watch that it ends may still be on its way.
        let turn = self.turn(Effect::Change).await;
        let (sandbox, reply) = (self.sandbox.clone(), self.reply(&frame, permit));
        let number = self.number;
        tokio::spawn(async move {
            let _turn = turn.await;
            let id = &request.watch_id;
            let outcome = if sandbox.watches.remove(number, id).await {
                Ok(())
            } else {
                let message = format!("there is no watch {} of this client", quoted(id));
                Err(WireError::new(ErrorCode::INVALID_ID, message))
            };
            reply.settle(outcome).await;
        });
    }
}

fn read_file(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: ReadFile = params(frame)?;
    let empty = ReadFileAnswer {
        content: Bytes::new(),
    };
    // The file is read to where it stands in the answer: it may have 16 MiB.
    let around = |length| encode_answer_around(frame.id, &frame.method, &empty, length);
    root.resolve(&request.path)
        .and_then(|path| root.read_around(&path, MAX_CONTENT, around))
        .map_err(|fault| fault.into_wire("read", &request.path))
}

fn read_directory(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: ReadDir = params(frame)?;
    let entries = root
        .resolve(&request.path)
        .and_then(|path| root.list(&path))
        .map_err(|fault| fault.into_wire("list", &request.path))?;
    Ok(answer(frame, &ReadDirAnswer { entries }))
}

fn stat(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: Stat = params(frame)?;
    let status = root
        .resolve(&request.path)
        .and_then(|path| root.status(&path))
        .map_err(|fault| fault.into_wire("look at", &request.path))?;
    Ok(answer(frame, &status))
}

fn write_file(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: WriteFile = params(frame)?;
    let rules = WriteRules {
        create: request.create != Some(false),
        overwrite: request.overwrite != Some(false),
    };
    root.resolve(&request.path)
        .and_then(|path| root.write(&path, &request.content, rules))
        .map_err(|fault| fault.into_wire("write", &request.path))?;
    Ok(answer(frame, &()))
}

fn write_part(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: WritePart = params(frame)?;
    root.resolve(&request.path)
        .and_then(|path| root.write_part(&path, &request))
        .map_err(|fault| fault.into_wire("write", &request.path))?;
    Ok(answer(frame, &()))
}

fn make_directory(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: MakeDir = params(frame)?;
    root.resolve(&request.path)
        .and_then(|path| root.make_directory(&path, request.recursive == Some(true)))
        .map_err(|fault| fault.into_wire("make the directory", &request.path))?;
    Ok(answer(frame, &()))
}

fn remove(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: Remove = params(frame)?;
    root.resolve(&request.path)
        .and_then(|path| root.remove(&path, request.recursive == Some(true)))
        .map_err(|fault| fault.into_wire("remove", &request.path))?;
    Ok(answer(frame, &()))
}

fn rename(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: Rename = params(frame)?;
    two_paths(root, &request.from, &request.to)
        .and_then(|(from, to)| root.rename(&from, &to, request.overwrite == Some(true)))
        .map_err(|fault| {
            fault.into_wire(&format!("rename {} to", quoted(&request.from)), &request.to)
        })?;
    Ok(answer(frame, &()))
}

fn copy(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: Copy = params(frame)?;
    let (recursive, overwrite) = (
        request.recursive == Some(true),
        request.overwrite == Some(true),
    );
    two_paths(root, &request.from, &request.to)
        .and_then(|(from, to)| root.copy(&from, &to, recursive, overwrite))
        .map_err(|fault| {
            fault.into_wire(&format!("copy {} to", quoted(&request.from)), &request.to)
        })?;
    Ok(answer(frame, &()))
}

fn two_paths(
    root: &Root,
    from: &str,
    to: &str,
) -> crate::files::Outcome<(crate::files::SandboxPath, crate::files::SandboxPath)> {
    Ok((root.resolve(from)?, root.resolve(to)?))
}

pub(super) fn params<R: Request>(frame: &ClientFrame) -> Result<R, WireError> {
    frame.params().map_err(|error| {
        let message = format!("the parameters of {} are wrong: {error}", frame.method);
        WireError::new(ErrorCode::CRITICAL, message)
    })
}

pub(super) fn answer<T: yew_sandbox_protocol::Encode>(frame: &ClientFrame, result: &T) -> Bytes {
    encode_answer(frame.id, &frame.method, result)
}
