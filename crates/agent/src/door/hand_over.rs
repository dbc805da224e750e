//! Gives the server a connection to a program inside, so that what passes through it passes by the agent.

use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::AsFd;

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use tokio::io::Interest;
use tokio::net::{TcpStream, UnixStream};

/// Answers `answer` with `inside` beside it.
///
/// # Errors
/// The server has left.
pub(super) async fn hand_over(
    stream: &UnixStream,
    answer: u8,
    inside: TcpStream,
) -> io::Result<()> {
    let send = || {
        let descriptors = [inside.as_fd()];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut beside = SendAncillaryBuffer::new(&mut space);
        if !beside.push(SendAncillaryMessage::ScmRights(&descriptors)) {
            return Err(io::ErrorKind::OutOfMemory.into());
        }
        let answer = [answer];
        sendmsg(
            stream,
            &[IoSlice::new(&answer)],
            &mut beside,
            SendFlags::NOSIGNAL,
        )?;
        Ok(())
    };
    stream.async_io(Interest::WRITABLE, send).await
}
