//! What the HTTP surface says when it refuses or fails.

use std::borrow::Cow;
use std::{fmt, io};

use axum::http::header::{CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderValue, StatusCode};
use axum::response::{IntoResponse, Response};
use serde::Serialize;

use crate::front::{Told, Words};

/// The limits that a request can run into. Each has a name of its own on the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// Sandboxes that one user may own.
    SandboxesPerUser,
    /// Sandboxes of all users together.
    Sandboxes,
    /// Sandboxes that may be awake at once.
    RunningSandboxes,
    /// Connections that one sandbox may have at once.
    SocketsPerSandbox,
    /// Connections to sandboxes that one address may have at once.
    SocketsPerAddress,
    /// Sandboxes that may be created in a minute.
    CreatesPerMinute,
    /// Sandboxes that one address may create in a minute.
    CreatesPerMinutePerAddress,
    /// Wrong tokens that are answered in a minute.
    WrongTokensPerMinute,
    /// Wrong API keys that are answered in a minute.
    WrongKeysPerMinute,
    /// Sandboxes that may be made through the management API.
    ManagedSandboxes,
    /// Tokens for one sandbox's previews.
    HostTokensPerSandbox,
    /// Connections to one sandbox's previews at a time.
    PreviewConnectionsPerSandbox,
    /// Tags of sandboxes.
    Tags,
    /// Aliases of tags.
    Aliases,
    /// Trusted preview hosts.
    PreviewHosts,
    /// Sandboxes of the cloud whose owners are noted.
    CloudSandboxes,
    /// What the cloud allows.
    Cloud,
}

/// What went wrong, to branch on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum ProblemKind {
    /// The request is not understood: status 400.
    BadRequest,
    /// The token is missing, wrong, expired or for another sandbox: status 401.
    Unauthorized,
    /// The request came from a foreign page: status 403.
    ForeignOrigin,
    /// The request was addressed to a name that is not this server's: status 403.
    ForeignHost,
    /// There is no such sandbox, or it is somebody else's: status 404.
    NotFound,
    /// The sandbox sleeps, so nothing can be attached to it: status 409.
    Asleep,
    /// The request is understood, and asks for what cannot be: status 422.
    Invalid,
    /// The body is no JSON by its content type: status 415.
    UnsupportedMediaType,
    /// A limit is reached: status 429.
    Limited(Limit),
    /// The server failed; its log says more: status 500.
    Internal,
    /// The server's disk is full or cannot be written: status 507.
    Storage,
    /// Nothing listens on that port of the sandbox: status 502.
    NothingListens,
    /// What listens there gave no answer that can be read: status 502.
    BrokenOff,
    /// The server is going down, or the sandbox did not start: status 503.
    Unavailable,
}

/// A refusal or failure: a kind, a sentence on what happened, a sentence on what to do.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Problem {
    kind: ProblemKind,
    message: Cow<'static, str>,
    hint: Cow<'static, str>,
    /// Of the limit that is reached.
    bound: Option<usize>,
}

