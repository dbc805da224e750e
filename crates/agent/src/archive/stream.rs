//! The bytes of an archive, on their way to a writer that waits for its reader.

use std::io::{self, BufWriter, Write};
use std::sync::Arc;

use tokio::io::{AsyncWrite, AsyncWriteExt};
use tokio::sync::mpsc;

use super::{Download, tree};
use crate::files::Root;

/// How much goes at a time.
const CHUNK: usize = 64 * 1024;
/// How many chunks wait for the writer.
const WAITING: usize = 4;

/// Writes a file or a directory as a zip archive. What is read while it changes is what was there at that moment.
///
/// # Errors
/// Where something cannot be read or the writer fails. The archive then has no end, so that nobody takes it for whole.
pub(crate) async fn stream(
    root: Arc<Root>,
    download: Download,
    mut writer: impl AsyncWrite + Unpin,
) -> io::Result<()> {
    let (sender, mut receiver) = mpsc::channel(WAITING);
    let work = tokio::task::spawn_blocking(move || {
        let mut chunks = BufWriter::with_capacity(CHUNK, Chunks(sender));
        tree::write(&root, &download, &mut chunks)?;
        chunks.flush()
    });
    while let Some(chunk) = receiver.recv().await {
        let chunk: Vec<u8> = chunk;
        // Dropping the receiver ends the work.
        writer.write_all(&chunk).await?;
    }
    work.await.map_err(io::Error::other)??;
    writer.flush().await
}

/// Hands what is written to the runtime.
struct Chunks(mpsc::Sender<Vec<u8>>);

impl Write for Chunks {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        match self.0.blocking_send(bytes.to_vec()) {
            Ok(()) => Ok(bytes.len()),
            Err(_) => Err(io::ErrorKind::BrokenPipe.into()),
        }
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Read};
    use std::os::unix::fs::{PermissionsExt, symlink};
    use std::path::Path;

    use zip::ZipArchive;

    use super::*;
    use crate::watch::Excludes;

    fn download(root: &Root, path: &str, excludes: &[&str]) -> Download {
        let excludes: Vec<String> = excludes.iter().map(|&glob| glob.to_owned()).collect();
        Download {
            path: root.resolve(path).unwrap(),
            excludes: Excludes::new(&excludes),
        }
    }

    fn filled() -> (tempfile::TempDir, Arc<Root>) {
        let folder = tempfile::tempdir().unwrap();
        let root = Root::new(folder.path(), Path::new("/project/workspace")).unwrap();
        let at = folder.path().join("project/workspace");
        std::fs::create_dir_all(at.join("src/empty")).unwrap();
        std::fs::create_dir_all(at.join("node_modules/a")).unwrap();
        std::fs::write(at.join("node_modules/a/index.js"), "x").unwrap();
        std::fs::write(at.join("src/main.rs"), "fn main() {}\n".repeat(10_000)).unwrap();
        std::fs::write(at.join("run"), "#!/bin/sh\n").unwrap();
        std::fs::set_permissions(at.join("run"), PermissionsExt::from_mode(0o755)).unwrap();
        symlink("src/main.rs", at.join("inside")).unwrap();
        symlink("/etc/passwd", at.join("outside")).unwrap();
        let made = std::process::Command::new("mkfifo")
            .arg(at.join("pipe"))
            .status();
        assert!(made.unwrap().success());
        (folder, Arc::new(root))
    }

    #[tokio::test]
    async fn an_archive_has_what_is_not_left_out() {
        let (_folder, root) = filled();
        let mut bytes = Vec::new();
        let wanted = download(&root, "", &["**/node_modules/**"]);
        stream(root.clone(), wanted, &mut bytes).await.unwrap();
        assert_eq!(
            names(&bytes),
            ["inside", "run", "src/", "src/empty/", "src/main.rs"]
        );
        let mut archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let mut main = String::new();
        archive
            .by_name("src/main.rs")
            .unwrap()
            .read_to_string(&mut main)
            .unwrap();
        assert_eq!(main, "fn main() {}\n".repeat(10_000));
        assert_eq!(
            archive.by_name("run").unwrap().unix_mode().unwrap() & 0o777,
            0o755
        );
        assert!(archive.by_name("inside").unwrap().is_symlink());
    }

    #[tokio::test]
    async fn an_archive_of_a_file_has_that_file() {
        let (_folder, root) = filled();
        let mut bytes = Vec::new();
        let wanted = download(&root, "src/main.rs", &[]);
        stream(root.clone(), wanted, &mut bytes).await.unwrap();
        assert_eq!(names(&bytes), ["main.rs"]);
        for broken in ["missing", "pipe"] {
            let outcome = stream(root.clone(), download(&root, broken, &[]), Vec::new()).await;
            assert!(outcome.is_err(), "{broken}");
        }
    }

    #[tokio::test]
    async fn a_writer_that_is_gone_ends_the_work() {
        let (folder, root) = filled();
        let large = folder.path().join("project/workspace/large");
        // It must not compress.
        let noise = std::fs::File::open("/dev/urandom").unwrap();
        let mut large = std::fs::File::create(large).unwrap();
        io::copy(&mut noise.take(8 << 20), &mut large).unwrap();
        let (reader, writer) = tokio::io::duplex(1024);
        drop(reader);
        let outcome = stream(root.clone(), download(&root, "", &[]), writer).await;
        assert_eq!(outcome.unwrap_err().kind(), io::ErrorKind::BrokenPipe);
    }

    fn names(bytes: &[u8]) -> Vec<String> {
        let archive = ZipArchive::new(Cursor::new(bytes)).unwrap();
        let names = archive.file_names();
        let mut names: Vec<String> = names.map(|name| name.unwrap().into_owned()).collect();
        names.sort();
        names
    }
}
