//! Calls of the cloud, tried again where that makes sense.

use std::error::Error;
use std::time::{Duration, SystemTime};

use axum::http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use axum::http::uri::Scheme;
use axum::http::{HeaderValue, Method, Request, StatusCode, Uri};
use bytes::Bytes;
use http_body_util::{BodyExt, Full, Limited};
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};
use serde::Serialize;
use serde::de::DeserializeOwned;
use tokio::time::{Instant, sleep, timeout_at};

use super::retry::{Failed, Repeat, pause};
use super::wire::{Envelope, Refusal};
use super::{CloudError, CloudErrorKind, CloudKey, CloudOptions};

/// Largest answer that is read, in bytes.
const MAX_ANSWER: usize = 1024 * 1024;
/// How much of a refusal's words goes into the log, in characters.
const MAX_WORDS: usize = 300;
const JSON: HeaderValue = HeaderValue::from_static("application/json");
const AGENT: HeaderValue =
    HeaderValue::from_static(concat!("yew-sandbox-server/", env!("CARGO_PKG_VERSION")));

/// The cloud, as seen with the operator's key.
#[derive(Debug)]
pub(super) struct Client {
    http: HttpClient<HttpsConnector<HttpConnector>, Full<Bytes>>,
    key: CloudKey,
    address: String,
    attempt_timeout: Duration,
}

impl Client {
    pub(super) fn new(options: &CloudOptions) -> Result<Self, CloudError> {
        let address = options.address.trim_end_matches('/').to_owned();
        let wrong = || {
            let message =
                format!("`{address}` is no address of a cloud, as https://api.example.org");
            CloudError::new(CloudErrorKind::Options, message)
        };
        let uri: Uri = address.parse().map_err(|_| wrong())?;
        let is_plain = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTPS => false,
            Some(scheme) if *scheme == Scheme::HTTP => true,
            _ => return Err(wrong()),
        };
        let tame = |byte: u8| byte.is_ascii_graphic() && !b"?#@".contains(&byte);
        if uri.host().is_none_or(str::is_empty) || !address.bytes().all(tame) {
            return Err(wrong());
        }
        let host = uri.host().unwrap_or_default();
        if is_plain && !["localhost", "127.0.0.1", "[::1]"].contains(&host) {
            tracing::warn!(address, "the cloud's key goes over the network unencrypted");
        }
        let connector = HttpsConnectorBuilder::new()
            .with_tls_config(tls(is_plain)?)
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self {
            http: HttpClient::builder(TokioExecutor::new()).build(connector),
            key: options.key.clone(),
            address,
            attempt_timeout: options.attempt_timeout,
        })
    }

    /// The answer of a call, after as many tries as make sense before `deadline`.
    pub(super) async fn call<T: DeserializeOwned>(
        &self,
        method: Method,
        path: &str,
        body: Option<&(impl Serialize + Sync)>,
        repeat: Repeat,
        deadline: Instant,
    ) -> Result<T, CloudError> {
        let body = body.map(serde_json::to_vec).transpose();
        let body = body.map_err(|error| {
            CloudError::new(CloudErrorKind::Unreadable, format!("{path}: {error}"))
        })?;
        let body = Bytes::from(body.unwrap_or_default());
        let mut tries = 0;
        loop {
            let attempt = self.attempt(&method, path, body.clone(), deadline).await;
            let (failed, error) = match attempt {
                Ok(answer) => return read(path, &answer),
                Err(failure) => failure,
            };
            tries += 1;
            let wait = pause(&failed, repeat, tries, random(), SystemTime::now());
            let is_in_time = |wait: &Duration| {
                // What was asked for may be longer than time itself.
                let end = Instant::now().checked_add(*wait);
                end.is_some_and(|end| end < deadline)
            };
            let Some(wait) = wait.filter(is_in_time) else {
                return Err(error);
            };
            tracing::warn!(path, tries, %error, milliseconds = wait.as_millis(), "a call of the cloud is tried again");
            sleep(wait).await;
        }
    }

    async fn attempt(
        &self,
        method: &Method,
        path: &str,
        body: Bytes,
        deadline: Instant,
    ) -> Result<Bytes, (Failed, CloudError)> {
        let unreachable = |failed, why: String| {
            let message = format!("{}{path} cannot be reached: {why}", self.address);
            (
                failed,
                CloudError::new(CloudErrorKind::Unreachable, message),
            )
        };
        let request = Request::builder()
            .method(method)
            .uri(format!("{}{path}", self.address))
            .header(AUTHORIZATION, self.key.header())
            .header(USER_AGENT, AGENT)
            .header(ACCEPT, JSON)
            .header(CONTENT_TYPE, JSON)
            .body(Full::new(body));
        let request = request.map_err(|error| {
            let status = Failed::Status(StatusCode::BAD_REQUEST, Box::default());
            unreachable(status, error.to_string())
        })?;
        let end = deadline.min(Instant::now() + self.attempt_timeout);
        let exchange = async {
            let response = self.http.request(request).await.map_err(|error| {
                let failed = if error.is_connect() {
                    Failed::Connecting
                } else {
                    Failed::Lost
                };
                unreachable(failed, reasons(&error))
            })?;
            let (head, body) = response.into_parts();
            let body = Limited::new(body, MAX_ANSWER).collect().await;
            let body = body.map_err(|error| unreachable(Failed::Lost, error.to_string()))?;
            let body = body.to_bytes();
            if head.status.is_success() {
                return Ok(body);
            }
            let error = refusal(path, head.status, &body);
            Err((Failed::Status(head.status, Box::new(head.headers)), error))
        };
        timeout_at(end, exchange)
            .await
            .unwrap_or_else(|_| Err(unreachable(Failed::Lost, "no answer in time".to_owned())))
    }
}

