//! Without a browser: the server and the native client beside what the machine itself can do.

use std::fs;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use yew_sandbox_client::{
    Client, ClientOptions, SearchOptions, Session, SessionSource, ShellEvent, TerminalOptions,
};

use super::processes::{is_agent_of, resident};
use super::serve;
use crate::arguments::Arguments;
use crate::server::Server;

/// How much output, in bytes.
const FLOOD: usize = 50_000_000;
/// How many files are searched.
const FILES: usize = 100_000;
/// How many requests for previews, and how many at a time.
const REQUESTS: usize = 4_000;
const AT_ONCE: usize = 32;
/// How many sandboxes are made in a row.
const SANDBOXES: usize = 20;
/// How many idle terminals.
const TERMINALS: usize = 10;
/// The port of the program that is previewed.
const PORT: u16 = 4500;

pub(super) type Fetch = Http<HttpConnector, Full<Bytes>>;

/// Measures all rows, the better of `rounds` rounds where a row is a time, prints them and gives them.
///
/// # Errors
/// A program does not start, or a row fails.
pub(super) async fn run(arguments: &Arguments, rounds: usize) -> Result<Value> {
    let (_home, mut server) = serve(arguments, "native").await?;
    let http: Fetch = Http::builder(TokioExecutor::new()).build_http();
    let session = create(&http, &server).await?;
    let client = connect(&session);
    client.connect().await?;
    let mut rows = Vec::new();

    let agent_before = agent(&server)?;
    rows.push(terminals(&client, &server, agent_before).await?);
    for (name, letter) in [("plain", "x"), ("UTF-8", "ü")] {
        let mut best = f64::INFINITY;
        for _ in 0..rounds {
            best = best.min(flood(&client, letter).await?);
        }
        rows.push(row(
            &format!("terminal to the native client, {name} text"),
            FLOOD as f64 / 1e6 / best,
            "MB/s",
            "at least 50",
        ));
    }
    rows.push(search(&client, rounds).await?);
    rows.push(previews(&client, &http, rounds).await?);
    let begun = Instant::now();
    for _ in 0..SANDBOXES {
        create(&http, &server).await?;
    }
    rows.push(row(
        "sandboxes made",
        SANDBOXES as f64 / begun.elapsed().as_secs_f64(),
        "a second",
        "",
    ));

    client.close();
    server.stop().await;
    println!("\n| row without a browser | figure | aim |\n| --- | --- | --- |");
    for row in &rows {
        let figure = row["figure"].as_f64().unwrap_or_default();
        println!(
            "| {} | {figure:.2} {} | {} |",
            row["row"].as_str().unwrap_or_default(),
            row["unit"].as_str().unwrap_or_default(),
            row["aim"].as_str().unwrap_or_default(),
        );
    }
    Ok(Value::Array(rows))
}

fn row(name: &str, figure: f64, unit: &str, aim: &str) -> Value {
    json!({ "row": name, "figure": figure, "unit": unit, "aim": aim })
}

/// A new sandbox's session.
pub(super) async fn create(http: &Fetch, server: &Server) -> Result<Session> {
    let request = Request::builder()
        .method(Method::POST)
        .uri(format!("http://{}/api/sandboxes", server.address()))
        .header("content-type", "application/json")
        .body(Full::new(Bytes::from_static(b"{}")))?;
    let answer = http.request(request).await?;
    ensure!(
        answer.status().is_success(),
        "the server answered {}",
        answer.status()
    );
    let body = answer.into_body().collect().await?.to_bytes();
    Ok(serde_json::from_slice(&body)?)
}

/// A client of a session, not connected.
pub(super) fn connect(session: &Session) -> Client {
    let session = session.clone();
    Client::new(ClientOptions::new(SessionSource::new(move |_| {
        let session = session.clone();
        async move { Ok(session) }
    })))
}

/// The id of the one agent that runs.
fn agent(server: &Server) -> Result<u32> {
    let mut agents = fs::read_dir("/proc")?
        .filter_map(|entry| entry.ok()?.file_name().to_str()?.parse().ok())
        .filter(|id| is_agent_of(*id, server));
    // Bubblewrap has the same arguments, and is smaller.
    let largest = agents.by_ref().max_by_key(|id| resident(*id).unwrap_or(0));
    largest.context("no agent runs")
}

/// The agent's memory with idle terminals, without their shells.
async fn terminals(client: &Client, server: &Server, agent: u32) -> Result<Value> {
    let mut open = Vec::new();
    for _ in 0..TERMINALS {
        open.push(
            client
                .terminals()
                .create(TerminalOptions::default())
                .await?,
        );
    }
    ensure!(server.id().is_some(), "the server has ended");
    let memory = resident(agent)? as f64 / 1024.0;
    for terminal in open {
        terminal.kill().await?;
    }
    Ok(row(
        "agent with 10 idle terminals",
        memory,
        "MiB",
        "at most 16",
    ))
}

