//! An agent at work, and clients whose connections to it are cut.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use bytes::Bytes;
use tempfile::TempDir;
use tokio::io::duplex;
use tokio::net::UnixStream;
use tokio::sync::{mpsc, oneshot};
use yew_sandbox_agent::{
    AgentOptions, LinkReader, LinkWriter, Message, Parts, Permission, Visitor, run,
};
use yew_sandbox_client::memory::{Listener, Peer, Sent, network};
use yew_sandbox_client::native::Native;
use yew_sandbox_client::{BootupType, Client, ClientOptions, Session, SessionSource};

use crate::line::Gate;

/// What a connection carries at a time.
const PIPE: usize = 1 << 20;

/// Nothing is cut before it is told to.
pub(crate) const WHOLE: usize = usize::MAX;

/// One agent, and the way to it.
#[derive(Clone)]
pub(crate) struct Agent {
    to_agent: mpsc::UnboundedSender<Message>,
    clients: Arc<Mutex<HashMap<u32, mpsc::UnboundedSender<Message>>>>,
    next: Arc<Mutex<u32>>,
    folder: PathBuf,
    _root: Arc<TempDir>,
}

/// A client of the agent, and the hand on its connections.
pub(crate) struct Rig {
    pub client: Client,
    state: Arc<Mutex<State>>,
}

struct State {
    client: Option<Client>,
    /// How many bytes the next connections carry; then as many as come.
    budgets: Vec<usize>,
    /// Whether the agent hears of a cut.
    is_told: bool,
    /// Where connections wait, while there shall be none.
    held: Option<Vec<oneshot::Sender<()>>>,
    gates: Vec<Gate>,
    /// What the agent answered to joins and others, by the number of the request: how often.
    answers: HashMap<u64, usize>,
    user: String,
}

impl Agent {
    pub(crate) async fn start() -> Self {
        // Writes are synced, which costs less in memory.
        let memory = Path::new("/dev/shm");
        let root = if memory.is_dir() {
            TempDir::new_in(memory).unwrap()
        } else {
            TempDir::new().unwrap()
        };
        let (template, folder) = (root.path().join("template"), root.path().join("root"));
        std::fs::create_dir(&template).unwrap();
        std::fs::create_dir(&folder).unwrap();
        let options = AgentOptions {
            template: Some(template),
            ..AgentOptions::new(&folder)
        };
        let (server, link) = UnixStream::pair().unwrap();
        tokio::spawn(run(options, link));
        let (reader, writer) = server.into_split();
        let mut reader = LinkReader::new(reader);
        let ready = reader.read().await.unwrap();
        assert!(matches!(ready, Some(Message::Ready { .. })), "{ready:?}");
        let (to_agent, mut messages) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            let mut writer = LinkWriter::new(writer);
            while let Some(message) = messages.recv().await {
                writer.write(&message).await.unwrap();
                writer.flush().await.unwrap();
            }
        });
        let clients: Arc<Mutex<HashMap<u32, mpsc::UnboundedSender<Message>>>> = Arc::default();
        let routes = clients.clone();
        tokio::spawn(async move {
            let mut parts = Parts::default();
            while let Ok(Some(message)) = reader.read().await {
                let Some(message) = parts.take(message) else {
                    continue;
                };
                let (Message::Frame { client, .. }
                | Message::Ping { client }
                | Message::Close { client, .. }) = message
                else {
                    continue;
                };
                if let Some(sender) = routes.lock().unwrap().get(&client) {
                    // One that is gone needs no word.
                    let _ = sender.send(message);
                }
            }
        });
        Self {
            to_agent,
            clients,
            next: Arc::new(Mutex::new(1)),
            folder,
            _root: Arc::new(root),
        }
    }

    /// A place in the workspace.
    pub(crate) fn workspace(&self, path: &str) -> PathBuf {
        self.folder.join("project/workspace").join(path)
    }

    /// A client whose connections carry so many bytes, one after the other; then they are whole.
    pub(crate) fn client(&self, budgets: impl IntoIterator<Item = usize>) -> Rig {
        let (network, listener) = network(Native::new());
        let options = ClientOptions::new(SessionSource::new(|_| async { Ok(session()) }));
        let client = Client::with_platform(options, network);
        let mut budgets: Vec<_> = budgets.into_iter().collect();
        budgets.reverse();
        let state = Arc::new(Mutex::new(State {
            client: Some(client.clone()),
            budgets,
            is_told: true,
            held: None,
            gates: Vec::new(),
            answers: HashMap::new(),
            user: "u1".to_owned(),
        }));
        tokio::spawn(self.clone().serve(listener, state.clone()));
        Rig { client, state }
    }

    async fn serve(self, mut listener: Listener, state: Arc<Mutex<State>>) {
        while let Some(peer) = listener.accept().await {
            let gate = {
                let mut state = state.lock().unwrap();
                let gate = Gate::new(state.budgets.pop().unwrap_or(WHOLE));
                state.gates.push(gate.clone());
                gate
            };
            tokio::spawn(self.clone().connect(peer, gate, state.clone()));
        }
    }

    async fn connect(self, mut peer: Peer, gate: Gate, state: Arc<Mutex<State>>) {
        let held = {
            let mut state = state.lock().unwrap();
            state.held.as_mut().map(|held| {
                let (sender, receiver) = oneshot::channel();
                held.push(sender);
                receiver
            })
        };
        if let Some(held) = held {
            // The rig may be gone.
            let _ = held.await;
        }
        let number = {
            let mut next = self.next.lock().unwrap();
            *next += 1;
            *next - 1
        };
        let (sender, mut from_agent) = mpsc::unbounded_channel();
        self.clients.lock().unwrap().insert(number, sender);
        let visitor = Visitor::new(Permission::Write, "user", &state.lock().unwrap().user);
        let client = number;
        self.to_agent
            .send(Message::Open { client, visitor })
            .unwrap();
        peer.sender.accept();
        let (to_client, up_near, up_far) = (peer.sender.clone(), gate.clone(), duplex(PIPE));
        let (down_near, down_far) = duplex(PIPE);
        let up = async {
            let mut writer = LinkWriter::new(up_near.way(up_far.0));
            loop {
                let message = tokio::select! {
                    biased;
                    sent = peer.receive() => match sent {
                        Some(Sent::Frame(payload)) => Message::Frame { client, payload },
                        Some(Sent::Ping) => Message::Ping { client },
                        Some(Sent::Closed(_)) | None => break,
                    },
                    () = gate.is_cut() => break,
                };
                if writer.write(&message).await.is_err() || writer.flush().await.is_err() {
                    break;
                }
            }
            gate.cut();
        };
        let arrive = async {
            let mut reader = LinkReader::new(up_far.1);
            while let Ok(Some(message)) = reader.read().await {
                self.to_agent.send(message).unwrap();
            }
            if state.lock().unwrap().is_told {
                let (code, reason) = (1000, String::new());
                self.to_agent
                    .send(Message::Close {
                        client,
                        code,
                        reason,
                    })
                    .unwrap();
            }
        };
        let down = async {
            let mut writer = LinkWriter::new(gate.way(down_near));
            loop {
                let message = tokio::select! {
                    biased;
                    message = from_agent.recv() => message.unwrap(),
                    () = gate.is_cut() => break,
                };
                if matches!(message, Message::Close { .. })
                    || writer.write(&message).await.is_err()
                    || writer.flush().await.is_err()
                {
                    break;
                }
            }
            gate.cut();
        };
        let come = async {
            let mut reader = LinkReader::new(down_far);
            while let Ok(Some(message)) = reader.read().await {
                match message {
                    Message::Frame { payload, .. } => {
                        state.lock().unwrap().see(&payload);
                        to_client.send(payload);
                    }
                    _ => to_client.pong(),
                }
            }
            to_client.close();
            // Without the delay that there is after several cuts in a row.
            let client = state.lock().unwrap().client.clone();
            if let Some(client) = client {
                drop(client.reconnect());
            }
        };
        tokio::join!(up, arrive, down, come);
        self.clients.lock().unwrap().remove(&number);
    }
}

