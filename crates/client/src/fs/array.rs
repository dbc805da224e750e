//! Files as arrays of the page.

use std::future::Future;

use js_sys::Uint8Array;
use yew_sandbox_protocol::{fs, limits};

use super::{FileSystem, too_large};
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
    /// # Errors
    /// As [`write`](Self::write).
    pub fn write_array(
        &self,
        path: &str,
        content: &Uint8Array,
    ) -> impl Future<Output = Result<(), Error>> + use<> {
        let length = content.length();
        let request = |content| fs::WriteFile {
            path: path.into(),
            content,
            create: Some(true),
            overwrite: Some(true),
        };
        let (small, large) = if length < LARGE {
            let request = request(content.to_vec().into());
            (Some(self.client.request_about(path, &request)), None)
        } else if length as usize <= limits::MAX_CONTENT {
            let request = request(Default::default());
            let whole = |before: &[u8], after: &[u8]| -> Shared<dyn OutsideBytes> {
                Shared::new(joined(before, content, after))
            };
            let length = length as usize;
            let answer = self.client.request_around(path, &request, length, &whole);
            (None, Some(answer))
        } else {
            (None, None)
        };
        let path = path.to_owned();
        async move {
            match (small, large) {
                (Some(small), _) => small.await,
                (None, Some(large)) => large.await,
                (None, None) => Err(too_large(&path)),
            }
        }
    }
}
