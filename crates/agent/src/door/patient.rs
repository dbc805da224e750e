//! A writer that gives up on a reader who takes nothing.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tokio::io::AsyncWrite;
use tokio::time::{Instant, Sleep, sleep};

/// Fails with a timeout once nothing was taken for a while.
#[derive(Debug)]
pub(super) struct Patient<W> {
    writer: W,
    patience: Duration,
    end: Pin<Box<Sleep>>,
}

impl<W> Patient<W> {
    pub(super) fn new(writer: W, patience: Duration) -> Self {
        Self {
            writer,
            patience,
            end: Box::pin(sleep(patience)),
        }
    }

    /// What came of an attempt: time starts anew with a success.
    fn outcome<T>(
        &mut self,
        context: &mut Context<'_>,
        attempt: Poll<io::Result<T>>,
    ) -> Poll<io::Result<T>> {
        if attempt.is_ready() {
            self.end.as_mut().reset(Instant::now() + self.patience);
            return attempt;
        }
        self.end
            .as_mut()
            .poll(context)
            .map(|()| Err(io::ErrorKind::TimedOut.into()))
    }
}

impl<W: AsyncWrite + Unpin> AsyncWrite for Patient<W> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let attempt = Pin::new(&mut self.writer).poll_write(context, bytes);
        self.outcome(context, attempt)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.writer).poll_flush(context);
        self.outcome(context, attempt)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        let attempt = Pin::new(&mut self.writer).poll_shutdown(context);
        self.outcome(context, attempt)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_slow_reader_is_served_and_a_stopped_one_is_not() {
        let (mut reader, writer) = tokio::io::duplex(1);
        let mut writer = Patient::new(writer, Duration::from_secs(30));
        let writing = tokio::spawn(async move { writer.write_all(&[0; 6]).await });
        for _ in 0..4 {
            sleep(Duration::from_secs(20)).await;
            reader.read_u8().await.unwrap();
        }
        assert!(!writing.is_finished());
        let error = writing.await.unwrap().unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::TimedOut);
    }
}
