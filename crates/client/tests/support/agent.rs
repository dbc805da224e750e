//! The scripted agent.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard};

use bytes::Bytes;
use yew_sandbox_client::memory::{Listener, Peer, PeerSender, Sent};
use yew_sandbox_client::protocol::client::{
    Capabilities, ClientInfo, Join, JoinAnswer, Resumption,
};
use yew_sandbox_client::protocol::setup::{Progress, SetupState, Step};
use yew_sandbox_client::protocol::{
    ClientFrame, ErrorCode, Notification, Request, WireError, encode_answer, encode_error,
    encode_notification, fs, setup,
};

/// What becomes of a new socket.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Accept {
    Open,
    Refuse,
    /// TCP is accepted, the upgrade never answered.
    Hang,
}

/// What becomes of a join.
#[derive(Clone, Debug, PartialEq)]
pub enum JoinScript {
    Answer,
    Silence,
    Refuse(ErrorCode),
    Protocol(&'static str),
    Garbage,
}

/// One request as it arrived.
#[derive(Clone, Debug)]
pub struct Seen {
    pub connection: usize,
    pub id: u64,
    pub method: String,
    pub path: String,
}

/// Answers requests that the scripted agent does not know itself: every frame that it returns is sent, in order.
/// `None` leaves the request to the next one.
pub type Handler = Box<dyn FnMut(&ClientFrame) -> Option<Vec<Bytes>> + Send>;

#[derive(Clone)]
pub struct Agent {
    state: Arc<Mutex<State>>,
}

pub struct State {
    pub accept: Accept,
    pub join: JoinScript,
    /// Neither answers nor pongs come, whatever arrives.
    pub mute: bool,
    pub pongs: bool,
    /// Methods that are taken in and executed, but not answered.
    pub held: HashSet<&'static str>,
    /// Takes large files in parts.
    pub takes_parts: bool,
    /// Says that it could resume its clients, and never does.
    pub resumes: bool,
    /// Bytes that may pass on a new connection before it breaks, either way.
    pub budget: Option<usize>,
    /// The same, in frames.
    pub frames: Option<usize>,
    /// A broken connection says nothing instead of closing.
    pub half_open: bool,
    pub steps: Vec<Step>,
    pub setup_state: SetupState,
    pub files: HashMap<String, Bytes>,
    pub seen: Vec<Seen>,
    pub pings: usize,
    pub urls: Vec<String>,
    /// Where the sockets are, by connection; `None` after their end.
    pub peers: Vec<Option<PeerSender>>,
    /// How the client closed each connection.
    pub closed_with: Vec<Option<u16>>,
    pub watches: HashMap<String, usize>,
    pub handlers: Vec<Handler>,
    next_watch: u64,
}

impl Agent {
    pub fn start(mut listener: Listener) -> Self {
        let agent = Self {
            state: Arc::new(Mutex::new(State {
                accept: Accept::Open,
                join: JoinScript::Answer,
                mute: false,
                pongs: true,
                held: HashSet::new(),
                takes_parts: false,
                resumes: false,
                budget: None,
                frames: None,
                half_open: false,
                steps: Vec::new(),
                setup_state: SetupState::Finished,
                files: HashMap::new(),
                seen: Vec::new(),
                pings: 0,
                urls: Vec::new(),
                peers: Vec::new(),
                closed_with: Vec::new(),
                watches: HashMap::new(),
                handlers: Vec::new(),
                next_watch: 0,
            })),
        };
        let this = agent.clone();
        tokio::spawn(async move {
            while let Some(peer) = listener.accept().await {
                tokio::spawn(this.clone().serve(peer));
            }
        });
        agent
    }

    pub fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap()
    }

    /// The requests of one method, in the order of their arrival.
    pub fn seen(&self, method: &str) -> Vec<Seen> {
        let state = self.state();
        state
            .seen
            .iter()
            .filter(|seen| seen.method == method)
            .cloned()
            .collect()
    }

    /// How many connections the client has not closed.
    pub fn open(&self) -> usize {
        self.state().peers.iter().flatten().count()
    }

    pub fn connections(&self) -> usize {
        self.state().peers.len()
    }

    /// Closes every connection.
    pub fn cut(&self) {
        let peers: Vec<_> = self
            .state()
            .peers
            .iter_mut()
            .filter_map(Option::take)
            .collect();
        for peer in peers {
            peer.close();
        }
    }

    /// Tells all that are connected.
    pub fn notify<N: Notification>(&self, notification: &N) {
        self.send(encode_notification(notification));
    }

    /// Sends any frame to all that are connected.
    pub fn send(&self, frame: Bytes) {
        let peers: Vec<_> = self.state().peers.iter().flatten().cloned().collect();
        for peer in peers {
            peer.send(frame.clone());
        }
    }

    async fn serve(self, mut peer: Peer) {
        let (connection, accept, mut budget, mut frames) = {
            let mut state = self.state();
            state.urls.push(peer.url.clone());
            state.peers.push(Some(peer.sender.clone()));
            state.closed_with.push(None);
            (
                state.peers.len() - 1,
                state.accept,
                state.budget,
                state.frames,
            )
        };
        match accept {
            Accept::Open => peer.sender.accept(),
            Accept::Refuse => {
                self.state().peers[connection] = None;
                peer.sender.close();
            }
            Accept::Hang => {}
        }
        let mut broken = false;
        while let Some(sent) = peer.receive().await {
            match sent {
                Sent::Closed(code) => {
                    let mut state = self.state();
                    state.closed_with[connection] = Some(code);
                    state.peers[connection] = None;
                    return;
                }
                _ if broken => {}
                Sent::Ping => {
                    let mut state = self.state();
                    state.pings += 1;
                    if !state.mute && state.pongs {
                        drop(state);
                        peer.sender.pong();
                    }
                }
                Sent::Frame(frame) => {
                    broken = !take(&mut budget, frame.len()) || !take(&mut frames, 1);
                    if !broken {
                        for answer in self.on_frame(connection, &frame) {
                            broken =
                                broken || !take(&mut budget, answer.len()) || !take(&mut frames, 1);
                            if !broken {
                                peer.sender.send(answer);
                            }
                        }
                    }
                    if broken && !self.state().half_open {
                        self.state().peers[connection] = None;
                        peer.sender.close();
                    }
                }
            }
        }
        self.state().peers[connection] = None;
    }

