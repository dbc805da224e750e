//! `fs/batchWrite`, `fs/upload`, `fs/download`: files on their way in and out.

use bytes::Bytes;
use rustix::fs::OFlags;
use rustix::io::Errno;
use tokio::sync::OwnedSemaphorePermit;
use yew_sandbox_protocol::search::{BatchWrite, Download, DownloadAnswer, Upload, UploadAnswer};
use yew_sandbox_protocol::{ClientFrame, ErrorCode, WireError};

use super::files::{answer, params};
use super::{Effect, Session};
use crate::archive;
use crate::files::{Fault, Root, WriteRules};
use crate::sandbox::Sandbox;
use crate::watch::Excludes;

/// What a download leaves out where its client says nothing.
const LEFT_OUT: &str = "**/node_modules/**";

impl Session {
    /// Offers an archive of a file or directory for some minutes.
    pub(super) async fn download(&self, frame: ClientFrame, permit: OwnedSemaphorePermit) {
        let Some(request) = self.params::<Download>(&frame).await else {
            return;
        };
        let turn = self.turn(Effect::Look).await;
        let (sandbox, reply) = (self.sandbox.clone(), self.reply(&frame, permit));
        tokio::spawn(async move {
            drop(turn.await);
            let offered = offer(&sandbox, request);
            let answer = offered.map(|download_url| DownloadAnswer { download_url });
            reply.settle(answer).await;
        });
    }
}

fn offer(sandbox: &Sandbox, request: Download) -> Result<String, WireError> {
    let excludes = match &request.excludes {
        None => Excludes::new(&[LEFT_OUT.to_owned()]),
        Some(globs) => Excludes::asked_for(globs)?,
    };
    let root = &sandbox.root;
    let path = root
        .resolve(&request.path)
        .and_then(|path| {
            root.open(&path, OFlags::PATH)?;
            Ok(path)
        })
        .map_err(|fault| fault.into_wire("download", &request.path))?;
    let download = archive::Download { path, excludes };
    sandbox.downloads.offer(download).ok_or_else(|| {
        let message = "there are no downloads: the server was not told its public address";
        WireError::new(ErrorCode::FEATURE_UNAVAILABLE, message)
    })
}

pub(super) fn batch_write(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: BatchWrite = params(frame)?;
    let mut files = Vec::with_capacity(request.files.len());
    let mut paths = Vec::with_capacity(request.files.len());
    for file in request.files {
        let path = root
            .resolve(&file.path)
            .map_err(|fault| fault.into_wire("write", &file.path))?;
        files.push((path, file.content));
        paths.push(file.path);
    }
    root.write_batch(&files)
        .map_err(|(place, fault)| fault.into_wire("write", &paths[place]))?;
    Ok(answer(frame, &()))
}

pub(super) fn upload(root: &Root, frame: &ClientFrame) -> Result<Bytes, WireError> {
    let request: Upload = params(frame)?;
    let name = request.file_name.as_str();
    if matches!(name, "" | "." | "..") || name.contains(['/', '\0']) {
        let fault = Fault::Path("a file's name is wanted, without a path");
        return Err(fault.into_wire("upload", name));
    }
    let file_id = format!("{}/{name}", request.parent_id.trim_end_matches('/'));
    let directory = match request.parent_id.as_str() {
        "" => ".",
        path => path,
    };
    root.resolve(directory)
        .and_then(|directory| {
            root.open_directory(&directory)
                .map_err(|errno| match errno {
                    Errno::NOENT => {
                        Fault::Explained(errno, "there is no such directory".to_owned())
                    }
                    errno => errno.into(),
                })?;
            root.write(&directory.join(name), &request.content, WriteRules::ANY)
        })
        .map_err(|fault| fault.into_wire("upload", &file_id))?;
    let file_id = match request.parent_id.as_str() {
        "" => name.to_owned(),
        _ => file_id,
    };
    Ok(answer(frame, &UploadAnswer { file_id }))
}
