//! What goes on between a document and the sandbox: one task for each path, which reads and writes by turns.

use std::cell::RefCell;
use std::rc::{Rc, Weak};

use futures_util::future::{AbortHandle, Either, FutureExt, abortable, select};
use yew::platform::spawn_local;
use yew_sandbox::client::{FileSystem, FileWatch, WatchEvent, WatchOptions, WriteOptions};
use yew_sandbox::{Error, ErrorKind, Sandbox};

use super::content::Content;
use super::document::Document;
use super::store::Inner;

/// A path's task; it ends when this is dropped.
pub(super) struct Follower {
    abort: AbortHandle,
    bell: Rc<Bell>,
}

/// Has the task go round once more.
#[derive(Default)]
struct Bell {
    state: RefCell<(bool, Option<std::task::Waker>)>,
}

impl Follower {
    pub(super) fn begin(documents: Weak<Inner>, path: &str) -> Self {
        let bell = Rc::new(Bell::default());
        let task = follow(documents, path.to_owned(), Rc::clone(&bell));
        let (task, abort) = abortable(task);
        spawn_local(async move {
            // An abort is the end that was meant.
            let _ = task.await;
        });
        Self { abort, bell }
    }

    pub(super) fn wake(&self) {
        self.bell.ring();
    }
}

impl Drop for Follower {
    fn drop(&mut self) {
        self.abort.abort();
    }
}

impl Bell {
    fn ring(&self) {
        let mut state = self.state.borrow_mut();
        state.0 = true;
        if let Some(waker) = state.1.take() {
            waker.wake();
        }
    }

    async fn rung(&self) {
        std::future::poll_fn(|context| {
            let mut state = self.state.borrow_mut();
            if std::mem::take(&mut state.0) {
                return std::task::Poll::Ready(());
            }
            state.1 = Some(context.waker().clone());
            std::task::Poll::Pending
        })
        .await;
    }
}

async fn follow(documents: Weak<Inner>, path: String, bell: Rc<Bell>) {
    let mut watch = None;
    loop {
        let Some(sandbox) = documents.upgrade().map(|inner| inner.sandbox.clone()) else {
            return;
        };
        if let Err(error) = round(&documents, &sandbox, &path, &mut watch).await {
            if error.kind() == ErrorKind::Closed {
                return;
            }
            sandbox.until_retry().await;
            continue;
        }
        wait(&mut watch, &path, &bell, &sandbox).await;
    }
}

/// Looks at the file, and writes what is to be written.
///
/// # Errors
/// The link broke: nothing is known.
async fn round(
    documents: &Weak<Inner>,
    sandbox: &Sandbox,
    path: &str,
    watch: &mut Option<FileWatch>,
) -> Result<(), Error> {
    if watch.is_none() {
        // Watching comes first: a change between reading and watching would be lost.
        match sandbox
            .fs()
            .watch(parent(path), WatchOptions::default())
            .await
        {
            Ok(begun) => *watch = Some(begun),
            Err(error) if error.is_connection() => return Err(error),
            // Without a directory there is no file; it is looked at below.
            Err(_) => {}
        }
    }
    // What is compared is right for this moment only. What the link takes away is looked at again: an answer that comes over the next one may be of a time
    // before somebody else wrote.
    let client = sandbox.client();
    if !client.state().is_connected() {
        client.connect().await?;
    }
    let fs = client.on_this_link().fs();
    let content = look(&fs, path).await?;
    update(documents, path, |document| document.found(content));
    let begin = |document: &mut Document| Some((document.begin_save()?, document.makes_file()));
    while let Some((text, makes_file)) = update(documents, path, begin).flatten() {
        let options = WriteOptions {
            create: makes_file,
            overwrite: !makes_file,
        };
        // It was made, or is gone, since it was looked at.
        let has_changed = if makes_file {
            ErrorKind::AlreadyExists
        } else {
            ErrorKind::NotFound
        };
        match fs.write_with(path, text.as_bytes().to_vec(), options).await {
            Ok(()) => {
                update(documents, path, |document| document.saved(text));
            }
            Err(error) if error.is_connection() => {
                update(documents, path, Document::interrupted);
                return Err(error);
            }
            Err(error) if error.kind() == has_changed => {
                update(documents, path, Document::interrupted);
                let content = look(&fs, path).await?;
                update(documents, path, |document| document.found(content));
            }
            Err(error) => {
                update(documents, path, |document| document.refused(Rc::new(error)));
            }
        }
    }
    Ok(())
}

async fn look(fs: &FileSystem, path: &str) -> Result<Content, Error> {
    match fs.read(path).await {
        Ok(bytes) => Ok(Content::of(bytes)),
        Err(error) if error.is_connection() => Err(error),
        Err(error) if error.kind() == ErrorKind::TooLarge => {
            let metadata = fs.metadata(path).await;
            Ok(Content::TooLarge(metadata.ok().map(|about| about.size)))
        }
        Err(error) => Ok(Content::of_error(error)),
    }
}

fn update<R>(
    documents: &Weak<Inner>,
    path: &str,
    change: impl FnOnce(&mut Document) -> R,
) -> Option<R> {
    documents.upgrade()?.update(path, change)
}

/// Waits until the file may have changed, or something is to be done.
async fn wait(watch: &mut Option<FileWatch>, path: &str, bell: &Bell, sandbox: &Sandbox) {
    let Some(events) = watch else {
        // The directory may be made at any time, and nothing tells.
        select(Box::pin(bell.rung()), Box::pin(sandbox.until_retry())).await;
        return;
    };
    loop {
        let event = match select(Box::pin(events.next()), Box::pin(bell.rung())).await {
            Either::Left((event, _)) => event,
            Either::Right(_) => break,
        };
        match event {
            Some(event) if concerns(&event, path) => break,
            Some(_) => {}
            None => {
                *watch = None;
                sandbox.until_retry().await;
                return;
            }
        }
    }
    // One look answers all events that have gathered.
    while let Some(Some(_)) = events.next().now_or_never() {}
}

/// The directory of a path: `.` is the workspace.
fn parent(path: &str) -> &str {
    match path.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((parent, _)) => parent,
        None => ".",
    }
}

/// Whether an event in the file's directory is about the file: only names are compared, because the watch is of one directory.
fn concerns(event: &WatchEvent, path: &str) -> bool {
    fn name(path: &str) -> &str {
        path.rsplit('/').next().unwrap_or_default()
    }
    matches!(event, WatchEvent::Rescan)
        || event.paths().iter().any(|other| name(other) == name(path))
}