    fn on_frame(&self, connection: usize, frame: &Bytes) -> Vec<Bytes> {
        let frame = ClientFrame::decode(frame).expect("the client sends whole frames");
        let mut state = self.state();
        let mut answers = state.execute(connection, &frame);
        if state.mute || state.held.contains(frame.method.as_str()) {
            answers.clear();
        }
        answers
    }
}

impl State {
    fn execute(&mut self, connection: usize, frame: &ClientFrame) -> Vec<Bytes> {
        let mut path = String::new();
        let mut handlers = self.handlers.iter_mut();
        if let Some(answers) = handlers.find_map(|handle| handle(frame)) {
            self.see(connection, frame, path);
            return answers;
        }
        let answer = match frame.method.as_str() {
            Join::METHOD => self.join(frame),
            setup::Get::METHOD => {
                let setup = Progress {
                    state: self.setup_state,
                    steps: self.steps.clone(),
                    current_step_index: 0,
                };
                Some(encode_answer(frame.id, &frame.method, &setup))
            }
            fs::WriteFile::METHOD => {
                let write: fs::WriteFile = frame.params().unwrap();
                path.clone_from(&write.path);
                self.files.insert(write.path, write.content);
                Some(encode_answer(frame.id, &frame.method, &()))
            }
            fs::ReadFile::METHOD => {
                let read: fs::ReadFile = frame.params().unwrap();
                path.clone_from(&read.path);
                Some(match self.files.get(&read.path) {
                    Some(content) => {
                        let content = content.clone();
                        encode_answer(frame.id, &frame.method, &fs::ReadFileAnswer { content })
                    }
                    None => missing(frame),
                })
            }
            fs::Rename::METHOD => {
                let rename: fs::Rename = frame.params().unwrap();
                path.clone_from(&rename.from);
                Some(match self.files.remove(&rename.from) {
                    Some(content) => {
                        self.files.insert(rename.to, content);
                        encode_answer(frame.id, &frame.method, &())
                    }
                    None => missing(frame),
                })
            }
            fs::Watch::METHOD => {
                let watch: fs::Watch = frame.params().unwrap();
                path.clone_from(&watch.path);
                self.next_watch += 1;
                let watch_id = self.next_watch.to_string();
                self.watches.insert(watch_id.clone(), connection);
                Some(encode_answer(
                    frame.id,
                    &frame.method,
                    &fs::WatchAnswer { watch_id },
                ))
            }
            fs::Unwatch::METHOD => {
                let unwatch: fs::Unwatch = frame.params().unwrap();
                self.watches.remove(&unwatch.watch_id);
                Some(encode_answer(frame.id, &frame.method, &()))
            }
            _ => {
                let error = WireError::new(ErrorCode::FEATURE_UNAVAILABLE, "unknown");
                Some(encode_error(frame.id, &frame.method, &error))
            }
        };
        self.see(connection, frame, path);
        answer.into_iter().collect()
    }

    fn see(&mut self, connection: usize, frame: &ClientFrame, path: String) {
        self.seen.push(Seen {
            connection,
            id: frame.id,
            method: frame.method.clone(),
            path,
        });
    }

    fn join(&self, frame: &ClientFrame) -> Option<Bytes> {
        let _: Join = frame.params().unwrap();
        let version = match &self.join {
            JoinScript::Answer => "0.367.10",
            JoinScript::Protocol(version) => version,
            JoinScript::Silence => return None,
            JoinScript::Garbage => return Some(Bytes::from_static(&[0xc1, 0xff])),
            JoinScript::Refuse(code) => {
                let error = WireError::new(*code, "not you");
                return Some(encode_error(frame.id, &frame.method, &error));
            }
        };
        let answer = JoinAnswer {
            client: ClientInfo {
                client_id: "1".into(),
                username: "sandbox".into(),
                name: "Sandbox".into(),
                avatar_url: None,
                color: "#000".into(),
                app_id: "test".into(),
            },
            workspace_path: "/project/workspace".into(),
            version: "1".into(),
            protocol_version: version.into(),
            latest_pitcher_version: None,
            capabilities: self.takes_parts.then(Capabilities::all),
            permissions: None,
            is_protected: None,
            reconnect_token: self.resumes.then(|| "token".into()),
            resume: self.resumes.then_some(Resumption {
                resumed: false,
                keep_seconds: 120,
            }),
        };
        Some(encode_answer(frame.id, &frame.method, &answer))
    }
}

fn missing(frame: &ClientFrame) -> Bytes {
    let error = WireError::file(Some(2), "no such file or directory");
    encode_error(frame.id, &frame.method, &error)
}

/// Uses up a part of what may pass; false once it is too much.
fn take(budget: &mut Option<usize>, bytes: usize) -> bool {
    match budget {
        None => true,
        Some(left) if *left >= bytes => {
            *left -= bytes;
            true
        }
        Some(left) => {
            *left = 0;
            false
        }
    }
}
