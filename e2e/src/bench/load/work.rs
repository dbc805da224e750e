//! What the clients of the load do, each one thing over and over.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use tokio::time::{sleep, timeout};
use yew_sandbox_client::{
    Client, FileWatch, SearchOptions, ShellEvent, Terminal, TerminalOptions, WatchEvent,
    WatchOptions,
};

use super::super::native::Fetch;

/// Between two operations of a client.
const PAUSE: Duration = Duration::from_secs(1);
/// The longest that an operation may take.
const DEADLINE: Duration = Duration::from_secs(30);
/// The port of the program that is previewed.
const PORT: u16 = 4500;
const PROGRAM: &str =
    "node -e \"require('http').createServer((q, a) => a.end('hello')).listen(4500, '127.0.0.1')\"";

/// What a client does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Kind {
    /// Writes a file and reads it back.
    Files,
    /// Has a line echoed by a shell.
    Shells,
    /// Changes a file and hears of it.
    Watches,
    /// Finds a word in the files.
    Searches,
    /// Asks a program through its preview.
    Previews,
}

impl Kind {
    pub(super) const ALL: [Self; 5] = [
        Self::Files,
        Self::Shells,
        Self::Watches,
        Self::Searches,
        Self::Previews,
    ];

    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Files => "a file is written, and read back",
            Self::Shells => "a shell echoes a line",
            Self::Watches => "a change of a file is told",
            Self::Searches => "a word is found in 200 files",
            Self::Previews => "a program answers through its preview",
        }
    }
}

/// How long operations took, and those that failed.
#[derive(Debug, Default)]
pub(super) struct Tally {
    times: RefCell<BTreeMap<Kind, Vec<Duration>>>,
    errors: RefCell<Vec<String>>,
}

impl Tally {
    fn note(&self, kind: Kind, outcome: Result<Duration>) {
        match outcome {
            Ok(time) => self.times.borrow_mut().entry(kind).or_default().push(time),
            Err(error) => {
                let text = format!("{}: {error:#}", kind.name());
                self.errors.borrow_mut().push(text);
            }
        }
    }

    pub(super) fn times(&self, kind: Kind) -> Vec<Duration> {
        self.times.borrow().get(&kind).cloned().unwrap_or_default()
    }

    pub(super) fn errors(&self) -> Vec<String> {
        self.errors.borrow().clone()
    }
}

/// A sandbox with what the work needs in it.
#[derive(Debug)]
pub(super) struct World {
    http: Fetch,
    /// Where the preview is, by its name and by its port.
    host: String,
    address: String,
}

impl World {
    /// Files to search, and a program to preview.
    pub(super) async fn prepare(client: &Client, http: Fetch) -> Result<Self> {
        let files = (0..200).map(|number| {
            let text = format!("line\nneedle {number}\nline\n");
            (format!("searched/{number}.txt"), text.into_bytes())
        });
        client.fs().write_all(files).await?;
        client.commands().run_background(PROGRAM).await?;
        let port = client.ports().wait_for_port(PORT, Some(DEADLINE)).await?;
        let (_, number) = port.url.rsplit_once(':').context("no port")?;
        let address = format!("http://127.0.0.1:{number}/");
        Ok(Self {
            http,
            host: port.url.clone(),
            address,
        })
    }

    /// Works until `end`.
    pub(super) async fn work(
        &self,
        kind: Kind,
        number: usize,
        client: Client,
        end: Instant,
        tally: &Tally,
    ) {
        let mut worker = match Worker::new(kind, number, client).await {
            Ok(worker) => worker,
            Err(error) => return tally.note(kind, Err(error)),
        };
        // Not all at the same moment.
        sleep(PAUSE.mul_f64(number as f64 / 10.0)).await;
        while Instant::now() < end {
            let begun = Instant::now();
            let done = timeout(DEADLINE, worker.once(self)).await;
            let done = done.unwrap_or_else(|_| bail!("not done after {DEADLINE:?}"));
            tally.note(kind, done.map(|()| begun.elapsed()));
            sleep(PAUSE.saturating_sub(begun.elapsed())).await;
        }
    }
}

struct Worker {
    kind: Kind,
    path: String,
    count: u64,
    client: Client,
    terminal: Option<(Terminal, yew_sandbox_client::ShellOutput)>,
    watch: Option<FileWatch>,
}

impl Worker {
    async fn new(kind: Kind, number: usize, client: Client) -> Result<Self> {
        let path = format!("work-{number}/file.txt");
        client
            .fs()
            .create_dir_all(&format!("work-{number}"))
            .await?;
        let terminal = match kind {
            Kind::Shells => {
                let terminal = client
                    .terminals()
                    .create(TerminalOptions::default())
                    .await?;
                let output = terminal.output();
                Some((terminal, output))
            }
            _ => None,
        };
        let watch = match kind {
            Kind::Watches => Some(
                client
                    .fs()
                    .watch(&format!("work-{number}"), WatchOptions::default())
                    .await?,
            ),
            _ => None,
        };
        Ok(Self {
            kind,
            path,
            count: 0,
            client,
            terminal,
            watch,
        })
    }

    async fn once(&mut self, world: &World) -> Result<()> {
        self.count += 1;
        match self.kind {
            Kind::Files => self.file().await,
            Kind::Shells => self.shell().await,
            Kind::Watches => self.watch().await,
            Kind::Searches => self.search().await,
            Kind::Previews => preview(world).await,
        }
    }

    async fn file(&self) -> Result<()> {
        let text = format!("{} ", self.count).repeat(500);
        self.client.fs().write(&self.path, text.clone()).await?;
        let read = self.client.fs().read_text(&self.path).await?;
        ensure!(read == text, "another text was read than was written");
        Ok(())
    }

    async fn shell(&mut self) -> Result<()> {
        let (terminal, output) = self.terminal.as_mut().context("no terminal")?;
        let wanted = format!("done-{}-", self.count);
        terminal
            .run(&format!("echo done-{}''-", self.count))
            .await?;
        let mut heard = String::new();
        while !heard.contains(&wanted) {
            match output.next().await {
                Some(ShellEvent::Output(text)) => heard.push_str(text.as_str()),
                other => bail!("{other:?} in place of output"),
            }
        }
        Ok(())
    }

    async fn watch(&mut self) -> Result<()> {
        let watch = self.watch.as_mut().context("no watch")?;
        self.client
            .fs()
            .write(&self.path, format!("{}", self.count))
            .await?;
        loop {
            let event = watch.next().await.context("the watch ended")?;
            let is_told = event.paths().iter().any(|path| path.ends_with("file.txt"));
            if is_told || event == WatchEvent::Rescan {
                return Ok(());
            }
        }
    }

    async fn search(&self) -> Result<()> {
        let wanted = format!("needle {}", self.count % 200);
        let mut search = self
            .client
            .fs()
            .search(&wanted, SearchOptions::default())
            .await?;
        let mut found = 0;
        while let Some(place) = search.next().await {
            place?;
            found += 1;
        }
        ensure!(found > 0, "{wanted} was not found");
        Ok(())
    }
}

async fn preview(world: &World) -> Result<()> {
    let host = world
        .host
        .trim_start_matches("http://")
        .trim_end_matches('/');
    let request = Request::get(&world.address).header("host", host);
    let answer = world.http.request(request.body(Full::default())?).await?;
    ensure!(answer.status() == 200, "the answer was {}", answer.status());
    let body = answer.into_body().collect().await?.to_bytes();
    ensure!(&body[..] == b"hello", "the body was {body:?}");
    Ok(())
}
