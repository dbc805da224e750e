//! The room that queues keep.

use std::collections::VecDeque;

/// So much room is kept for what comes next.
const KEPT: usize = 64;

/// Gives back what a burst took, once it is over: the memory of a page's WebAssembly never shrinks, so what is free in it counts.
pub(crate) fn give_back<T>(queue: &mut VecDeque<T>) {
    if queue.is_empty() && queue.capacity() > KEPT {
        *queue = VecDeque::new();
    }
}
