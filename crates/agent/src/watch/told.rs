//! What a watch told last, in case that its client did not hear of it.

use std::collections::VecDeque;

use yew_sandbox_protocol::fs::Change;
use yew_sandbox_protocol::limits::{MAX_CONTENT, MAX_KEPT_PATHS};

/// Most bytes of paths in one notification.
const MOST_BYTES: usize = MAX_CONTENT / 16;
/// What a path counts besides its bytes.
const OVERHEAD: usize = 32;

/// The last notifications of one watch.
#[derive(Debug, Default)]
pub(super) struct Told {
    /// How many there ever were.
    count: u64,
    latest: VecDeque<Vec<Change>>,
    bytes: usize,
}

impl Told {
    /// One more goes out.
    pub(super) fn push(&mut self, changes: &[Change]) {
        self.count += 1;
        self.bytes += cost(changes);
        self.latest.push_back(changes.to_vec());
        while self.bytes > MAX_KEPT_PATHS
            && let Some(oldest) = self.latest.pop_front()
        {
            self.bytes -= cost(&oldest);
        }
    }

    /// The client saw only the first `seen` of them: takes the others back, to be told again. `None` where they are not kept.
    pub(super) fn take_back(&mut self, seen: u64) -> Option<Vec<Change>> {
        let unseen = self.count.checked_sub(seen);
        // Where the client claims more than there was, it counts as it likes.
        self.count = seen.min(self.count);
        self.bytes = 0;
        let mut latest = std::mem::take(&mut self.latest);
        let unseen = usize::try_from(unseen?).ok()?;
        let known = latest.len().checked_sub(unseen)?;
        Some(latest.drain(known..).flatten().collect())
    }
}

fn cost(changes: &[Change]) -> usize {
    let paths = changes.iter().flat_map(|change| &change.paths);
    paths.map(|path| path.len() + OVERHEAD).sum()
}

/// Splits changes so that each portion fits into a frame with ease.
pub(super) fn portions(changes: Vec<Change>) -> Vec<Vec<Change>> {
    let mut portions = vec![Vec::<Change>::new()];
    let mut bytes = 0;
    for change in changes {
        for path in change.paths {
            bytes += path.len();
            if bytes > MOST_BYTES {
                portions.push(Vec::new());
                bytes = path.len();
            }
            if let Some(portion) = portions.last_mut() {
                match portion.last_mut() {
                    Some(last) if last.kind == change.kind => last.paths.push(path),
                    _ => portion.push(Change {
                        paths: vec![path],
                        kind: change.kind,
                    }),
                }
            }
        }
    }
    portions
}
