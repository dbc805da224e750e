//! What wakes a sandbox that sleeps.

use serde::{Deserialize, Serialize};

/// Which requests to a sandbox's previews wake it. What is not said has its default.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WakeOn {
    /// HTTP requests do. True by default.
    #[serde(default = "yes")]
    pub http: bool,
    /// New WebSocket connections do. False by default.
    #[serde(default)]
    pub websocket: bool,
}

impl Default for WakeOn {
    fn default() -> Self {
        Self {
            http: true,
            websocket: false,
        }
    }
}

fn yes() -> bool {
    true
}
