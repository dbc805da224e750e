//! The rows. Each gives milliseconds; what it moves is checked.

use std::cell::{Cell, RefCell};
use std::pin::Pin;

use bytes::Bytes;
use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;
use yew_sandbox::client::{
    Client, ClientOptions, Error, PortEvent, SessionSource, ShellEvent, TerminalOptions,
    WatchEvent, WatchOptions,
};
use yew_sandbox::{Endpoint, Session, SessionError, SessionRequest};

const COUNT: usize = 1000;
const SMALL: usize = 1024;
const LARGE: u32 = 16 * 1024 * 1024;

/// How many short commands.
const COMMANDS: usize = 200;

/// How many files a folder has, and how many changes are told.
const ENTRIES: usize = 10_000;
const ENTRIES_LINE: &str = "mkdir -p many && cd many && seq 10000 | xargs touch";
/// The files are there before: what making them takes of the disk is no part of the row.
const WATCHED_LINE: &str = "mkdir -p watched && cd watched && seq 10000 | xargs touch";
const CHANGES_LINE: &str = "cd watched && perl -e 'chmod 0600, 1..10000'";
const UNWATCHED_LINE: &str = "cd watched && perl -e 'chmod 0644, 1..10000'";

/// How much output, in bytes, and the line that makes it. The end is written so that the echo of the line is not taken for it.
const FLOOD: usize = 50_000_000;
const FLOOD_LINE: &str =
    "yes 'the quick brown fox jumps over the lazy dog' | head -c 50000000; echo flood-is-''over";

/// Writes down when it listens.
const LISTEN_LINE: &str = "node -e \"require('net').createServer().listen(4400, () => \
    require('fs').writeFileSync('listened', String(Date.now())))\"";

/// How many clients the row `idle` adds.
const IDLE: usize = 25;

thread_local! {
    static IDLE_CLIENTS: RefCell<Vec<Client>> = const { RefCell::new(Vec::new()) };
    /// What the row `connect` connects with.
    static SESSION: Cell<Option<Session>> = const { Cell::new(None) };
    /// What the row `write_large` writes.
    static CONTENT: Cell<Option<Uint8Array>> = const { Cell::new(None) };
    static CLIENT: RefCell<Option<Client>> = const { RefCell::new(None) };
}

/// Runs one row.
///
/// # Errors
/// What failed, as text.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "what the page calls must be public")]
pub async fn bench(row: String) -> Result<f64, JsValue> {
    // Each behind a pointer: a browser compiles a function when it first runs, and a row shall not wait for the code of the others.
    let outcome: Pin<Box<dyn Future<Output = Result<f64, String>>>> = match row.as_str() {
        "connect_prepare" => Box::pin(async {
            SESSION.set(Some(session().await.map_err(|error| error.to_string())?));
            Ok(0.0)
        }),
        "connect" => Box::pin(async { connect(1).await.map_err(|error| error.to_string()) }),
        "idle" => Box::pin(async { connect(IDLE).await.map_err(|error| error.to_string()) }),
        _ => Box::pin(async move { measure(&row).await.map_err(|error| error.to_string()) }),
    };
    outcome.await.map_err(|error| JsValue::from_str(&error))
}

/// How many bytes the page's WebAssembly has.
#[wasm_bindgen]
#[must_use]
#[expect(unreachable_pub, reason = "what the page calls must be public")]
pub fn memory_bytes() -> f64 {
    const PAGE: f64 = 65_536.0;
    core::arch::wasm32::memory_size::<0>() as f64 * PAGE
}

/// Makes a sandbox.
async fn session() -> Result<Session, SessionError> {
    let endpoint = Endpoint::new("/api/sandboxes");
    endpoint.fetch(SessionRequest::default()).await
}

/// Connects so many clients to the sandbox that was prepared, or to a new one. The last one is that of the other rows.
async fn connect(clients: usize) -> Result<f64, SessionError> {
    let session = match SESSION.take() {
        Some(prepared) => prepared,
        // Behind a pointer, as above.
        None => Box::pin(session()).await?,
    };
    let begun = now();
    let source = SessionSource::new(|request| async {
        Endpoint::new("/api/sandboxes").fetch(request).await
    });
    for _ in 0..clients {
        let mut options = ClientOptions::new(source.clone());
        options.session = Some(session.clone());
        let client = Client::new(options);
        let mut init = client.watch_init();
        drop(client.connect());
        while !init.get().ready {
            init.changed().await;
        }
        if let Some(earlier) = CLIENT.replace(Some(client))
            && clients > 1
        {
            IDLE_CLIENTS.with_borrow_mut(|idle| idle.push(earlier));
        }
    }
    Ok(now() - begun)
}

