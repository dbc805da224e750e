//! Walks a MessagePack frame.

use std::fmt;
use std::ops::Range;

use bytes::Bytes;

use crate::limits::MAX_DEPTH;

/// What is wrong with bytes that were to be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DecodeErrorKind {
    /// The input ended inside a value.
    Truncated,
    /// A value of another type was expected.
    Type(&'static str),
    /// A number does not fit its field, or is not whole.
    Range,
    /// A string is not UTF-8.
    Text,
    /// More nesting than [`MAX_DEPTH`].
    Depth,
    /// A field that must be there is not.
    Missing,
    /// A byte that MessagePack does not use.
    Marker(u8),
    /// Bytes after the end of the value.
    Trailing,
    /// A value of an enumeration that is not known.
    Unknown,
}

/// Why bytes could not be read, and at which field.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct DecodeError {
    /// What is wrong.
    pub kind: DecodeErrorKind,
    /// The innermost named field that was being read; empty outside of one.
    pub field: &'static str,
}

impl DecodeError {
    /// An error outside of any named field.
    pub fn new(kind: DecodeErrorKind) -> Self {
        Self { kind, field: "" }
    }

    /// The same error, said of `field` unless a field further inside is named already.
    #[must_use]
    pub fn in_field(mut self, field: &'static str) -> Self {
        if self.field.is_empty() {
            self.field = field;
        }
        self
    }

    fn expected(what: &'static str) -> Self {
        Self::new(DecodeErrorKind::Type(what))
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.field.is_empty() {
            f.write_str(self.field)?;
            f.write_str(": ")?;
        }
        if let DecodeErrorKind::Type(expected) = self.kind {
            f.write_str("expected ")?;
            return f.write_str(expected);
        }
        f.write_str(match self.kind {
            DecodeErrorKind::Truncated => "the input ends inside a value",
            DecodeErrorKind::Type(_) => "a value of another type was expected",
            DecodeErrorKind::Range => "the number is out of range",
            DecodeErrorKind::Text => "the text is not UTF-8",
            DecodeErrorKind::Depth => "the value is nested too deeply",
            DecodeErrorKind::Missing => "the field is missing",
            DecodeErrorKind::Marker(_) => "a byte that the format does not use",
            DecodeErrorKind::Trailing => "bytes after the end",
            DecodeErrorKind::Unknown => "a value that is not known",
        })
    }
}

/// As for people: see that of [`WireError`](crate::WireError).
impl fmt::Debug for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl std::error::Error for DecodeError {}

