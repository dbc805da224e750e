//! The sandbox's files.

#[cfg(all(feature = "web", target_arch = "wasm32"))]
mod array;
mod batch;
mod parts;
mod search;
mod watch;
mod watch_feed;

use std::future::Future;

use bytes::Bytes;
use yew_sandbox_protocol::msgpack::{DecodeError, DecodeErrorKind};
use yew_sandbox_protocol::search::{
    Download, DownloadAnswer, PathMatch, PathSearch, PathSearchAnswer, Upload, UploadAnswer,
};
use yew_sandbox_protocol::{decode, fs};

pub use self::search::{Search, SearchOptions};
pub use self::watch::{FileWatch, WatchEvent, WatchOptions};
pub use yew_sandbox_protocol::fs::{DirEntry, FileType, StatAnswer as Metadata};

use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::send::MaybeSend;

/// The sandbox's files. Paths are absolute inside the sandbox, or relative to the workspace.
///
/// Every operation begins when it is called. Errors carry the path, a kind and the name of the Linux error.
///
/// ```
/// # async fn example(client: yew_sandbox_client::Client) -> Result<(), yew_sandbox_client::Error> {
/// let fs = client.fs();
/// fs.write("test.txt", "Hello World").await?;
/// assert_eq!(fs.read_text("test.txt").await?, "Hello World");
/// # Ok(()) }
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct FileSystem {
    client: Client,
}

/// What a write may do. Default: make the file, replace its content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WriteOptions {
    /// Make the file where there is none.
    pub create: bool,
    /// Replace what is there. Without it a write is not repeated after a broken link.
    pub overwrite: bool,
}

impl Default for WriteOptions {
    fn default() -> Self {
        Self {
            create: true,
            overwrite: true,
        }
    }
}

/// What a copy may do. Default: neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CopyOptions {
    /// Copy a directory with all below.
    pub recursive: bool,
    /// Replace what is there.
    pub overwrite: bool,
}

impl FileSystem {
    pub(crate) fn new(client: Client) -> Self {
        Self { client }
    }

