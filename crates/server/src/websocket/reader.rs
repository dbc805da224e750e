//! From bytes to messages.

use bytes::{Buf, Bytes, BytesMut};
use tokio::io::{AsyncRead, AsyncReadExt};
use tokio::time::Instant;

use super::Opcode;

/// How much an idle connection is ready to read, in bytes.
const CHUNK: usize = 4 * 1024;
/// Longest content of a control frame, in bytes.
const MAX_CONTROL: usize = 125;

/// Reads a client's messages.
#[derive(Debug)]
pub(crate) struct Reader<R> {
    io: R,
    /// What has arrived and is not yet a whole frame.
    buffer: BytesMut,
    /// The message whose first parts have arrived.
    parts: Option<(Opcode, BytesMut)>,
    /// Largest message, in bytes.
    max: usize,
    /// When bytes last arrived, whole message or not.
    heard: Instant,
}

/// What a client sends.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Incoming {
    Binary(Bytes),
    /// Not checked to be UTF-8.
    Text(Bytes),
    Ping(Bytes),
    Pong,
    Close,
}

/// Why no message can be read any more.
#[derive(Debug)]
pub(crate) enum Fault {
    /// The client breaks the rules.
    Protocol(&'static str),
    /// A message is larger than allowed.
    TooLarge,
    /// The connection broke; there is nobody to tell why.
    Broken,
}

/// The head of a frame.
#[derive(Debug)]
struct Head {
    last: bool,
    opcode: Opcode,
    mask: [u8; 4],
    /// Length of the head itself, in bytes.
    size: usize,
    /// Length of the content, in bytes.
    length: usize,
}

impl<R: AsyncRead + Unpin> Reader<R> {
    pub(crate) fn new(io: R, max: usize) -> Self {
        Self {
            io,
            buffer: BytesMut::new(),
            parts: None,
            max,
            heard: Instant::now(),
        }
    }

    /// When bytes last arrived, or else when reading began.
    pub(crate) fn heard(&self) -> Instant {
        self.heard
    }

    /// The next message, whole; `None` at the end of the connection.
    ///
    /// Dropping the future loses nothing.
    ///
    /// # Errors
    /// Nothing can be read any more.
    pub(crate) async fn next(&mut self) -> Result<Option<Incoming>, Fault> {
        loop {
            let missing = match self.head()? {
                Some(head) if self.buffer.len() >= head.size + head.length => {
                    if let Some(message) = self.take(&head)? {
                        return Ok(Some(message));
                    }
                    continue;
                }
                Some(head) => head.size + head.length - self.buffer.len(),
                None => CHUNK,
            };
            // At most as much as has arrived already: a length alone reserves nothing.
            self.buffer
                .reserve(missing.min(self.buffer.len()).max(CHUNK));
            if self
                .io
                .read_buf(&mut self.buffer)
                .await
                .map_err(|_| Fault::Broken)?
                == 0
            {
                return Ok(None);
            }
            self.heard = Instant::now();
        }
    }

    /// Reads until the end of the connection, whatever comes.
    pub(crate) async fn drain(&mut self) {
        loop {
            self.buffer.clear();
            self.buffer.reserve(CHUNK);
            if !matches!(self.io.read_buf(&mut self.buffer).await, Ok(1..)) {
                return;
            }
        }
    }

    /// The head of the frame at the start of the buffer, once it is there.
    fn head(&self) -> Result<Option<Head>, Fault> {
        let &[first, second, ref rest @ ..] = &self.buffer[..] else {
            return Ok(None);
        };
        if first & 0x70 != 0 {
            return Err(Fault::Protocol("a frame uses an extension"));
        }
        let opcode = Opcode::from_bits(first & 0x0f).ok_or(Fault::Protocol("an unknown frame"))?;
        let last = first & 0x80 != 0;
        if second & 0x80 == 0 {
            return Err(Fault::Protocol("a frame without a mask"));
        }
        let (length, extended) = match second & 0x7f {
            126 => match rest.first_chunk() {
                Some(length) => (u64::from(u16::from_be_bytes(*length)), 2),
                None => return Ok(None),
            },
            127 => match rest.first_chunk() {
                Some(length) => (u64::from_be_bytes(*length), 8),
                None => return Ok(None),
            },
            length => (u64::from(length), 0),
        };
        let length = usize::try_from(length).map_err(|_| Fault::TooLarge)?;
        if opcode.is_control() && (!last || length > MAX_CONTROL) {
            return Err(Fault::Protocol("a control frame that is long or in parts"));
        }
        let before = self.parts.as_ref().map_or(0, |(_, parts)| parts.len());
        if length > self.max.saturating_sub(before) {
            return Err(Fault::TooLarge);
        }
        let Some(mask) = rest.get(extended..).and_then(|rest| rest.first_chunk()) else {
            return Ok(None);
        };
        Ok(Some(Head {
            last,
            opcode,
            mask: *mask,
            size: 2 + extended + mask.len(),
            length,
        }))
    }

