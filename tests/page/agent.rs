//! The agent at the other end of the faked WebSockets.

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use bytes::Bytes;
use wasm_bindgen::prelude::*;
use yew_sandbox::client::protocol::client::{Capabilities, ClientInfo, Join, JoinAnswer};
use yew_sandbox::client::protocol::setup::{self, Progress, SetupState};
use yew_sandbox::client::protocol::{
    ClientFrame, ErrorCode, Notification, Request, WireError, encode_answer, encode_error,
    encode_notification, fs, search,
};

pub(crate) use yew_sandbox::client::protocol::setup::Step;

use super::{Handler, install, restore, tell};

/// While it lives, the page's WebSockets end here.
pub(crate) struct Agent {
    state: Rc<RefCell<State>>,
    _handler: Handler,
}

#[derive(Default)]
struct State {
    files: BTreeMap<String, Bytes>,
    open: BTreeSet<u32>,
    opened: u32,
    steps: Vec<Step>,
    refuse: bool,
    watches: BTreeMap<String, u32>,
    takes_parts: bool,
    /// The parts of files whose last ones are still to come.
    parts: Vec<u8>,
    /// Where downloads are said to be.
    downloads: Option<String>,
}

impl Agent {
    pub(crate) fn new() -> Self {
        Self::with_steps(Vec::new())
    }

    /// With steps that are under way until [`Agent::finish`].
    pub(crate) fn with_steps(steps: Vec<Step>) -> Self {
        let state = Rc::new(RefCell::new(State {
            steps,
            ..State::default()
        }));
        let handler = Closure::new({
            let state = Rc::clone(&state);
            move |kind: String, socket: u32, bytes: Option<Vec<u8>>| {
                state.borrow_mut().on_event(&kind, socket, bytes);
            }
        });
        install(&handler);
        Self {
            state,
            _handler: handler,
        }
    }

    /// How many sockets are open, or opening.
    pub(crate) fn open(&self) -> usize {
        self.state.borrow().open.len()
    }

    /// How many sockets there have been.
    pub(crate) fn opened(&self) -> u32 {
        self.state.borrow().opened
    }

    pub(crate) fn watches(&self) -> usize {
        self.state.borrow().watches.len()
    }

    /// Says at each join from now on that it takes large files in parts.
    pub(crate) fn take_parts(&self) {
        self.state.borrow_mut().takes_parts = true;
    }

    /// Says from now on that downloads are at this address.
    pub(crate) fn offer_downloads(&self, address: &str) {
        self.state.borrow_mut().downloads = Some(address.to_owned());
    }

    pub(crate) fn refuse(&self, refuse: bool) {
        self.state.borrow_mut().refuse = refuse;
    }

    pub(crate) fn cut(&self) {
        let open = std::mem::take(&mut self.state.borrow_mut().open);
        for socket in open {
            tell(socket, "close", None);
        }
    }

    pub(crate) fn notify<N: Notification>(&self, notification: &N) {
        let frame = encode_notification(notification);
        for socket in &self.state.borrow().open {
            tell(*socket, "message", Some(frame.to_vec()));
        }
    }

    pub(crate) fn finish(&self) {
        let steps = std::mem::take(&mut self.state.borrow_mut().steps);
        self.notify(&Progress {
            state: SetupState::Finished,
            steps,
            current_step_index: 0,
        });
    }

    pub(crate) fn write(&self, path: &str, content: &'static str) {
        self.state.borrow_mut().write(path, content.into());
    }

    pub(crate) fn remove(&self, path: &str) {
        let mut state = self.state.borrow_mut();
        state.files.remove(path);
        state.tell_watches(path, fs::ChangeKind::Remove);
    }
}

impl Drop for Agent {
    fn drop(&mut self) {
        restore();
    }
}

impl State {
    fn on_event(&mut self, kind: &str, socket: u32, bytes: Option<Vec<u8>>) {
        match kind {
            "open" => {
                self.opened += 1;
                if self.refuse {
                    tell(socket, "close", None);
                } else {
                    self.open.insert(socket);
                    tell(socket, "open", None);
                }
            }
            "close" => {
                self.open.remove(&socket);
                self.watches.retain(|_, of| *of != socket);
            }
            "ping" => tell(socket, "message", None),
            _ => {
                let frame = ClientFrame::decode(&bytes.unwrap().into()).unwrap();
                let answer = self.execute(socket, &frame);
                tell(socket, "message", Some(answer.to_vec()));
            }
        }
    }

