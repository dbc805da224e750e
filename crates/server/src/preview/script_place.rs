//! Adds a script to a document while it streams.

use std::pin::Pin;
use std::task::{Context, Poll, ready};

use axum::Error;
use axum::body::Body;
use bytes::{Bytes, BytesMut};
use hyper::body::{Body as HttpBody, Frame};

/// How much of a document is held back at most while the place is looked for, in bytes.
const LONGEST_START: usize = 64 * 1024;

/// A document with something added where its head begins.
struct Extended {
    document: Body,
    addition: Option<Bytes>,
    /// What came and has no place for the addition yet.
    start: BytesMut,
    search: Search,
    is_over: bool,
}

/// The document with `addition` in front of all that stands in its head.
pub(super) fn extended(document: Body, addition: Bytes) -> Body {
    Body::new(Extended {
        document,
        addition: Some(addition),
        start: BytesMut::new(),
        search: Search::default(),
        is_over: false,
    })
}

impl HttpBody for Extended {
    type Data = Bytes;
    type Error = Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Error>>> {
        loop {
            if self.is_over {
                return Poll::Ready(None);
            }
            let frame = ready!(Pin::new(&mut self.document).poll_frame(context));
            let data = match frame {
                Some(Ok(frame)) => match frame.into_data() {
                    Ok(data) => data,
                    Err(other) => return Poll::Ready(Some(Ok(other))),
                },
                Some(Err(error)) => return Poll::Ready(Some(Err(error))),
                None => {
                    self.is_over = true;
                    let rest = self.start.split().freeze();
                    return Poll::Ready((!rest.is_empty()).then(|| Ok(Frame::data(rest))));
                }
            };
            if self.addition.is_none() {
                return Poll::Ready(Some(Ok(Frame::data(data))));
            }
            self.start.extend_from_slice(&data);
            let is_long = self.start.len() >= LONGEST_START;
            let this = &mut *self;
            let place = match this.search.place(&this.start) {
                Place::At(place) => place,
                Place::Later if !is_long => continue,
                Place::Later => 0,
            };
            let mut whole = self.start.split();
            let rest = whole.split_off(place);
            if let (false, Some(addition)) = (place == 0 && is_long, self.addition.take()) {
                whole.extend_from_slice(&addition);
            }
            self.addition = None;
            whole.unsplit(rest);
            return Poll::Ready(Some(Ok(Frame::data(whole.freeze()))));
        }
    }
}

/// Where something can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    At(usize),
    /// What came does not tell yet.
    Later,
}

/// How far the place was looked for. Nothing is looked at twice: a document may come byte by byte.
#[derive(Debug, Default)]
struct Search {
    /// Where the tag or comment begins whose end has not come yet.
    at: usize,
    /// How much of it holds no end.
    seen: usize,
    /// The quote that is open within it.
    quote: Option<u8>,
}

impl Search {
    /// Behind the tag of the head, or in front of what shows that there is none.
    fn place(&mut self, html: &[u8]) -> Place {
        if self.at == 0 && html.starts_with(b"\xef\xbb\xbf") {
            self.at = 3;
        }
        loop {
            self.at += html[self.at..]
                .iter()
                .take_while(|byte| byte.is_ascii_whitespace())
                .count();
            let rest = &html[self.at..];
            let Some(length) = (match () {
                () if could_start(rest, b"<!--") => self.comment(rest),
                () if could_start(rest, b"<!doctype") || could_start(rest, b"<html") => {
                    self.tag(rest)
                }
                () if could_start(rest, b"<head") => match rest.get(5) {
                    // A header is no head.
                    Some(byte) if !byte.is_ascii_whitespace() && !b"/>".contains(byte) => {
                        return Place::At(self.at);
                    }
                    Some(_) => match self.tag(rest) {
                        Some(length) => return Place::At(self.at + length),
                        None => None,
                    },
                    None => None,
                },
                () => return Place::At(self.at),
            }) else {
                return Place::Later;
            };
            *self = Self {
                at: self.at + length,
                ..Self::default()
            };
        }
    }

