//! JSON over HTTP.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context, Result, anyhow};
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::header::CONTENT_TYPE;
use hyper::{Method, Request};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::timeout;

/// How long a driver may take for one command. A page's load is the longest.
const COMMAND: Duration = Duration::from_secs(30);

/// Speaks to one driver.
#[derive(Clone, Debug)]
pub(super) struct Driver {
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

impl Driver {
    pub(super) fn new(address: SocketAddr) -> Self {
        Self {
            address,
            client: Client::builder(TokioExecutor::new()).build_http(),
        }
    }

    /// Sends one command and gives the `value` of its answer.
    ///
    /// # Errors
    /// The driver cannot be reached, takes too long, or answers with an error, whose code is in the text.
    pub(super) async fn command(
        &self,
        method: Method,
        path: &str,
        body: Option<&Value>,
    ) -> Result<Value> {
        let named = || format!("{method} {path}");
        let bytes = body.map_or_else(Vec::new, |body| body.to_string().into_bytes());
        let request = Request::builder()
            .method(&method)
            .uri(format!("http://{}{path}", self.address))
            .header(CONTENT_TYPE, "application/json; charset=utf-8")
            .body(Full::from(bytes))?;
        let answered = async {
            let response = self.client.request(request).await?;
            let status = response.status();
            let body = response.into_body().collect().await?.to_bytes();
            anyhow::Ok((status, body))
        };
        let (status, body) = timeout(COMMAND, answered)
            .await
            .with_context(|| format!("the driver did not answer in time: {}", named()))?
            .with_context(named)?;
        let mut answer: Value = serde_json::from_slice(&body)
            .with_context(|| format!("{}: the answer is no JSON ({status})", named()))?;
        let value = answer["value"].take();
        if status.is_success() {
            return Ok(value);
        }
        let code = value["error"].as_str().unwrap_or("unknown error");
        let message = value["message"].as_str().unwrap_or_default();
        Err(anyhow!("{}: {code}: {message}", named()))
    }
}
