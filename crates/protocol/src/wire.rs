//! How Rust values stand on the wire.

use bytes::Bytes;

use crate::msgpack::{DecodeError, DecodeErrorKind, Reader, Writer};
use crate::pieces::LARGE;

/// A value that can be written.
pub trait Encode {
    /// Appends the value.
    fn encode(&self, writer: &mut Writer);

    /// About how many bytes the value takes, so that a large one is written without growing the buffer.
    fn size_hint(&self) -> usize {
        16
    }

    /// How many bytes of them are those of the largest byte string that may stand beside the buffer.
    fn large_hint(&self) -> usize {
        0
    }
}

/// A value that can be read.
pub trait Decode: Sized {
    /// Reads the value.
    ///
    /// # Errors
    /// What the bytes are instead; see [`DecodeErrorKind`].
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError>;

    /// The value of a field that is absent or nil, where there is one.
    fn absent() -> Option<Self> {
        None
    }
}

/// Writes one value into a buffer of its own.
pub fn encode<T: Encode + ?Sized>(value: &T) -> Bytes {
    let mut writer = Writer::with_capacity(value.size_hint());
    value.encode(&mut writer);
    writer.finish()
}

/// Reads one value that takes up all of `bytes`.
///
/// # Errors
/// What the bytes are instead; see [`DecodeErrorKind`].
pub fn decode<T: Decode>(bytes: &Bytes) -> Result<T, DecodeError> {
    let mut reader = Reader::new(bytes);
    let value = match T::absent() {
        Some(absent) if reader.take_nil() => absent,
        _ => T::decode(&mut reader)?,
    };
    reader.end()?;
    Ok(value)
}

impl Encode for bool {
    fn encode(&self, writer: &mut Writer) {
        writer.boolean(*self);
    }
}

impl Decode for bool {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.boolean()
    }
}

macro_rules! integers {
    ($($integer:ty),*) => {$(
        impl Encode for $integer {
            fn encode(&self, writer: &mut Writer) {
                match i64::try_from(*self) {
                    Ok(value) => writer.signed(value),
                    Err(_) => writer.unsigned(u64::MAX),
                }
            }
        }

        impl Decode for $integer {
            fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
                reader
                    .integer()?
                    .try_into()
                    .map_err(|_| DecodeError::new(DecodeErrorKind::Range))
            }
        }
    )*};
}

integers!(u8, u16, u32, i32, i64);

impl Encode for u64 {
    fn encode(&self, writer: &mut Writer) {
        writer.unsigned(*self);
    }
}

impl Decode for u64 {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader
            .integer()?
            .try_into()
            .map_err(|_| DecodeError::new(DecodeErrorKind::Range))
    }
}

impl Encode for f64 {
    fn encode(&self, writer: &mut Writer) {
        writer.float(*self);
    }
}

impl Decode for f64 {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.number()
    }
}

impl Encode for str {
    fn encode(&self, writer: &mut Writer) {
        writer.text(self);
    }

    fn size_hint(&self) -> usize {
        self.len() + 5
    }
}

impl Encode for String {
    fn encode(&self, writer: &mut Writer) {
        writer.text(self);
    }

    fn size_hint(&self) -> usize {
        self.len() + 5
    }
}

impl Decode for String {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.text().map(str::to_owned)
    }
}

impl Encode for Bytes {
    fn encode(&self, writer: &mut Writer) {
        writer.shared(self);
    }

    fn size_hint(&self) -> usize {
        self.len() + 5
    }

    fn large_hint(&self) -> usize {
        if self.len() < LARGE { 0 } else { self.len() }
    }
}

impl Decode for Bytes {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.binary()
    }
}

/// The empty answer: written as an empty map, read from anything.
impl Encode for () {
    fn encode(&self, writer: &mut Writer) {
        writer.map(0);
    }
}

impl Decode for () {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.skip()
    }

    fn absent() -> Option<Self> {
        Some(())
    }
}

impl<T: Encode> Encode for Option<T> {
    fn encode(&self, writer: &mut Writer) {
        match self {
            Some(value) => value.encode(writer),
            None => writer.nil(),
        }
    }

    fn size_hint(&self) -> usize {
        self.as_ref().map_or(1, Encode::size_hint)
    }

    fn large_hint(&self) -> usize {
        self.as_ref().map_or(0, Encode::large_hint)
    }
}

