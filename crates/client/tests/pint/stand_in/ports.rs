//! `/ports`: what listens on this machine.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use serde_json::{Value, json};

use super::{Shared, events};

pub async fn list() -> Response {
    Json(ports()).into_response()
}

pub async fn stream(State(agent): State<Shared>) -> Response {
    let stream = stream::unfold(Value::Null, |told| async move {
        loop {
            let now = ports();
            if now != told {
                return Some((now.clone(), now));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    });
    events(&agent, stream)
}

fn ports() -> Value {
    let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
    let mut ports: Vec<_> = table
        .lines()
        .skip(1)
        .filter_map(|line| {
            let mut fields = line.split_whitespace().skip(1);
            let (_, port) = fields.next()?.split_once(':')?;
            let is_listening = fields.nth(1)? == "0A";
            is_listening.then(|| u16::from_str_radix(port, 16).unwrap())
        })
        .collect();
    ports.sort_unstable();
    let ports = ports
        .iter()
        .map(|port| json!({"port": port, "address": "127.0.0.1"}));
    json!({"ports": ports.collect::<Vec<_>>()})
}
