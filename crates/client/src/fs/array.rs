//! Files as arrays of the page.

use std::future::Future;
use std::ops::Range;

use bytes::Bytes;
use js_sys::Uint8Array;
use yew_sandbox_protocol::{Request, fs};

use super::parts::{self, Content};
use super::{FileSystem, WriteOptions};
use crate::asked::Asked;
use crate::client::Client;
use crate::error::Error;
use crate::outside::OutsideBytes;
use crate::send::Shared;
use crate::web::{LARGE, index, joined};

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
    /// Of more than 16 MiB the rest is read while they are written: leave such an array as it is so long.
    ///
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_array(
        &self,
        path: &str,
        content: &Uint8Array,
    ) -> impl Future<Output = Result<(), Error>> + use<> {
        let options = WriteOptions::default();
        parts::write(&self.client, path, content.clone(), options)
    }
}

impl Content for Uint8Array {
    fn length(&self) -> usize {
        Self::length(self) as usize
    }

    fn send<R: Request<Answer = ()>>(
        &self,
        place: Range<usize>,
        client: &Client,
        path: &str,
        request: impl FnOnce(Bytes) -> R,
    ) -> Asked<()> {
        let length = place.len();
        let array = self.subarray(index(place.start), index(place.end));
        if array.length() < LARGE {
            let request = request(array.to_vec().into());
            return client.request_about(path, &request);
        }
        let whole = |before: &[u8], after: &[u8]| -> Shared<dyn OutsideBytes> {
            Shared::new(joined(before, &array, after))
        };
        client.request_around(path, &request(Bytes::new()), length, &whole)
    }
}
