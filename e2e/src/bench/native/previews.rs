//! Previews.

use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use serde_json::Value;
use yew_sandbox_client::Client;

use super::Fetch;

/// How many requests, and how many at a time.
const REQUESTS: usize = 4_000;
const AT_ONCE: usize = 32;
/// The port of the program that is previewed.
const PORT: u16 = 4500;

/// Requests a second through the preview beside the program itself, both over loopback.
pub(super) async fn row(client: &Client, http: &Fetch, rounds: usize) -> Result<Value> {
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
    Ok(super::row(
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
