//! From messages to bytes.

use std::io;

use bytes::buf::Chain;
use bytes::{Buf, BufMut, Bytes, BytesMut};
use tokio::io::{AsyncWrite, AsyncWriteExt};

use super::Opcode;

/// Up to this size, head and content go out as one piece. Above, the content is not copied.
const ONE_PIECE: usize = 16 * 1024;

/// Writes a server's messages.
#[derive(Debug)]
pub(crate) struct Writer<W> {
    io: W,
    /// What of the latest frame has not gone out.
    rest: Chain<Bytes, Bytes>,
}

impl<W: AsyncWrite + Unpin> Writer<W> {
    pub(crate) fn new(io: W) -> Self {
        Self {
            io,
            rest: Bytes::new().chain(Bytes::new()),
        }
    }

    /// Sends a message, or the last part of one.
    ///
    /// Where the future is dropped, the rest of the frame goes out before the next one.
    ///
    /// # Errors
    /// The connection broke.
    pub(crate) async fn send(&mut self, opcode: Opcode, content: Bytes) -> io::Result<()> {
        self.send_frame(0x80 | opcode.bits(), content).await
    }

    /// Sends a part of a message that is not its last.
    ///
    /// # Errors
    /// As those of [`Writer::send`].
    pub(crate) async fn send_part(&mut self, opcode: Opcode, content: Bytes) -> io::Result<()> {
        self.send_frame(opcode.bits(), content).await
    }

    async fn send_frame(&mut self, first: u8, content: Bytes) -> io::Result<()> {
        self.flush().await?;
        let mut head = BytesMut::with_capacity(10);
        head.put_u8(first);
        match content.len() {
            length @ 0..=125 => head.put_u8(length as u8),
            length @ 126..=0xffff => {
                head.put_u8(126);
                head.put_u16(length as u16);
            }
            length => {
                head.put_u8(127);
                head.put_u64(length as u64);
            }
        }
        self.rest = if content.len() <= ONE_PIECE {
            head.extend_from_slice(&content);
            head.freeze().chain(Bytes::new())
        } else {
            head.freeze().chain(content)
        };
        self.flush().await
    }

    /// Sends a close frame.
    ///
    /// # Errors
    /// The connection broke.
    pub(crate) async fn close(&mut self, code: u16, reason: &str) -> io::Result<()> {
        let content = [&code.to_be_bytes(), reason.as_bytes()].concat();
        self.send(Opcode::Close, content.into()).await
    }

    /// Ends this side of the connection.
    ///
    /// # Errors
    /// The connection broke.
    pub(crate) async fn end(&mut self) -> io::Result<()> {
        self.io.shutdown().await
    }

    async fn flush(&mut self) -> io::Result<()> {
        self.io.write_all_buf(&mut self.rest).await?;
        // The frame's memory ends with the frame.
        self.rest = Bytes::new().chain(Bytes::new());
        self.io.flush().await
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, duplex};

    use super::*;

    async fn written(opcode: Opcode, content: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut writer = Writer::new(&mut bytes);
        let content = Bytes::copy_from_slice(content);
        writer.send(opcode, content).await.unwrap();
        bytes
    }

    #[tokio::test]
    async fn frames_are_as_in_the_rfc() {
        assert_eq!(written(Opcode::Text, b"").await, [0x81, 0]);
        assert_eq!(written(Opcode::Text, b"Hello").await, b"\x81\x05Hello");
        for (length, head) in [
            (125, vec![0x82, 125]),
            (126, vec![0x82, 126, 0, 126]),
            (65535, vec![0x82, 126, 0xff, 0xff]),
            (65536, vec![0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let content = vec![5; length];
            let expected = [head, content.clone()].concat();
            assert!(
                written(Opcode::Binary, &content).await == expected,
                "{length}"
            );
        }
        let mut bytes = Vec::new();
        Writer::new(&mut bytes).close(1001, "bye").await.unwrap();
        assert_eq!(bytes, b"\x88\x05\x03\xe9bye");
    }

    #[tokio::test]
    async fn frame_that_was_given_up_is_finished_before_the_next() {
        let (near, mut far) = duplex(1000);
        let mut writer = Writer::new(near);
        let content = Bytes::from(vec![5; 20_000]);
        tokio::select! {
            biased;
            sent = writer.send(Opcode::Binary, content.clone()) => panic!("{sent:?}"),
            () = tokio::task::yield_now() => {}
        }
        let closing = tokio::spawn(async move { writer.close(1001, "").await });
        let mut bytes = Vec::new();
        far.read_to_end(&mut bytes).await.unwrap();
        closing.await.unwrap().unwrap();
        let expected = [&[0x82, 126, 0x4e, 0x20], &content[..], &[0x88, 2, 3, 0xe9]].concat();
        assert!(bytes == expected);
    }
}