/// A cursor over one frame.
///
/// Byte strings come out as slices of the frame's own buffer. Nothing is allocated on the word of a length
/// header: a length that is larger than what is left is refused first.
#[derive(Clone, Debug)]
pub struct Reader<'a> {
    frame: &'a Bytes,
    position: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// A cursor at the start of `frame`.
    pub fn new(frame: &'a Bytes) -> Self {
        Self {
            frame,
            position: 0,
            depth: 0,
        }
    }

    /// How many bytes are left.
    pub fn remaining(&self) -> usize {
        self.frame.len() - self.position
    }

    /// Refuses what follows the value that was read.
    ///
    /// # Errors
    /// `Trailing` if bytes are left.
    pub fn end(&self) -> Result<(), DecodeError> {
        if self.remaining() == 0 {
            Ok(())
        } else {
            Err(DecodeError::new(DecodeErrorKind::Trailing))
        }
    }

    /// Whether the next value is nil. Reads it if it is.
    pub fn take_nil(&mut self) -> bool {
        let nil = self.peek() == Some(0xc0);
        if nil {
            self.position += 1;
        }
        nil
    }

    /// Reads a boolean.
    ///
    /// # Errors
    /// `Type` or `Truncated`.
    pub fn boolean(&mut self) -> Result<bool, DecodeError> {
        match self.byte()? {
            0xc2 => Ok(false),
            0xc3 => Ok(true),
            _ => Err(DecodeError::expected("a boolean")),
        }
    }

    /// Reads a whole number of any width, or a float without a fraction.
    ///
    /// # Errors
    /// `Type`, `Truncated`, or `Range` for a fraction and for what does not fit.
    pub fn integer(&mut self) -> Result<i64, DecodeError> {
        let tag = self.byte()?;
        Ok(match tag {
            0x00..=0x7f => tag.into(),
            0xe0..=0xff => (tag as i8).into(),
            0xcc => self.array_of::<1>()?[0].into(),
            0xcd => u16::from_be_bytes(self.array_of()?).into(),
            0xce => u32::from_be_bytes(self.array_of()?).into(),
            0xcf => u64::from_be_bytes(self.array_of()?)
                .try_into()
                .map_err(|_| DecodeError::new(DecodeErrorKind::Range))?,
            0xd0 => (self.array_of::<1>()?[0] as i8).into(),
            0xd1 => i16::from_be_bytes(self.array_of()?).into(),
            0xd2 => i32::from_be_bytes(self.array_of()?).into(),
            0xd3 => i64::from_be_bytes(self.array_of()?),
            0xca => whole(f32::from_be_bytes(self.array_of()?).into())?,
            0xcb => whole(f64::from_be_bytes(self.array_of()?))?,
            _ => return Err(DecodeError::expected("a whole number")),
        })
    }

    /// Reads a number of any kind.
    ///
    /// # Errors
    /// `Type` or `Truncated`.
    pub fn number(&mut self) -> Result<f64, DecodeError> {
        match self.peek() {
            Some(0xca) => {
                self.position += 1;
                Ok(f32::from_be_bytes(self.array_of()?).into())
            }
            Some(0xcb) => {
                self.position += 1;
                Ok(f64::from_be_bytes(self.array_of()?))
            }
            _ => Ok(self.integer()? as f64),
        }
    }

    /// Reads a string as a slice of the frame.
    ///
    /// # Errors
    /// `Type`, `Truncated` or `Text`.
    pub fn text(&mut self) -> Result<&'a str, DecodeError> {
        let tag = self.byte()?;
        let length = match tag {
            0xa0..=0xbf => (tag & 0x1f).into(),
            0xd9 => self.length::<1>()?,
            0xda => self.length::<2>()?,
            0xdb => self.length::<4>()?,
            _ => return Err(DecodeError::expected("text")),
        };
        std::str::from_utf8(self.slice(length)?)
            .map_err(|_| DecodeError::new(DecodeErrorKind::Text))
    }

    /// Reads a text as a slice that shares the frame's buffer. It is UTF-8.
    ///
    /// # Errors
    /// As [`Reader::text`].
    pub fn shared_text(&mut self) -> Result<Bytes, DecodeError> {
        let length = self.text()?.len();
        Ok(self.frame.slice(self.position - length..self.position))
    }

    /// Reads a byte string as a slice that shares the frame's buffer.
    ///
    /// # Errors
    /// `Type` or `Truncated`.
    pub fn binary(&mut self) -> Result<Bytes, DecodeError> {
        let length = match self.byte()? {
            0xc4 => self.length::<1>()?,
            0xc5 => self.length::<2>()?,
            0xc6 => self.length::<4>()?,
            _ => return Err(DecodeError::expected("bytes")),
        };
        let start = self.position;
        self.slice(length)?;
        Ok(self.frame.slice(start..start + length))
    }

    /// Reads the header of an array and returns its length. Each call must be met by one [`Reader::leave`]
    /// after the values.
    ///
    /// # Errors
    /// `Type`, `Truncated` (also for more values than bytes are left) or `Depth`.
    pub fn enter_array(&mut self) -> Result<usize, DecodeError> {
        let tag = self.byte()?;
        let length = match tag {
            0x90..=0x9f => (tag & 0x0f).into(),
            0xdc => self.length::<2>()?,
            0xdd => self.length::<4>()?,
            _ => return Err(DecodeError::expected("an array")),
        };
        self.enter(length)
    }

    /// Reads the header of a map and returns how many pairs follow. Each call must be met by one
    /// [`Reader::leave`] after the pairs.
    ///
    /// # Errors
    /// `Type`, `Truncated` (also for more pairs than bytes are left) or `Depth`.
    pub fn enter_map(&mut self) -> Result<usize, DecodeError> {
        let tag = self.byte()?;
        let length = match tag {
            0x80..=0x8f => (tag & 0x0f).into(),
            0xde => self.length::<2>()?,
            0xdf => self.length::<4>()?,
            _ => return Err(DecodeError::expected("a map")),
        };
        self.enter(length)
    }

    /// Leaves the innermost array or map.
    pub fn leave(&mut self) {
        self.depth = self.depth.saturating_sub(1);
    }

    /// Passes over one value of any type.
    ///
    /// # Errors
    /// `Truncated`, `Depth` or `Marker`.
    pub fn skip(&mut self) -> Result<(), DecodeError> {
        // What is left at each open level: a fixed stack, because recursion on hostile input is not bounded.
        let mut left = [0; MAX_DEPTH + 1];
        let mut level = 0;
        left[level] = 1;
        loop {
            while left[level] == 0 {
                if level == 0 {
                    return Ok(());
                }
                level -= 1;
            }
            left[level] -= 1;
            let children = self.skip_head()?;
            if children > 0 {
                level += 1;
                if self.depth + level > MAX_DEPTH {
                    return Err(DecodeError::new(DecodeErrorKind::Depth));
                }
                left[level] = children;
            }
        }
    }

    /// Passes over one value and returns its bytes, which share the frame's buffer.
    ///
    /// # Errors
    /// As [`Reader::skip`].
    pub fn raw(&mut self) -> Result<Bytes, DecodeError> {
        let start = self.position;
        self.skip()?;
        Ok(self.frame.slice(start..self.position))
    }

    /// Where the next byte string of `least` bytes or more stands, whose bytes need not be there. `None` where what is here ends before one.
    pub(crate) fn find_binary(mut self, least: usize) -> Option<Range<usize>> {
        loop {
            if self.peek() != Some(0xc6) {
                self.skip_head().ok()?;
                continue;
            }
            self.byte().ok()?;
            let length = self.length::<4>().ok()?;
            if length >= least {
                return Some(self.position..self.position.checked_add(length)?);
            }
            self.slice(length).ok()?;
        }
    }

    /// Passes over a scalar, or over the header of an array or map, and returns how many values are inside.
    fn skip_head(&mut self) -> Result<usize, DecodeError> {
        let tag = self.byte()?;
        let mut pairs = false;
        let length = match tag {
            0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => return Ok(0),
            0xcc | 0xd0 => return self.slice(1).map(|_| 0),
            0xcd | 0xd1 => return self.slice(2).map(|_| 0),
            0xca | 0xce | 0xd2 => return self.slice(4).map(|_| 0),
            0xcb | 0xcf | 0xd3 => return self.slice(8).map(|_| 0),
            0xa0..=0xbf => return self.slice((tag & 0x1f).into()).map(|_| 0),
            0xc4 | 0xd9 => {
                let length = self.length::<1>()?;
                return self.slice(length).map(|_| 0);
            }
            0xc5 | 0xda => {
                let length = self.length::<2>()?;
                return self.slice(length).map(|_| 0);
            }
            0xc6 | 0xdb => {
                let length = self.length::<4>()?;
                return self.slice(length).map(|_| 0);
            }
            0xd4..=0xd8 => return self.slice(1 + (1 << (tag - 0xd4))).map(|_| 0),
            0xc7 => {
                let length = self.length::<1>()?;
                return self.slice(1 + length).map(|_| 0);
            }
            0xc8 => {
                let length = self.length::<2>()?;
                return self.slice(1 + length).map(|_| 0);
            }
            0xc9 => {
                let length = self.length::<4>()?;
                return self.slice(length.saturating_add(1)).map(|_| 0);
            }
            0x90..=0x9f => (tag & 0x0f).into(),
            0xdc => self.length::<2>()?,
            0xdd => self.length::<4>()?,
            0x80..=0x8f => {
                pairs = true;
                (tag & 0x0f).into()
            }
            0xde => {
                pairs = true;
                self.length::<2>()?
            }
            0xdf => {
                pairs = true;
                self.length::<4>()?
            }
            0xc1 => return Err(DecodeError::new(DecodeErrorKind::Marker(tag))),
        };
        let values = if pairs {
            length.saturating_mul(2)
        } else {
            length
        };
        self.available(values)?;
        Ok(values)
    }

    fn enter(&mut self, length: usize) -> Result<usize, DecodeError> {
        self.available(length)?;
        self.depth += 1;
        if self.depth > MAX_DEPTH {
            return Err(DecodeError::new(DecodeErrorKind::Depth));
        }
        Ok(length)
    }

    fn available(&self, bytes: usize) -> Result<(), DecodeError> {
        if bytes <= self.remaining() {
            Ok(())
        } else {
            Err(DecodeError::new(DecodeErrorKind::Truncated))
        }
    }

    fn peek(&self) -> Option<u8> {
        self.frame.get(self.position).copied()
    }

    fn byte(&mut self) -> Result<u8, DecodeError> {
        let byte = self
            .peek()
            .ok_or(DecodeError::new(DecodeErrorKind::Truncated))?;
        self.position += 1;
        Ok(byte)
    }

    fn slice(&mut self, length: usize) -> Result<&'a [u8], DecodeError> {
        self.available(length)?;
        let slice = &self.frame[self.position..self.position + length];
        self.position += length;
        Ok(slice)
    }

    fn array_of<const N: usize>(&mut self) -> Result<[u8; N], DecodeError> {
        let mut array = [0; N];
        array.copy_from_slice(self.slice(N)?);
        Ok(array)
    }

    fn length<const N: usize>(&mut self) -> Result<usize, DecodeError> {
        let bytes = self.array_of::<N>()?;
        Ok(bytes
            .iter()
            .fold(0, |length, byte| length << 8 | usize::from(*byte)))
    }
}

fn whole(value: f64) -> Result<i64, DecodeError> {
    // Two to the power of 63: a limit that a float states exactly.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if value.fract() == 0.0 && value.abs() < LIMIT {
        Ok(value as i64)
    } else {
        Err(DecodeError::new(DecodeErrorKind::Range))
    }
}
