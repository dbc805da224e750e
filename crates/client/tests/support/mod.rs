//! A scripted agent at the other end of memory sockets, on virtual time.

#![allow(
    dead_code,
    unreachable_pub,
    unused_imports,
    reason = "each test file uses a part of it"
)]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod agent;
mod answers;
mod shells;

use std::future::Future;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use yew_sandbox_client::memory::network;
use yew_sandbox_client::native::Native;
use yew_sandbox_client::{
    BootupType, Client, ClientOptions, ConnectionState, Session, SessionError, SessionErrorKind,
    SessionRequest, SessionSource, Signal, SignalSource,
};

pub use agent::{Accept, Agent, Handler, JoinScript, Seen};
pub use answers::Log;
pub use shells::{FakeShell, Shells};

/// A client, the agent it finds, and the hands on everything around it.
pub struct World {
    pub client: Client,
    pub agent: Agent,
    pub sessions: Sessions,
    pub focus: Switch,
    pub online: Switch,
}

impl World {
    /// Defaults of the library; the jitter is that of `seed`.
    pub fn new(seed: u64) -> Self {
        Self::with(seed, |_| {})
    }

    pub fn with(seed: u64, change: impl FnOnce(&mut ClientOptions)) -> Self {
        let (network, listener) = network(Native::new());
        let agent = Agent::start(listener);
        let sessions = Sessions::default();
        let (focus, focus_source) = Switch::new();
        let (online, online_source) = Switch::new();
        let mut options = ClientOptions::new(sessions.source());
        options.seed = Some(seed);
        options.focus = Some(focus_source);
        options.online = Some(online_source);
        change(&mut options);
        Self {
            client: Client::with_platform(options, network),
            agent,
            sessions,
            focus,
            online,
        }
    }

    pub async fn connected(seed: u64) -> Self {
        let world = Self::new(seed);
        world.client.connect().await.unwrap();
        world
    }

    /// Waits for a state by name, at most `limit` of virtual time. None is too short to be seen.
    pub async fn until(&self, name: &str, limit: Duration) -> ConnectionState {
        let (tell, mut told) = tokio::sync::mpsc::unbounded_channel();
        let states = self.client.watch_state();
        let _subscription = states.subscribe(move |state| drop(tell.send(state.clone())));
        within(limit, async move {
            let mut state = states.get();
            while state.name() != name {
                state = told.recv().await.unwrap();
            }
            state
        })
        .await
    }
}

/// Waits for a future, at most `limit` of virtual time.
pub async fn within<T>(limit: Duration, future: impl Future<Output = T>) -> T {
    tokio::time::timeout(limit, future)
        .await
        .expect("it should have happened by now")
}

/// Waits until `condition` holds, at most `limit` of virtual time.
pub async fn eventually(limit: Duration, mut condition: impl FnMut() -> bool) {
    within(limit, async {
        while !condition() {
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    })
    .await;
}

/// Lets everything that can happen without time passing happen.
pub async fn settle() {
    for _ in 0..64 {
        tokio::task::yield_now().await;
    }
}

/// What the source of sessions does next, in order; then it hands out sessions.
#[derive(Clone, Debug)]
pub enum Next {
    Fail(SessionErrorKind),
    Hang,
    After(Duration),
    Other(&'static str),
}

#[derive(Clone, Default)]
pub struct Sessions {
    state: Arc<Mutex<SessionsState>>,
}

#[derive(Default)]
struct SessionsState {
    script: std::collections::VecDeque<Next>,
    asked: Vec<SessionRequest>,
    running: usize,
}

impl Sessions {
    pub fn script(&self, next: impl IntoIterator<Item = Next>) {
        self.state.lock().unwrap().script.extend(next);
    }

    pub fn clear(&self) {
        self.state.lock().unwrap().script.clear();
    }

    pub fn asked(&self) -> Vec<SessionRequest> {
        self.state.lock().unwrap().asked.clone()
    }

    /// How many questions have neither been answered nor dropped.
    pub fn running(&self) -> usize {
        self.state.lock().unwrap().running
    }

    fn source(&self) -> SessionSource {
        let this = self.clone();
        SessionSource::new(move |request| {
            let this = this.clone();
            async move {
                let (next, number) = {
                    let mut state = this.state.lock().unwrap();
                    state.asked.push(request);
                    state.running += 1;
                    (state.script.pop_front(), state.asked.len())
                };
                let _running = Running(this.clone());
                match next {
                    Some(Next::Fail(kind)) => Err(SessionError::new(kind, "scripted")),
                    Some(Next::Hang) => std::future::pending().await,
                    Some(Next::After(time)) => {
                        tokio::time::sleep(time).await;
                        Ok(session("box", number))
                    }
                    Some(Next::Other(id)) => Ok(session(id, number)),
                    None => Ok(session("box", number)),
                }
            }
        })
    }
}

struct Running(Sessions);

impl Drop for Running {
    fn drop(&mut self) {
        self.0.state.lock().unwrap().running -= 1;
    }
}

pub fn session(id: &str, number: usize) -> Session {
    Session {
        sandbox_id: id.into(),
        session_id: None,
        is_pint: false,
        bootup_type: BootupType::Running,
        cluster: String::new(),
        pitcher_url: "ws://sandbox".into(),
        pitcher_token: format!("token-{number}"),
        pitcher_version: String::new(),
        latest_pitcher_version: String::new(),
        pitcher_manager_version: String::new(),
        workspace_path: "/project/workspace".into(),
        user_workspace_path: String::new(),
        host_token: None,
    }
}

/// A signal in the test's hand.
#[derive(Clone, Default)]
pub struct Switch {
    state: Arc<Mutex<Option<Signal>>>,
}

impl Switch {
    fn new() -> (Self, SignalSource) {
        let switch = Self::default();
        let state = Arc::clone(&switch.state);
        let source = SignalSource::new(move |signal| {
            *state.lock().unwrap() = Some(signal);
            Guard(Arc::clone(&state))
        });
        (switch, source)
    }

    pub fn set(&self, value: bool) {
        if let Some(signal) = &*self.state.lock().unwrap() {
            signal.set(value);
        }
    }

    /// Whether the client still listens.
    pub fn is_held(&self) -> bool {
        self.state.lock().unwrap().is_some()
    }
}

struct Guard(Arc<Mutex<Option<Signal>>>);

impl Drop for Guard {
    fn drop(&mut self) {
        // Taken out first: dropping the signal must not happen under the lock.
        let signal = self.0.lock().unwrap().take();
        drop(signal);
    }
}