    fn execute(&mut self, socket: u32, frame: &ClientFrame) -> Bytes {
        let (id, method) = (frame.id, frame.method.as_str());
        match method {
            Join::METHOD => encode_answer(id, method, &join_answer(self.takes_parts)),
            setup::Get::METHOD => {
                let done = self.steps.is_empty();
                let progress = Progress {
                    state: if done {
                        SetupState::Finished
                    } else {
                        SetupState::InProgress
                    },
                    steps: self.steps.clone(),
                    current_step_index: 0,
                };
                encode_answer(id, method, &progress)
            }
            fs::ReadFile::METHOD => {
                let read: fs::ReadFile = frame.params().unwrap();
                match self.files.get(&read.path).cloned() {
                    Some(content) => encode_answer(id, method, &fs::ReadFileAnswer { content }),
                    None => {
                        let error = WireError::file(Some(2), "no such file");
                        encode_error(id, method, &error)
                    }
                }
            }
            fs::WriteFile::METHOD => {
                let write: fs::WriteFile = frame.params().unwrap();
                self.write(&write.path, write.content);
                encode_answer(id, method, &())
            }
            fs::WritePart::METHOD => {
                let part: fs::WritePart = frame.params().unwrap();
                self.parts.truncate(part.offset as usize);
                assert_eq!(self.parts.len() as u64, part.offset);
                self.parts.extend_from_slice(&part.content);
                if part.last {
                    let content = std::mem::take(&mut self.parts);
                    self.write(&part.path, content.into());
                }
                encode_answer(id, method, &())
            }
            fs::ReadDir::METHOD => {
                let entries = self.files.keys().map(|name| fs::DirEntry {
                    file_type: if name.ends_with('/') {
                        fs::FileType::Directory
                    } else {
                        fs::FileType::File
                    },
                    name: name.trim_end_matches('/').to_owned(),
                    is_symlink: false,
                });
                let entries = entries.collect();
                encode_answer(id, method, &fs::ReadDirAnswer { entries })
            }
            search::Download::METHOD if self.downloads.is_some() => {
                let download_url = self.downloads.clone().unwrap_or_default();
                encode_answer(id, method, &search::DownloadAnswer { download_url })
            }
            fs::Watch::METHOD => {
                let watch_id = id.to_string();
                self.watches.insert(watch_id.clone(), socket);
                encode_answer(id, method, &fs::WatchAnswer { watch_id })
            }
            fs::Unwatch::METHOD => {
                let unwatch: fs::Unwatch = frame.params().unwrap();
                self.watches.remove(&unwatch.watch_id);
                encode_answer(id, method, &())
            }
            _ => {
                let error = WireError::new(ErrorCode::FEATURE_UNAVAILABLE, "unknown");
                encode_error(id, method, &error)
            }
        }
    }

    fn write(&mut self, path: &str, content: Bytes) {
        let kind = match self.files.insert(path.to_owned(), content) {
            Some(_) => fs::ChangeKind::Change,
            None => fs::ChangeKind::Add,
        };
        self.tell_watches(path, kind);
    }

    fn tell_watches(&self, path: &str, kind: fs::ChangeKind) {
        for (watch_id, socket) in &self.watches {
            let event = fs::WatchEvent {
                watch_id: watch_id.clone(),
                events: vec![fs::Change {
                    paths: vec![format!("/project/workspace/{path}")],
                    kind,
                }],
            };
            tell(
                *socket,
                "message",
                Some(encode_notification(&event).to_vec()),
            );
        }
    }
}

fn join_answer(takes_parts: bool) -> JoinAnswer {
    JoinAnswer {
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
        protocol_version: "0.367.10".into(),
        latest_pitcher_version: None,
        capabilities: takes_parts.then(Capabilities::all),
        permissions: None,
        is_protected: None,
        reconnect_token: None,
        resume: None,
    }
}
