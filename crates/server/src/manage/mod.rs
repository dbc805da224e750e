//! The management API: sandboxes in the hands of who runs the server, by the cloud's own paths and shapes.

mod privacy;
mod tier;
mod wake_on;

pub use privacy::Privacy;
pub use tier::Tier;
pub use wake_on::WakeOn;
