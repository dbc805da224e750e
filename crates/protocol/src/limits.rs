//! Every bound of the protocol, in one place.

/// Largest file content in one message, in bytes: 16 MiB.
pub const MAX_CONTENT: usize = 16 * 1024 * 1024;

/// Largest frame, in bytes: the largest content and 64 KiB for what surrounds it.
pub const MAX_FRAME: usize = MAX_CONTENT + 64 * 1024;

/// Deepest nesting of maps and arrays that is read.
pub const MAX_DEPTH: usize = 32;

/// Longest path, in bytes, as on Linux.
pub const MAX_PATH: usize = 4096;
