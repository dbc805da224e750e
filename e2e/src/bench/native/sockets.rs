//! Many clients that do nothing: what each costs the server, and whether that grows with their number.

use anyhow::{Context, Result};
use futures_util::future::try_join_all;
use hyper_util::client::legacy::Client as Http;
use hyper_util::rt::TokioExecutor;
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use serde_json::Value;

use super::super::processes::resident;
use super::super::serve_with;
use super::{Fetch, connect, create, row};
use crate::arguments::Arguments;
use crate::server::ServerSettings;

/// How many clients, all in all.
const CLIENTS: [usize; 2] = [1_000, 10_000];
/// How many of them in each sandbox.
const IN_ONE: usize = 500;
/// How many connect at a time.
const AT_ONCE: usize = 50;

const SETTINGS: ServerSettings = ServerSettings {
    arguments: &[
        "--max-sockets-per-sandbox",
        "500",
        "--max-sockets-per-address",
        "20000",
    ],
    ..ServerSettings::DEFAULT
};

/// Resident memory of the server for each idle client.
pub(super) async fn rows(arguments: &Arguments) -> Result<Vec<Value>> {
    // The server takes the limit over.
    let open = getrlimit(Resource::Nofile);
    let raised = Rlimit {
        current: open.maximum,
        maximum: open.maximum,
    };
    setrlimit(Resource::Nofile, raised)?;
    let (_home, mut server) = serve_with(arguments, "sockets", SETTINGS).await?;
    let id = server.id().context("the server has ended")?;
    let http: Fetch = Http::builder(TokioExecutor::new()).build_http();
    let before = resident(id)?;
    let (mut clients, mut rows) = (Vec::new(), Vec::new());
    for count in CLIENTS {
        while clients.len() < count {
            let session = create(&http, &server).await?;
            for _ in 0..IN_ONE / AT_ONCE {
                let new: Vec<_> = (0..AT_ONCE).map(|_| connect(&session)).collect();
                try_join_all(new.iter().map(|client| client.connect())).await?;
                clients.extend(new);
            }
        }
        let each = resident(id)?.saturating_sub(before) as f64 / count as f64;
        let name = format!("server for each of {count} idle clients");
        rows.push(row(&name, each, "KiB", "at most 32"));
    }
    for client in clients {
        client.close();
    }
    server.stop().await;
    Ok(rows)
}
