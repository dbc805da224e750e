//! The native client and the real server, over a real socket that breaks in every way: what the link's promises are.
#![allow(clippy::unwrap_used)]

mod support;

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use support::{Server, soon, until};
use tempfile::TempDir;
use yew_sandbox_client::{
    Client, ClientOptions, FileWatch, Session, SessionSource, ShellEvent, TerminalOptions,
    WatchEvent, WatchOptions,
};
use yew_sandbox_fault_proxy::{Link, Proxy};
use yew_sandbox_server::local::IsolationChoice;

/// A half-open link is found within this: 20 s, and a moment.
const FOUND: Duration = Duration::from_secs(21);
/// The same where the server goes on with words of its own: it is asked once more.
const FOUND_TALKING: Duration = Duration::from_secs(24);
/// A client is back within this once the link is whole: its longest pause, and a moment.
const BACK: Duration = Duration::from_secs(11);

/// A client in a sandbox, behind a link in the test's hand.
struct World {
    client: Client,
    session: Session,
    proxy: Proxy,
    server: Server,
    _data: TempDir,
}

impl World {
    async fn start() -> Self {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), IsolationChoice::None, |_| {}).await;
        let (mut session, _) = server.create().await;
        let address: SocketAddr = server.address.parse().unwrap();
        let proxy = Proxy::start(address).await.unwrap();
        let direct = format!("ws://{address}/");
        let through = format!("ws://{}/", proxy.address());
        session.pitcher_url = session.pitcher_url.replace(&direct, &through);
        assert!(session.pitcher_url.starts_with(&through));
        let client = client_of(session.clone());
        soon("connecting", client.connect()).await.unwrap();
        Self {
            client,
            session,
            proxy,
            server,
            _data: data,
        }
    }

    async fn is_back(&self) {
        let begun = Instant::now();
        until("the client is back", || self.client.state().is_connected()).await;
        assert!(begun.elapsed() < BACK, "{:?}", begun.elapsed());
    }

    async fn end(self) {
        self.client.close();
        self.server.stop().await;
    }
}

fn client_of(session: Session) -> Client {
    Client::new(ClientOptions::new(SessionSource::new(move |_| {
        let session = session.clone();
        async move { Ok(session) }
    })))
}

