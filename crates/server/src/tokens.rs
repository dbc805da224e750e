//! The tokens that open a connection to one sandbox.

use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};

use crate::secret::{Key, Secret};

/// Longest token that is looked at, in bytes.
const MAX_LENGTH: usize = 2048;

/// Makes and checks tokens. It keeps no list of them: what a token allows stands in it, under a signature.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    key: Key,
    lifetime: Duration,
}

/// What a token says.
#[derive(Serialize, Deserialize)]
struct Claims {
    sandbox: String,
    /// What the backend knows the session by.
    session: String,
    /// In seconds since 1970.
    expires: u64,
}

/// The token does not open this sandbox now. Which of the reasons it was is nobody's business.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Refused;

impl Tokens {
    pub(crate) fn new(secret: &Secret, lifetime: Duration) -> Self {
        Self {
            key: secret.key("session token"),
            lifetime,
        }
    }

    /// A token that opens `sandbox` for `session` until its lifetime is over.
    pub(crate) fn issue(&self, sandbox: &str, session: &str, now: SystemTime) -> Option<String> {
        let claims = Claims {
            sandbox: sandbox.to_owned(),
            session: session.to_owned(),
            expires: seconds(now).saturating_add(self.lifetime.as_secs()),
        };
        let claims = URL_SAFE_NO_PAD.encode(serde_json::to_vec(&claims).ok()?);
        let signature = URL_SAFE_NO_PAD.encode(self.key.signature(claims.as_bytes()));
        Some(format!("{claims}.{signature}"))
    }

    /// The session that `token` opens in `sandbox`.
    pub(crate) fn check(
        &self,
        token: &str,
        sandbox: &str,
        now: SystemTime,
    ) -> Result<String, Refused> {
        if token.len() > MAX_LENGTH {
            return Err(Refused);
        }
        let (claims, signature) = token.split_once('.').ok_or(Refused)?;
        let signature = URL_SAFE_NO_PAD.decode(signature).map_err(|_| Refused)?;
        if !self.key.verifies(claims.as_bytes(), &signature) {
            return Err(Refused);
        }
        let claims = URL_SAFE_NO_PAD.decode(claims).map_err(|_| Refused)?;
        let claims: Claims = serde_json::from_slice(&claims).map_err(|_| Refused)?;
        if claims.sandbox != sandbox || claims.expires <= seconds(now) {
            return Err(Refused);
        }
        Ok(claims.session)
    }
}

fn seconds(time: SystemTime) -> u64 {
    time.duration_since(UNIX_EPOCH)
        .unwrap_or_default()
        .as_secs()
}

impl fmt::Display for Refused {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the token does not open this sandbox")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LIFETIME: Duration = Duration::from_secs(60);

    fn tokens() -> Tokens {
        Tokens::new(&Secret::random().unwrap(), LIFETIME)
    }

    const SESSION: &str = "user//Anna \"<b>\" Ö";

    fn now() -> SystemTime {
        UNIX_EPOCH + Duration::from_secs(1_000_000)
    }

    #[test]
    fn token_brings_back_its_session() {
        let tokens = tokens();
        let token = tokens.issue("box", SESSION, now()).unwrap();
        assert_eq!(tokens.check(&token, "box", now()), Ok(SESSION.to_owned()));
    }

    #[test]
    fn token_expires() {
        let tokens = tokens();
        let token = tokens.issue("box", SESSION, now()).unwrap();
        let last = now() + LIFETIME - Duration::from_secs(1);
        assert!(tokens.check(&token, "box", last).is_ok());
        assert_eq!(tokens.check(&token, "box", now() + LIFETIME), Err(Refused));
    }

    #[test]
    fn token_of_another_sandbox_or_server_is_refused() {
        let tokens = tokens();
        let token = tokens.issue("box", SESSION, now()).unwrap();
        assert_eq!(tokens.check(&token, "other", now()), Err(Refused));
        assert_eq!(self::tokens().check(&token, "box", now()), Err(Refused));
    }

    #[test]
    fn every_changed_byte_is_noticed() {
        let tokens = tokens();
        let token = tokens.issue("box", SESSION, now()).unwrap();
        for place in 0..token.len() {
            let mut changed = token.clone().into_bytes();
            changed[place] = if changed[place] == b'A' { b'B' } else { b'A' };
            let changed = String::from_utf8(changed).unwrap();
            assert_eq!(
                tokens.check(&changed, "box", now()),
                Err(Refused),
                "byte {place}"
            );
            assert_eq!(tokens.check(&token[..place], "box", now()), Err(Refused));
        }
    }

    #[test]
    fn nonsense_is_refused() {
        let tokens = tokens();
        let long = "a".repeat(1 << 20);
        for token in ["", ".", "..", "a.b", "=.=", "\u{0}", "ö.ö", &long] {
            assert_eq!(tokens.check(token, "box", now()), Err(Refused));
        }
    }
}