async fn measure(row: &str) -> Result<f64, Error> {
    let client = CLIENT
        .with_borrow(Clone::clone)
        .expect("connect comes first");
    let fs = client.fs();
    let name = |n: usize| ["small-", &(n % 10).to_string()].concat();
    let small = Bytes::from(vec![b'x'; SMALL]);
    let begun = now();
    match row {
        "write" => {
            for n in 0..COUNT {
                fs.write(&name(n), small.clone()).await?;
            }
        }
        "read" => {
            for n in 0..COUNT {
                assert_eq!(fs.read(&name(n)).await?.len(), SMALL);
            }
        }
        "read_at_once" => {
            let reads: Vec<_> = (0..COUNT).map(|n| fs.read(&name(n))).collect();
            for read in reads {
                assert_eq!(read.await?.len(), SMALL);
            }
        }
        "write_large_prepare" => {
            let content = Uint8Array::new_with_length(LARGE).fill(b'x', 0, LARGE);
            CONTENT.set(Some(content));
        }
        "write_large" => {
            let content = CONTENT.take().expect("it was prepared");
            fs.transfer_array("large", &content).await?;
        }
        "read_large" => assert_eq!(fs.read_array("large").await?.length(), LARGE),
        "batch" => {
            let files = (0..COUNT).map(|n| (["batch/", &n.to_string()].concat(), small.clone()));
            fs.write_all(files).await?;
        }
        "read_dir" => return read_dir(&client).await,
        "watch" => return watch(&client).await,
        "unwatched" => {
            let commands = client.commands();
            let begun = now();
            commands.run(UNWATCHED_LINE).await?;
            return Ok(now() - begun);
        }
        "commands" => {
            for _ in 0..COMMANDS {
                assert_eq!(client.commands().run("echo it").await?.text().trim(), "it");
            }
        }
        "terminal" => return terminal(&client).await,
        "port" => return port(&client).await,
        fault if fault.starts_with("fault_") => return crate::faults::row(&client, fault).await,
        "reconnect" => {
            let mut states = client.watch_state();
            while states.get().is_connected() {
                states.changed().await;
            }
            while !states.get().is_connected() {
                states.changed().await;
            }
            assert_eq!(fs.read("small-1").await?.len(), SMALL);
        }
        unknown => panic!("there is no row {unknown}"),
    }
    Ok(now() - begun)
}

async fn read_dir(client: &Client) -> Result<f64, Error> {
    client.commands().run(ENTRIES_LINE).await?;
    let begun = now();
    assert_eq!(client.fs().read_dir("many").await?.len(), ENTRIES);
    Ok(now() - begun)
}

/// From the command that changes the files to the last of them.
async fn watch(client: &Client) -> Result<f64, Error> {
    client.commands().run(WATCHED_LINE).await?;
    let mut watch = client
        .fs()
        .watch("watched", WatchOptions::default())
        .await?;
    let begun = now();
    let command = client.commands().run_background(CHANGES_LINE).await?;
    let mut told = 0;
    while told < ENTRIES {
        match watch.next().await {
            Some(WatchEvent::Changed(paths)) => told += paths.len(),
            other => panic!("{other:?} after {told} files"),
        }
    }
    let time = now() - begun;
    command.wait().await?;
    Ok(time)
}

/// A flood through a terminal, from the key that begins it to its last byte.
async fn terminal(client: &Client) -> Result<f64, Error> {
    let terminal = client
        .terminals()
        .create(TerminalOptions::default())
        .await?;
    let mut output = terminal.output();
    let begun = now();
    terminal.run(FLOOD_LINE).await?;
    let mut bytes = 0;
    let mut last = String::new();
    while !last.contains("flood-is-over") {
        match output.next().await {
            Some(ShellEvent::Output(text)) => {
                bytes += text.as_str().len();
                text.as_str().clone_into(&mut last);
            }
            other => panic!("{other:?} after {bytes} bytes"),
        }
    }
    let time = now() - begun;
    assert!(bytes >= FLOOD, "{bytes} bytes");
    terminal.kill().await?;
    Ok(time)
}

/// From the moment in which a program listens to the event that tells of its port.
async fn port(client: &Client) -> Result<f64, Error> {
    let mut events = client.ports().events();
    client.ports().get_all().await?;
    let command = client.commands().run_background(LISTEN_LINE).await?;
    let told = loop {
        match events.next().await {
            Some(PortEvent::Opened(port)) if port.port == 4400 => break js_sys::Date::now(),
            Some(_) => {}
            None => panic!("the ports ended"),
        }
    };
    let listened = client.fs().read_text("listened").await?;
    command.kill().await?;
    Ok(told - listened.parse::<f64>().expect("a time"))
}

pub(crate) fn now() -> f64 {
    let window = web_sys::window().expect("a page has a window");
    window.performance().expect("a page has a clock").now()
}
