//! Files as arrays of the page.

use std::future::Future;
use std::ops::Range;

use bytes::Bytes;
use js_sys::Uint8Array;
use yew_sandbox_protocol::{Request, fs};

use super::parts;
use super::{FileSystem, WriteOptions};
use crate::asked::Asked;
use crate::client::Client;
use crate::error::Error;
use crate::outside::OutsideBytes;
use crate::send::Shared;
use crate::web::{FrameAround, LARGE, index};

impl FileSystem {
    /// The bytes of a file, at most 16 MiB, as an array of the page. Those of a large file never enter WebAssembly's memory, which would
    /// keep the room that they took.
    ///
    /// The array may be a part of a larger buffer: look at its `byteOffset` before you take its `buffer`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn read_array(
        &self,
        path: &str,
    ) -> impl Future<Output = Result<Uint8Array, Error>> + use<> {
        let request = fs::ReadFile { path: path.into() };
        let answer = self.client.request_outside(path, &request);
        async move {
            let (answer, outside) = answer.await?;
            let Some(content) = outside else {
                return Ok(Uint8Array::from(&answer.content[..]));
            };
            Ok(match content.frame.as_any().downcast_ref::<Uint8Array>() {
                Some(frame) => frame.subarray(index(content.place.start), index(content.place.end)),
                None => Uint8Array::from(&content.frame.read(content.place)[..]),
            })
        }
    }

    /// Replaces the whole content of a file, or makes it, as [`write`](Self::write) does, with the bytes that the array has now. Those of a
    /// large one never enter WebAssembly's memory, which would keep the room that they took.
    ///
    /// Of more than 16 MiB the rest is read while they are written: leave such an array as it is so long. Where its buffer is transferred meanwhile, the
    /// write fails with `InvalidInput`, and the file stays as it was.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_array(
        &self,
        path: &str,
        content: &Uint8Array,
    ) -> impl Future<Output = Result<(), Error>> + use<> {
        let content = Content {
            array: content.clone(),
            is_ours: false,
        };
        parts::write(&self.client, path, content, WriteOptions::default())
    }

    /// As [`write_array`](Self::write_array), and takes the array over: it is empty afterwards, as are all others with the same
    /// [buffer](Uint8Array::buffer). So nothing has to be copied to keep later changes out.
    ///
    /// Where a buffer cannot be taken, such as WebAssembly's memory, this is `write_array`, and the array stays.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn transfer_array(
        &self,
        path: &str,
        content: &Uint8Array,
    ) -> impl Future<Output = Result<(), Error>> + use<> {
        let (place, length) = (content.byte_offset(), content.length());
        let content = match content.buffer().transfer() {
            Ok(buffer) => Content {
                array: Uint8Array::new_with_byte_offset_and_length(&buffer, place, length),
                is_ours: true,
            },
            Err(_) => Content {
                array: content.clone(),
                is_ours: false,
            },
        };
        parts::write(&self.client, path, content, WriteOptions::default())
    }
}

/// An array that is written.
struct Content {
    array: Uint8Array,
    /// Whether nobody else has it: then it stays as it is.
    is_ours: bool,
}

impl parts::Content for Content {
    fn length(&self) -> usize {
        self.array.length() as usize
    }

    fn send<R: Request<Answer = ()>>(
        &self,
        place: Range<usize>,
        client: &Client,
        path: &str,
        request: impl FnOnce(Bytes) -> R,
    ) -> Asked<()> {
        let length = place.len();
        let part = self.array.subarray(index(place.start), index(place.end));
        if part.length() < LARGE {
            let request = request(part.to_vec().into());
            return client.request_about(path, &request);
        }
        let whole = |before: &[u8], after: &[u8]| -> Shared<dyn OutsideBytes> {
            let frame = FrameAround::new(before, part.clone(), after);
            if self.is_ours {
                return Shared::new(frame);
            }
            Shared::new(frame.copied())
        };
        client.request_around(path, &request(Bytes::new()), length, &whole)
    }
}
