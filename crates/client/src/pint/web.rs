//! HTTP of a browser: `fetch`, with bodies as they arrive.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use gloo_net::http::{Method, RequestBuilder};
use js_sys::{Reflect, Uint8Array};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{AbortController, ReadableStreamDefaultReader};

use crate::http::{Http, HttpError, HttpRequest, HttpResponse};
use crate::send::BoxFuture;

/// The browser's own connections.
pub(crate) struct WebHttp;

impl Http for WebHttp {
    fn fetch(&self, request: HttpRequest) -> BoxFuture<Result<HttpResponse, HttpError>> {
        Box::pin(fetch(request))
    }
}

async fn fetch(request: HttpRequest) -> Result<HttpResponse, HttpError> {
    let guard = Abort::new()?;
    // A mistake here is one of this program, so its words say nothing to people.
    let unsendable = |_| HttpError("the browser cannot send the request".into());
    let mut builder = RequestBuilder::new(&request.url)
        .method(method(request.method))
        .abort_signal(Some(&guard.0.signal()));
    for (name, value) in &request.headers {
        builder = builder.header(name, value);
    }
    let sendable = match request.body.is_empty() {
        true => builder.build(),
        false => builder.body(Uint8Array::from(&*request.body)),
    };
    let sendable = sendable.map_err(unsendable)?;
    // Browsers keep the reasons to themselves.
    let response = sendable.send().await;
    let response = response.map_err(|_| HttpError("the agent could not be reached".into()))?;
    let reader = response
        .body()
        .map(|body| body.get_reader().unchecked_into());
    Ok(HttpResponse {
        status: response.status(),
        body: Box::pin(Body {
            reader,
            piece: None,
            _guard: guard,
        }),
    })
}

fn method(name: &str) -> Method {
    match name {
        "POST" => Method::POST,
        "PUT" => Method::PUT,
        "PATCH" => Method::PATCH,
        "DELETE" => Method::DELETE,
        _ => Method::GET,
    }
}

/// Dropping it ends the request. After its end this does nothing.
struct Abort(AbortController);

impl Abort {
    fn new() -> Result<Self, HttpError> {
        AbortController::new()
            .map(Self)
            .map_err(|_| HttpError("the browser cannot end requests".into()))
    }
}

impl Drop for Abort {
    fn drop(&mut self) {
        self.0.abort();
    }
}

/// The body of an answer, read piece by piece.
struct Body {
    /// `None` at the end, and where there is no body.
    reader: Option<ReadableStreamDefaultReader>,
    piece: Option<JsFuture>,
    _guard: Abort,
}

impl Stream for Body {
    type Item = Result<Bytes, HttpError>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let Some(reader) = self.reader.clone() else {
            return Poll::Ready(None);
        };
        let piece = self
            .piece
            .get_or_insert_with(|| JsFuture::from(reader.read()));
        let read = std::task::ready!(Pin::new(piece).poll(context));
        self.piece = None;
        Poll::Ready(match read {
            Ok(read) => match bytes(&read) {
                Some(bytes) => Some(Ok(bytes)),
                None => {
                    self.reader = None;
                    None
                }
            },
            Err(_) => {
                self.reader = None;
                Some(Err(HttpError("the connection to the agent broke".into())))
            }
        })
    }
}

/// What a read came to; `None` at the end.
fn bytes(read: &JsValue) -> Option<Bytes> {
    let value = Reflect::get(read, &JsValue::from_str("value")).ok()?;
    let value = value.dyn_into::<Uint8Array>().ok()?;
    Some(value.to_vec().into())
}
