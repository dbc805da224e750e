//! Many files at once.

use std::collections::VecDeque;
use std::future::Future;
use std::iter::Peekable;
use std::sync::atomic::Ordering;
use std::vec::IntoIter;

use bytes::Bytes;
use yew_sandbox_protocol::fs::{MakeDir, WriteFile};
use yew_sandbox_protocol::limits::MAX_CONTENT;
use yew_sandbox_protocol::search::{BatchFile, BatchWrite};

use super::too_large;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::send::MaybeSend;

/// Most bytes of one request. A larger file goes alone.
const MOST_BYTES: usize = 128 * 1024;
/// Most files of one request.
const MOST_FILES: usize = 2048;
/// So many requests are under way at a time: the next one travels while one is worked on.
const REQUESTS: usize = 2;
/// Most bytes of single writes that are under way at a time.
const MOST_SINGLE_BYTES: usize = 4 * 1024 * 1024;
/// So many single writes are under way at a time.
const AT_ONCE: usize = 64;

/// Files that were not sent yet.
type Files = Peekable<IntoIter<BatchFile>>;

/// Writes all files, in as few requests as they fit into. The first ones go out at the call.
pub(super) fn write(
    client: Client,
    files: Vec<(String, Bytes)>,
) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
    let too_large = files
        .iter()
        .find(|(_, content)| content.len() > MAX_CONTENT)
        .map(|(path, _)| too_large(path));
    let files: Vec<_> = files
        .into_iter()
        .map(|(path, content)| BatchFile { path, content })
        .collect();
    let mut files = files.into_iter().peekable();
    let is_known_to_lack = client.lacks_batch_write().load(Ordering::Relaxed);
    let mut under_way = VecDeque::new();
    if too_large.is_none() && !is_known_to_lack {
        under_way.extend((0..REQUESTS).map_while(|_| send_next(&client, &mut files)));
    }
    async move {
        if let Some(error) = too_large {
            return Err(error);
        }
        while let Some((batch, answer)) = under_way.pop_front() {
            match answer.await {
                Err(error) if error.kind() == ErrorKind::Unsupported => {
                    client.lacks_batch_write().store(true, Ordering::Relaxed);
                    let mut all = batch;
                    all.extend(under_way.into_iter().flat_map(|(batch, _)| batch));
                    all.extend(files);
                    return write_singly(&client, all).await;
                }
                Err(error) if batch.len() == 1 => return Err(error.about(&batch[0].path)),
                outcome => outcome?,
            }
            under_way.extend(send_next(&client, &mut files));
        }
        // Nothing is left but where the agent is known to lack the extension.
        write_singly(&client, files.collect()).await
    }
}

/// Sends as many files as one request takes; `None` where none is left.
fn send_next(
    client: &Client,
    files: &mut Files,
) -> Option<(
    Vec<BatchFile>,
    impl Future<Output = Result<(), Error>> + MaybeSend + use<>,
)> {
    let mut batch = Vec::new();
    let mut bytes = 0;
    while let Some(file) = files.next_if(|file| {
        batch.is_empty() || (batch.len() < MOST_FILES && bytes + size(file) <= MOST_BYTES)
    }) {
        bytes += size(&file);
        batch.push(file);
    }
    if batch.is_empty() {
        return None;
    }
    let request = BatchWrite { files: batch };
    let answer = client.request(&request);
    Some((request.files, answer))
}

/// For agents without the extension: the directories, then the files, many under way at a time.
async fn write_singly(client: &Client, files: Vec<BatchFile>) -> Result<(), Error> {
    let mut directories: Vec<&str> = files
        .iter()
        .filter_map(|file| Some(file.path.rsplit_once('/')?.0))
        .filter(|directory| !directory.is_empty())
        .collect();
    directories.sort_unstable();
    directories.dedup();
    let made = directories.into_iter().map(|directory| {
        let request = MakeDir {
            path: directory.to_owned(),
            recursive: Some(true),
        };
        (directory.len(), client.request_about(directory, &request))
    });
    in_turn(made).await?;
    in_turn(files.into_iter().map(|file| {
        let bytes = size(&file);
        let request = WriteFile {
            path: file.path,
            content: file.content,
            create: Some(true),
            overwrite: Some(true),
        };
        (bytes, client.request_about(&request.path, &request))
    }))
    .await
}

/// Sends requests of so many bytes each, and waits for the oldest where too many are under way.
async fn in_turn<F: Future<Output = Result<(), Error>>>(
    requests: impl Iterator<Item = (usize, F)>,
) -> Result<(), Error> {
    let mut under_way: VecDeque<(usize, F)> = VecDeque::new();
    let mut bytes = 0;
    for (size, request) in requests {
        under_way.push_back((size, request));
        bytes += size;
        while (under_way.len() >= AT_ONCE || bytes > MOST_SINGLE_BYTES)
            && let Some((size, oldest)) = under_way.pop_front()
        {
            oldest.await?;
            bytes -= size;
        }
    }
    for (_, request) in under_way {
        request.await?;
    }
    Ok(())
}

fn size(file: &BatchFile) -> usize {
    file.path.len() + file.content.len()
}
