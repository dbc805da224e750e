//! The keys that open the management API.

use std::fmt;

use sha2::{Digest, Sha256};

/// Shortest key, in characters.
const SHORTEST: usize = 16;
/// Longest `Authorization` header that is looked at, in bytes.
const LONGEST: usize = 1024;

/// The keys that open the management API. Only hashes are kept, and the `Debug` form shows none.
#[derive(Clone)]
pub struct ApiKeys(Vec<[u8; 32]>);

/// A key is too short, or none was given.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WeakKey;

impl ApiKeys {
    /// Each of `keys` opens the API.
    ///
    /// # Errors
    /// There is none, or one has fewer than 16 characters or more than ASCII's visible ones.
    pub fn new<K: AsRef<str>>(keys: impl IntoIterator<Item = K>) -> Result<Self, WeakKey> {
        let mut hashes = Vec::new();
        for key in keys {
            let key = key.as_ref();
            if key.len() < SHORTEST || !key.bytes().all(|byte| byte.is_ascii_graphic()) {
                return Err(WeakKey);
            }
            hashes.push(hash(key));
        }
        if hashes.is_empty() {
            return Err(WeakKey);
        }
        Ok(Self(hashes))
    }

    /// Whether an `Authorization` header holds one of them.
    pub(super) fn open(&self, header: &[u8]) -> bool {
        let Some((scheme, key)) = header.split_at_checked("Bearer ".len()) else {
            return false;
        };
        if header.len() > LONGEST || !scheme.eq_ignore_ascii_case(b"Bearer ") {
            return false;
        }
        let given: [u8; 32] = Sha256::digest(key).into();
        // All bytes of all keys, whatever was found: the time tells nothing.
        let differences = self.0.iter().map(|hash| {
            let bytes = hash.iter().zip(&given);
            bytes.fold(0, |sum, (ours, theirs)| sum | (ours ^ theirs))
        });
        differences.fold(false, |found, difference| found | (difference == 0))
    }
}

fn hash(key: &str) -> [u8; 32] {
    Sha256::digest(key.as_bytes()).into()
}

impl fmt::Debug for ApiKeys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiKeys({})", self.0.len())
    }
}

impl fmt::Display for WeakKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "an API key is at least {SHORTEST} visible ASCII characters"
        )
    }
}

impl std::error::Error for WeakKey {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_keys_open() {
        let keys = ApiKeys::new(["csb_v1_0123456789", "another-key-of-ours"]).unwrap();
        assert!(keys.open(b"Bearer csb_v1_0123456789"));
        assert!(keys.open(b"bearer another-key-of-ours"));
        for wrong in [
            "",
            "Bearer",
            "Bearer ",
            "csb_v1_0123456789",
            "Basic csb_v1_0123456789",
            "Bearer csb_v1_012345678",
            "Bearer csb_v1_01234567890",
            "Bearer  csb_v1_0123456789",
        ] {
            assert!(!keys.open(wrong.as_bytes()), "{wrong}");
        }
        assert_eq!(format!("{keys:?}"), "ApiKeys(2)");
    }

    #[test]
    fn weak_keys_are_refused() {
        assert!(ApiKeys::new(["short"]).is_err());
        assert!(ApiKeys::new(["a key with spaces in it"]).is_err());
        assert!(ApiKeys::new(Vec::<String>::new()).is_err());
    }
}