impl<T: Decode> Decode for Option<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        if reader.take_nil() {
            Ok(None)
        } else {
            T::decode(reader).map(Some)
        }
    }

    fn absent() -> Option<Self> {
        Some(None)
    }
}

impl<T: Encode> Encode for Vec<T> {
    fn encode(&self, writer: &mut Writer) {
        writer.array(self.len());
        for value in self {
            value.encode(writer);
        }
    }

    fn size_hint(&self) -> usize {
        5 + self.iter().map(Encode::size_hint).sum::<usize>()
    }

    fn large_hint(&self) -> usize {
        self.iter().map(Encode::large_hint).max().unwrap_or(0)
    }
}

impl<T: Decode> Decode for Vec<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        // The header's word is worth 64 elements, or as many bytes as are there; the rest is allocated as they are read.
        let length = reader.enter_array()?;
        let worth = (reader.remaining() / size_of::<T>().max(1)).max(64);
        let mut values = Vec::with_capacity(length.min(worth));
        for _ in 0..length {
            values.push(T::decode(reader)?);
        }
        reader.leave();
        Ok(values)
    }
}

/// A text that shares the buffer of its frame.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct SharedText(Bytes);

impl SharedText {
    /// The text.
    pub fn as_str(&self) -> &str {
        // Both ways in checked it; an empty text would show that one did not.
        std::str::from_utf8(&self.0).unwrap_or_default()
    }

    /// The bytes of the text, without checking them again.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// What follows the first `bytes` bytes; a character that they would split is left out.
    #[must_use]
    pub fn skip(&self, bytes: usize) -> Self {
        let mut start = bytes.min(self.0.len());
        while self.0.get(start).is_some_and(|byte| byte & 0xc0 == 0x80) {
            start += 1;
        }
        Self(self.0.slice(start..))
    }

    /// The bytes of the text.
    pub fn into_bytes(self) -> Bytes {
        self.0
    }
}

impl From<String> for SharedText {
    fn from(text: String) -> Self {
        Self(text.into())
    }
}

impl From<&str> for SharedText {
    fn from(text: &str) -> Self {
        text.to_owned().into()
    }
}

impl std::fmt::Debug for SharedText {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.as_str().fmt(f)
    }
}

impl Encode for SharedText {
    fn encode(&self, writer: &mut Writer) {
        writer.text(self.as_str());
    }

    fn size_hint(&self) -> usize {
        self.0.len() + 5
    }
}

impl Decode for SharedText {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.shared_text().map(Self)
    }
}

/// A value that is passed on as it is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Raw(pub Bytes);

impl Raw {
    /// Writes a value.
    pub fn new<T: Encode + ?Sized>(value: &T) -> Self {
        Self(encode(value))
    }

    /// Reads the value.
    ///
    /// # Errors
    /// What the bytes are instead; see [`DecodeErrorKind`].
    pub fn get<T: Decode>(&self) -> Result<T, DecodeError> {
        decode(&self.0)
    }
}

impl Encode for Raw {
    fn encode(&self, writer: &mut Writer) {
        writer.raw(&self.0);
    }

    fn size_hint(&self) -> usize {
        self.0.len()
    }
}

impl Decode for Raw {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        reader.raw().map(Self)
    }
}

/// Values by name, in their order on the wire.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Map<T>(pub Vec<(String, T)>);

impl<T> Default for Map<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Encode> Encode for Map<T> {
    fn encode(&self, writer: &mut Writer) {
        writer.map(self.0.len());
        for (name, value) in &self.0 {
            writer.text(name);
            value.encode(writer);
        }
    }

    fn size_hint(&self) -> usize {
        let entry = |(name, value): &(String, T)| name.len() + 5 + value.size_hint();
        5 + self.0.iter().map(entry).sum::<usize>()
    }
}

impl<T: Decode> Decode for Map<T> {
    fn decode(reader: &mut Reader<'_>) -> Result<Self, DecodeError> {
        // The header's word is worth 64 entries at most; the rest is allocated as they are read.
        let length = reader.enter_map()?;
        let mut entries = Vec::with_capacity(length.min(64));
        for _ in 0..length {
            entries.push((reader.text()?.to_owned(), T::decode(reader)?));
        }
        reader.leave();
        Ok(Self(entries))
    }
}

