//! The handle on a fake sandbox, and the clients that find it.

use std::fmt;
use std::sync::Mutex;
use std::time::Duration;

use super::builder::FakeSandboxBuilder;
use super::state::{State, Work};
use crate::client::Client;
use crate::memory;
use crate::options::{ClientOptions, SessionSource};
use crate::platform::Platform;
use crate::send::{Shared, lock};

/// A sandbox in memory: what the agent would do, without a server.
///
/// A handle is a cheap clone; two are equal if they are of the same sandbox. What is done through it happens as if another client
/// did it, and what clients did can be read from it. It lives as long as a handle or a client.
#[derive(Clone)]
pub struct FakeSandbox {
    state: Shared<Mutex<State>>,
}

impl FakeSandbox {
    /// An empty workspace.
    pub fn new() -> Self {
        Self::builder().build()
    }

    /// A sandbox with something in it.
    pub fn builder() -> FakeSandboxBuilder {
        FakeSandboxBuilder::new()
    }

    pub(super) fn from_state(state: State) -> Self {
        Self {
            state: Shared::new(Mutex::new(state)),
        }
    }

    /// The sandbox's id. `fake` by default.
    pub fn id(&self) -> String {
        self.with(|state| state.id.clone())
    }

    /// A client of this sandbox on the platform of this build, with the default options. Natively its time is tokio's, which a test
    /// can pause.
    ///
    /// # Panics
    /// Natively outside of a tokio runtime.
    #[cfg(any(
        all(feature = "native", not(target_arch = "wasm32")),
        all(feature = "web", target_arch = "wasm32")
    ))]
    pub fn client(&self) -> Client {
        self.client_with(self.options())
    }

    /// A client of this sandbox with other options: change those of [`options`](Self::options).
    ///
    /// # Panics
    /// Natively outside of a tokio runtime.
    #[cfg(all(feature = "native", not(target_arch = "wasm32")))]
    pub fn client_with(&self, options: ClientOptions) -> Client {
        self.client_on(options, crate::native::Native::new())
    }

    /// A client of this sandbox with other options: change those of [`options`](Self::options).
    #[cfg(all(feature = "web", target_arch = "wasm32"))]
    pub fn client_with(&self, options: ClientOptions) -> Client {
        self.client_on(options, crate::web::Web)
    }

    /// A client of this sandbox with the time and the tasks of any platform.
    pub fn client_on<P: Platform + Clone>(&self, options: ClientOptions, platform: P) -> Client {
        let shared: Shared<dyn Platform> = Shared::new(platform.clone());
        self.with(|state| state.platform = Some(shared.clone()));
        let (network, listener) = memory::network(platform);
        shared.spawn(Box::pin(self.clone().listen(listener, shared.clone())));
        Client::with_platform(options, network)
    }

    /// The options of a client that finds this sandbox. Focus and network are what this handle says, not what the platform has.
    pub fn options(&self) -> ClientOptions {
        let fake = self.clone();
        let source = SessionSource::new(move |_| {
            let session = fake.session();
            async move { session }
        });
        let mut options = ClientOptions::new(source);
        options.sandbox_id = Some(self.id());
        options.focus = Some(self.focus_source());
        options.online = Some(self.online_source());
        options
    }

    /// Does something with the state, and then what follows from it.
    pub(super) fn with<T>(&self, act: impl FnOnce(&mut State) -> T) -> T {
        let (result, due, platform) = {
            let mut state = lock(&self.state);
            let result = act(&mut state);
            state.tell_changes();
            state.flush();
            (
                result,
                std::mem::take(&mut state.due),
                state.platform.clone(),
            )
        };
        for (delay, work) in due {
            match &platform {
                Some(platform) if delay > Duration::ZERO => {
                    let (fake, sleep) = (self.clone(), platform.sleep(delay));
                    platform.spawn(Box::pin(async move {
                        sleep.await;
                        fake.perform(work);
                    }));
                }
                // Without a client nobody could tell the difference.
                _ => self.perform(work),
            }
        }
        result
    }

    fn perform(&self, work: Work) {
        match work {
            Work::Request { connection, frame } => {
                self.with(|state| state.execute(connection, &frame));
            }
            Work::Line { shell, run, line } => self.run_line(&shell, run, &line),
            Work::Flood { shell, bytes } => self.with(|state| state.flood(&shell, bytes)),
            Work::Step { shell, run } => self.with(|state| state.advance(&shell, run)),
            Work::Hibernate => self.hibernate(),
        }
    }
}

impl Default for FakeSandbox {
    fn default() -> Self {
        Self::new()
    }
}

impl PartialEq for FakeSandbox {
    /// Whether both are of the same sandbox.
    fn eq(&self, other: &Self) -> bool {
        Shared::ptr_eq(&self.state, &other.state)
    }
}

impl fmt::Debug for FakeSandbox {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("FakeSandbox")
    }
}
