//! A socket whose frames all lie outside: what is asked for comes in, what is wanted outside stays there.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use yew_sandbox_protocol::client::{ClientInfo, Join, JoinAnswer};
use yew_sandbox_protocol::{
    BootupType, ClientFrame, Pieces, Request, Session, encode_answer, fs, setup,
};

use super::*;
use crate::Client;
use crate::native::Native;
use crate::options::{ClientOptions, SessionError, SessionSource};
use crate::platform::{Platform, Socket, SocketEvents};
use crate::send::{BoxFuture, lock};

const LARGE: usize = 100_000;

/// Bytes that count how many of them came in.
#[derive(Clone, Debug)]
struct Counted {
    bytes: Bytes,
    read: Arc<Mutex<usize>>,
}

impl OutsideBytes for Counted {
    fn len(&self) -> usize {
        self.bytes.len()
    }

    fn read(&self, range: Range<usize>) -> Bytes {
        *lock(&self.read) += range.len();
        self.bytes.slice(range)
    }

    fn as_any(&self) -> &dyn Any {
        self
    }
}

/// A platform whose sockets end at an agent with one file. With `lies` the next answer is cut short.
#[derive(Clone)]
struct Outer {
    native: Arc<Native>,
    file: Arc<Mutex<Bytes>>,
    opened: Arc<Mutex<usize>>,
    read: Arc<Mutex<usize>>,
    lies: Arc<AtomicBool>,
}

struct OuterSocket {
    outer: Outer,
    events: SocketEvents,
}

impl Platform for Outer {
    fn open(&self, _url: &str, events: SocketEvents) -> Box<dyn Socket> {
        *lock(&self.opened) += 1;
        events.opened();
        let outer = self.clone();
        Box::new(OuterSocket { outer, events })
    }

    fn now(&self) -> Duration {
        self.native.now()
    }

    fn sleep(&self, duration: Duration) -> BoxFuture<()> {
        self.native.sleep(duration)
    }

    fn spawn(&self, task: BoxFuture<()>) {
        self.native.spawn(task);
    }

    fn seed(&self) -> u64 {
        1
    }
}

impl Socket for OuterSocket {
    fn send(&mut self, frame: Pieces) {
        let frame = ClientFrame::decode(&frame.into_bytes()).unwrap();
        let (id, method) = (frame.id, frame.method.as_str());
        let bytes = match method {
            Join::METHOD => encode_answer(id, method, &join_answer()),
            setup::Get::METHOD => encode_answer(id, method, &progress()),
            fs::WriteFile::METHOD => {
                *lock(&self.outer.file) = frame.params::<fs::WriteFile>().unwrap().content;
                encode_answer(id, method, &())
            }
            _ => {
                let content = lock(&self.outer.file).clone();
                let answer = encode_answer(id, method, &fs::ReadFileAnswer { content });
                let is_cut = self.outer.lies.swap(false, Ordering::Relaxed);
                answer.slice(..answer.len() - usize::from(is_cut))
            }
        };
        let read = self.outer.read.clone();
        self.events.outside_frame(Counted { bytes, read });
    }

    fn ping(&mut self) {}

    fn close(self: Box<Self>, _code: u16, _reason: &'static str) {}
}

fn outer() -> (Client, Outer) {
    let outer = Outer {
        native: Arc::new(Native::new()),
        file: Arc::new(Mutex::new(vec![7; LARGE].into())),
        opened: Arc::default(),
        read: Arc::default(),
        lies: Arc::default(),
    };
    let source = SessionSource::new(|_| async { Ok::<_, SessionError>(session()) });
    let client = Client::with_platform(ClientOptions::new(source), outer.clone());
    (client, outer)
}

#[tokio::test]
async fn only_what_is_wanted_outside_stays_there() {
    let (client, outer) = outer();
    client.connect().await.unwrap();
    assert!(client.fs().read("large").await.unwrap() == vec![7; LARGE]);

    let before = *lock(&outer.read);
    let request = fs::ReadFile {
        path: "large".into(),
    };
    let (answer, content) = client.request_outside("large", &request).await.unwrap();
    assert_eq!(answer.content.len(), 0);
    let came_in = *lock(&outer.read) - before;
    assert!(came_in < 2048, "{came_in} bytes came in");
    let content = content.unwrap();
    assert!(content.frame.read(content.place) == vec![7; LARGE]);

    *lock(&outer.file) = Bytes::from_static(b"small");
    let (answer, content) = client.request_outside("small", &request).await.unwrap();
    assert_eq!(&answer.content[..], b"small");
    assert!(content.is_none());
}

#[tokio::test]
async fn a_content_is_written_from_outside() {
    let (client, outer) = outer();
    let request = fs::WriteFile {
        path: "large".into(),
        content: Bytes::new(),
        create: Some(true),
        overwrite: Some(true),
    };
    let content = vec![8; LARGE];
    let whole = |before: &[u8], after: &[u8]| -> Shared<dyn OutsideBytes> {
        let bytes = [before, &content, after].concat().into();
        let read = Arc::default();
        Shared::new(Counted { bytes, read })
    };
    let written = client.request_around("large", &request, LARGE, &whole);
    written.await.unwrap();
    assert!(*lock(&outer.file) == content);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_is_cut_short_is_no_answer() {
    let (client, outer) = outer();
    client.connect().await.unwrap();
    outer.lies.store(true, Ordering::Relaxed);
    let request = fs::ReadFile {
        path: "large".into(),
    };
    let (_, content) = client.request_outside("large", &request).await.unwrap();
    assert_eq!(content.unwrap().place.len(), LARGE);
    assert_eq!(*lock(&outer.opened), 2);
}

fn session() -> Session {
    Session {
        sandbox_id: "box".into(),
        session_id: None,
        is_pint: false,
        bootup_type: BootupType::Running,
        cluster: String::new(),
        pitcher_url: "ws://agent.test/".into(),
        pitcher_token: "token".into(),
        pitcher_version: String::new(),
        latest_pitcher_version: String::new(),
        pitcher_manager_version: String::new(),
        workspace_path: "/project/workspace".into(),
        user_workspace_path: String::new(),
        host_token: None,
    }
}

fn progress() -> setup::Progress {
    setup::Progress {
        state: setup::SetupState::Finished,
        steps: Vec::new(),
        current_step_index: 0,
    }
}

fn join_answer() -> JoinAnswer {
    JoinAnswer {
        client: ClientInfo {
            client_id: "1".into(),
            username: "sandbox".into(),
            name: "Sandbox".into(),
            avatar_url: None,
            color: String::new(),
            app_id: String::new(),
        },
        workspace_path: "/project/workspace".into(),
        version: "1".into(),
        protocol_version: yew_sandbox_protocol::PROTOCOL_VERSION.into(),
        latest_pitcher_version: None,
        capabilities: None,
        permissions: None,
        is_protected: None,
        reconnect_token: None,
        resume: None,
    }
}
