//! What it says.

use crate::ui::words;

words! {
    /// The words of `ConnectionStatus`.
    ConnectionWords {
        /// Nothing was asked yet.
        idle = "Not connected yet";
        /// A first connection is on its way.
        connecting = "Connecting";
        /// All is well.
        connected = "Connected";
        /// The link is gone, and back soon.
        reconnecting = "Connection lost, trying again";
        /// The browser says that there is no network.
        offline = "No network";
        /// The sandbox sleeps.
        hibernated = "Asleep";
        /// The user said so.
        disconnected = "Disconnected";
        /// On the button that connects.
        connect = "Connect";
        /// On the button that does not wait for the next attempt.
        try_now = "Try now";
        /// On the button that wakes the sandbox.
        wake = "Wake";
    }
}
