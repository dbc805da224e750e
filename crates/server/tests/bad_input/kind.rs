//! What a request takes, and from that, all that it does not take.

use super::value::Value;

/// The type of a parameter, with a value that it takes.
#[derive(Clone, Debug)]
pub enum Kind {
    Text(&'static str),
    Bytes(&'static [u8]),
    Flag(bool),
    /// A whole number from 0 to the second.
    Whole(i64, i64),
    /// A whole number from 0 to the most that the wire carries.
    Count(i64),
    /// One of some words.
    Word(&'static str),
    /// Any map.
    AnyMap,
    List(Box<Kind>),
    Map(Vec<Field>),
    /// No parameters: whatever is sent is passed over.
    Nothing,
}

/// A field of a map.
#[derive(Clone, Debug)]
pub struct Field {
    /// Its name on the wire.
    pub name: &'static str,
    pub kind: Kind,
    /// Whether it may be absent or nil.
    pub is_optional: bool,
}

/// A field that must be there.
pub fn needs(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        is_optional: false,
    }
}

/// A field that may be absent.
pub fn may(name: &'static str, kind: Kind) -> Field {
    Field {
        name,
        kind,
        is_optional: true,
    }
}

/// A list of texts.
pub fn texts(text: &'static str) -> Kind {
    Kind::List(Box::new(Kind::Text(text)))
}

/// A value that is wrong, and what is wrong with it.
#[derive(Clone, Debug)]
pub struct Wrong {
    pub what: String,
    pub value: Value,
}

impl Kind {
    /// A value that is taken.
    pub fn sample(&self) -> Value {
        match self {
            Self::Text(text) | Self::Word(text) => Value::text(*text),
            Self::Bytes(bytes) => (*bytes).into(),
            Self::Flag(flag) => (*flag).into(),
            Self::Whole(number, _) | Self::Count(number) => (*number).into(),
            Self::AnyMap | Self::Nothing => Value::Map(vec![]),
            Self::List(kind) => vec![kind.sample()].into(),
            Self::Map(fields) => {
                let entries = fields.iter().map(|field| (field.name, field.kind.sample()));
                Value::Map(entries.collect())
            }
        }
    }

    /// The same with fields that nobody knows, everywhere.
    pub fn sample_with_more(&self) -> Value {
        match self {
            Self::List(kind) => vec![kind.sample_with_more()].into(),
            Self::Map(fields) => {
                let mut entries = vec![("unknown", Value::nested(8))];
                for field in fields {
                    entries.push((field.name, field.kind.sample_with_more()));
                }
                entries.push(("", Value::Bytes(vec![0; 300])));
                Value::Map(entries)
            }
            kind => kind.sample(),
        }
    }

    /// The least that is taken.
    pub fn least(&self) -> Value {
        match self {
            Self::List(_) => vec![].into(),
            Self::Map(fields) => {
                let needed = fields.iter().filter(|field| !field.is_optional);
                let entries = needed.map(|field| (field.name, field.kind.least()));
                Value::Map(entries.collect())
            }
            kind => kind.sample(),
        }
    }

    /// Values that are not taken, each for one reason.
    pub fn wrong(&self) -> Vec<Wrong> {
        let mut all = Vec::new();
        for (what, value) in of_each_type() {
            let is_taken = match self {
                Self::Text(_) | Self::Word(_) => what == "a text",
                Self::Bytes(_) => what == "bytes",
                Self::Flag(_) => what == "a flag",
                Self::Whole(..) | Self::Count(_) => what == "a number",
                Self::List(_) => what == "a list",
                Self::AnyMap | Self::Map(_) => what == "a map",
                Self::Nothing => true,
            };
            if !is_taken {
                all.push((what.to_owned(), value));
            }
        }
        match self {
            Self::Text(_) => all.push(no_utf8()),
            Self::Word(_) => {
                all.push(no_utf8());
                all.push(("an unknown word".into(), "nonsense".into()));
                all.push(("no word".into(), "".into()));
            }
            Self::Whole(_, most) => {
                all.extend(no_count());
                all.push(("too much".into(), (most + 1).into()));
                let most = [&[0xcf][..], &u64::MAX.to_be_bytes()].concat();
                all.push(("the most there is".into(), Value::Raw(most)));
            }
            Self::Count(_) => all.extend(no_count()),
            Self::List(kind) => all.extend(kind.wrong().into_iter().map(|wrong| {
                let values = vec![kind.sample(), wrong.value];
                (format!("in a list, {}", wrong.what), values.into())
            })),
            Self::Map(fields) => {
                all.push((
                    "a map with a number for a name".into(),
                    Value::Raw(vec![0x81, 0x01, 0x02]),
                ));
                all.extend(wrong_fields(fields));
            }
            Self::Bytes(_) | Self::Flag(_) | Self::AnyMap | Self::Nothing => {}
        }
        let wrong = all.into_iter();
        wrong.map(|(what, value)| Wrong { what, value }).collect()
    }
}

fn wrong_fields(fields: &[Field]) -> Vec<(String, Value)> {
    let mut all = Vec::new();
    for (place, field) in fields.iter().enumerate() {
        let with = |value: Option<Value>| {
            let mut entries: Vec<_> = fields
                .iter()
                .map(|field| (field.name, field.kind.sample()))
                .collect();
            match value {
                Some(value) => entries[place].1 = value,
                None => drop(entries.remove(place)),
            }
            Value::Map(entries)
        };
        if !field.is_optional {
            all.push((format!("{} missing", field.name), with(None)));
            all.push((format!("{} is nil", field.name), with(Some(Value::Nil))));
        }
        for wrong in field.kind.wrong() {
            let what = format!("{} is {}", field.name, wrong.what);
            all.push((what, with(Some(wrong.value))));
        }
    }
    all
}

fn of_each_type() -> [(&'static str, Value); 8] {
    [
        ("a flag", true.into()),
        ("a number", 7.into()),
        ("a broken number", 0.5.into()),
        ("a text", "text".into()),
        ("bytes", b"bytes".as_slice().into()),
        ("a list", vec![].into()),
        ("a map", Value::Map(vec![])),
        ("a type of its own", Value::Raw(vec![0xc7, 3, 42, 0, 0, 0])),
    ]
}

fn no_utf8() -> (String, Value) {
    (
        "a text that is no UTF-8".into(),
        Value::Raw(vec![0xa2, 0xc3, 0x28]),
    )
}

/// What is no whole number from 0.
fn no_count() -> [(String, Value); 5] {
    [
        ("less than nothing".into(), (-1).into()),
        ("no whole number".into(), 1.5.into()),
        ("no number".into(), f64::NAN.into()),
        ("no end".into(), f64::INFINITY.into()),
        ("a number as a text".into(), "1".into()),
    ]
}
