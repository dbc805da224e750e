//! Previews.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::Request;
use serde_json::Value;
use yew_sandbox_client::Client;

use super::{Fetch, row};

/// How many requests are made at a time.
const AT_ONCE: usize = 32;
/// The port of the program that is previewed.
const PORT: u16 = 4500;

/// What is asked for.
struct Kind {
    name: &'static str,
    path: &'static str,
    /// The answer's length, in bytes.
    length: usize,
    /// How many requests are timed.
    requests: usize,
    aim: &'static str,
}

const KINDS: [Kind; 2] = [
    Kind {
        name: "preview requests",
        path: "/",
        length: 5,
        requests: 4_000,
        aim: "at least 0.7",
    },
    Kind {
        name: "answers of 1 MiB through the preview",
        path: "/large",
        length: 1024 * 1024,
        requests: 320,
        aim: "",
    },
];

/// Requests a second through the preview beside the program itself, both over loopback.
pub(super) async fn rows(client: &Client, http: &Fetch, rounds: usize) -> Result<[Value; 2]> {
    let line = format!("node -e \"{}\"", program(PORT));
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
    let through = format!("http://127.0.0.1:{number}");
    // The program itself: a twin outside, as nothing but the server reaches the one inside.
    let twin = Twin::start()?;
    let mut best = [[0.0_f64; 2]; KINDS.len()];
    for _ in 0..rounds {
        for (kind, [preview, bare]) in KINDS.iter().zip(&mut best) {
            *preview = preview.max(rate(http, kind, &through, Some(&port.url)).await?);
            *bare = bare.max(rate(http, kind, &twin.address, None).await?);
        }
    }
    server.kill().await?;
    let rows = std::array::from_fn(|place| {
        let (Kind { name, aim, .. }, [preview, bare]) = (&KINDS[place], best[place]);
        println!("{name}: {preview:.0} a second, the program itself {bare:.0}");
        let name = format!("{name} beside the program itself");
        row(&name, preview / bare, "times its rate", aim)
    });
    Ok(rows)
}

/// A server that answers at once, and says where it listens.
fn program(port: u16) -> String {
    let large = KINDS[1].length;
    format!(
        "const large = Buffer.alloc({large}, 120); \
         require('http').createServer((q, a) => a.end(q.url === '/large' ? large : 'hello')) \
         .listen({port}, '127.0.0.1', function () {{ console.log(this.address().port) }})"
    )
}

/// The program outside. Dropped, it ends.
struct Twin {
    process: Child,
    address: String,
}

impl Twin {
    fn start() -> Result<Self> {
        let mut process = Command::new("node")
            .args(["-e", &program(0)])
            .stdout(Stdio::piped())
            .spawn()?;
        let mut port = String::new();
        let output = process.stdout.take().context("no output")?;
        BufReader::new(output).read_line(&mut port)?;
        let address = format!("http://127.0.0.1:{}", port.trim());
        Ok(Self { process, address })
    }
}

impl Drop for Twin {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Requests a second, so many at a time, over connections that are kept.
async fn rate(http: &Fetch, kind: &'static Kind, place: &str, host: Option<&str>) -> Result<f64> {
    let begun = Instant::now();
    let mut workers = tokio::task::JoinSet::new();
    for _ in 0..AT_ONCE {
        let (http, address) = (http.clone(), format!("{place}{}", kind.path));
        let host = host.map(str::to_owned);
        workers.spawn(async move {
            for _ in 0..kind.requests / AT_ONCE {
                let mut request = Request::get(&address);
                if let Some(host) = &host {
                    request = request.header("host", host);
                }
                let answer = http.request(request.body(Full::default())?).await?;
                ensure!(answer.status() == 200, "the answer was {}", answer.status());
                let mut content = answer.into_body();
                let mut length = 0;
                while let Some(frame) = content.frame().await {
                    length += frame?.data_ref().map_or(0, |piece| piece.len());
                }
                ensure!(length == kind.length, "the answer had {length} bytes");
            }
            anyhow::Ok(())
        });
    }
    while let Some(outcome) = workers.join_next().await {
        outcome??;
    }
    Ok(kind.requests as f64 / begun.elapsed().as_secs_f64())
}
