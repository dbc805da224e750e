//! A frame whose large content stands beside it instead of being copied into it.

use bytes::{Bytes, BytesMut};

/// Content from here on may stand beside the rest, in bytes. Below, a copy costs less than one more piece.
pub(crate) const LARGE: usize = 64 * 1024;

/// The bytes of a frame, in order, in up to three pieces: what comes before a large content, that content as it was given, and what comes after it.
///
/// Cloning copies none of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Pieces {
    first: Bytes,
    /// A large content, and what comes after it. Few frames have one, and many frames may wait: so it takes no room where there is none.
    rest: Option<Box<[Bytes; 2]>>,
}

impl Pieces {
    pub(crate) fn new(before: Bytes, large: Bytes, after: Bytes) -> Self {
        let has_one = large.is_empty() && after.is_empty();
        Self {
            first: before,
            rest: (!has_one).then(|| Box::new([large, after])),
        }
    }

    pub(crate) fn into_parts(self) -> [Bytes; 3] {
        let [large, after] = self.rest.map_or_else(Default::default, |rest| *rest);
        [self.first, large, after]
    }

    /// How many bytes all pieces have together.
    pub fn len(&self) -> usize {
        self.all().map(Bytes::len).sum()
    }

    /// Whether there are no bytes.
    pub fn is_empty(&self) -> bool {
        self.all().all(Bytes::is_empty)
    }

    /// The pieces that are not empty, in order.
    pub fn iter(&self) -> impl Iterator<Item = &Bytes> {
        self.all().filter(|piece| !piece.is_empty())
    }

    fn all(&self) -> impl Iterator<Item = &Bytes> {
        let rest = self.rest.as_deref().map_or(&[][..], |rest| &rest[..]);
        std::iter::once(&self.first).chain(rest)
    }

    /// All bytes as one piece: a copy only where there are several.
    pub fn into_bytes(self) -> Bytes {
        let mut pieces = self.iter();
        match (pieces.next(), pieces.next()) {
            (Some(only), None) => only.clone(),
            _ => {
                let mut whole = BytesMut::with_capacity(self.len());
                for piece in self.iter() {
                    whole.extend_from_slice(piece);
                }
                whole.freeze()
            }
        }
    }
}

impl From<Bytes> for Pieces {
    fn from(whole: Bytes) -> Self {
        Self {
            first: whole,
            rest: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fs::WriteFile;
    use crate::{
        encode_request, encode_request_around, encode_request_in_pieces, find_large_content,
    };

    fn write_file(content: Bytes) -> WriteFile {
        WriteFile {
            path: "large".into(),
            content,
            create: Some(true),
            overwrite: Some(true),
        }
    }

    #[test]
    fn large_content_is_not_copied_and_the_frame_is_the_same() {
        for length in [0, LARGE - 1, LARGE, 3 * LARGE] {
            let content = Bytes::from(vec![7; length]);
            let pieces = encode_request_in_pieces(1, &write_file(content.clone()));
            let shared = pieces
                .iter()
                .any(|piece| piece.as_ptr() == content.as_ptr());
            assert_eq!(shared, length >= LARGE, "{length}");
            let frame = crate::ClientFrame::decode(&pieces.clone().into_bytes()).unwrap();
            let read: WriteFile = frame.params().unwrap();
            assert_eq!(read.content, content);
            assert_eq!(pieces.len(), pieces.clone().into_bytes().len());
            let whole = encode_request(1, &write_file(content));
            assert!(whole == pieces.into_bytes());
        }
    }

    #[test]
    fn a_request_stands_around_a_content_that_is_elsewhere() {
        let content = vec![7; LARGE];
        let (before, after) = encode_request_around(1, &write_file(Bytes::new()), content.len());
        let whole = encode_request(1, &write_file(content.clone().into()));
        assert!([&before[..], &content, &after].concat() == whole);
        let place = before.len()..before.len() + content.len();
        assert_eq!(find_large_content(&before), Some(place.clone()));
        assert_eq!(find_large_content(&whole), Some(place));
    }

    #[test]
    fn only_what_is_large_and_is_told_in_the_head_is_found() {
        let small = encode_request(1, &write_file(vec![7; LARGE - 1].into()));
        assert_eq!(find_large_content(&small), None);
        let large = encode_request(1, &write_file(vec![7; LARGE].into()));
        let place = find_large_content(&large).unwrap();
        assert_eq!(find_large_content(&large.slice(..place.start - 1)), None);
        let mut writer = crate::msgpack::Writer::new();
        writer.array(2);
        writer.text(&"x".repeat(LARGE));
        writer.binary(&vec![7; LARGE]);
        let text_first = writer.finish();
        assert_eq!(find_large_content(&text_first.slice(..1024)), None);
    }

    #[test]
    fn only_one_content_stands_beside() {
        let mut writer = crate::msgpack::Writer::in_pieces(16);
        let large = Bytes::from(vec![7; LARGE]);
        writer.array(2);
        writer.shared(&large);
        writer.shared(&large);
        let pieces = writer.finish_in_pieces();
        let head = [0xc6, 0, 1, 0, 0];
        let expected = [&[0x92], &head[..], &large[..], &head[..], &large[..]].concat();
        assert!(pieces.into_bytes() == expected);
    }
}
