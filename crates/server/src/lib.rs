//! Creates, isolates and serves sandboxes over HTTP, for pages made with `yew-sandbox` and for the JavaScript SDK.
//!
//! ```no_run
//! use yew_sandbox_server::{AnonymousCookie, Options, Secret, router};
//! use yew_sandbox_server::local::{LocalBackend, LocalOptions};
//!
//! # async fn serve() -> Result<(), Box<dyn std::error::Error>> {
//! let backend = LocalBackend::open(LocalOptions::new("data")).await?;
//! let secret = Secret::load_or_create("data/secret".as_ref())?;
//! let identify = AnonymousCookie::new(&secret);
//! let router = router(backend, identify, Options::new(secret));
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:3000").await?;
//! // With the addresses of those who ask: limits count for each of them.
//! let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
//! axum::serve(listener, service).await?;
//! # Ok(())
//! # }
//! ```
//!
//! | part | what it is |
//! | --- | --- |
//! | [`router`], [`Options`], [`Access`], [`Shutdown`] | the HTTP surface |
//! | [`Metrics`] | figures for Prometheus |
//! | [`Backend`], [`Attachment`] | where sandboxes come from; put your own behind it |
//! | [`Identify`], [`AnonymousCookie`], [`SessionOptions`] | who asks and with what session; put your site's login behind it |
//! | [`router_with_routes`] | the same with routes of your own, such as a login |
//! | [`router_with_management`], [`manage`] | the same with the management API, for the JavaScript SDK |
//! | [`local`] | the embedded backend: folders, isolated processes, sleep |
//! | [`codesandbox`] | the cloud as a backend |
//! | [`Problem`] | what is answered where something is refused or fails |

pub mod codesandbox;
pub mod local;
pub mod manage;

mod agent_queue;
mod agent_socket;
mod api;
mod backend;
mod client_queue;
mod cookies;
mod downloads;
mod front;
mod headers;
mod identity;
mod kept;
mod metrics;
mod options;
mod origin;
mod pages;
mod preview;
mod problem;
mod rate;
mod router;
mod secret;
mod shutdown;
mod tokens;
mod websocket;

pub use agent_queue::{AgentGone, AgentReceiver, AgentSender, agent_queue};
pub use backend::{AgentAt, Attachment, Awake, Backend, DoorStream, Duplex, Inside, Visit};
pub use client_queue::{
    ClientQueueBounds, ClientReceiver, ClientSender, Closing, ToClient, client_queue,
};
pub use cookies::cookies;
pub use identity::{AnonymousCookie, Identify, Identity, InvalidSession, SessionOptions, User};
pub use metrics::Metrics;
pub use options::Options;
pub use origin::Access;
pub use pages::PagePolicy;
pub use preview::{InvalidPreviewDomain, PreviewDomain};
pub use problem::{Limit, Problem, ProblemKind};
pub use router::{router, router_with_management, router_with_routes};
pub use secret::{Secret, SecretError};
pub use shutdown::Shutdown;
pub use yew_sandbox_agent::{GitIdentity, Permission, Visitor};
pub use yew_sandbox_protocol::HostToken;
