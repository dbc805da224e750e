//! Who asks: an id for the request, and the address that it came from.

use std::convert::Infallible;
use std::hash::{BuildHasher, RandomState};
use std::net::{IpAddr, SocketAddr};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, LazyLock};

use axum::extract::{ConnectInfo, FromRequestParts, Request, State};
use axum::http::request::Parts;
use axum::http::{Extensions, HeaderMap, HeaderName};
use axum::middleware::Next;
use axum::response::Response;

/// The header with a request's id.
pub(crate) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The header in which proxies name whom they speak for.
const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");
/// Longest id that is taken over from a proxy, in bytes.
const LONGEST: usize = 64;

/// Who asks. Every request carries it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Caller {
    /// The request's id: in the log, in the answer's headers and in the body of an error.
    pub(crate) id: Arc<str>,
    /// Where it came from, as far as that is known: a router in a test may not be told.
    pub(crate) address: Option<IpAddr>,
}

impl Caller {
    /// The one that [`introduce`] has put there.
    pub(crate) fn of(extensions: &Extensions) -> Self {
        extensions.get().cloned().unwrap_or_default()
    }

    fn new(peer: Option<IpAddr>, headers: &HeaderMap, proxies: &[IpAddr]) -> Self {
        let is_proxy = |address: &IpAddr| proxies.contains(&address.to_canonical());
        let Some(peer) = peer.filter(is_proxy) else {
            return Self {
                id: new_id(),
                address: peer.map(|peer| peer.to_canonical()),
            };
        };
        let given = headers.get(REQUEST_ID).and_then(|id| id.to_str().ok());
        let given = given.filter(|id| is_id(id)).map(Arc::from);
        // Each proxy adds whom it heard from at the end; what stands before is the caller's own word.
        let all = headers.get_all(FORWARDED_FOR).into_iter();
        let all = all.filter_map(|value| value.to_str().ok());
        let all: Vec<&str> = all.flat_map(|value| value.split(',')).collect();
        let mut known = all.iter().rev().map_while(|text| text.trim().parse().ok());
        let address = known.find(|address| !is_proxy(address));
        Self {
            id: given.unwrap_or_else(new_id),
            address: Some(address.unwrap_or(peer).to_canonical()),
        }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::of(&parts.extensions))
    }
}

/// Says of every request who asks. `proxies` are the addresses whose word on that counts.
pub(crate) async fn introduce(
    State(proxies): State<Arc<[IpAddr]>>,
    mut request: Request,
    next: Next,
) -> Response {
    let peer = request.extensions().get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map(|ConnectInfo(peer)| peer.ip());
    let caller = Caller::new(peer, request.headers(), &proxies);
    request.extensions_mut().insert(caller);
    next.run(request).await
}

fn is_id(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    (1..=LONGEST).contains(&text.len()) && text.bytes().all(plain)
}

/// One that no other request of this server has, and nobody can guess from another.
fn new_id() -> Arc<str> {
    static KEY: LazyLock<RandomState> = LazyLock::new(RandomState::new);
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let number = COUNT.fetch_add(1, Ordering::Relaxed);
    format!("{:016x}", KEY.hash_one(number)).into()
}

#[cfg(test)]
mod tests {
    use axum::http::HeaderValue;

    use super::*;

    fn headers(forwarded: &'static str, id: &'static str) -> HeaderMap {
        let mut headers = HeaderMap::new();
        headers.insert(FORWARDED_FOR, HeaderValue::from_static(forwarded));
        headers.insert(REQUEST_ID, HeaderValue::from_static(id));
        headers
    }

    fn address(text: &str) -> Option<IpAddr> {
        Some(text.parse().unwrap())
    }

    /// Who guesses tokens could have named another address with each guess.
    #[test]
    fn only_the_word_of_a_trusted_proxy_counts() {
        let proxies = [address("10.0.0.1").unwrap(), address("10.0.0.2").unwrap()];
        let headers = headers("1.1.1.1, 2.2.2.2, 10.0.0.2", "abc");
        let stranger = Caller::new(address("9.9.9.9"), &headers, &proxies);
        assert_eq!(stranger.address, address("9.9.9.9"));
        assert_ne!(&*stranger.id, "abc");
        assert_eq!(stranger.id.len(), 16);
        let proxied = Caller::new(address("::ffff:10.0.0.1"), &headers, &proxies);
        assert_eq!(proxied.address, address("2.2.2.2"));
        assert_eq!(&*proxied.id, "abc");
        assert_eq!(Caller::new(None, &headers, &proxies).address, None);
    }

    #[test]
    fn what_a_proxy_says_wrongly_is_left_out() {
        let proxies = [address("10.0.0.1").unwrap()];
        for forwarded in ["", "nonsense", "2.2.2.2, nonsense", "10.0.0.1"] {
            let caller = Caller::new(address("10.0.0.1"), &headers(forwarded, "a b"), &proxies);
            assert_eq!(caller.address, address("10.0.0.1"), "{forwarded}");
            assert_ne!(&*caller.id, "a b");
        }
    }
}