impl Problem {
    /// A problem with its two sentences. Both are shown to people and must hold no secret.
    pub fn new(
        kind: ProblemKind,
        message: impl Into<Cow<'static, str>>,
        hint: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind,
            message: message.into(),
            hint: hint.into(),
            bound: None,
        }
    }

    /// No such sandbox, or somebody else's: the two are not told apart.
    pub fn not_found() -> Self {
        Self::new(
            ProblemKind::NotFound,
            "there is no such sandbox",
            "check its id, or create a new one",
        )
    }

    /// Something that is not the caller's fault. The reason belongs in the log, not here.
    pub fn internal() -> Self {
        Self::new(
            ProblemKind::Internal,
            "the server failed",
            "try again; the server's log has the reason",
        )
    }

    /// The server's disk has no room left.
    pub(crate) fn disk_is_full() -> Self {
        Self::new(
            ProblemKind::Storage,
            "the server's disk is full",
            "try again later; who runs it must make room, or lower --min-free-disk",
        )
    }

    /// What a failure means that the disk is the reason of, if it is.
    pub(crate) fn of_disk(error: &io::Error) -> Option<Self> {
        match error.kind() {
            io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => Some(Self::disk_is_full()),
            io::ErrorKind::ReadOnlyFilesystem => Some(Self::new(
                ProblemKind::Storage,
                "the server's disk is read-only",
                "try again later; who runs it must mount the data folder writable",
            )),
            _ => None,
        }
    }

    /// The limit `limit` of `bound` is reached.
    pub fn limited(limit: Limit, bound: usize) -> Self {
        let (message, hint) = match limit {
            Limit::SandboxesPerUser => (
                format!("you have {bound} sandboxes, and no more are allowed"),
                "use one of yours again",
            ),
            Limit::Sandboxes => (
                format!("there are {bound} sandboxes, and no more are allowed"),
                "use one of yours again; who runs the server must delete some, or raise --max-sandboxes",
            ),
            Limit::RunningSandboxes => (
                format!("{bound} sandboxes are awake, and no more are allowed"),
                "try again when one has gone to sleep",
            ),
            Limit::SocketsPerSandbox => (
                format!("this sandbox has {bound} connections, and no more are allowed"),
                "close another page that uses it",
            ),
            Limit::SocketsPerAddress => (
                format!("your address has {bound} connections, and no more are allowed"),
                "close pages that you do not need",
            ),
            Limit::CreatesPerMinute => (
                format!("{bound} sandboxes were created in the last minute"),
                "try again in a minute",
            ),
            Limit::CreatesPerMinutePerAddress => (
                format!("{bound} sandboxes were created from your address in the last minute"),
                "try again in a minute",
            ),
            Limit::WrongTokensPerMinute => (
                "too many wrong tokens in the last minute".to_owned(),
                "fetch a session and use its token",
            ),
            Limit::WrongKeysPerMinute => (
                "too many wrong API keys in the last minute".to_owned(),
                "use a key that the server was started with",
            ),
            Limit::ManagedSandboxes => (
                format!("{bound} sandboxes were made with an API key, and no more are allowed"),
                "delete some",
            ),
            Limit::HostTokensPerSandbox => (
                format!("this sandbox has {bound} host tokens, and no more are allowed"),
                "revoke some, or let them expire",
            ),
            Limit::PreviewConnectionsPerSandbox => (
                format!("{bound} connections to this sandbox's previews are open"),
                "try again when some have ended",
            ),
            Limit::Tags => (
                format!("there are {bound} tags, and no more are allowed"),
                "use one of them again",
            ),
            Limit::Aliases => (
                format!("there are {bound} aliases, and no more are allowed"),
                "use one of them again",
            ),
            Limit::CloudSandboxes => (
                format!("{bound} sandboxes of the cloud are noted, and no more are allowed"),
                "use one of yours again; who runs the server must take those that are gone out of cloud.json",
            ),
            Limit::Cloud => (
                "the cloud's limit is reached".to_owned(),
                "try again in a while",
            ),
            Limit::PreviewHosts => (
                format!("at most {bound} preview hosts are allowed"),
                "replace the list by a shorter one",
            ),
        };
        Self {
            bound: Some(bound),
            ..Self::new(ProblemKind::Limited(limit), message, hint)
        }
    }

    /// What went wrong.
    pub fn kind(&self) -> ProblemKind {
        self.kind
    }

    /// The bound of the limit that is reached, if one is.
    pub fn bound(&self) -> Option<usize> {
        self.bound
    }

    /// The HTTP status that goes with the kind.
    pub fn status(&self) -> StatusCode {
        match self.kind {
            ProblemKind::BadRequest => StatusCode::BAD_REQUEST,
            ProblemKind::Unauthorized => StatusCode::UNAUTHORIZED,
            ProblemKind::ForeignOrigin | ProblemKind::ForeignHost => StatusCode::FORBIDDEN,
            ProblemKind::NotFound => StatusCode::NOT_FOUND,
            ProblemKind::Asleep => StatusCode::CONFLICT,
            ProblemKind::Invalid => StatusCode::UNPROCESSABLE_ENTITY,
            ProblemKind::UnsupportedMediaType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            ProblemKind::Limited(_) => StatusCode::TOO_MANY_REQUESTS,
            ProblemKind::Internal => StatusCode::INTERNAL_SERVER_ERROR,
            ProblemKind::Storage => StatusCode::INSUFFICIENT_STORAGE,
            ProblemKind::NothingListens | ProblemKind::BrokenOff => StatusCode::BAD_GATEWAY,
            ProblemKind::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl ProblemKind {
    /// The name on the wire.
    pub fn name(self) -> &'static str {
        match self {
            Self::BadRequest => "badRequest",
            Self::Unauthorized => "unauthorized",
            Self::ForeignOrigin => "foreignOrigin",
            Self::ForeignHost => "foreignHost",
            Self::NotFound => "notFound",
            Self::Asleep => "asleep",
            Self::Invalid => "invalid",
            Self::UnsupportedMediaType => "unsupportedMediaType",
            Self::Limited(Limit::SandboxesPerUser) => "limitSandboxesPerUser",
            Self::Limited(Limit::Sandboxes) => "limitSandboxes",
            Self::Limited(Limit::RunningSandboxes) => "limitRunningSandboxes",
            Self::Limited(Limit::SocketsPerSandbox) => "limitSocketsPerSandbox",
            Self::Limited(Limit::SocketsPerAddress) => "limitSocketsPerAddress",
            Self::Limited(Limit::CreatesPerMinute) => "limitCreatesPerMinute",
            Self::Limited(Limit::CreatesPerMinutePerAddress) => "limitCreatesPerMinutePerAddress",
            Self::Limited(Limit::WrongTokensPerMinute) => "limitWrongTokensPerMinute",
            Self::Limited(Limit::WrongKeysPerMinute) => "limitWrongKeysPerMinute",
            Self::Limited(Limit::ManagedSandboxes) => "limitManagedSandboxes",
            Self::Limited(Limit::HostTokensPerSandbox) => "limitHostTokensPerSandbox",
            Self::Limited(Limit::PreviewConnectionsPerSandbox) => {
                "limitPreviewConnectionsPerSandbox"
            }
            Self::Limited(Limit::Tags) => "limitTags",
            Self::Limited(Limit::Aliases) => "limitAliases",
            Self::Limited(Limit::CloudSandboxes) => "limitCloudSandboxes",
            Self::Limited(Limit::Cloud) => "limitCloud",
            Self::Limited(Limit::PreviewHosts) => "limitPreviewHosts",
            Self::Internal => "internal",
            Self::Storage => "storage",
            Self::NothingListens => "nothingListens",
            Self::BrokenOff => "brokenOff",
            Self::Unavailable => "unavailable",
        }
    }
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.hint)
    }
}