fn tls(is_plain: bool) -> Result<ClientConfig, CloudError> {
    let failed = |error: &dyn Error| {
        let message = format!(
            "this machine's root certificates cannot be used: {error}. Install them (`ca-certificates`)"
        );
        CloudError::new(CloudErrorKind::Options, message)
    };
    let provider = std::sync::Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| failed(&error))?;
    let config = if is_plain {
        // Never used.
        config.with_root_certificates(RootCertStore::empty())
    } else {
        config.with_native_roots().map_err(|error| failed(&error))?
    };
    Ok(config.with_no_client_auth())
}

fn read<T: DeserializeOwned>(path: &str, answer: &[u8]) -> Result<T, CloudError> {
    let answer: Result<Envelope<T>, _> = serde_json::from_slice(answer);
    let answer = answer.map_err(|error| {
        let message = format!("the answer to {path} makes no sense: {error}");
        CloudError::new(CloudErrorKind::Unreadable, message)
    })?;
    Ok(answer.data)
}

fn refusal(path: &str, status: StatusCode, body: &[u8]) -> CloudError {
    let kind = match status {
        StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => CloudErrorKind::BadKey,
        StatusCode::NOT_FOUND => CloudErrorKind::NotFound,
        StatusCode::TOO_MANY_REQUESTS => CloudErrorKind::RateLimited,
        _ => CloudErrorKind::Refused,
    };
    let refusal: Refusal = serde_json::from_slice(body).unwrap_or_default();
    let words = refusal.errors.first().map(|error| match error.as_str() {
        Some(words) => words.to_owned(),
        None => error.to_string(),
    });
    let words: String = words.unwrap_or_default().chars().take(MAX_WORDS).collect();
    let message = format!(
        "{path} was answered with {status}: {}",
        words.escape_debug()
    );
    CloudError::new(kind, message)
}

/// An error and what caused it: the outermost alone says little.
fn reasons(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Between 0 and 1.
fn random() -> f64 {
    let mut bytes = [0; 4];
    match getrandom::fill(&mut bytes) {
        Ok(()) => f64::from(u32::from_ne_bytes(bytes)) / f64::from(u32::MAX),
        Err(_) => 1.0,
    }
}