    /// The length of the comment that a text begins with.
    fn comment(&mut self, text: &[u8]) -> Option<usize> {
        let from = self.seen.max(4);
        let end = text
            .get(from..)?
            .windows(3)
            .position(|three| three == b"-->");
        // The last two bytes may be the beginning of its end.
        self.seen = text.len().saturating_sub(2);
        end.map(|end| from + end + 3)
    }

    /// The length of the tag that a text begins with.
    fn tag(&mut self, text: &[u8]) -> Option<usize> {
        for (place, &byte) in text.iter().enumerate().skip(self.seen) {
            match (self.quote, byte) {
                (None, b'>') => return Some(place + 1),
                (None, b'"' | b'\'') => self.quote = Some(byte),
                (Some(open), close) if open == close => self.quote = None,
                _ => {}
            }
        }
        self.seen = text.len();
        None
    }
}

/// Whether `text` begins with `start`, or may do so once more of it is there.
fn could_start(text: &[u8], start: &[u8]) -> bool {
    let length = text.len().min(start.len());
    text[..length].eq_ignore_ascii_case(&start[..length])
}

#[cfg(test)]
mod tests {
    use http_body_util::{BodyExt, StreamBody};

    use super::*;

    async fn whole(pieces: Vec<Bytes>) -> String {
        let frames = pieces
            .into_iter()
            .map(|piece| Ok::<_, Error>(Frame::data(piece)));
        let document = Body::new(StreamBody::new(futures_util::stream::iter(frames)));
        let extended = extended(document, Bytes::from_static(b"+"));
        let bytes = extended.collect().await.unwrap().to_bytes();
        String::from_utf8(bytes.to_vec()).unwrap()
    }

    /// Whole, and byte by byte.
    async fn check(html: &str, expected: &str) {
        assert_eq!(
            whole(vec![Bytes::copy_from_slice(html.as_bytes())]).await,
            expected
        );
        let bytes = html.bytes().map(|byte| Bytes::copy_from_slice(&[byte]));
        assert_eq!(whole(bytes.collect()).await, expected, "byte by byte");
    }

    #[tokio::test]
    async fn the_head_begins_with_it() {
        check(
            "<!doctype html><html><head><title>",
            "<!doctype html><html><head>+<title>",
        )
        .await;
        check(
            "\n<!-- <head> --><!DOCTYPE html>\n<HTML lang='>'>\n<Head a=\">\">x",
            "\n<!-- <head> --><!DOCTYPE html>\n<HTML lang='>'>\n<Head a=\">\">+x",
        )
        .await;
    }

    #[tokio::test]
    async fn without_a_head_it_comes_first() {
        check("<!doctype html><body>x", "<!doctype html>+<body>x").await;
        check("<html><header>x", "<html>+<header>x").await;
        check("text", "+text").await;
        check("<p>x", "+<p>x").await;
    }

    #[tokio::test]
    async fn what_is_no_document_stays_as_it_is() {
        check("", "").await;
        check("<!-- open", "<!-- open").await;
        check("<html", "<html").await;
        let long = format!("<!--{}", "a".repeat(2 * LONGEST_START));
        let piece = Bytes::copy_from_slice(long.as_bytes());
        assert_eq!(
            whole(vec![piece.clone(), piece]).await,
            format!("{long}{long}")
        );
    }

    /// Each byte made the server look at all before it: 20 s for one document.
    #[tokio::test]
    async fn nothing_is_looked_at_twice() {
        let start = std::time::Instant::now();
        for open in ["<!--", "<html ", "<html a='"] {
            let long = format!("{open}{}", "a".repeat(LONGEST_START));
            check(&long, &long).await;
        }
        assert!(start.elapsed().as_secs() < 5, "{:?}", start.elapsed());
    }
}
