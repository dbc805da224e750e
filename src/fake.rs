//! A sandbox in memory, for tests of components without a server. Behind the feature `test`.
//!
//! Turn the feature on for tests only, and nothing of it gets into the page:
//!
//! ```toml
//! [dependencies]
//! yew-sandbox = "0.1"
//!
//! [dev-dependencies]
//! yew-sandbox = { version = "0.1", features = ["test"] }
//! ```
//!
//! Then a test takes three lines: make a [`FakeSandbox`], give it to
//! [`SandboxProvider`](crate::SandboxProvider), and look at what the component does.
//!
//! ```
//! use yew::prelude::*;
//! use yew_sandbox::SandboxProvider;
//! use yew_sandbox::fake::FakeSandbox;
//!
//! # #[component]
//! # fn MyComponent() -> Html { Html::default() }
//! let fake = FakeSandbox::builder().file("note.txt", "Hello").build();
//! let page = html! { <SandboxProvider fake={fake.clone()}><MyComponent /></SandboxProvider> };
//! assert_eq!(fake.text("note.txt").as_deref(), Some("Hello"));
//! ```
//!
//! | to test | use |
//! | --- | --- |
//! | what is shown | [`FakeSandboxBuilder`]: files (100,000 if need be), tasks, steps, ports, a repository |
//! | what is done to the sandbox | [`FakeSandbox::text`], [`FakeSandbox::requests_of`], [`FakeSandbox::typed`] |
//! | what others do | [`FakeSandbox::write`], [`FakeSandbox::rename`], [`FakeSandbox::client_joins`] |
//! | commands, terminals, floods | [`FakeCommand`], [`FakeSandbox::put_out`], [`FakeSandbox::flood`] |
//! | loading and slow answers | [`FakeStep::running`], [`FakeSandbox::delay_next`], [`FakeSandbox::hold`] |
//! | previews | [`FakeSandbox::open_port_at`], [`Preview::stand_in`](crate::client::Preview::stand_in) |
//! | errors | [`FakeSandbox::fail_next`], [`FakeSandbox::refuse_next_session`], [`FakeSandboxBuilder::read_only`] |
//! | a bad connection | [`FakeSandbox::cut`], [`FakeSandbox::set_reachable`], [`FakeSandbox::set_online`], [`FakeSandbox::hibernate`] |
//!
//! # A whole example
//!
//! It runs inside a browser: `cargo test --target wasm32-unknown-unknown` with `wasm-bindgen-test-runner` as the target's runner.
//!
//! ```ignore
#![doc = include_str!("../tests/fake_example.rs")]
//! ```

pub use yew_sandbox_client::fake::{
    FakeCommand, FakeGit, FakeRequest, FakeSandbox, FakeSandboxBuilder, FakeStep, FakeTask,
};
