//! Whole work places, made of the components.

pub(crate) mod ide;
pub(crate) mod playground;
pub(crate) mod terminal;

pub use ide::{SandboxIde, SandboxIdeProps, SandboxIdeWords};
pub use playground::{SandboxPlayground, SandboxPlaygroundProps, SandboxPlaygroundWords};
pub use terminal::{SandboxTerminal, SandboxTerminalProps, SandboxTerminalWords};
