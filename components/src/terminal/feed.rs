//! From the shell to the screen: as fast as it is shown, and no faster.

use futures_util::future::FutureExt;
use js_sys::Uint8Array;
use wasm_bindgen_futures::JsFuture;
use yew_sandbox::client::{ShellEvent, Terminal};

use super::screen::Screen;

/// Bytes that are written at once. Two such portions are on their way at most; what waits behind them is bounded by the client, which
/// then drops all but the newest output and says so.
const PORTION: usize = 256 * 1024;

/// Shows a shell's output until there will be none any more, or the future is dropped.
pub(super) async fn feed(terminal: Terminal, screen: Screen, gap: String, is_new: bool) {
    let mut output = terminal.output();
    let mut pipe = Pipe {
        screen,
        portion: Vec::new(),
        written: None,
        is_replay: !is_new,
    };
    loop {
        let event = match output.next().now_or_never() {
            Some(event) => event,
            None => {
                pipe.write().await;
                match output.next().now_or_never() {
                    Some(event) => event,
                    None => {
                        // What was kept came at once; what comes now is new.
                        pipe.is_replay = false;
                        output.next().await
                    }
                }
            }
        };
        match event {
            Some(ShellEvent::Output(text)) => pipe.push(text.as_bytes()).await,
            Some(ShellEvent::Gap) => {
                pipe.reset(Some(&gap)).await;
                pipe.is_replay = true;
            }
            Some(ShellEvent::Restarted) => pipe.reset(None).await,
            Some(ShellEvent::Exited(_)) => pipe.write().await,
            None => {
                pipe.write().await;
                return;
            }
        }
    }
}

struct Pipe {
    screen: Screen,
    portion: Vec<u8>,
    /// The last portion that was written and is not shown yet.
    written: Option<JsFuture>,
    /// Whether programs were answered when this was put out.
    is_replay: bool,
}

impl Pipe {
    async fn push(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = PORTION - self.portion.len();
            let (first, rest) = bytes.split_at(room.min(bytes.len()));
            self.portion.extend_from_slice(first);
            bytes = rest;
            if self.portion.len() == PORTION {
                self.write().await;
            }
        }
    }

    /// Writes what has gathered, and waits until what was written before is shown.
    async fn write(&mut self) {
        if self.portion.is_empty() {
            return;
        }
        let bytes = Uint8Array::from(self.portion.as_slice());
        self.portion.clear();
        let next = self.screen.write(&bytes, self.is_replay);
        let before = self.written.take();
        // A screen that refuses is one that is going.
        self.written = next.ok().map(JsFuture::from);
        settle(before).await;
    }

    async fn reset(&mut self, line: Option<&str>) {
        self.portion.clear();
        settle(self.written.take()).await;
        drop(self.screen.reset(line));
    }
}

async fn settle(written: Option<JsFuture>) {
    if let Some(written) = written {
        // It is kept in any case.
        drop(written.await);
    }
}
