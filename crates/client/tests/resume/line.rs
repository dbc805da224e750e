//! A byte stream that can be cut at any byte.

use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll};

use tokio::io::{AsyncWrite, DuplexStream};
use tokio::sync::watch;

/// What one connection may carry, both ways together, and whether it is cut.
#[derive(Clone)]
pub(crate) struct Gate {
    left: Arc<Mutex<usize>>,
    cut: watch::Sender<bool>,
}

/// One way of a connection.
pub(crate) struct Way {
    gate: Gate,
    far: DuplexStream,
}

impl Gate {
    pub(crate) fn new(bytes: usize) -> Self {
        Self {
            left: Arc::new(Mutex::new(bytes)),
            cut: watch::Sender::new(false),
        }
    }

    pub(crate) fn cut(&self) {
        *self.left.lock().unwrap() = 0;
        self.cut.send_replace(true);
    }

    /// Lets so many bytes pass yet.
    pub(crate) fn cut_after(&self, bytes: usize) {
        *self.left.lock().unwrap() = bytes;
    }

    pub(crate) async fn is_cut(&self) {
        let mut cut = self.cut.subscribe();
        cut.wait_for(|cut| *cut).await.unwrap();
    }

    pub(crate) fn way(&self, far: DuplexStream) -> Way {
        Way {
            gate: self.clone(),
            far,
        }
    }
}

impl AsyncWrite for Way {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let left = *self.gate.left.lock().unwrap();
        if left == 0 {
            self.gate.cut();
            return Poll::Ready(Err(io::ErrorKind::BrokenPipe.into()));
        }
        let bytes = &bytes[..left.min(bytes.len())];
        let written = Pin::new(&mut self.far).poll_write(context, bytes);
        if let Poll::Ready(Ok(count)) = written {
            let mut left = self.gate.left.lock().unwrap();
            *left = left.saturating_sub(count);
        }
        written
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.far).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.far).poll_shutdown(context)
    }
}
