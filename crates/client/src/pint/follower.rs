//! Follows one exec to its end: all its output, then how it ended.
//!
//! The end is told by an event of the output, by the list of all execs, or by the end of the stream; agents differ. Each is a reason to
//! ask for the exec itself, so that none of them has to be there, and a process that is faster than any list is not missed.

use std::future::{pending, poll_fn};
use std::pin::Pin;
use std::time::Duration;

use futures_channel::mpsc;
use futures_core::Stream;
use yew_sandbox_protocol::SharedText;
use yew_sandbox_protocol::shell::{Exited, Output, Terminated};

use super::api::Exec;
use super::bridge::{Bridge, Link};
use super::failure::CallError;
use super::output::{Heard, Reader};
use super::rest::under;
use crate::race::race;

/// A process that has ended has said all once nothing came for so long.
const DRAINED: Duration = Duration::from_millis(200);

/// A stream that is quiet for so long is opened again: the way to it may be gone.
pub(super) const STALE: Duration = Duration::from_secs(55);

/// After so long without a word the exec itself is asked for the first time. It doubles up to [`STALE`].
pub(super) const FIRST_LOOK: Duration = Duration::from_millis(250);

/// How long a stream may keep its place where others wait for one.
pub(super) const TURN: Duration = Duration::from_secs(1);

/// The pause before a stream is opened again. It doubles.
pub(super) const FIRST_PAUSE: Duration = Duration::from_millis(100);

/// The longest pause.
pub(super) const LONGEST_PAUSE: Duration = Duration::from_secs(10);

/// What happened to an exec.
enum News {
    Heard(Heard),
    /// The list of all execs says something of it.
    Hint,
}

/// Why a stream is read no further.
enum End {
    Closed,
    Quiet,
    Hint,
}

/// Runs until the exec has ended, or is gone.
pub(super) async fn follow(
    bridge: Link,
    mut reader: Reader,
    mut hints: mpsc::UnboundedReceiver<()>,
) {
    let mut ended: Option<Exec> = None;
    let mut code = None;
    let mut pause = FIRST_PAUSE;
    let mut look = FIRST_LOOK;
    loop {
        match reader.open(&bridge).await {
            Ok(()) => {}
            Err(CallError::Lost(reason)) => return bridge.lost(reason),
            Err(error) if error.is_not_found() => return gone(&bridge, &reader.id, code),
            Err(CallError::Refused(_)) => {
                wait(&bridge, &mut pause).await;
                continue;
            }
        }
        let patience = if ended.is_some() { DRAINED } else { look };
        let end = read(
            &bridge,
            &mut reader,
            &mut hints,
            patience,
            &mut code,
            &mut pause,
        )
        .await;
        match (&end, code, &ended) {
            // The last event said how it ended, and the agent closed the stream behind it.
            (End::Closed, Some(code), _) => return exited(&bridge, &reader.id, code),
            // A stream that brought nothing more shows that nothing more is to come; others may have been closed in the middle.
            (End::Closed, _, Some(exec)) if reader.is_unread() => {
                return exited(&bridge, &reader.id, exec.exit_code.unwrap_or(-1));
            }
            (End::Closed, _, Some(_)) => continue,
            (End::Quiet, _, Some(exec)) => {
                return exited(&bridge, &reader.id, exec.exit_code.unwrap_or(-1));
            }
            _ => {}
        }
        let path = under("execs/", &reader.id);
        match bridge.rest.get::<Exec>(&path).await {
            Ok(exec) if exec.is_over() => {
                if let (End::Quiet, Some(code)) = (&end, code) {
                    return exited(&bridge, &reader.id, code);
                }
                // What is left of the output comes on this stream or on the next.
                ended = Some(exec);
            }
            Ok(_) => {
                code = None;
                match end {
                    End::Closed => wait(&bridge, &mut pause).await,
                    End::Quiet if look >= STALE || bridge.rest.is_short_of_streams() => {
                        reader.close()
                    }
                    End::Quiet => look = (look * 2).min(STALE),
                    End::Hint => {}
                }
            }
            Err(CallError::Lost(reason)) => return bridge.lost(reason),
            Err(error) if error.is_not_found() => return gone(&bridge, &reader.id, code),
            Err(CallError::Refused(_)) => wait(&bridge, &mut pause).await,
        }
    }
}

/// Tells of the output of one stream.
async fn read(
    bridge: &Bridge,
    reader: &mut Reader,
    hints: &mut mpsc::UnboundedReceiver<()>,
    patience: Duration,
    code: &mut Option<i32>,
    pause: &mut Duration,
) -> End {
    let mut quiet = Duration::ZERO;
    loop {
        let patience = if code.is_some() { DRAINED } else { patience };
        let wait = match bridge.rest.takes_turns() {
            true => TURN.min(patience),
            false => patience,
        };
        let hint = async {
            match poll_fn(|context| Pin::new(&mut *hints).poll_next(context)).await {
                Some(()) => News::Hint,
                None => pending().await,
            }
        };
        let heard = async { News::Heard(reader.next(bridge, wait).await) };
        match race(heard, hint).await {
            News::Heard(Heard::Event(event)) => {
                quiet = Duration::ZERO;
                *pause = FIRST_PAUSE;
                *code = event.exit_code.or(*code);
                bridge
                    .memory
                    .set_position(&reader.id, reader.position.clone());
                if !event.output.is_empty() {
                    bridge.notify(&Output {
                        shell_id: reader.id.clone(),
                        out: SharedText::from(event.output),
                    });
                }
            }
            News::Heard(Heard::Closed) => return End::Closed,
            News::Heard(Heard::Quiet) => {
                quiet += wait;
                if quiet >= patience || bridge.rest.is_short_of_streams() {
                    return End::Quiet;
                }
            }
            News::Hint if patience == DRAINED => {}
            News::Hint => return End::Hint,
        }
    }
}

fn exited(bridge: &Bridge, id: &str, exit_code: i32) {
    bridge.notify(&Exited {
        shell_id: id.to_owned(),
        kind: None,
        exit_code,
    });
    bridge.tasks.look_again();
}

/// The agent does not know the exec any more.
fn gone(bridge: &Bridge, id: &str, code: Option<i32>) {
    match code {
        Some(code) => exited(bridge, id, code),
        None => terminated(bridge, id),
    }
    bridge.memory.forget(id);
}

/// Somebody removed the exec.
pub(super) fn terminated(bridge: &Bridge, id: &str) {
    bridge.notify(&Terminated {
        shell_id: id.to_owned(),
        author: None,
    });
}

async fn wait(bridge: &Bridge, pause: &mut Duration) {
    bridge.sleep(*pause).await;
    *pause = (*pause * 2).min(LONGEST_PAUSE);
}
