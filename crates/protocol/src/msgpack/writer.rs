//! Appends MessagePack to a buffer.

use bytes::Bytes;

use crate::pieces::{LARGE, Pieces};

/// Appends MessagePack values to one growing buffer.
///
/// Numbers take the shortest form, as `@msgpack/msgpack` writes them.
///
/// ```
/// use yew_sandbox_protocol::msgpack::Writer;
///
/// let mut writer = Writer::new();
/// writer.map(1);
/// writer.text("id");
/// writer.unsigned(7);
/// assert_eq!(writer.finish().as_ref(), b"\x81\xa2id\x07");
/// ```
#[derive(Debug, Default)]
pub struct Writer {
    buffer: Vec<u8>,
    large: Large,
}

/// What becomes of a content that may be kept as it is.
#[derive(Debug, Default)]
enum Large {
    /// It is copied.
    #[default]
    Copied,
    /// The first that is large stands beside the buffer, at this place of it. `None`: there was none yet.
    Beside(Option<(usize, Bytes)>),
    /// The first stands elsewhere, with so many bytes, at this place of the buffer. `None`: there was none yet.
    Elsewhere(usize, Option<usize>),
}

impl Writer {
    /// An empty writer.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty writer with room for `bytes` bytes.
    pub fn with_capacity(bytes: usize) -> Self {
        Self {
            buffer: Vec::with_capacity(bytes),
            large: Large::Copied,
        }
    }

    /// As [`Writer::with_capacity`]; the first content of 64 KiB or more that is [`Writer::shared`] is not copied.
    /// The room is for all the others.
    pub fn in_pieces(bytes: usize) -> Self {
        Self {
            large: Large::Beside(None),
            ..Self::with_capacity(bytes)
        }
    }

    /// As [`Writer::with_capacity`]; the first content that is [`Writer::shared`] is said to have `length` bytes, which stand elsewhere.
    pub(crate) fn around(bytes: usize, length: usize) -> Self {
        Self {
            large: Large::Elsewhere(length, None),
            ..Self::with_capacity(bytes)
        }
    }

    /// The bytes written, without a copy unless a content stands beside them.
    pub fn finish(self) -> Bytes {
        self.finish_in_pieces().into_bytes()
    }

    /// The bytes written, without a copy.
    pub fn finish_in_pieces(self) -> Pieces {
        let mut before = Bytes::from(self.buffer);
        let (place, large) = match self.large {
            Large::Beside(Some(large)) => large,
            Large::Elsewhere(_, Some(place)) => (place, Bytes::new()),
            _ => return before.into(),
        };
        let after = before.split_off(place);
        Pieces::new(before, large, after)
    }

    /// Writes nil.
    pub fn nil(&mut self) {
        self.buffer.push(0xc0);
    }

    /// Writes a boolean.
    pub fn boolean(&mut self, value: bool) {
        self.buffer.push(if value { 0xc3 } else { 0xc2 });
    }

    /// Writes a non-negative integer.
    pub fn unsigned(&mut self, value: u64) {
        match value {
            0..=0x7f => self.buffer.push(value as u8),
            0x80..=0xff => self.tagged(0xcc, &[value as u8]),
            0x100..=0xffff => self.tagged(0xcd, &(value as u16).to_be_bytes()),
            0x1_0000..=0xffff_ffff => self.tagged(0xce, &(value as u32).to_be_bytes()),
            _ => self.tagged(0xcf, &value.to_be_bytes()),
        }
    }

    /// Writes an integer.
    pub fn signed(&mut self, value: i64) {
        match value {
            0.. => self.unsigned(value as u64),
            -0x20..=-1 => self.buffer.push(value as u8),
            -0x80..=-0x21 => self.tagged(0xd0, &[value as u8]),
            -0x8000..=-0x81 => self.tagged(0xd1, &(value as i16).to_be_bytes()),
            -0x8000_0000..=-0x8001 => self.tagged(0xd2, &(value as i32).to_be_bytes()),
            _ => self.tagged(0xd3, &value.to_be_bytes()),
        }
    }

    /// Writes a number as a 64-bit float, or as an integer where it is a whole one below 2^53.
    pub fn float(&mut self, value: f64) {
        const WHOLE: f64 = 9_007_199_254_740_992.0;
        if value.fract() == 0.0 && value.abs() < WHOLE {
            self.signed(value as i64);
        } else {
            self.tagged(0xcb, &value.to_be_bytes());
        }
    }

    /// Writes a string.
    ///
    /// Text of 4 GiB or more does not fit the format; it cannot be in a frame (see [`crate::limits`]).
    pub fn text(&mut self, value: &str) {
        let length = value.len();
        match length {
            0..=0x1f => self.buffer.push(0xa0 | length as u8),
            0x20..=0xff => self.tagged(0xd9, &[length as u8]),
            0x100..=0xffff => self.tagged(0xda, &(length as u16).to_be_bytes()),
            _ => self.tagged(0xdb, &(length as u32).to_be_bytes()),
        }
        self.buffer.extend_from_slice(value.as_bytes());
    }

    /// Writes a byte string.
    pub fn binary(&mut self, value: &[u8]) {
        self.binary_head(value.len());
        self.buffer.extend_from_slice(value);
    }

    /// Writes a byte string that may be kept as it is, where the writer is [`Writer::in_pieces`].
    pub fn shared(&mut self, value: &Bytes) {
        let length = match self.large {
            Large::Beside(None) if value.len() >= LARGE => value.len(),
            Large::Elsewhere(length, None) => length,
            _ => return self.binary(value),
        };
        self.binary_head(length);
        let place = self.buffer.len();
        self.large = match self.large {
            Large::Elsewhere(..) => Large::Elsewhere(length, Some(place)),
            _ => Large::Beside(Some((place, value.clone()))),
        };
    }

    /// Begins an array of `length` values, which the caller writes next.
    pub fn array(&mut self, length: usize) {
        self.header(length, 0x90, 0xdc);
    }

    /// Begins a map of `length` pairs, which the caller writes next, key before value.
    pub fn map(&mut self, length: usize) {
        self.header(length, 0x80, 0xde);
    }

    /// Copies one value that is MessagePack already.
    pub fn raw(&mut self, value: &[u8]) {
        self.buffer.extend_from_slice(value);
    }

    fn binary_head(&mut self, length: usize) {
        match length {
            0..=0xff => self.tagged(0xc4, &[length as u8]),
            0x100..=0xffff => self.tagged(0xc5, &(length as u16).to_be_bytes()),
            _ => self.tagged(0xc6, &(length as u32).to_be_bytes()),
        }
    }

    fn header(&mut self, length: usize, short: u8, long: u8) {
        match length {
            0..=0xf => self.buffer.push(short | length as u8),
            0x10..=0xffff => self.tagged(long, &(length as u16).to_be_bytes()),
            _ => self.tagged(long + 1, &(length as u32).to_be_bytes()),
        }
    }

    fn tagged(&mut self, tag: u8, rest: &[u8]) {
        self.buffer.push(tag);
        self.buffer.extend_from_slice(rest);
    }
}