    /// The bytes of a file, at most 16 MiB.
    ///
    /// # Errors
    /// `NotFound`, `IsADirectory`, `TooLarge` and the like, with the path.
    pub fn read(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<Bytes, Error>> + MaybeSend + use<> {
        let request = fs::ReadFile { path: path.into() };
        let answer = self.client.request_about(path, &request);
        answer.reading(|result| Ok(decode::<fs::ReadFileAnswer>(result)?.content))
    }

    /// The text of a file, at most 16 MiB of UTF-8.
    ///
    /// # Errors
    /// As [`read`](Self::read); `InvalidText` where the file is not UTF-8.
    pub fn read_text(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let content = self.read(path);
        let path = path.to_owned();
        async move {
            String::from_utf8(content.await?.into()).map_err(|error| {
                Error::new(ErrorKind::InvalidText, "the file is not UTF-8 text")
                    .about(&path)
                    .because(error.utf8_error())
            })
        }
    }

    /// Replaces the whole content of a file, or makes it. Once it is answered, the content is in the file; before that the old content is
    /// there, never a mixture.
    ///
    /// An agent that takes files in parts, as that of `yew-sandbox-server` does, takes any size, others 16 MiB. More than 16 MiB are not all
    /// sent at the call: what is asked for meanwhile may come before the end of them.
    ///
    /// # Errors
    /// `NotFound` where the directory is missing, `NoSpace`, `ReadOnly`, `TooLarge` and the like, with the path.
    pub fn write<B: Into<Bytes>>(
        &self,
        path: &str,
        content: B,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<B> {
        self.write_bytes(path, content.into(), WriteOptions::default())
    }

    /// Writes under conditions.
    ///
    /// # Errors
    /// As [`write`](Self::write); `AlreadyExists` or `NotFound` where the options forbid it.
    pub fn write_with<B: Into<Bytes>>(
        &self,
        path: &str,
        content: B,
        options: WriteOptions,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<B> {
        self.write_bytes(path, content.into(), options)
    }

    /// What is in a directory, in no order.
    ///
    /// # Errors
    /// `NotFound`, `NotADirectory` and the like, with the path.
    pub fn read_dir(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<Vec<DirEntry>, Error>> + MaybeSend + use<> {
        let request = fs::ReadDir { path: path.into() };
        let answer = self.client.request_about(path, &request);
        answer.reading(|result| Ok(decode::<fs::ReadDirAnswer>(result)?.entries))
    }

    /// What a path leads to: type, size in bytes, times in milliseconds since 1970.
    ///
    /// # Errors
    /// `NotFound` and the like, with the path.
    pub fn metadata(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<Metadata, Error>> + MaybeSend + use<> {
        self.client
            .request_about(path, &fs::Stat { path: path.into() })
    }

    /// Makes a directory.
    ///
    /// # Errors
    /// `AlreadyExists`, `NotFound` where the parent is missing, and the like, with the path.
    pub fn create_dir(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.make_dir(path, None)
    }

    /// Makes a directory and its parents. One that is there already is fine.
    ///
    /// # Errors
    /// `NotADirectory` and the like, with the path.
    pub fn create_dir_all(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.make_dir(path, Some(true))
    }

    /// Removes a file or an empty directory.
    ///
    /// # Errors
    /// `NotFound`, `NotEmpty` and the like, with the path.
    pub fn remove(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.remove_with(path, None)
    }

    /// Removes a file, or a directory with all below.
    ///
    /// # Errors
    /// `NotFound` and the like, with the path.
    pub fn remove_all(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.remove_with(path, Some(true))
    }

    /// Moves a file or a directory to a name that is not taken.
    ///
    /// # Errors
    /// `NotFound`, `AlreadyExists` and the like, with the path that it was to have.
    pub fn rename(
        &self,
        from: &str,
        to: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.rename_with(from, to, None)
    }

    /// Moves a file or a directory over whatever has that name.
    ///
    /// # Errors
    /// `NotFound`, `NotEmpty` and the like, with the path that it was to have.
    pub fn rename_over(
        &self,
        from: &str,
        to: &str,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        self.rename_with(from, to, Some(true))
    }

    /// Copies a file or a directory.
    ///
    /// # Errors
    /// `NotFound`, `AlreadyExists`, `IsADirectory` and the like, with the path of the copy.
    pub fn copy(
        &self,
        from: &str,
        to: &str,
        options: CopyOptions,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let request = fs::Copy {
            from: from.into(),
            to: to.into(),
            recursive: Some(options.recursive),
            overwrite: Some(options.overwrite),
        };
        self.client.request_about(to, &request)
    }

    /// Tells of changes from the answer on, until the stream is dropped. It outlives broken links: what changed meanwhile is told
    /// where the agent resumes the client; else the stream says [`WatchEvent::Rescan`].
    ///
    /// # Errors
    /// `NotFound` and the like, with the path.
    pub fn watch(
        &self,
        path: &str,
        options: WatchOptions,
    ) -> impl Future<Output = Result<FileWatch, Error>> + MaybeSend + use<> {
        let (stream, begun) = FileWatch::begin(&self.client, path, options);
        let path = path.to_owned();
        async move {
            begun.await.map_err(|error| error.about(&path))?;
            Ok(stream)
        }
    }

    /// Writes many files and makes the directories that they need. Files of one path are written in their order.
    ///
    /// Each has at most 16 MiB. Where the agent takes many files in one request, at most 128 KiB and 2,048 files go into each, a larger
    /// file alone, and two are under way at a time; otherwise up to 64 writes are. After an error some files may have been written.
    ///
    /// # Errors
    /// As [`write`](Self::write), for the first file that failed.
    pub fn write_all<I, P, B>(
        &self,
        files: I,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<I, P, B>
    where
        I: IntoIterator<Item = (P, B)>,
        P: Into<String>,
        B: Into<Bytes>,
    {
        let files = files.into_iter();
        let files = files.map(|(path, content)| (path.into(), content.into()));
        batch::write(self.client.clone(), files.collect())
    }

    /// Puts a file of at most 16 MiB into a directory that is there, and gives its path. A file of that name is replaced.
    ///
    /// # Errors
    /// As [`write`](Self::write); `InvalidPath` where the name is no file name.
    pub fn upload<B: Into<Bytes>>(
        &self,
        directory: &str,
        name: &str,
        content: B,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<B> {
        let request = Upload {
            parent_id: directory.to_owned(),
            file_name: name.to_owned(),
            content: content.into(),
        };
        let uploaded = self.client.request_about(name, &request);
        uploaded.reading(|result| Ok(decode::<UploadAnswer>(result)?.file_id))
    }

    /// An address from which a file, or a directory without its `node_modules`, can be fetched as a zip archive. It is good
    /// for 5 minutes, and a secret.
    ///
    /// # Errors
    /// `NotFound` and the like, with the path; `Unsupported` where the server offers no downloads; `Protocol` where the address is neither `http:` nor
    /// `https:`.
    pub fn download(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        self.download_with(path, None)
    }

    /// The same, without what these globs match; absent: `**/node_modules/**`.
    ///
    /// # Errors
    /// As [`download`](Self::download).
    pub fn download_with(
        &self,
        path: &str,
        excludes: Option<Vec<String>>,
    ) -> impl Future<Output = Result<String, Error>> + MaybeSend + use<> {
        let request = Download {
            path: path.to_owned(),
            excludes,
        };
        let offered = self.client.request_about(path, &request);
        offered.reading(|result| {
            let address = decode::<DownloadAnswer>(result)?.download_url;
            // Pages navigate to it: another scheme could be code.
            if ["https://", "http://"]
                .iter()
                .any(|scheme| address.starts_with(scheme))
            {
                Ok(address)
            } else {
                Err(
                    DecodeError::new(DecodeErrorKind::Type("an address of the web"))
                        .in_field("downloadUrl"),
                )
            }
        })
    }

    /// Looks for a text in the files of the workspace, until the stream is dropped.
    ///
    /// # Errors
    /// Those of a broken regular expression or glob, with the text, and those of the connection.
    pub fn search(
        &self,
        text: &str,
        options: SearchOptions,
    ) -> impl Future<Output = Result<Search, Error>> + MaybeSend + use<> {
        let (search, begun) = Search::begin(&self.client, text, options);
        let text = text.to_owned();
        async move {
            begun.await.map_err(|error| error.about(&text))?;
            Ok(search)
        }
    }

    /// Paths of the workspace that have the letters of `text` in their order, best first.
    ///
    /// # Errors
    /// Those of the connection.
    pub fn find_paths(
        &self,
        text: &str,
    ) -> impl Future<Output = Result<Vec<PathMatch>, Error>> + MaybeSend + use<> {
        let text = text.to_owned();
        let found = self.client.ask_agent(&PathSearch { text });
        found.reading(|result| Ok(decode::<PathSearchAnswer>(result)?.matches))
    }

    fn write_bytes(
        &self,
        path: &str,
        content: Bytes,
        options: WriteOptions,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        parts::write(&self.client, path, content, options)
    }

    fn make_dir(
        &self,
        path: &str,
        recursive: Option<bool>,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let request = fs::MakeDir {
            path: path.into(),
            recursive,
        };
        self.client.request_about(path, &request)
    }

    fn remove_with(
        &self,
        path: &str,
        recursive: Option<bool>,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let request = fs::Remove {
            path: path.into(),
            recursive,
        };
        self.client.request_about(path, &request)
    }

    fn rename_with(
        &self,
        from: &str,
        to: &str,
        overwrite: Option<bool>,
    ) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<> {
        let request = fs::Rename {
            from: from.into(),
            to: to.into(),
            overwrite,
        };
        self.client.request_about(to, &request)
    }
}

fn too_large(path: &str) -> Error {
    Error::new(ErrorKind::TooLarge, "the content is larger than 16 MiB").about(path)
}
