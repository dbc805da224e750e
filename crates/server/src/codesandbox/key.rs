//! The operator's key.

use std::fmt;

use axum::http::HeaderValue;

/// Where keys of that kind belong, by how they begin.
const CODESANDBOX: (&str, &str) = ("csb_", "https://api.codesandbox.io");
/// Where all others belong.
const TOGETHER: &str = "https://api.together.ai/csb/sdk";

/// The operator's key at the cloud. Neither the `Debug` form nor any error shows it.
#[derive(Clone)]
pub struct CloudKey {
    header: HeaderValue,
    address: &'static str,
}

impl CloudKey {
    /// The key, if it can be one: visible ASCII, and not nothing.
    pub fn new(key: &str) -> Option<Self> {
        let visible = !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_graphic());
        let mut header = HeaderValue::from_str(&format!("Bearer {key}")).ok()?;
        header.set_sensitive(true);
        let (start, codesandbox) = CODESANDBOX;
        let address = if key.starts_with(start) {
            codesandbox
        } else {
            TOGETHER
        };
        visible.then_some(Self { header, address })
    }

    /// The address of the cloud that keys like this belong to.
    pub fn address(&self) -> &'static str {
        self.address
    }

    pub(super) fn header(&self) -> HeaderValue {
        self.header.clone()
    }
}

impl fmt::Debug for CloudKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CloudKey")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn key_knows_its_cloud_and_hides() {
        let key = CloudKey::new("csb_v1_secret").unwrap();
        assert_eq!(key.address(), "https://api.codesandbox.io");
        assert_eq!(format!("{key:?} {:?}", key.header()), "CloudKey Sensitive");
        let together = CloudKey::new("tgp_secret").unwrap();
        assert_eq!(together.address(), "https://api.together.ai/csb/sdk");
        for wrong in ["", "a b", "a\nb", "ö"] {
            assert!(CloudKey::new(wrong).is_none(), "{wrong:?}");
        }
    }
}
