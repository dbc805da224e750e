//! What people see of a sandbox: components for use under [`SandboxProvider`](yew_sandbox::SandboxProvider).
//!
//! | component | what it shows |
//! | --- | --- |
//! | [`ConnectionStatus`] | the state of the connection, and the way out of it |

mod connection_status;

pub use connection_status::{ConnectionStatus, ConnectionStatusProps};
