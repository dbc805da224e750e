//! What the server wants of a connection through the door.

use std::io;
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::timeout;

/// Longest line, in bytes.
const LONGEST: usize = 256;
/// How long the server may take to write it.
const PATIENCE: Duration = Duration::from_secs(5);

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Line {
    /// `port 5173`: a connection to what listens there.
    Port(u16),
    /// `download TOKEN`: an archive.
    Download(String),
}

impl Line {
    /// Reads the line. The server writes nothing behind it before it has its answer.
    pub(super) async fn read(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<Self> {
        let whole = async {
            let mut line = Vec::with_capacity(LONGEST);
            while !line.ends_with(b"\n") {
                if line.len() >= LONGEST || stream.read_buf(&mut line).await? == 0 {
                    return Err(io::ErrorKind::InvalidData.into());
                }
            }
            io::Result::Ok(line)
        };
        let line = timeout(PATIENCE, whole)
            .await
            .map_err(|_| io::ErrorKind::TimedOut)??;
        let text = std::str::from_utf8(&line).ok();
        let line = text.and_then(|text| Self::parse(text.strip_suffix('\n')?));
        line.ok_or_else(|| io::ErrorKind::InvalidData.into())
    }

    fn parse(text: &str) -> Option<Self> {
        match text.split_once(' ')? {
            ("port", port) => {
                let port: u16 = port.parse().ok()?;
                (port > 0).then_some(Self::Port(port))
            }
            ("download", token) => Some(Self::Download(token.to_owned())),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn lines_are_read() {
        let read = async |text: &str| Line::read(&mut text.as_bytes()).await.ok();
        assert_eq!(read("port 5173\n").await, Some(Line::Port(5173)));
        let download = Line::Download("abc".into());
        assert_eq!(read("download abc\n").await, Some(download));
        let long = format!("download {}\n", "a".repeat(LONGEST));
        for wrong in [
            "",
            "\n",
            "port 5173",
            "port 0\n",
            "port 65536\n",
            "port -1\n",
            "port\n",
            "port 1\nGET",
            "host 1\n",
            &long,
        ] {
            assert_eq!(read(wrong).await, None, "{wrong:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_server_is_not_waited_for() {
        let (_server, mut agent) = tokio::io::duplex(64);
        assert_eq!(
            Line::read(&mut agent).await.unwrap_err().kind(),
            io::ErrorKind::TimedOut
        );
    }
}
