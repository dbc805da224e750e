//! What a router can be told.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use crate::metrics::Metrics;
use crate::origin::Access;
use crate::preview::PreviewDomain;
use crate::secret::Secret;
use crate::shutdown::Shutdown;

/// Options of [`router`](crate::router).
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Options {
    /// What tokens are signed with.
    pub secret: Secret,
    /// How long a token opens connections. 1 hour by default; a connection outlives its token.
    pub token_lifetime: Duration,
    /// Which names the server answers to, and which pages may use it. Loopback and itself by default.
    pub access: Access,
    /// The folder with the pages; none: no pages.
    pub static_dir: Option<PathBuf>,
    /// The domain that previews live under. `localhost` by default.
    pub preview_domain: PreviewDomain,
    /// Whether a preview inside one of the pages that may use this server can be navigated by that page, and run code
    /// of it: by a script that is added to it. True by default.
    pub preview_script: bool,
    /// The addresses of proxies in front, whose word on the address of a caller counts (`X-Forwarded-For`), and on the id of
    /// a request (`X-Request-Id`). None by default.
    pub trusted_proxies: Vec<IpAddr>,
    /// How many sandboxes one address may create in a minute. 60 by default; the rest gets 429. All that have no known
    /// address count as one.
    pub creates_per_minute: usize,
    /// How many wrong tokens, and how many wrong API keys, of one address are answered with 401 in a minute. 100 by
    /// default; the rest gets 429.
    pub wrong_tokens_per_minute: usize,
    /// How many connections to sandboxes one address may have at once. 1,000 by default; the rest gets 429. All that have no
    /// known address count as one.
    pub sockets_per_address: usize,
    /// After how long a silence of a client it is asked for a sign of life, and closed after another such
    /// silence. 30 s by default. Every byte of it ends a silence.
    pub silence: Duration,
    /// What is counted.
    pub metrics: Metrics,
    /// Closes all connections when it begins.
    pub shutdown: Shutdown,
}

impl Options {
    /// The defaults, with tokens signed under `secret`.
    pub fn new(secret: Secret) -> Self {
        Self {
            secret,
            token_lifetime: Duration::from_secs(60 * 60),
            access: Access::default(),
            static_dir: None,
            preview_domain: PreviewDomain::default(),
            preview_script: true,
            trusted_proxies: Vec::new(),
            creates_per_minute: 60,
            wrong_tokens_per_minute: 100,
            sockets_per_address: 1_000,
            silence: Duration::from_secs(30),
            metrics: Metrics::default(),
            shutdown: Shutdown::default(),
        }
    }
}
