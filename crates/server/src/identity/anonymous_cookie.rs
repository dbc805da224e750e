//! Users without a login: a signed cookie each.

use axum::http::HeaderValue;
use axum::http::request::Parts;
use axum::response::{IntoResponse, Response};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use super::{Identify, Identity, SessionOptions, User};
use crate::cookies::cookies;
use crate::origin;
use crate::problem::Problem;
use crate::secret::{Key, Secret};

pub(crate) const NAME: &str = "yew_sandbox_user";
/// 400 days in seconds, the longest that browsers keep a cookie.
const MAX_AGE: u32 = 400 * 24 * 60 * 60;
/// Random bytes of a user's id.
const ID_BYTES: usize = 16;

/// Gives everybody who comes without a valid cookie a new one, and with it a new user.
///
/// The cookie cannot be read by scripts, is not sent along by other sites' pages, and lasts 400 days.
#[derive(Clone, Debug)]
pub struct AnonymousCookie {
    key: Key,
}

impl AnonymousCookie {
    /// Cookies signed under `secret`.
    pub fn new(secret: &Secret) -> Self {
        Self {
            key: secret.key("anonymous cookie"),
        }
    }

    /// The user's id in a request's cookies, if one is signed by this server.
    fn known(&self, request: &Parts) -> Option<String> {
        cookies(&request.headers, NAME).find_map(|value| self.check(value))
    }

    fn check(&self, value: &str) -> Option<String> {
        let (id, signature) = value.split_once('.')?;
        let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
        self.key
            .verifies(id.as_bytes(), &signature)
            .then(|| id.to_owned())
    }

    fn cookie(&self, id: &str, secure: bool) -> Option<HeaderValue> {
        let signature = URL_SAFE_NO_PAD.encode(self.key.signature(id.as_bytes()));
        let secure = if secure { "; Secure" } else { "" };
        let cookie = format!(
            "{NAME}={id}.{signature}; Max-Age={MAX_AGE}; Path=/; HttpOnly; SameSite=Lax{secure}"
        );
        HeaderValue::from_str(&cookie).ok()
    }
}

impl Identify for AnonymousCookie {
    async fn identify(&self, request: &Parts) -> Result<Identity, Response> {
        let failed = || Problem::internal().into_response();
        let (id, set_cookie) = match self.known(request) {
            Some(id) => (id, None),
            None => {
                let mut bytes = [0; ID_BYTES];
                getrandom::fill(&mut bytes).map_err(|_| failed())?;
                let id = URL_SAFE_NO_PAD.encode(bytes);
                let cookie = self.cookie(&id, origin::is_secure(&request.headers));
                (id, Some(cookie.ok_or_else(failed)?))
            }
        };
        let name = "anonymous".to_owned();
        Ok(Identity {
            user: User { id, name },
            set_cookie,
            session: SessionOptions::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use axum::http::Request;
    use axum::http::header::COOKIE;

    use super::*;

    fn request(cookie: Option<&str>, secure: bool) -> Parts {
        let mut request = Request::builder();
        if let Some(cookie) = cookie {
            request = request.header(COOKIE, cookie);
        }
        if secure {
            request = request.header("x-forwarded-proto", "https");
        }
        request.body(()).unwrap().into_parts().0
    }

    fn cookies() -> AnonymousCookie {
        AnonymousCookie::new(&Secret::random().unwrap())
    }

    /// One cookie that was no text hid all of them: the user got a new identity, and lost the sandboxes of the old one.
    #[tokio::test]
    async fn cookie_brings_back_its_user_beside_any_others() {
        let cookies = cookies();
        let first = cookies.identify(&request(None, false)).await.unwrap();
        let cookie = first.set_cookie.unwrap();
        let pair = cookie.to_str().unwrap().split(';').next().unwrap();
        let mut again = request(None, false);
        let line = format!("theme=Zoë; {pair}; other=ü");
        let line = HeaderValue::from_bytes(line.as_bytes()).unwrap();
        again.headers.insert(COOKIE, line);
        let again = cookies.identify(&again).await.unwrap();
        assert_eq!(again.user.id, first.user.id);
        assert!(again.set_cookie.is_none());
    }

    #[tokio::test]
    async fn cookie_brings_back_its_user() {
        let cookies = cookies();
        let new = cookies.identify(&request(None, false)).await.unwrap();
        let header = new.set_cookie.unwrap();
        let header = header.to_str().unwrap();
        for attribute in ["; HttpOnly", "; SameSite=Lax", "; Path=/"] {
            assert!(header.contains(attribute), "{header}");
        }
        assert!(!header.contains("Secure"));
        let cookie = format!("other=1; {}; more=2", header.split(';').next().unwrap());
        let again = cookies
            .identify(&request(Some(&cookie), false))
            .await
            .unwrap();
        assert_eq!(again.user, new.user);
        assert!(again.set_cookie.is_none());
    }

    #[tokio::test]
    async fn cookie_behind_https_is_for_https_only() {
        let new = cookies().identify(&request(None, true)).await.unwrap();
        assert!(
            new.set_cookie
                .unwrap()
                .to_str()
                .unwrap()
                .ends_with("; Secure")
        );
    }

    #[tokio::test]
    async fn forged_cookie_makes_a_new_user() {
        let cookies = cookies();
        for value in ["", "victim", "victim.", "victim.AAAA", ".", "victim.\u{f6}"] {
            let cookie = format!("{NAME}={value}");
            let identity = cookies
                .identify(&request(Some(&cookie), false))
                .await
                .unwrap();
            assert_ne!(identity.user.id, "victim");
            assert!(identity.set_cookie.is_some());
        }
    }
}
