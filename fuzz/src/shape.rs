//! Messages with the form of the protocol, made of bytes.

use std::sync::LazyLock;

use arbitrary::{Result, Unstructured};

/// The names of methods and fields, and values that mean something; also libFuzzer's dictionary.
const DICTIONARY: &str = include_str!("../words.dict");
/// Deeper than the decoder reads.
const DEEPEST: usize = 36;

/// The words of the protocol.
pub(crate) static WORDS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let lines = DICTIONARY.lines();
    lines
        .filter_map(|line| line.strip_prefix('"')?.strip_suffix('"'))
        .collect()
});

/// Those that are methods.
static METHODS: LazyLock<Vec<&str>> = LazyLock::new(|| {
    let words = WORDS.iter().copied();
    words.filter(|word| is_method(word)).collect()
});

/// A frame: an envelope with some of its fields, and values that may be those of a method.
pub(crate) fn frame(bytes: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    let mut source = Unstructured::new(bytes);
    // With too few bytes the frame ends early, as one on a bad link does.
    let _ = envelope(&mut source, &mut frame);
    frame
}

fn envelope(source: &mut Unstructured<'_>, frame: &mut Vec<u8>) -> Result<()> {
    frame.push(0x83);
    text(frame, b"id");
    number(source, frame)?;
    text(frame, b"method");
    text(frame, source.choose(&METHODS)?.as_bytes());
    let fields = ["params", "result", "error", "status"];
    text(frame, source.choose(&fields)?.as_bytes());
    map(source, frame, 0)
}

fn map(source: &mut Unstructured<'_>, frame: &mut Vec<u8>, depth: usize) -> Result<()> {
    let count = source.int_in_range(0..=9)?;
    frame.push(0x80 | count);
    for _ in 0..count {
        word(source, frame)?;
        value(source, frame, depth + 1)?;
    }
    Ok(())
}

fn value(source: &mut Unstructured<'_>, frame: &mut Vec<u8>, depth: usize) -> Result<()> {
    match source.int_in_range(0..=12)? {
        0 => frame.push(0xc0),
        1 => frame.push(0xc2 | u8::from(source.arbitrary::<bool>()?)),
        2 => number(source, frame)?,
        3 => {
            frame.push(0xcb);
            frame.extend(source.arbitrary::<f64>()?.to_be_bytes());
        }
        4 | 5 => word(source, frame)?,
        6 => {
            let length = source.int_in_range(0..=40)?;
            let bytes = source.bytes(length.min(source.len()))?;
            text(frame, bytes);
        }
        7 => {
            let length: u8 = source.int_in_range(0..=200)?;
            let bytes = source.bytes(usize::from(length).min(source.len()))?;
            frame.extend([0xc5, 0]);
            frame.push(u8::try_from(bytes.len()).unwrap_or(0));
            frame.extend(bytes);
        }
        8 | 9 if depth < DEEPEST => {
            let count = source.int_in_range(0..=5)?;
            frame.push(0x90 | count);
            for _ in 0..count {
                value(source, frame, depth + 1)?;
            }
        }
        // A header that lies, or anything.
        10 => frame.extend(source.bytes(source.len().min(5))?),
        _ if depth < DEEPEST => map(source, frame, depth)?,
        _ => frame.push(0xc0),
    }
    Ok(())
}

fn word(source: &mut Unstructured<'_>, frame: &mut Vec<u8>) -> Result<()> {
    text(frame, source.choose(&WORDS)?.as_bytes());
    Ok(())
}

fn number(source: &mut Unstructured<'_>, frame: &mut Vec<u8>) -> Result<()> {
    match source.int_in_range(0..=4)? {
        0 => frame.push(source.arbitrary::<u8>()?),
        1 => frame.extend([0xcc, source.arbitrary()?]),
        2 => frame.extend([0xcd, source.arbitrary()?, source.arbitrary()?]),
        3 => {
            frame.push(0xcf);
            frame.extend(source.arbitrary::<u64>()?.to_be_bytes());
        }
        _ => {
            frame.push(0xd3);
            frame.extend(source.arbitrary::<i64>()?.to_be_bytes());
        }
    }
    Ok(())
}

fn text(frame: &mut Vec<u8>, text: &[u8]) {
    let length = u8::try_from(text.len()).unwrap_or(u8::MAX);
    frame.extend([0xd9, length]);
    frame.extend(&text[..usize::from(length)]);
}

fn is_method(word: &str) -> bool {
    word.split_once('/')
        .is_some_and(|(space, name)| !space.is_empty() && !name.is_empty() && !space.contains('.'))
        && !word.starts_with('/')
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use bytes::Bytes;
    use yew_sandbox_protocol::ClientFrame;

    use super::*;

    /// Most of what is made gets past the envelope, to every method.
    #[test]
    fn frames_have_the_form_of_the_protocol() {
        let mut random = fastrand::Rng::with_seed(1);
        let mut read = BTreeSet::new();
        for _ in 0..20_000 {
            let bytes: Vec<u8> = (0..200).map(|_| random.u8(..)).collect();
            if let Ok(frame) = ClientFrame::decode(&Bytes::from(frame(&bytes))) {
                read.insert(frame.method);
            }
        }
        for method in METHODS.iter() {
            assert!(read.contains(*method), "{method}");
        }
    }
}
