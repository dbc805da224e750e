//! The way into a sandbox for what is no client: a listening socket of the agent's, out of the sandbox's sight.

use std::fs::{self, File};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, AsyncWriteExt, ReadBuf};
use tokio::net::UnixStream;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::timeout;

use super::agent::asleep;
use super::given::Answer;
use crate::backend::{DoorStream, Inside};
use crate::problem::{Limit, Problem, ProblemKind};

/// Most connections of one sandbox at a time.
const CONNECTIONS: usize = 256;
/// How long a connection may wait for others to end.
const QUEUE: Duration = Duration::from_secs(10);
/// How long the agent may take for an answer. It waits at most 10 s itself.
const ANSWER: Duration = Duration::from_secs(15);
/// The socket's name in its folder.
const NAME: &str = "door";

/// One sandbox's door.
#[derive(Debug)]
pub(crate) struct Door {
    /// Closed to everybody but the server's own user.
    folder: PathBuf,
    places: Arc<Semaphore>,
}

/// Something to read and write, and its place among those that may be had at a time.
struct Connection<S> {
    stream: S,
    _place: OwnedSemaphorePermit,
}

impl Door {
    /// A door in a folder that only the server's own user may enter.
    pub(crate) fn new(folder: PathBuf) -> Self {
        Self {
            folder,
            places: Arc::new(Semaphore::new(CONNECTIONS)),
        }
    }

    /// A new socket, for the agent to listen at.
    pub(crate) fn open(&self) -> io::Result<OwnedFd> {
        self.close()?;
        let (_folder, path) = self.path()?;
        Ok(UnixListener::bind(path)?.into())
    }

    /// Takes the socket away.
    pub(crate) fn close(&self) -> io::Result<()> {
        match fs::remove_file(self.folder.join(NAME)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    /// A connection to what is inside.
    pub(crate) async fn connect(&self, to: Inside<'_>) -> Result<DoorStream, Problem> {
        let place = timeout(QUEUE, self.places.clone().acquire_owned()).await;
        let Ok(Ok(place)) = place else {
            return Err(Problem::limited(
                Limit::PreviewConnectionsPerSandbox,
                CONNECTIONS,
            ));
        };
        let line = match to {
            Inside::Port(port) => format!("port {port}\n"),
            Inside::Download(token) if is_token(token) => format!("download {token}\n"),
            Inside::Download(_) => return Err(no_download()),
        };
        let knocking = async {
            let mut stream = {
                let (_folder, path) = self.path()?;
                UnixStream::connect(path).await?
            };
            stream.write_all(line.as_bytes()).await?;
            let answer = Answer::read(&stream).await?;
            io::Result::Ok((stream, answer))
        };
        match timeout(ANSWER, knocking).await {
            Ok(Ok((_, Answer::Given(stream)))) if matches!(to, Inside::Port(_)) => {
                Ok(Box::new(Connection {
                    stream,
                    _place: place,
                }))
            }
            Ok(Ok((stream, Answer::Here))) if matches!(to, Inside::Download(_)) => {
                Ok(Box::new(Connection {
                    stream,
                    _place: place,
                }))
            }
            Ok(Ok(_)) => Err(match to {
                Inside::Port(port) => nothing_listens(port),
                Inside::Download(_) => no_download(),
            }),
            // The agent ends just now, or has ended.
            Ok(Err(_)) => Err(asleep()),
            Err(_) => Err(Problem::new(
                ProblemKind::Unavailable,
                "the sandbox does not answer",
                "try again in a moment",
            )),
        }
    }

    /// A path of the socket that is short, however deep the folder lies; good while the file is open.
    fn path(&self) -> io::Result<(File, PathBuf)> {
        let folder = File::open(&self.folder)?;
        let path = format!("/proc/self/fd/{}/{NAME}", folder.as_raw_fd());
        Ok((folder, path.into()))
    }
}

/// Whether a text can stand in a line.
fn is_token(text: &str) -> bool {
    (1..=128).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric())
}

fn nothing_listens(port: u16) -> Problem {
    Problem::new(
        ProblemKind::NothingListens,
        format!("nothing listens on port {port} of the sandbox"),
        "start a program that does",
    )
}

fn no_download() -> Problem {
    Problem::new(
        ProblemKind::NotFound,
        "there is no such download, or it has expired",
        "ask for a new one",
    )
}

impl<S: AsyncRead + Unpin> AsyncRead for Connection<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(context, buffer)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Connection<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(context, bytes)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(context, pieces)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn answers(listener: &tokio::net::UnixListener, expected: &str, answer: &[u8]) {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut line = vec![0; expected.len()];
        stream.read_exact(&mut line).await.unwrap();
        assert_eq!(String::from_utf8(line).unwrap(), expected);
        stream.write_all(answer).await.unwrap();
    }

    fn listen(door: &Door) -> tokio::net::UnixListener {
        let listener = UnixListener::from(door.open().unwrap());
        listener.set_nonblocking(true).unwrap();
        tokio::net::UnixListener::from_std(listener).unwrap()
    }

    /// The path of a socket is limited to some hundred bytes, and that of a data folder is not.
    #[tokio::test]
    async fn folder_may_lie_deep() {
        let place = tempfile::tempdir().unwrap();
        let deep = place.path().join("deep/".repeat(100));
        fs::create_dir_all(&deep).unwrap();
        let door = Door::new(deep);
        let listener = listen(&door);
        let (connected, ()) = tokio::join!(
            door.connect(Inside::Download("abc")),
            answers(&listener, "download abc\n", b"0and more")
        );
        let mut text = String::new();
        connected.unwrap().read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "and more");
    }

    #[tokio::test]
    async fn refusals_say_what_is_missing() {
        let place = tempfile::tempdir().unwrap();
        let door = Door::new(place.path().to_owned());
        let kind = |connected: Result<DoorStream, Problem>| connected.err().unwrap().kind();
        let missing = door.connect(Inside::Port(1)).await;
        assert_eq!(kind(missing), ProblemKind::Asleep);
        let listener = listen(&door);
        let (closed, ()) = tokio::join!(
            door.connect(Inside::Port(80)),
            answers(&listener, "port 80\n", b"1")
        );
        assert_eq!(kind(closed), ProblemKind::NothingListens);
        // An agent that says yes and gives nothing.
        let (nothing, ()) = tokio::join!(
            door.connect(Inside::Port(80)),
            answers(&listener, "port 80\n", b"0")
        );
        assert_eq!(kind(nothing), ProblemKind::NothingListens);
        let (unknown, ()) = tokio::join!(
            door.connect(Inside::Download("abc")),
            answers(&listener, "download abc\n", b"1")
        );
        assert_eq!(kind(unknown), ProblemKind::NotFound);
        for token in ["", "a\nport 1", "a b", &"a".repeat(129)] {
            let refused = door.connect(Inside::Download(token)).await;
            assert_eq!(kind(refused), ProblemKind::NotFound, "{token:?}");
        }
        // What a killed server left is in nobody's way.
        drop(listener);
        door.open().unwrap();
        door.close().unwrap();
        door.close().unwrap();
    }

    #[tokio::test(start_paused = true)]
    async fn connections_are_bounded() {
        let place = tempfile::tempdir().unwrap();
        let door = Door::new(place.path().to_owned());
        let all = door
            .places
            .clone()
            .acquire_many_owned(CONNECTIONS as u32)
            .await;
        let refused = door.connect(Inside::Port(80)).await.err().unwrap();
        let limit = ProblemKind::Limited(Limit::PreviewConnectionsPerSandbox);
        assert_eq!(refused.kind(), limit);
        drop(all);
    }
}