impl std::error::Error for Problem {}

#[derive(Serialize)]
struct Body<'a> {
    error: BodyError<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct BodyError<'a> {
    kind: &'a str,
    message: &'a str,
    hint: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    request_id: Option<&'a str>,
}

impl Problem {
    /// As JSON, with the id of the request that ran into it.
    pub(crate) fn body(&self, request_id: Option<&str>) -> Vec<u8> {
        let body = Body {
            error: BodyError {
                kind: self.kind.name(),
                message: &self.message,
                hint: &self.hint,
                request_id,
            },
        };
        // Texts are always JSON.
        serde_json::to_vec(&body).unwrap_or_default()
    }
}

impl Limit {
    /// After how many seconds it is worth to try again, where that is known.
    fn wait(self) -> Option<u64> {
        match self {
            Self::CreatesPerMinute
            | Self::CreatesPerMinutePerAddress
            | Self::WrongTokensPerMinute
            | Self::WrongKeysPerMinute => Some(60),
            Self::RunningSandboxes => Some(10),
            _ => None,
        }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let kind = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
        let mut response = (self.status(), kind, self.body(None)).into_response();
        if let ProblemKind::Limited(limit) = self.kind
            && let Some(wait) = limit.wait()
        {
            let headers = response.headers_mut();
            headers.insert(RETRY_AFTER, HeaderValue::from(wait));
        }
        response.extensions_mut().insert(Told {
            problem: self,
            words: Words::Ours,
        });
        response
    }
}
