//! Which archives can be fetched, and for how long.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use crate::files::SandboxPath;
use crate::secret::random_text;
use crate::watch::Excludes;

/// How long a token is good.
const LIFETIME: Duration = Duration::from_secs(5 * 60);
/// Most tokens at a time; one more pushes out the oldest.
const MOST_TOKENS: usize = 64;

/// What a token stands for.
#[derive(Clone, Debug)]
pub(crate) struct Download {
    /// The file or directory.
    pub(crate) path: SandboxPath,
    /// What is left out.
    pub(crate) excludes: Excludes,
}

/// The tokens that are good. A token may be used more than once.
#[derive(Debug)]
pub(crate) struct Downloads {
    /// What stands in front of a token in an address; `None` where the server has no address that is known.
    address: Option<String>,
    tokens: Mutex<HashMap<String, (Instant, Download)>>,
}

impl Downloads {
    /// The addresses are `{public_url}/downloads/{sandbox}/{token}`.
    pub(crate) fn new(public_url: Option<&str>, sandbox: &str) -> Self {
        Self {
            address: public_url
                .map(|url| format!("{}/downloads/{sandbox}/", url.trim_end_matches('/'))),
            tokens: Mutex::default(),
        }
    }

    /// Makes a token and gives the address with it; `None` where there are no addresses.
    pub(crate) fn offer(&self, download: Download) -> Option<String> {
        let address = self.address.as_ref()?;
        let token = format!("{}{}", random_text(), random_text());
        let address = format!("{address}{token}");
        let mut tokens = self.valid();
        if tokens.len() >= MOST_TOKENS
            && let Some(oldest) = oldest(&tokens)
        {
            tokens.remove(&oldest);
        }
        tokens.insert(token, (Instant::now() + LIFETIME, download));
        Some(address)
    }

    /// What a token stands for, while it is good.
    pub(crate) fn find(&self, token: &str) -> Option<Download> {
        self.valid()
            .get(token)
            .map(|(_, download)| download.clone())
    }

    fn valid(&self) -> MutexGuard<'_, HashMap<String, (Instant, Download)>> {
        let mut tokens = self.tokens.lock().unwrap_or_else(PoisonError::into_inner);
        let now = Instant::now();
        tokens.retain(|_, (until, _)| now < *until);
        tokens
    }
}

fn oldest(tokens: &HashMap<String, (Instant, Download)>) -> Option<String> {
    let oldest = tokens.iter().min_by_key(|(_, (until, _))| *until);
    oldest.map(|(token, _)| token.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn download() -> Download {
        Download {
            path: SandboxPath::top(),
            excludes: Excludes::default(),
        }
    }

    fn token(downloads: &Downloads) -> String {
        let address = downloads.offer(download()).unwrap();
        let token = address.strip_prefix("http://h/downloads/s1/").unwrap();
        token.to_owned()
    }

    #[tokio::test(start_paused = true)]
    async fn tokens_are_good_for_five_minutes() {
        let downloads = Downloads::new(Some("http://h/"), "s1");
        let first = token(&downloads);
        assert_eq!(first.len(), 64);
        tokio::time::advance(LIFETIME - Duration::from_secs(1)).await;
        assert!(downloads.find(&first).is_some());
        assert!(downloads.find("unknown").is_none());
        tokio::time::advance(Duration::from_secs(1)).await;
        assert!(downloads.find(&first).is_none());
    }

    #[tokio::test(start_paused = true)]
    async fn the_oldest_gives_way_to_one_more() {
        let downloads = Downloads::new(Some("http://h"), "s1");
        let first = token(&downloads);
        for _ in 1..MOST_TOKENS {
            tokio::time::advance(Duration::from_millis(1)).await;
            token(&downloads);
        }
        assert!(downloads.find(&first).is_some());
        let last = token(&downloads);
        assert!(downloads.find(&first).is_none());
        assert!(downloads.find(&last).is_some());
    }

    #[test]
    fn without_an_address_there_is_no_token() {
        assert!(Downloads::new(None, "s1").offer(download()).is_none());
    }
}
