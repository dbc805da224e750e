//! Large files, part by part: while one is on its way, the one before is written.

use std::collections::VecDeque;
use std::future::Future;
use std::ops::Range;

use bytes::Bytes;
use yew_sandbox_protocol::fs::{WriteFile, WritePart};
use yew_sandbox_protocol::limits::MAX_CONTENT;
use yew_sandbox_protocol::{ErrorCode, Request};

use super::{WriteOptions, too_large};
use crate::asked::Asked;
use crate::client::Client;
use crate::error::{Error, ErrorKind};
use crate::send::{MaybeSend, MaybeSync};

/// The bytes of a part. A smaller file goes as it is. For a larger part a browser takes memory that was not touched before.
const PART: usize = 512 * 1024;
/// How many parts are under way at a time: all of a file that other agents take too, so that writes keep their order.
const AT_ONCE: usize = MAX_CONTENT / PART;
/// How often a write is begun where the agent does not have its earlier parts any more.
const ATTEMPTS: usize = 3;

/// What is written.
pub(super) trait Content: MaybeSend + MaybeSync + 'static {
    /// Its bytes.
    fn length(&self) -> usize;

    /// Sends the request that `request` makes of a part, as the part is now.
    fn send<R: Request<Answer = ()>>(
        &self,
        place: Range<usize>,
        client: &Client,
        path: &str,
        request: impl FnOnce(Bytes) -> R,
    ) -> Asked<()>;
}

/// A write, and all that it takes to begin it anew.
struct Write<C> {
    client: Client,
    path: String,
    content: C,
    /// The bytes of the content, as they were counted at the call.
    length: usize,
    options: WriteOptions,
}

/// A write of which parts are under way.
struct Sending {
    id: String,
    /// How much was sent.
    sent: usize,
    answers: VecDeque<Asked<()>>,
}

/// Writes a file: in parts where it is large and the agent takes such. It begins at the call.
pub(super) fn write<C: Content>(
    client: &Client,
    path: &str,
    content: C,
    options: WriteOptions,
) -> impl Future<Output = Result<(), Error>> + MaybeSend + use<C> {
    let write = Write {
        client: client.clone(),
        path: path.to_owned(),
        length: content.length(),
        content,
        options,
    };
    // Without a connection one request may wait that is larger than all others together may be; a larger file waits for the connection.
    let (length, is_connected) = (write.length, write.is_connected());
    let goes_in_parts =
        length > PART && client.takes_parts() && (is_connected || length > MAX_CONTENT);
    let mut begun = (goes_in_parts && is_connected).then(|| write.begin());
    let whole = (!goes_in_parts).then(|| write.whole());
    async move {
        if let Some(whole) = whole {
            return whole?.await;
        }
        let mut attempts = 0;
        loop {
            let sending = match begun.take() {
                Some(sending) => sending?,
                None => {
                    write.connection().await?;
                    write.begin()?
                }
            };
            attempts += 1;
            match write.finish(sending).await {
                Err(error) if attempts < ATTEMPTS && is_to_begin_anew(&error) => {}
                // It is another one, which takes no parts.
                Err(error) if error.kind() == ErrorKind::Unsupported => {
                    return write.whole()?.await;
                }
                outcome => return outcome,
            }
        }
    }
}

/// Whether the agent is another one by now, or did not wait any longer; or the link broke when a part was to follow.
fn is_to_begin_anew(error: &Error) -> bool {
    error.wire_code() == Some(ErrorCode::INVALID_ID) || error.kind() == ErrorKind::QueueFull
}

impl<C: Content> Write<C> {
    fn is_connected(&self) -> bool {
        self.client.state().is_connected()
    }

    /// Waits for a connection, where there is none.
    async fn connection(&self) -> Result<(), Error> {
        if self.is_connected() {
            return Ok(());
        }
        if self.client.is_on_this_link() {
            let message = "the link broke before all was written";
            return Err(Error::new(ErrorKind::Interrupted, message).about(&self.path));
        }
        self.client.connect().await
    }

    fn begin(&self) -> Result<Sending, Error> {
        let mut sending = Sending {
            id: self.client.made_up("write"),
            sent: 0,
            answers: VecDeque::with_capacity(AT_ONCE),
        };
        while sending.answers.len() < AT_ONCE && sending.sent < self.length {
            self.send_next(&mut sending)?;
        }
        Ok(sending)
    }

    fn send_next(&self, sending: &mut Sending) -> Result<(), Error> {
        self.check()?;
        let start = sending.sent;
        let end = (start + PART).min(self.length);
        let request = |content| WritePart {
            path: self.path.clone(),
            write_id: sending.id.clone(),
            offset: start as u64,
            content,
            last: end == self.length,
            create: Some(self.options.create),
            overwrite: Some(self.options.overwrite),
        };
        let (client, path) = (&self.client, &self.path);
        let answer = self.content.send(start..end, client, path, request);
        sending.answers.push_back(answer);
        sending.sent = end;
        Ok(())
    }

    /// An array of the page can be taken away while it is written, and what is left of it is not what was to be written.
    fn check(&self) -> Result<(), Error> {
        if self.content.length() == self.length {
            return Ok(());
        }
        let message = "its array was transferred or resized while it was written";
        Err(Error::new(ErrorKind::InvalidInput, message).about(&self.path))
    }

    async fn finish(&self, mut sending: Sending) -> Result<(), Error> {
        while let Some(answer) = sending.answers.pop_front() {
            answer.await?;
            if sending.sent < self.length {
                self.connection().await?;
                self.send_next(&mut sending)?;
            }
        }
        Ok(())
    }

    /// The file in one request.
    ///
    /// # Errors
    /// It is too large for that.
    fn whole(&self) -> Result<Asked<()>, Error> {
        if self.length > MAX_CONTENT {
            return Err(too_large(&self.path));
        }
        self.check()?;
        let request = |content| WriteFile {
            path: self.path.clone(),
            content,
            create: Some(self.options.create),
            overwrite: Some(self.options.overwrite),
        };
        let (client, path) = (&self.client, &self.path);
        Ok(self.content.send(0..self.length, client, path, request))
    }
}

impl Content for Bytes {
    fn length(&self) -> usize {
        self.len()
    }

    fn send<R: Request<Answer = ()>>(
        &self,
        place: Range<usize>,
        client: &Client,
        path: &str,
        request: impl FnOnce(Bytes) -> R,
    ) -> Asked<()> {
        client.request_about(path, &request(self.slice(place)))
    }
}
