//! Ports and the door, over the link and over a real listening socket.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::io::{IoSliceMut, Read, Write};
use std::mem::MaybeUninit;
use std::net::{Shutdown, TcpListener, TcpStream};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use common::{Client, DEADLINE, Harness};
use rustix::net::{RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, recvmsg};
use tempfile::TempDir;
use tokio::io::{AsyncReadExt, AsyncWriteExt, Interest};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::{Mutex, MutexGuard};
use tokio::time::{sleep, timeout};
use yew_sandbox_agent::{AgentOptions, Permission};
use yew_sandbox_protocol::port::{List, Port, Ports};
use yew_sandbox_protocol::search::Download;
use yew_sandbox_protocol::shell::{Create, Terminate};

/// Makes this program the one that listens: the address to listen on.
const LISTEN: &str = "PORTS_TEST_LISTEN";

/// No test, but the program that the tests start inside: it answers what it reads to the end, turned around.
#[test]
fn program() {
    let Ok(address) = std::env::var(LISTEN) else {
        return;
    };
    let listener = TcpListener::bind(address).unwrap();
    println!("listens on {} at", listener.local_addr().unwrap().port());
    for stream in listener.incoming() {
        std::thread::spawn(move || {
            let mut stream = stream.unwrap();
            let mut text = Vec::new();
            stream.read_to_end(&mut text).unwrap();
            text.reverse();
            stream.write_all(&text).unwrap();
            stream.shutdown(Shutdown::Write).unwrap();
        });
    }
}

/// Starts the program in a shell; the shell's id.
async fn start(client: &mut Client, address: &str) -> String {
    let program = std::env::current_exe().unwrap();
    let command = format!(
        "{LISTEN}={address} exec '{}' --exact program",
        program.display()
    );
    let create = Create {
        command: Some(command),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    };
    client.request(&create).await.unwrap().id
}

async fn list(client: &mut Client) -> Vec<Port> {
    client.request(&List).await.unwrap().list
}

/// Agents of one process have each other's descendants for their own.
static ALONE: Mutex<()> = Mutex::const_new(());

/// An agent with a door, and the path of the door.
async fn with_door() -> (Harness, Place) {
    let alone = ALONE.lock().await;
    let place = TempDir::new().unwrap();
    let root = place.path().join("root");
    std::fs::create_dir(&root).unwrap();
    let door = UnixListener::bind(place.path().join("door")).unwrap();
    let options = AgentOptions {
        sandbox_id: "box".into(),
        public_url: Some("http://localhost:3000".into()),
        preview_host: "localhost:3000".into(),
        ..AgentOptions::new(root)
    };
    (
        Harness::start_with_door(options, door).await,
        Place(place, alone),
    )
}

/// Where the door is; nobody else may have one while this is held.
struct Place(TempDir, #[allow(dead_code)] MutexGuard<'static, ()>);

impl Place {
    fn door(&self) -> PathBuf {
        self.0.path().join("door")
    }
}

async fn knock(place: &Place, line: &str) -> (UnixStream, Option<u8>) {
    let mut stream = UnixStream::connect(place.door()).await.unwrap();
    stream.write_all(line.as_bytes()).await.unwrap();
    let answer = timeout(DEADLINE, stream.read_u8()).await.unwrap().ok();
    (stream, answer)
}

/// The connection to a port that the agent hands over.
async fn enter(place: &Place, port: u16) -> TcpStream {
    let mut stream = UnixStream::connect(place.door()).await.unwrap();
    let line = format!("port {port}\n");
    stream.write_all(line.as_bytes()).await.unwrap();
    let receive = || {
        let mut answer = [0];
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut beside = RecvAncillaryBuffer::new(&mut space);
        let into = &mut [IoSliceMut::new(&mut answer)];
        recvmsg(&stream, into, &mut beside, RecvFlags::CMSG_CLOEXEC)?;
        let given = beside.drain().find_map(|message| match message {
            RecvAncillaryMessage::ScmRights(mut descriptors) => descriptors.next(),
            _ => None,
        });
        Ok((answer, given))
    };
    let receiving = stream.async_io(Interest::READABLE, receive);
    let (answer, given) = timeout(DEADLINE, receiving).await.unwrap().unwrap();
    assert_eq!(&answer, b"0");
    TcpStream::from(given.unwrap())
}

/// A port of this machine that nothing listens on.
fn free_port() -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    listener.local_addr().unwrap().port()
}

#[tokio::test]
async fn ports_are_told_as_they_open_and_close() {
    let (mut harness, _place) = with_door().await;
    let mut client = harness.writer().await;
    assert_eq!(list(&mut client).await, []);
    for address in ["127.0.0.1:0", "0.0.0.0:0", "[::1]:0", "[::]:0"] {
        let shell = start(&mut client, address).await;
        let opened = client.notification::<Ports>().await.list;
        let [Port { port, url }] = opened.as_slice() else {
            panic!("not one port: {opened:?}");
        };
        assert_eq!(*url, format!("box-{port}.localhost:3000"));
        assert_eq!(list(&mut client).await, opened);
        client
            .request(&Terminate { shell_id: shell })
            .await
            .unwrap();
        assert_eq!(client.notification::<Ports>().await.list, []);
    }
    harness.stop().await;
}

#[tokio::test]
async fn ports_of_other_programs_are_none_of_ours() {
    let (mut harness, place) = with_door().await;
    let mut client = harness.writer().await;
    let foreign = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = foreign.local_addr().unwrap().port();
    assert_eq!(list(&mut client).await, []);
    let (_, answer) = knock(&place, &format!("port {port}\n")).await;
    assert_eq!(answer, Some(b'1'));
    let own = free_port();
    start(&mut client, &format!("127.0.0.1:{own}")).await;
    let opened = client.notification::<Ports>().await.list;
    assert_eq!(
        opened.iter().map(|port| port.port).collect::<Vec<_>>(),
        [own]
    );
    harness.stop().await;
}