/// Declares a struct that stands on the wire as a map, with the wire's name beside each field.
///
/// Reading is strict about the types of the fields, passes over fields that it does not know, and takes nil and
/// absent for the same. Writing gives every field, nil where there is no value.
///
/// Without fields it reads from anything, as some clients send nil where there are no parameters.
macro_rules! record {
    (
        $(#[$meta:meta])*
        pub struct $name:ident;
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
        pub struct $name;

        impl $crate::wire::Encode for $name {
            fn encode(&self, writer: &mut $crate::msgpack::Writer) {
                writer.map(0);
            }
        }

        impl $crate::wire::Decode for $name {
            fn decode(
                reader: &mut $crate::msgpack::Reader<'_>,
            ) -> Result<Self, $crate::msgpack::DecodeError> {
                reader.skip().map(|()| Self)
            }

            fn absent() -> Option<Self> {
                Some(Self)
            }
        }
    };
    (
        $(#[$meta:meta])*
        $visibility:vis struct $name:ident {
            $( $(#[$field_meta:meta])* $wire:literal => $field:ident: $kind:ty, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Debug, PartialEq)]
        $visibility struct $name {
            $( $(#[$field_meta])* pub $field: $kind, )*
        }

        impl $crate::wire::Encode for $name {
            fn encode(&self, writer: &mut $crate::msgpack::Writer) {
                writer.map([$($wire),*].len());
                $(
                    writer.text($wire);
                    $crate::wire::Encode::encode(&self.$field, writer);
                )*
            }

            fn size_hint(&self) -> usize {
                3 $( + $wire.len() + 1 + $crate::wire::Encode::size_hint(&self.$field) )*
            }

            fn large_hint(&self) -> usize {
                0 $( .max($crate::wire::Encode::large_hint(&self.$field)) )*
            }
        }

        impl $crate::wire::Decode for $name {
            fn decode(
                reader: &mut $crate::msgpack::Reader<'_>,
            ) -> Result<Self, $crate::msgpack::DecodeError> {
                $( let mut $field: Option<$kind> = None; )*
                for _ in 0..reader.enter_map()? {
                    match reader.text()? {
                        $( $wire => $field = $crate::wire::field(reader, $wire)?, )*
                        _ => reader.skip()?,
                    }
                }
                reader.leave();
                Ok(Self {
                    $( $field: $crate::wire::or_absent($field, $wire)?, )*
                })
            }
        }
    };
}

/// Declares an enumeration whose values stand on the wire as texts.
macro_rules! words {
    (
        $(#[$meta:meta])*
        pub enum $name:ident {
            $( $(#[$variant_meta:meta])* $variant:ident = $wire:literal, )*
        }
    ) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum $name {
            $( $(#[$variant_meta])* $variant, )*
        }

        impl $name {
            /// The value's name on the wire.
            pub fn as_str(self) -> &'static str {
                match self {
                    $( Self::$variant => $wire, )*
                }
            }
        }

        impl $crate::wire::Encode for $name {
            fn encode(&self, writer: &mut $crate::msgpack::Writer) {
                writer.text(self.as_str());
            }
        }

        impl $crate::wire::Decode for $name {
            fn decode(
                reader: &mut $crate::msgpack::Reader<'_>,
            ) -> Result<Self, $crate::msgpack::DecodeError> {
                match reader.text()? {
                    $( $wire => Ok(Self::$variant), )*
                    _ => Err($crate::msgpack::DecodeError::new(
                        $crate::msgpack::DecodeErrorKind::Unknown,
                    )),
                }
            }
        }
    };
}

pub(crate) use {record, words};

/// Reads the value of a known field: `None` for nil.
pub(crate) fn field<T: Decode>(
    reader: &mut Reader<'_>,
    name: &'static str,
) -> Result<Option<T>, DecodeError> {
    if reader.take_nil() {
        return Ok(None);
    }
    T::decode(reader)
        .map(Some)
        .map_err(|error| error.in_field(name))
}

/// The field's value, or what stands for an absent one.
pub(crate) fn or_absent<T: Decode>(value: Option<T>, name: &'static str) -> Result<T, DecodeError> {
    value
        .or_else(T::absent)
        .ok_or(DecodeError::new(DecodeErrorKind::Missing).in_field(name))
}
