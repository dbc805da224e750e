//! A sandbox in memory, for tests of what uses one. Behind the feature `test`.
//!
//! It speaks the wire's own frames at the other end of memory sockets: the client cannot tell it from an agent. What the agent does
//! to files, it does to files in memory; what a sandbox does by itself (commands, ports, set-up) is what the test says.
//!
//! ```
//! use yew_sandbox_client::fake::FakeSandbox;
//!
//! # #[cfg(not(target_arch = "wasm32"))]
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), yew_sandbox_client::Error> {
//! let fake = FakeSandbox::builder().file("greeting.txt", "Hello").build();
//! let client = fake.client();
//! assert_eq!(client.fs().read("greeting.txt").await?, "Hello");
//!
//! client.fs().write("answer.txt", "Hello to you").await?;
//! assert_eq!(fake.text("answer.txt").as_deref(), Some("Hello to you"));
//! # Ok(()) }
//! # #[cfg(target_arch = "wasm32")]
//! # fn main() {}
//! ```
//!
//! | what | where |
//! | --- | --- |
//! | what it begins with | [`FakeSandboxBuilder`] |
//! | what other clients do, what the link does, what was asked | [`FakeSandbox`] |
//! | what commands do, tasks, steps of the set-up | [`FakeCommand`], [`FakeTask`], [`FakeStep`] |
//! | the repository | [`FakeGit`] |
//!
//! It resumes no client that comes back, as the cloud's agent does not: after a cut a component gets `Interrupted`, `Gap` and `Rescan`,
//! which is the harder case and what a test wants to see.
//!
//! Natively its time is tokio's: with `tokio::time::pause` nothing waits. In a page timers are real. Each change of a file is a
//! second later than the one before, whatever the time is.

mod builder;
mod channels;
mod clients;
mod command;
mod definitions;
mod files;
mod git;
mod git_names;
mod hunks;
mod link;
mod notices;
mod paths;
mod ports;
mod repository;
mod requests;
mod sandbox;
mod search;
mod sessions;
mod setup;
mod shells;
mod state;
mod system;
mod tasks;
mod terminals;
mod tree;
mod watches;

pub use builder::FakeSandboxBuilder;
pub use command::FakeCommand;
pub use repository::FakeGit;
pub use requests::FakeRequest;
pub use sandbox::FakeSandbox;
pub use setup::FakeStep;
pub use tasks::FakeTask;
