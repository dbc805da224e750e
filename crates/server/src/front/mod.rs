//! What happens to every request before and after the one who answers it.

mod audit;
mod caller;
mod told;

pub(crate) use audit::{Event, RefusedPreview, audit};
pub(crate) use caller::{Caller, introduce};
pub(crate) use told::{Told, Words, finish, finish_refused_preview};
