//! HTTP of hyper, on tokio.

use std::error::Error;
use std::sync::{Arc, OnceLock};

use bytes::Bytes;
use futures_util::StreamExt;
use http_body_util::{BodyDataStream, Full};
use hyper::Request;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use rustls::{ClientConfig, RootCertStore};

use crate::http::{Http, HttpError, HttpRequest, HttpResponse};
use crate::send::BoxFuture;

type Connections = Client<HttpsConnector<HttpConnector>, Full<Bytes>>;

/// One agent's connections, which are kept as long as this lives.
#[derive(Default)]
pub(crate) struct NativeHttp {
    /// Made for the first request, as only then it is known whether the machine's root certificates are needed.
    connections: OnceLock<Result<Connections, HttpError>>,
}

impl Http for NativeHttp {
    fn fetch(&self, request: HttpRequest) -> BoxFuture<Result<HttpResponse, HttpError>> {
        let is_plain = !request.url.to_ascii_lowercase().starts_with("https:");
        let connections = self
            .connections
            .get_or_init(|| connections(is_plain))
            .clone();
        Box::pin(async move {
            let connections = connections?;
            let mut builder = Request::builder().method(request.method).uri(request.url);
            for (name, value) in request.headers {
                builder = builder.header(name, value);
            }
            // Without its words: they may repeat the token.
            let request = builder
                .body(Full::new(request.body))
                .map_err(|_| HttpError("the request cannot be written".into()))?;
            let response = connections.request(request).await;
            let response = response.map_err(|error| failed(&error))?;
            let (head, body) = response.into_parts();
            let body = BodyDataStream::new(body).map(|piece| piece.map_err(|error| failed(&error)));
            Ok(HttpResponse {
                status: head.status.as_u16(),
                body: Box::pin(body),
            })
        })
    }
}

fn connections(is_plain: bool) -> Result<Connections, HttpError> {
    let refused = |error: &dyn Error| {
        HttpError(format!(
            "this machine's root certificates cannot be used: {error}"
        ))
    };
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| refused(&error))?;
    let config = match is_plain {
        // Never used.
        true => config.with_root_certificates(RootCertStore::empty()),
        false => config
            .with_native_roots()
            .map_err(|error| refused(&error))?,
    };
    let connector = HttpsConnectorBuilder::new()
        .with_tls_config(config.with_no_client_auth())
        .https_or_http()
        .enable_http1()
        .build();
    Ok(Client::builder(TokioExecutor::new()).build(connector))
}

/// An error and what caused it: the outermost alone says little. None of them repeats a header.
fn failed(error: &dyn Error) -> HttpError {
    let mut text = "the connection to the agent failed".to_owned();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    HttpError(text)
}
