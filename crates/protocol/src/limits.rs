//! Every bound of the protocol, in one place.

/// Largest file content in one message, in bytes: 16 MiB.
pub const MAX_CONTENT: usize = 16 * 1024 * 1024;

/// Largest frame, in bytes: the largest content and 64 KiB for what surrounds it.
pub const MAX_FRAME: usize = MAX_CONTENT + 64 * 1024;

/// Deepest nesting of maps and arrays that is read.
pub const MAX_DEPTH: usize = 32;

/// Longest sentence of an error, in bytes; what is longer is cut. Errors repeat what they concern, and that may be long.
pub const MAX_ERROR_MESSAGE: usize = 4096;

/// Longest method that an answer repeats, in bytes; what is longer is cut, and is no method that there is.
pub const MAX_ANSWERED_METHOD: usize = 256;

/// Most files of which an agent keeps parts and waits for the next; the one that waits longest goes first.
pub const MAX_WRITES_IN_PARTS: usize = 32;

/// Longest name of a write in parts, in bytes.
pub const MAX_WRITE_ID: usize = 256;

/// How long an agent keeps a client whose link broke, in seconds: see `docs/src/resume.md`.
pub const KEEP_SECONDS: u32 = 120;

/// Most clients whose links broke that an agent keeps at a time; the one that is away longest goes first.
pub const MAX_KEPT_CLIENTS: usize = 32;

/// Most answers of a client that an agent remembers, by their numbers: as many as requests may wait.
pub const MAX_KEPT_ANSWERS: usize = 8192;

/// Most bytes of those answers, each counted with 64 more: 2 MiB.
pub const MAX_KEPT_BYTES: usize = 2 * 1024 * 1024;

/// Largest answer that is kept to be sent again, in bytes: 256 KiB.
pub const MAX_KEPT_ANSWER: usize = 256 * 1024;

/// Largest answer of a request that only looks that is kept, in bytes: 4 KiB. For a larger one the agent looks again.
pub const MAX_KEPT_LOOK: usize = 4096;

/// Most bytes of paths that are kept of what a watch told last: 64 KiB.
pub const MAX_KEPT_PATHS: usize = 64 * 1024;

/// Most changed paths that wait to be told, in the agent for one watch and in the client for one reader; past it only the loss is told.
pub const MAX_CHANGED_PATHS: usize = 10_000;

/// Most output of a shell that is kept, in bytes: 1 MiB.
pub const MAX_SCROLLBACK: usize = 1024 * 1024;

/// Longest path, in bytes, as on Linux.
pub const MAX_PATH: usize = 4096;
