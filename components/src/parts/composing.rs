//! Keys that belong to an input method.

use yew::KeyboardEvent;

/// The code of every key that an input method takes.
const TAKEN: u32 = 229;

/// Whether a key belongs to an input method, which composes letters with it. Safari ends a composition before it tells of the key that
/// ended it, and only the key's code says so there.
pub(crate) fn is_composing(event: &KeyboardEvent) -> bool {
    event.is_composing() || event.key_code() == TAKEN
}
