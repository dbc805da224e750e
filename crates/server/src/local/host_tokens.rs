//! The tokens that open a private sandbox's previews: DATA/sandboxes/ID/host-tokens.json.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use super::meta::now;
use crate::problem::{Limit, Problem, ProblemKind};

/// Most tokens of one sandbox that have not expired.
const MOST: usize = 100;
/// Random bytes of a token.
const SECRET_BYTES: usize = 32;
/// Random bytes of a token's id.
const ID_BYTES: usize = 9;
/// How many characters of a token are shown later, to tell tokens apart.
const PREFIX: usize = 11;
const START: &str = "prv_v1_";

/// All tokens of a sandbox. Of the tokens themselves only a hash is kept.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HostTokens(Vec<KeptToken>);

/// What is kept of a token.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct KeptToken {
    pub(crate) id: String,
    pub(crate) prefix: String,
    /// In seconds since 1970; none: never.
    #[serde(default)]
    pub(crate) expires: Option<u64>,
    /// SHA-256 of the token.
    hash: String,
}

impl HostTokens {
    /// A new token, and the token itself, which nobody can read here later.
    pub(crate) fn create(&mut self, expires: Option<u64>) -> Result<(KeptToken, String), Problem> {
        self.forget_expired();
        if self.0.len() >= MOST {
            return Err(Problem::limited(Limit::HostTokensPerSandbox, MOST));
        }
        let random = |bytes: &mut [u8]| getrandom::fill(bytes).map_err(|_| Problem::internal());
        let (mut id, mut secret) = ([0; ID_BYTES], [0; SECRET_BYTES]);
        random(&mut id)?;
        random(&mut secret)?;
        let secret = format!("{START}{}", URL_SAFE_NO_PAD.encode(secret));
        let token = KeptToken {
            id: format!("prv_{}", URL_SAFE_NO_PAD.encode(id)),
            prefix: secret[..PREFIX].to_owned(),
            expires,
            hash: hash(&secret),
        };
        self.0.push(token.clone());
        Ok((token, secret))
    }

    /// Those that have not expired.
    pub(crate) fn active(&self) -> impl Iterator<Item = &KeptToken> {
        let now = now();
        self.0.iter().filter(move |token| !token.is_over(now))
    }

    /// Changes when a token expires. One in the past ends it.
    pub(crate) fn update(&mut self, id: &str, expires: Option<u64>) -> Result<KeptToken, Problem> {
        self.forget_expired();
        let token = self.0.iter_mut().find(|token| token.id == id);
        let token = token.ok_or_else(|| {
            Problem::new(
                ProblemKind::NotFound,
                "there is no such token, or it has expired",
                "list the tokens",
            )
        })?;
        token.expires = expires;
        let token = token.clone();
        self.forget_expired();
        Ok(token)
    }

    pub(crate) fn revoke_all(&mut self) {
        self.0.clear();
    }

    /// The id of the token, if it is one of these.
    pub(crate) fn find(&self, token: &str) -> Option<&str> {
        if !token.starts_with(START) {
            return None;
        }
        // Of two hashes nothing can be learnt from how long comparing them takes.
        let hash = hash(token);
        let found = self.active().find(|kept| kept.hash == hash);
        found.map(|token| &*token.id)
    }

    fn forget_expired(&mut self) {
        let now = now();
        self.0.retain(|token| !token.is_over(now));
    }
}

impl KeptToken {
    fn is_over(&self, now: u64) -> bool {
        self.expires.is_some_and(|expires| expires <= now)
    }
}

fn hash(token: &str) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(token.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn token_opens_until_it_expires_or_is_revoked() {
        let mut tokens = HostTokens::default();
        let (kept, secret) = tokens.create(None).unwrap();
        let (short, expired) = tokens.create(Some(now() - 1)).unwrap();
        assert!(secret.starts_with(&kept.prefix) && secret.len() > 40);
        assert_eq!(tokens.find(&secret), Some(&*kept.id));
        assert_eq!(tokens.find(&expired), None);
        assert_eq!(
            tokens.update(&short.id, None).unwrap_err().kind(),
            ProblemKind::NotFound
        );
        for wrong in [
            "",
            "prv_v1_",
            &kept.prefix,
            &kept.id,
            &secret[..secret.len() - 1],
        ] {
            assert_eq!(tokens.find(wrong), None, "{wrong}");
        }
        let json = serde_json::to_string(&tokens).unwrap();
        assert!(!json.contains(&secret), "{json}");
        tokens.update(&kept.id, Some(now())).unwrap();
        assert_eq!(tokens.find(&secret), None);
        assert_eq!(tokens.active().count(), 0);
        let (_, secret) = tokens.create(Some(now() + 60)).unwrap();
        tokens.revoke_all();
        assert_eq!(tokens.find(&secret), None);
    }

    #[test]
    fn number_is_bounded() {
        let mut tokens = HostTokens::default();
        for _ in 0..MOST {
            tokens.create(None).unwrap();
        }
        let kind = tokens.create(None).unwrap_err().kind();
        assert_eq!(kind, ProblemKind::Limited(Limit::HostTokensPerSandbox));
    }
}
