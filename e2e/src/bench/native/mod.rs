//! Without a browser: the server and the native client beside what the machine itself can do.

mod agents;
mod files;
mod previews;
mod search;
mod sockets;
mod terminals;

use std::time::Instant;

use anyhow::{Result, ensure};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client as Http;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::{Value, json};
use yew_sandbox_client::{Client, ClientOptions, Session, SessionSource};

use super::serve;
use crate::arguments::Arguments;
use crate::server::Server;

/// How many sandboxes are made in a row, and ten times that.
const SANDBOXES: [usize; 2] = [4, 40];

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
    let agent = agents::only(&server)?;
    let mut rows = Vec::new();

    rows.extend(agents::one(agent)?);
    rows.push(terminals::memory(&client, agent).await?);
    rows.extend(terminals::rates(&client, rounds).await?);
    rows.extend(files::rows(&client, agent, rounds).await?);
    rows.push(search::row(&client, rounds).await?);
    rows.extend(previews::rows(&client, &http, rounds).await?);
    for count in SANDBOXES {
        let begun = Instant::now();
        for _ in 0..count {
            create(&http, &server).await?;
        }
        let rate = count as f64 / begun.elapsed().as_secs_f64();
        rows.push(row(
            &format!("{count} sandboxes made"),
            rate,
            "a second",
            "",
        ));
    }
    rows.push(agents::further(&server, agent)?);

    client.close();
    server.stop().await;
    rows.extend(sockets::rows(arguments).await?);
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