impl Rig {
    /// Cuts the connection that there is.
    pub(crate) fn cut(&self) {
        let gate = self.state.lock().unwrap().gates.last().cloned();
        if let Some(gate) = gate {
            gate.cut();
        }
    }

    /// Cuts the connection that there is once it has carried so many bytes more, both ways together.
    pub(crate) fn cut_after(&self, bytes: usize) {
        let gate = self.state.lock().unwrap().gates.last().cloned();
        gate.unwrap().cut_after(bytes);
    }

    /// Whether the agent hears of cuts from now on. Else the connection looks alive from there.
    pub(crate) fn tell_of_cuts(&self, is_told: bool) {
        self.state.lock().unwrap().is_told = is_told;
    }

    /// No connection comes about until [`Rig::release`].
    pub(crate) fn hold(&self) {
        self.state.lock().unwrap().held.get_or_insert_default();
    }

    pub(crate) fn release(&self) {
        self.state.lock().unwrap().held = None;
    }

    /// Another user from the next connection on.
    pub(crate) fn set_user(&self, user: &str) {
        self.state.lock().unwrap().user = user.to_owned();
    }

    /// How many connections there were.
    pub(crate) fn connections(&self) -> usize {
        self.state.lock().unwrap().gates.len()
    }

    /// The most answers that the client got to one request.
    pub(crate) fn most_answers(&self) -> usize {
        let state = self.state.lock().unwrap();
        state.answers.values().copied().max().unwrap_or(0)
    }

    /// Waits for a connection that is joined.
    pub(crate) async fn connected(&self) {
        let mut states = self.client.watch_state();
        crate::within(async {
            while states.get().name() != "Connected" {
                states.changed().await.unwrap();
            }
        })
        .await;
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.state.lock().unwrap().client = None;
        self.client.close();
    }
}

impl State {
    fn see(&mut self, frame: &Bytes) {
        use yew_sandbox_client::protocol::ServerFrame;
        if let Ok(ServerFrame::Answer { id, .. }) = ServerFrame::decode(frame) {
            *self.answers.entry(id).or_default() += 1;
        }
    }
}

fn session() -> Session {
    Session {
        sandbox_id: "box".into(),
        session_id: None,
        is_pint: false,
        bootup_type: BootupType::Running,
        cluster: String::new(),
        pitcher_url: "ws://sandbox".into(),
        pitcher_token: "token".into(),
        pitcher_version: String::new(),
        latest_pitcher_version: String::new(),
        pitcher_manager_version: String::new(),
        workspace_path: "/project/workspace".into(),
        user_workspace_path: String::new(),
        host_token: None,
    }
}
