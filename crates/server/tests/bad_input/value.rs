//! MessagePack as a test writes it: any value, also one that no request takes, by no code of ours.

/// A value of any type.
#[derive(Clone, Debug)]
pub enum Value {
    Nil,
    Flag(bool),
    Whole(i64),
    Float(f64),
    Text(String),
    Bytes(Vec<u8>),
    List(Vec<Value>),
    Map(Vec<(&'static str, Value)>),
    /// Bytes that need not be MessagePack.
    Raw(Vec<u8>),
}

impl Value {
    pub fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// `depth` lists in each other.
    pub fn nested(depth: usize) -> Self {
        let mut bytes = vec![0x91; depth];
        bytes.push(0xc0);
        Self::Raw(bytes)
    }

    /// The value's bytes.
    pub fn pack(&self) -> Vec<u8> {
        let mut bytes = Vec::new();
        self.append(&mut bytes);
        bytes
    }

    fn append(&self, bytes: &mut Vec<u8>) {
        match self {
            Self::Nil => bytes.push(0xc0),
            Self::Flag(flag) => bytes.push(0xc2 + u8::from(*flag)),
            Self::Whole(number) => {
                bytes.push(0xd3);
                bytes.extend(number.to_be_bytes());
            }
            Self::Float(number) => {
                bytes.push(0xcb);
                bytes.extend(number.to_be_bytes());
            }
            Self::Text(text) => {
                head(bytes, 0xdb, text.len());
                bytes.extend(text.as_bytes());
            }
            Self::Bytes(content) => {
                head(bytes, 0xc6, content.len());
                bytes.extend(content);
            }
            Self::List(values) => {
                head(bytes, 0xdd, values.len());
                for value in values {
                    value.append(bytes);
                }
            }
            Self::Map(entries) => {
                head(bytes, 0xdf, entries.len());
                for (name, value) in entries {
                    Self::text(*name).append(bytes);
                    value.append(bytes);
                }
            }
            Self::Raw(raw) => bytes.extend(raw),
        }
    }
}

fn head(bytes: &mut Vec<u8>, tag: u8, length: usize) {
    bytes.push(tag);
    bytes.extend(u32::try_from(length).unwrap().to_be_bytes());
}

/// A map, written shortly.
macro_rules! map {
    ($( $name:literal: $value:expr ),* $(,)?) => {
        $crate::value::Value::Map(vec![$( ($name, $crate::value::Value::from($value)) ),*])
    };
}

pub(crate) use map;

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::text(text)
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Whole(number)
    }
}

impl From<f64> for Value {
    fn from(number: f64) -> Self {
        Self::Float(number)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Flag(flag)
    }
}

impl From<&[u8]> for Value {
    fn from(bytes: &[u8]) -> Self {
        Self::Bytes(bytes.to_vec())
    }
}

impl From<Vec<Value>> for Value {
    fn from(values: Vec<Value>) -> Self {
        Self::List(values)
    }
}