/// The program was no longer the agent's descendant and its port was gone from the list.
#[tokio::test]
async fn a_port_stays_when_its_program_loses_its_parent() {
    let (mut harness, _place) = with_door().await;
    let mut client = harness.writer().await;
    let (first, second) = (free_port(), free_port());
    let program = std::env::current_exe().unwrap();
    let program = program.display();
    let command = format!(
        "{LISTEN}=127.0.0.1:{first} '{program}' --exact program & \
         ( {LISTEN}=127.0.0.1:{second} '{program}' --exact program & ) ; wait"
    );
    let create = Create {
        command: Some(command),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    };
    client.request(&create).await.unwrap();
    let mut wanted = [first, second];
    wanted.sort_unstable();
    loop {
        let ports = client.notification::<Ports>().await.list;
        if ports.iter().map(|port| port.port).eq(wanted) {
            break;
        }
    }
    harness.stop().await;
}

#[tokio::test]
async fn who_did_not_ask_is_not_told_and_nobody_is_needed_to_find_ports() {
    let (mut harness, place) = with_door().await;
    let mut client = harness.writer().await;
    let port = free_port();
    start(&mut client, &format!("127.0.0.1:{port}")).await;
    client.notification::<Ports>().await;
    harness.close(&client).await;
    let (_, answer) = knock(&place, &format!("port {port}\n")).await;
    assert_eq!(answer, Some(b'0'));
    let mut reader = harness.join(Permission::Read).await;
    assert_eq!(list(&mut reader).await.len(), 1);
    assert!(reader.request(&List).await.is_ok());
    harness.stop().await;
}

#[tokio::test]
async fn a_port_is_told_soon() {
    let (mut harness, _place) = with_door().await;
    let mut client = harness.writer().await;
    let mut quickest = Duration::MAX;
    for _ in 0..5 {
        let address = format!("127.0.0.1:{}", free_port());
        let shell = start(&mut client, &address).await;
        let listening = async {
            while tokio::net::TcpStream::connect(&address).await.is_err() {
                sleep(Duration::from_millis(1)).await;
            }
        };
        timeout(DEADLINE, listening).await.unwrap();
        let listens = Instant::now();
        client.notification::<Ports>().await;
        quickest = quickest.min(listens.elapsed());
        client
            .request(&Terminate { shell_id: shell })
            .await
            .unwrap();
        client.notification::<Ports>().await;
    }
    assert!(quickest < Duration::from_millis(300), "{quickest:?}");
    harness.stop().await;
}

#[tokio::test]
async fn the_door_leads_to_a_port_and_back() {
    let (mut harness, place) = with_door().await;
    let mut client = harness.writer().await;
    for host in ["127.0.0.1", "[::1]"] {
        let port = free_port();
        start(&mut client, &format!("{host}:{port}")).await;
        client.notification::<Ports>().await;
        let large = "0123456789".repeat(100_000);
        let mut stream = tokio::net::TcpStream::from_std(enter(&place, port).await).unwrap();
        let (mut reading, mut writing) = stream.split();
        let (_, text) = tokio::join!(
            async {
                writing.write_all(large.as_bytes()).await.unwrap();
                // The other end answers only once it has seen this.
                writing.shutdown().await.unwrap();
            },
            async {
                let mut text = String::new();
                timeout(DEADLINE, reading.read_to_string(&mut text))
                    .await
                    .unwrap()
                    .unwrap();
                text
            }
        );
        assert_eq!(text, large.chars().rev().collect::<String>());
    }
    harness.stop().await;
}

#[tokio::test]
async fn what_is_not_there_is_told_and_nonsense_ends() {
    let (mut harness, place) = with_door().await;
    let client = harness.writer().await;
    let nothing = format!("port {}\n", free_port());
    assert_eq!(knock(&place, &nothing).await.1, Some(b'1'));
    assert_eq!(knock(&place, "download nothing\n").await.1, Some(b'1'));
    for line in [
        "port 0\n",
        "port 99999\n",
        "port 1@host\n",
        "open sesame\n",
        "\n",
    ] {
        assert_eq!(knock(&place, line).await.1, None, "{line:?}");
    }
    // More than are served at a time: those that leave make room.
    let mut silent = Vec::new();
    for _ in 0..300 {
        silent.push(UnixStream::connect(place.door()).await.unwrap());
    }
    drop(silent);
    assert_eq!(knock(&place, &nothing).await.1, Some(b'1'));
    harness.close(&client).await;
    harness.stop().await;
    let refused = UnixStream::connect(place.door()).await;
    assert!(refused.is_err());
}

#[tokio::test]
async fn a_download_comes_through_the_door() {
    let (mut harness, place) = with_door().await;
    let mut client = harness.writer().await;
    client.write("a.txt", b"one").await.unwrap();
    let request = Download {
        path: "a.txt".into(),
        excludes: None,
    };
    let url = client.request(&request).await.unwrap().download_url;
    let token = url
        .strip_prefix("http://localhost:3000/downloads/box/")
        .unwrap();
    for _ in 0..2 {
        let (mut stream, answer) = knock(&place, &format!("download {token}\n")).await;
        assert_eq!(answer, Some(b'0'));
        let mut bytes = Vec::new();
        timeout(DEADLINE, stream.read_to_end(&mut bytes))
            .await
            .unwrap()
            .unwrap();
        let archive = zip::ZipArchive::new(std::io::Cursor::new(bytes)).unwrap();
        assert_eq!(archive.len(), 1);
    }
    harness.stop().await;
}
