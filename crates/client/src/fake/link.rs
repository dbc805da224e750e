//! The sockets of the fake's clients: they open, stall, break.

use std::collections::BTreeMap;

use yew_sandbox_protocol::ClientFrame;
use yew_sandbox_protocol::client::ClientInfo;
use yew_sandbox_protocol::system::Hibernating;

use super::sandbox::FakeSandbox;
use super::state::State;
use crate::memory::{Listener, Peer, PeerSender, Sent};
use crate::options::{Signal, SignalSource};
use crate::platform::Platform;
use crate::send::Shared;

/// One socket.
#[derive(Debug)]
pub(super) struct Connection {
    sender: PeerSender,
    is_accepted: bool,
    /// Who it is; `None` before it joined.
    pub(super) info: Option<ClientInfo>,
}

/// Which of the signals that a client listens to.
type Signals = fn(&mut State) -> &mut BTreeMap<u64, Signal>;

impl FakeSandbox {
    /// How many clients have joined.
    pub fn connections(&self) -> usize {
        self.with(|state| {
            let connections = state.connections.values();
            connections
                .filter(|connection| connection.info.is_some())
                .count()
        })
    }

    /// Breaks every connection. Clients may come back at once.
    pub fn cut(&self) {
        self.with(State::cut);
    }

    /// Whether connections are possible. With `false` all break, and every new one is refused: clients go on trying.
    pub fn set_reachable(&self, is_reachable: bool) {
        self.with(|state| {
            state.is_reachable = is_reachable;
            if !is_reachable {
                state.cut();
            }
        });
    }

    /// From now on nothing comes through in either direction, and nobody is told: pings are not answered, and a new socket does
    /// not open.
    pub fn hold(&self) {
        self.with(|state| state.is_held = true);
    }

    /// Ends [`hold`](Self::hold): what was held comes through, in order.
    pub fn release(&self) {
        self.with(|state| {
            state.is_held = false;
            for connection in state.connections.values_mut() {
                connection.accept();
            }
            for (number, frame) in std::mem::take(&mut state.incoming) {
                match frame {
                    Some(frame) => state.receive(number, frame),
                    None => state.pong(number),
                }
            }
        });
    }

    /// Puts the sandbox to sleep: clients are told and their connections close. The next session wakes it.
    pub fn hibernate(&self) {
        self.with(State::hibernate);
    }

    /// Tells the clients that there is no network, or that there is one again. Without one every connection breaks.
    pub fn set_online(&self, is_online: bool) {
        self.with(|state| {
            state.is_online = is_online;
            for signal in state.online.values() {
                signal.set(is_online);
            }
            if !is_online {
                state.cut();
            }
        });
    }

    /// Tells the clients that the user looks at the page, or away.
    pub fn set_focus(&self, is_focused: bool) {
        self.with(|state| {
            for signal in state.focus.values() {
                signal.set(is_focused);
            }
        });
    }

    pub(super) fn online_source(&self) -> SignalSource {
        self.source(|state| &mut state.online)
    }

    pub(super) fn focus_source(&self) -> SignalSource {
        self.source(|state| &mut state.focus)
    }

    fn source(&self, signals: Signals) -> SignalSource {
        let fake = self.clone();
        SignalSource::new(move |signal| {
            let key = fake.with(|state| {
                let key = state.next_id();
                signals(state).insert(key, signal.clone());
                if !state.is_online && state.online.contains_key(&key) {
                    signal.set(false);
                }
                key
            });
            Listening {
                fake: fake.clone(),
                key,
                signals,
            }
        })
    }

    /// Serves the sockets of one client until it is gone.
    pub(super) async fn listen(self, mut listener: Listener, platform: Shared<dyn Platform>) {
        while let Some(peer) = listener.accept().await {
            platform.spawn(Box::pin(self.clone().serve(peer)));
        }
    }

    async fn serve(self, mut peer: Peer) {
        let number = self.with(|state| state.arrive(peer.sender.clone()));
        while let Some(sent) = peer.receive().await {
            let frame = match sent {
                Sent::Frame(frame) => match ClientFrame::decode(&frame) {
                    Ok(frame) => Some(frame),
                    // The agent closes whoever breaks the protocol.
                    Err(_) => break,
                },
                Sent::Ping => None,
                Sent::Closed(_) => break,
            };
            self.with(|state| match frame {
                frame if state.is_held => state.incoming.push_back((number, frame)),
                Some(frame) => state.receive(number, frame),
                None => state.pong(number),
            });
        }
        self.with(|state| state.leave(number));
    }
}

impl State {
    fn arrive(&mut self, sender: PeerSender) -> u64 {
        let number = self.next_id();
        if !self.is_reachable || !self.is_online {
            sender.close();
            return number;
        }
        let mut connection = Connection {
            sender,
            is_accepted: false,
            info: None,
        };
        if !self.is_held {
            connection.accept();
        }
        self.connections.insert(number, connection);
        number
    }

    /// Closes a connection and forgets what belongs to it.
    pub(super) fn leave(&mut self, number: u64) {
        let Some(connection) = self.connections.remove(&number) else {
            return;
        };
        connection.sender.close();
        self.watches.retain(|watch| watch.connection != number);
        for shell in &mut self.shells {
            shell.listeners.remove(&number);
        }
        self.outgoing
            .retain(|(connection, _)| *connection != number);
        self.incoming
            .retain(|(connection, _)| *connection != number);
        self.say_goodbye(connection.info);
    }

    fn cut(&mut self) {
        // In order: what was told before comes before the end.
        self.flush();
        let numbers: Vec<u64> = self.connections.keys().copied().collect();
        for number in numbers {
            self.leave(number);
        }
    }

    pub(super) fn hibernate(&mut self) {
        self.tell(&Hibernating);
        self.is_asleep = true;
        self.cut();
    }

    fn pong(&mut self, number: u64) {
        self.flush();
        if let Some(connection) = self.connections.get(&number) {
            connection.sender.pong();
        }
    }

    /// Sends what waits, unless the link is held.
    pub(super) fn flush(&mut self) {
        if self.is_held {
            return;
        }
        for (number, frame) in std::mem::take(&mut self.outgoing) {
            if let Some(connection) = self.connections.get(&number) {
                connection.sender.send(frame);
            }
        }
    }
}

impl Connection {
    fn accept(&mut self) {
        if !std::mem::replace(&mut self.is_accepted, true) {
            self.sender.accept();
        }
    }
}

/// A client listens to a signal as long as this lives.
struct Listening {
    fake: FakeSandbox,
    key: u64,
    signals: Signals,
}

impl Drop for Listening {
    fn drop(&mut self) {
        let signal = self
            .fake
            .with(|state| (self.signals)(state).remove(&self.key));
        // Not under the lock: it may hold the client's end.
        drop(signal);
    }
}
