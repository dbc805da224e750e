//! What hostile bytes meet: the protocol's decoder, a live agent, the server's HTTP surface.
//!
//! Each [`Target`] takes bytes and panics where a promise is broken. Two things feed them: libFuzzer, guided by the
//! code that an input reaches (`cargo xtask fuzz`), and [`Mutator`] with a seed, which is short and the same
//! every time (the tests). Both begin with `corpus/`, where every input that once broke something stays.
//!
//! | file | what is in it |
//! | --- | --- |
//! | `decoder.rs` | frames, and every type of the protocol |
//! | `dispatcher.rs` | frames of several clients, into an agent that runs |
//! | `http/` | requests, into the router |
//! | `shape.rs` | messages with the form of the protocol, made of bytes |
//! | `mutate.rs` | inputs of a seed |
//! | `jail.rs` | a place where what is fed can break nothing |

mod decoder;
mod dispatcher;
mod http;
pub mod jail;
mod mutate;
mod shape;

pub use decoder::Decoder;
pub use dispatcher::Dispatcher;
pub use http::Http;
pub use mutate::Mutator;

/// Something that takes bytes from outside.
pub trait Target {
    /// One that has taken nothing yet.
    ///
    /// # Panics
    /// What it needs of the machine is not there.
    fn new() -> Self;

    /// Takes one input.
    ///
    /// # Panics
    /// The input breaks a promise. This is what is looked for.
    fn take(&mut self, input: &[u8]);
}