/// Nothing ends and nothing arrives, in one direction or both. What was asked is done once, as soon as it can be.
async fn silent(up: bool, down: bool) {
    let world = World::start().await;
    world.client.fs().write("before", "1").await.unwrap();
    world.proxy.set(Link::Silent { up, down });
    let begun = Instant::now();
    let client = world.client.clone();
    let renaming = tokio::spawn(async move { client.fs().rename("before", "after").await });
    let longest = if down { FOUND } else { FOUND_TALKING };
    let mut found = None;
    while begun.elapsed() < longest + Duration::from_secs(5) && found.is_none() {
        if !world.client.state().is_connected() {
            found = Some(begun.elapsed());
        }
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    let found = found.expect("the silence is found");
    println!("up {up}, down {down}: found after {found:?}");
    assert!(found <= longest, "found after {found:?}");
    world.proxy.set(Link::Whole);
    world.is_back().await;
    // A second time it would fail: there is no such file any more.
    soon("the answer", renaming).await.unwrap().unwrap();
    assert_eq!(world.client.fs().read_text("after").await.unwrap(), "1");
    world.end().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_silent_either_way_is_found_in_time_and_nothing_runs_twice() {
    tokio::join!(silent(true, true), silent(true, false), silent(false, true));
}

/// A request that ran twice, or not at all, would break the chain of names.
#[tokio::test(flavor = "multi_thread")]
async fn a_link_that_is_reset_at_any_byte_loses_and_doubles_nothing() {
    let world = World::start().await;
    world.client.fs().write("name-0", "content").await.unwrap();
    let mut number = 0;
    let mut resets = 0;
    for bytes in (0..600).step_by(7) {
        // A client that lost its link a moment ago would wait before it tries again.
        let client = client_of(world.session.clone());
        soon("connecting", client.connect()).await.unwrap();
        let fs = client.fs();
        world.proxy.reset_after(bytes);
        let mut pending = Vec::new();
        for _ in 0..4 {
            let (from, to) = (format!("name-{number}"), format!("name-{}", number + 1));
            pending.push(fs.rename(&from, &to));
            number += 1;
        }
        for answer in pending {
            soon("an answer", answer).await.unwrap();
        }
        resets += usize::from(world.proxy.has_reset());
        client.close();
    }
    let fs = world.client.fs();
    println!("{resets} resets under {number} changes");
    assert!(resets > 50, "{resets} resets");
    let names = fs.read_dir(".").await.unwrap();
    let names: Vec<_> = names
        .iter()
        .filter(|entry| entry.name.starts_with("name-"))
        .collect();
    assert_eq!(names.len(), 1);
    assert_eq!(
        fs.read_text(&format!("name-{number}")).await.unwrap(),
        "content"
    );
    world.end().await;
}

/// All of a program's output comes once and in order, over a link that is slow and is reset again and again.
#[tokio::test(flavor = "multi_thread")]
async fn output_over_a_slow_link_that_is_reset_has_no_hole() {
    let world = World::start().await;
    let terminals = world.client.terminals();
    let terminal = terminals.create(TerminalOptions::default()).await.unwrap();
    let mut output = terminal.output();
    world.proxy.set(Link::Slow(400_000));
    let mut length = 5_000;
    world.proxy.reset_after(length);
    terminal
        .run("stty -echo; echo; seq 1 50000; echo o''ver")
        .await
        .unwrap();
    let mut text = String::new();
    let mut resets = 0;
    let mut looks = tokio::time::interval(Duration::from_millis(1));
    while !text.contains("over") {
        tokio::select! {
            event = soon("output", output.next()) => match event {
                Some(ShellEvent::Output(more)) => text.push_str(more.as_str()),
                other => panic!("{other:?} in place of output"),
            },
            _ = looks.tick() => if world.proxy.has_reset() {
                resets += 1;
                // What is missing comes in one piece; in the end it must come through.
                length *= 2;
                world.proxy.reset_after(length);
            },
        }
    }
    println!("{resets} resets under {} bytes", text.len());
    assert!(resets >= 3, "{resets} resets");
    let numbers: Vec<u32> = text
        .lines()
        .filter_map(|line| line.trim().parse().ok())
        .collect();
    let hole = numbers
        .iter()
        .zip(1..)
        .find(|(told, number)| *told != number);
    assert_eq!((hole, numbers.len()), (None, 50_000));
    world.end().await;
}

/// Where each word comes late, all is done, in order, and the link counts as whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_late_link_keeps_the_order_and_is_no_broken_one() {
    let world = World::start().await;
    world.proxy.set(Link::Late(Duration::from_millis(300)));
    let fs = world.client.fs();
    let writes: Vec<_> = (0..20)
        .map(|number| fs.write("file", format!("{number}")))
        .collect();
    for write in writes {
        soon("an answer", write).await.unwrap();
    }
    assert_eq!(
        soon("the content", fs.read_text("file")).await.unwrap(),
        "19"
    );
    assert!(world.client.state().is_connected());
    world.end().await;
}

/// What changed while the link was cut is told afterwards, or said to be lost.
#[tokio::test(flavor = "multi_thread")]
async fn what_changed_during_a_cut_is_told_after_it() {
    let world = World::start().await;
    let options = WatchOptions {
        recursive: true,
        ..WatchOptions::default()
    };
    let mut watch: FileWatch = world.client.fs().watch(".", options).await.unwrap();
    let line = "until [ -e go ]; do sleep 0.02; done; sleep 0.3; mkdir many; cd many; touch $(seq 1 1000); touch ../done-it";
    let commands = world.client.commands();
    let _changes = commands.run_background(line).await.unwrap();
    world.client.fs().write("go", "").await.unwrap();
    world.proxy.set(Link::Cut);
    let workspace = world
        .server
        .local
        .as_ref()
        .unwrap()
        .data_dir()
        .join("sandboxes");
    until("the files are there", || find(&workspace, "done-it")).await;
    world.proxy.set(Link::Whole);
    world.is_back().await;
    let mut told = std::collections::BTreeSet::new();
    soon("what changed", async {
        while told.len() < 1000 {
            match watch.next().await.unwrap() {
                WatchEvent::Rescan => {
                    let names = world.client.fs().read_dir("many").await.unwrap();
                    told.extend(names.into_iter().map(|entry| entry.name));
                }
                event => {
                    let inside = event
                        .paths()
                        .iter()
                        .filter_map(|path| path.split_once("many/"));
                    told.extend(inside.map(|(_, name)| name.to_owned()));
                }
            }
        }
    })
    .await;
    assert_eq!(told.len(), 1000);
    world.end().await;
}

/// Whether a file of that name is in a workspace.
fn find(sandboxes: &std::path::Path, name: &str) -> bool {
    let entries = std::fs::read_dir(sandboxes).unwrap().flatten();
    let mut places = entries.map(|entry| entry.path().join("root/project/workspace").join(name));
    places.any(|place| place.exists())
}