    /// Takes the frame at the start of the buffer, which is there whole. `None`: it is a part of a message.
    fn take(&mut self, head: &Head) -> Result<Option<Incoming>, Fault> {
        self.buffer.advance(head.size);
        let mut content = self.buffer.split_to(head.length);
        if self.buffer.is_empty() || head.length > CHUNK {
            // What is left moves to a buffer of its own, so that the message's memory ends with the message.
            self.buffer = BytesMut::from(&self.buffer[..]);
        }
        unmask(&mut content, head.mask);
        let message = |opcode, content: BytesMut| match opcode {
            Opcode::Text => Incoming::Text(content.freeze()),
            _ => Incoming::Binary(content.freeze()),
        };
        match (head.opcode, self.parts.take()) {
            (Opcode::Close, _) if content.len() == 1 => Err(Fault::Protocol("half a close code")),
            (Opcode::Close, _) => Ok(Some(Incoming::Close)),
            (Opcode::Ping, parts) => {
                self.parts = parts;
                Ok(Some(Incoming::Ping(content.freeze())))
            }
            (Opcode::Pong, parts) => {
                self.parts = parts;
                Ok(Some(Incoming::Pong))
            }
            (Opcode::Continuation, None) => Err(Fault::Protocol("a part of no message")),
            (Opcode::Continuation, Some((opcode, mut parts))) => {
                parts.unsplit(content);
                if head.last {
                    return Ok(Some(message(opcode, parts)));
                }
                self.parts = Some((opcode, parts));
                Ok(None)
            }
            (Opcode::Text | Opcode::Binary, Some(_)) => {
                Err(Fault::Protocol("a message within another"))
            }
            (opcode, None) if head.last => Ok(Some(message(opcode, content))),
            (opcode, None) => {
                self.parts = Some((opcode, content));
                Ok(None)
            }
        }
    }
}

/// Eight bytes at a time: messages are up to 16 MiB.
fn unmask(content: &mut [u8], mask: [u8; 4]) {
    let [a, b, c, d] = mask;
    let eight = u64::from_ne_bytes([a, b, c, d, a, b, c, d]);
    let (chunks, rest) = content.as_chunks_mut::<8>();
    for chunk in chunks {
        *chunk = (u64::from_ne_bytes(*chunk) ^ eight).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncWriteExt, duplex};

    use super::*;

    const MAX: usize = 100_000;

    /// A frame as a client sends it.
    fn frame(first: u8, content: &[u8]) -> Vec<u8> {
        let mask = [0x12, 0x34, 0x56, 0x78];
        let mut frame = vec![first];
        match content.len() {
            0..=125 => frame.push(0x80 | u8::try_from(content.len()).unwrap()),
            126..=0xffff => {
                frame.push(0x80 | 126);
                frame.extend(u16::try_from(content.len()).unwrap().to_be_bytes());
            }
            _ => {
                frame.push(0x80 | 127);
                frame.extend(u64::try_from(content.len()).unwrap().to_be_bytes());
            }
        }
        frame.extend(mask);
        let masked = content.iter().zip(mask.iter().cycle());
        frame.extend(masked.map(|(byte, mask)| byte ^ mask));
        frame
    }

    async fn all(bytes: &[u8]) -> (Vec<Incoming>, Option<Fault>) {
        let mut reader = Reader::new(bytes, MAX);
        let mut messages = Vec::new();
        loop {
            match reader.next().await {
                Ok(Some(message)) => messages.push(message),
                Ok(None) => return (messages, None),
                Err(fault) => return (messages, Some(fault)),
            }
        }
    }

    fn binary(content: &[u8]) -> Incoming {
        Incoming::Binary(Bytes::copy_from_slice(content))
    }

    /// The masked text of RFC 6455, section 5.7.
    #[tokio::test]
    async fn example_of_the_rfc_is_read() {
        let bytes = [
            0x81, 0x85, 0x37, 0xfa, 0x21, 0x3d, 0x7f, 0x9f, 0x4d, 0x51, 0x58,
        ];
        let (messages, fault) = all(&bytes).await;
        assert_eq!(messages, [Incoming::Text(Bytes::from_static(b"Hello"))]);
        assert!(fault.is_none());
    }

    #[tokio::test]
    async fn every_length_is_read() {
        for length in [
            0, 1, 7, 8, 9, 125, 126, 127, 4095, 4096, 4097, 65535, 65536, MAX,
        ] {
            let content: Vec<u8> = (0..length).map(|byte| (byte % 251) as u8).collect();
            let bytes = [frame(0x82, &content), frame(0x82, b"next")].concat();
            let (messages, fault) = all(&bytes).await;
            assert_eq!(messages, [binary(&content), binary(b"next")], "{length}");
            assert!(fault.is_none());
        }
    }

    #[tokio::test]
    async fn parts_make_one_message_and_control_frames_may_come_between() {
        let bytes = [
            frame(0x02, b"one "),
            frame(0x89, b"ping"),
            frame(0x00, b"two "),
            frame(0x8a, b""),
            frame(0x00, b""),
            frame(0x80, b"three"),
            frame(0x88, b""),
        ]
        .concat();
        let (messages, _) = all(&bytes).await;
        let ping = Incoming::Ping(Bytes::from_static(b"ping"));
        let expected = [
            ping,
            Incoming::Pong,
            binary(b"one two three"),
            Incoming::Close,
        ];
        assert_eq!(messages, expected);
    }

    #[tokio::test]
    async fn bytes_may_arrive_one_by_one_and_reading_may_be_given_up() {
        let bytes = [frame(0x82, &[7; 300]), frame(0x81, b"")].concat();
        let (mut near, far) = duplex(16);
        let mut reader = Reader::new(far, MAX);
        let mut messages = Vec::new();
        for byte in bytes {
            near.write_all(&[byte]).await.unwrap();
            tokio::select! {
                biased;
                message = reader.next() => messages.push(message.unwrap().unwrap()),
                () = tokio::task::yield_now() => {}
            }
        }
        assert_eq!(messages, [binary(&[7; 300]), Incoming::Text(Bytes::new())]);
    }

    #[tokio::test]
    async fn broken_rules_are_noticed() {
        let unmasked = vec![0x82, 0x01, 0x00];
        let broken = [
            frame(0xc2, b"extension"),
            frame(0x83, b"reserved"),
            frame(0x8b, b"reserved"),
            unmasked,
            frame(0x80, b"a part of nothing"),
            [frame(0x02, b"begun"), frame(0x82, b"another")].concat(),
            frame(0x09, b"a ping in parts"),
            frame(0x89, &[0; 126]),
            frame(0x88, &[0]),
        ];
        for bytes in broken {
            let (messages, fault) = all(&bytes).await;
            assert!(
                matches!(fault, Some(Fault::Protocol(_))),
                "{bytes:?}: {messages:?}"
            );
            assert!(messages.is_empty());
        }
    }

    #[tokio::test]
    async fn too_large_is_refused_by_its_length_alone() {
        let head = [&[0x82, 0xff][..], &u64::MAX.to_be_bytes()].concat();
        assert!(matches!(all(&head).await.1, Some(Fault::TooLarge)));
        let over = frame(0x82, &vec![0; MAX + 1]);
        assert!(matches!(all(&over[..20]).await.1, Some(Fault::TooLarge)));
        let parts = [frame(0x02, &vec![0; MAX]), frame(0x80, &[0])].concat();
        assert!(matches!(all(&parts).await.1, Some(Fault::TooLarge)));
    }

    /// An announced length was reserved before its bytes came.
    #[tokio::test]
    async fn announced_length_reserves_nothing() {
        let (mut near, far) = duplex(1 << 16);
        let mut reader = Reader::new(far, 16 << 20);
        near.write_all(&frame(0x82, &vec![0; 16 << 20])[..1000])
            .await
            .unwrap();
        tokio::select! {
            biased;
            message = reader.next() => panic!("{message:?}"),
            () = tokio::task::yield_now() => {}
        }
        assert!(
            reader.buffer.capacity() < 4 * CHUNK,
            "{}",
            reader.buffer.capacity()
        );
    }

    #[tokio::test]
    async fn large_message_leaves_no_memory_behind() {
        let bytes = frame(0x82, &[1; MAX]);
        let mut reader = Reader::new(&bytes[..], MAX);
        let message = reader.next().await.unwrap();
        assert!(message.is_some());
        drop(message);
        assert!(reader.buffer.capacity() < CHUNK);
        assert!(matches!(reader.next().await, Ok(None)));
        assert!(reader.buffer.capacity() <= 2 * CHUNK);
    }

    /// Bytes that mean nothing, and frames with single bytes changed: always an end, never a panic.
    #[tokio::test]
    async fn nonsense_never_panics() {
        let mut state = 0x2545_f491_4f6c_dd1d_u64;
        let mut random = || {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state
        };
        for round in 0..20_000 {
            let length = usize::try_from(random() % 64).unwrap();
            let mut bytes: Vec<u8> = (0..length).map(|_| random() as u8).collect();
            if round % 2 == 0 {
                bytes = [
                    frame(0x02, &bytes),
                    frame(0x80, &bytes),
                    frame(0x89, &bytes),
                ]
                .concat();
                let place = usize::try_from(random()).unwrap() % bytes.len();
                bytes[place] = random() as u8;
            }
            let (messages, _) = all(&bytes).await;
            assert!(messages.len() <= bytes.len());
        }
    }
}
