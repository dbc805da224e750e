//! A connection into a sandbox that its agent made and handed over.
//!
//! Agent and server hold the same socket. Whatever the agent does with its flags, nothing here ever blocks: each call says so itself.

use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::OwnedFd;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendFlags, Shutdown, SocketType, recv, recvmsg, send, sendmsg, shutdown, sockopt,
};
use tokio::io::{AsyncRead, AsyncWrite, Interest, ReadBuf};
use tokio::net::{TcpStream, UnixStream};

/// Most bytes of one read.
const PIECE: usize = 64 * 1024;

/// What an agent answers to a line.
#[derive(Debug)]
pub(super) enum Answer {
    /// There is nothing of the kind.
    Nothing,
    /// It comes behind the answer.
    Here,
    /// It came beside the answer.
    Given(Given),
}

impl Answer {
    /// Reads the one byte, and what is beside it.
    ///
    /// # Errors
    /// The agent has left, or gave what is no TCP connection.
    pub(super) async fn read(stream: &UnixStream) -> io::Result<Self> {
        let (answer, given) = stream
            .async_io(Interest::READABLE, || receive(stream))
            .await?;
        match (answer, given) {
            (b'0', Some(socket)) => Ok(Self::Given(Given::new(socket)?)),
            (b'0', None) => Ok(Self::Here),
            _ => Ok(Self::Nothing),
        }
    }
}

fn receive(stream: &UnixStream) -> io::Result<(u8, Option<OwnedFd>)> {
    let mut answer = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut beside = RecvAncillaryBuffer::new(&mut space);
    let received = recvmsg(
        stream,
        &mut [IoSliceMut::new(&mut answer)],
        &mut beside,
        RecvFlags::CMSG_CLOEXEC,
    )?;
    if received.bytes == 0 {
        return Err(io::ErrorKind::UnexpectedEof.into());
    }
    let given = beside.drain().find_map(|message| match message {
        RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
        _ => None,
    });
    Ok((answer[0], given))
}

/// The connection.
#[derive(Debug)]
pub(super) struct Given(TcpStream);

impl Given {
    /// Takes a socket over.
    ///
    /// # Errors
    /// It is no TCP connection.
    fn new(socket: OwnedFd) -> io::Result<Self> {
        let domain = sockopt::socket_domain(&socket)?;
        let is_internet = matches!(domain, AddressFamily::INET | AddressFamily::INET6);
        if !is_internet || sockopt::socket_type(&socket)? != SocketType::STREAM {
            return Err(io::ErrorKind::InvalidData.into());
        }
        let socket = std::net::TcpStream::from(socket);
        socket.set_nonblocking(true)?;
        TcpStream::from_std(socket).map(Self)
    }

    fn poll_send(
        &self,
        context: &mut Context<'_>,
        send: impl Fn(SendFlags) -> rustix::io::Result<usize>,
    ) -> Poll<io::Result<usize>> {
        let flags = SendFlags::DONTWAIT | SendFlags::NOSIGNAL;
        loop {
            ready!(self.0.poll_write_ready(context))?;
            match self.0.try_io(Interest::WRITABLE, || Ok(send(flags)?)) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                sent => return Poll::Ready(sent),
            }
        }
    }
}

impl AsyncRead for Given {
    fn poll_read(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let space = buffer.initialize_unfilled_to(buffer.remaining().min(PIECE));
        let received = loop {
            ready!(self.0.poll_read_ready(context))?;
            let receive = || Ok(recv(&self.0, &mut *space, RecvFlags::DONTWAIT)?.0);
            match self.0.try_io(Interest::READABLE, receive) {
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                received => break received?,
            }
        };
        buffer.advance(received);
        Poll::Ready(Ok(()))
    }
}

impl AsyncWrite for Given {
    fn poll_write(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(context, |flags| send(&self.0, bytes, flags))
    }

    fn poll_write_vectored(
        self: Pin<&mut Self>,
        context: &mut Context<'_>,
        pieces: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.poll_send(context, |flags| {
            sendmsg(&self.0, pieces, &mut SendAncillaryBuffer::default(), flags)
        })
    }

    fn is_write_vectored(&self) -> bool {
        true
    }

    fn poll_flush(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        Poll::Ready(Ok(()))
    }

    fn poll_shutdown(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<io::Result<()>> {
        match shutdown(&self.0, Shutdown::Write) {
            Ok(()) | Err(rustix::io::Errno::NOTCONN) => Poll::Ready(Ok(())),
            Err(error) => Poll::Ready(Err(error.into())),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;
    use tokio::time::timeout;

    use super::*;

    async fn pair() -> (Given, std::net::TcpStream, TcpStream) {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (near, far) = tokio::join!(TcpStream::connect(address), listener.accept());
        let agents = near.unwrap().into_std().unwrap();
        let given = Given::new(agents.try_clone().unwrap().into()).unwrap();
        (given, agents, far.unwrap().0)
    }

    /// The socket's flags are the agent's too: made to block, it would have stopped a thread of the server's.
    #[tokio::test]
    async fn a_socket_that_is_made_to_block_blocks_nobody() {
        let (mut given, agents, mut far) = pair().await;
        agents.set_nonblocking(false).unwrap();
        far.write_all(b"one").await.unwrap();
        let mut text = [0; 3];
        given.read_exact(&mut text).await.unwrap();
        assert_eq!(&text, b"one");
        let patience = Duration::from_millis(50);
        assert!(timeout(patience, given.read_u8()).await.is_err());
        // Nobody reads: what has no room waits, and this thread does not.
        let flood = vec![0; 64 * 1024 * 1024];
        assert!(timeout(patience, given.write_all(&flood)).await.is_err());
    }

    #[tokio::test]
    async fn bytes_pass_both_ways_to_the_end() {
        let (mut given, agents, mut far) = pair().await;
        drop(agents);
        let pieces = [IoSlice::new(b"one "), IoSlice::new(b"two")];
        assert_eq!(given.write_vectored(&pieces).await.unwrap(), 7);
        given.shutdown().await.unwrap();
        let mut text = String::new();
        far.read_to_string(&mut text).await.unwrap();
        assert_eq!(text, "one two");
        far.write_all(&[7; 200_000]).await.unwrap();
        drop(far);
        let mut bytes = Vec::new();
        given.read_to_end(&mut bytes).await.unwrap();
        assert!(bytes.len() == 200_000 && bytes.iter().all(|byte| *byte == 7));
    }

    #[tokio::test]
    async fn only_connections_are_taken() {
        let (near, _far) = UnixStream::pair().unwrap();
        let near = near.into_std().unwrap();
        assert!(Given::new(near.into()).is_err());
        let datagrams = std::net::UdpSocket::bind("127.0.0.1:0").unwrap();
        assert!(Given::new(datagrams.into()).is_err());
        let file = std::fs::File::open("/dev/zero").unwrap();
        assert!(Given::new(file.into()).is_err());
    }
}