/// Seconds for a flood of lines, from the key that begins it to its end.
async fn flood(client: &Client, letter: &str) -> Result<f64> {
    let terminal = client
        .terminals()
        .create(TerminalOptions::default())
        .await?;
    let mut output = terminal.output();
    let text = letter.repeat(60);
    let line = format!("yes '{text}' | head -c {FLOOD}; echo flood-is-''over");
    let begun = Instant::now();
    terminal.run(&line).await?;
    let mut bytes = 0;
    loop {
        match output.next().await {
            Some(ShellEvent::Output(text)) => {
                bytes += text.as_str().len();
                if text.as_str().contains("flood-is-over") {
                    break;
                }
            }
            other => anyhow::bail!("{other:?} after {bytes} bytes"),
        }
    }
    let time = begun.elapsed().as_secs_f64();
    ensure!(bytes >= FLOOD, "{bytes} bytes came");
    terminal.kill().await?;
    Ok(time)
}

/// Our search beside `rg`, in the same files: the ratio of the better times.
async fn search(client: &Client, rounds: usize) -> Result<Value> {
    let make = format!(
        "mkdir -p tree && cd tree && for d in $(seq 0 99); do mkdir -p $d; done && \
         seq 1 {FILES} | awk '{{ f = ($1 % 100) \"/\" $1 \".txt\"; \
         printf \"line one of %d\\nneedle %d\\nlast line\\n\", $1, $1 % 1000 > f; close(f) }}'"
    );
    client.commands().run(&make).await?;
    let (mut ours, mut theirs) = (f64::INFINITY, f64::INFINITY);
    for _ in 0..=rounds {
        let begun = Instant::now();
        let mut search = client
            .fs()
            .search("needle 77", SearchOptions::default())
            .await?;
        let mut count = 0;
        while let Some(found) = search.next().await {
            found?;
            count += 1;
        }
        ours = ours.min(begun.elapsed().as_secs_f64());
        // `rg` runs in the sandbox too, and tells its own time.
        let line = "s=$(date +%s%N); rg --threads 2 -c 'needle 77' . | wc -l; e=$(date +%s%N); echo $((e-s))";
        let output = client.commands().run(line).await?;
        let mut lines = output.text().lines();
        let found: usize = lines.next().unwrap_or_default().trim().parse()?;
        let time: f64 = lines.next().unwrap_or_default().trim().parse()?;
        ensure!(found == count, "rg found {found}, we found {count}");
        theirs = theirs.min(time / 1e9);
    }
    Ok(row(
        "search of 100,000 files beside rg",
        ours / theirs,
        "times its time",
        "at most 1.3",
    ))
}

/// Requests a second through the preview beside the program itself, both over loopback.
async fn previews(client: &Client, http: &Fetch, rounds: usize) -> Result<Value> {
    let line = format!(
        "node -e \"require('http').createServer((q, a) => a.end('hello')).listen({PORT}, '127.0.0.1')\""
    );
    let server = client.commands().run_background(&line).await?;
    let port = client
        .ports()
        .wait_for_port(PORT, Some(Duration::from_secs(20)))
        .await?;
    // Names below localhost are this machine; the connector asks the resolver for it.
    let (_, number) = port
        .url
        .rsplit_once(':')
        .context("the preview has no port")?;
    let through = format!("http://127.0.0.1:{number}/");
    let mut best = 0.0_f64;
    for _ in 0..rounds {
        best = best.max(rate(http, &through, Some(&port.url)).await?);
    }
    // The program itself: without isolation of the network it is there too; else a twin outside.
    let mut twin = Command::new("node")
        .args(["-e", "require('http').createServer((q, a) => a.end('hello')).listen(0, '127.0.0.1', function () { console.log(this.address().port) })"])
        .stdout(std::process::Stdio::piped())
        .spawn()?;
    let mut said = String::new();
    let mut reader = std::io::BufReader::new(twin.stdout.take().context("no output")?);
    std::io::BufRead::read_line(&mut reader, &mut said)?;
    let bare = format!("http://127.0.0.1:{}/", said.trim());
    let mut bare_best = 0.0_f64;
    for _ in 0..rounds {
        bare_best = bare_best.max(rate(http, &bare, None).await?);
    }
    twin.kill()?;
    twin.wait()?;
    server.kill().await?;
    println!("previews: {best:.0} requests a second, the program itself {bare_best:.0}");
    Ok(row(
        "preview requests beside the program itself",
        best / bare_best,
        "times its rate",
        "at least 0.7",
    ))
}

/// Requests a second, so many at a time, over connections that are kept.
async fn rate(http: &Fetch, address: &str, host: Option<&str>) -> Result<f64> {
    let begun = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (http, address) = (http.clone(), address.to_owned());
        let host = host.map(str::to_owned);
        workers.spawn(async move {
            for _ in 0..REQUESTS / AT_ONCE {
                let mut request = Request::get(&address);
                if let Some(host) = &host {
                    request = request.header("host", host);
                }
                let answer = http.request(request.body(Full::default())?).await?;
                ensure!(answer.status() == 200, "the answer was {}", answer.status());
                let body = answer.into_body().collect().await?.to_bytes();
                ensure!(&body[..] == b"hello", "the body was {body:?}");
            }
            anyhow::Ok(())
        });
    }
    while let Some(outcome) = workers.join_next().await {
        outcome??;
    }
    Ok(REQUESTS as f64 / begun.elapsed().as_secs_f64())
}
