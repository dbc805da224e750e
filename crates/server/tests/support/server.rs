//! The library's router on a free port, in this process.

use std::path::Path;

use axum::extract::connect_info::IntoMakeServiceWithConnectInfo;
use tokio::net::TcpListener;
use tokio::task::JoinHandle;
use yew_sandbox_protocol::Session;
use yew_sandbox_server::local::{IsolationChoice, LocalBackend, LocalOptions};
use yew_sandbox_server::manage::ApiKeys;
use yew_sandbox_server::{
    AnonymousCookie, Backend, Identify, Options, Secret, router, router_with_management,
};

use super::{DEADLINE, Request, program};

/// Opens the management API of [`Server::managed`].
pub const API_KEY: &str = "csb_v1_key-of-the-tests";

/// A server that accepts. Dropping it ends it.
#[derive(Debug)]
pub struct Server {
    /// `127.0.0.1:PORT`.
    pub address: String,
    pub local: Option<LocalBackend>,
    serving: JoinHandle<()>,
}

/// Those that are tested on this machine.
pub fn isolations() -> [IsolationChoice; 2] {
    [IsolationChoice::Bubblewrap, IsolationChoice::None]
}

impl Server {
    /// Real sandboxes in `data`.
    pub async fn local(
        data: &Path,
        isolation: IsolationChoice,
        change: impl FnOnce(&mut LocalOptions),
    ) -> Self {
        let mut options = LocalOptions::new(data);
        options.isolation = isolation;
        options.agent_program = Some(program().into());
        change(&mut options);
        let backend = LocalBackend::open(options).await.unwrap();
        let secret = Secret::load_or_create(&backend.data_dir().join("secret")).unwrap();
        let mut server = Self::start(backend.clone(), Options::new(secret)).await;
        server.local = Some(backend);
        server
    }

    /// Real sandboxes in `data`, with the management API for [`API_KEY`].
    pub async fn managed(
        data: &Path,
        isolation: IsolationChoice,
        change: impl FnOnce(&mut LocalOptions),
    ) -> Self {
        let mut options = LocalOptions::new(data);
        options.isolation = isolation;
        options.agent_program = Some(program().into());
        change(&mut options);
        let backend = LocalBackend::open(options).await.unwrap();
        let secret = Secret::load_or_create(&backend.data_dir().join("secret")).unwrap();
        let identify = AnonymousCookie::new(&secret);
        let keys = ApiKeys::new([API_KEY]).unwrap();
        let options = Options::new(secret);
        let router = router_with_management(backend.clone(), identify, options, keys);
        let mut server = Self::serve(router).await;
        server.local = Some(backend);
        server
    }

    pub async fn start(backend: impl Backend, options: Options) -> Self {
        let identify = AnonymousCookie::new(&options.secret);
        Self::start_with(backend, identify, options).await
    }

    pub async fn start_with(
        backend: impl Backend,
        identify: impl Identify,
        options: Options,
    ) -> Self {
        Self::serve(router(backend, identify, options)).await
    }

    async fn serve(router: axum::Router) -> Self {
        let service = router.into_make_service_with_connect_info::<std::net::SocketAddr>();
        Self::serve_service(service).await
    }

    /// With everything about the service in the test's hands.
    pub async fn serve_service(
        service: IntoMakeServiceWithConnectInfo<axum::Router, std::net::SocketAddr>,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap().to_string();
        let serving = tokio::spawn(async move {
            axum::serve(listener, service).await.unwrap();
        });
        Self {
            address,
            local: None,
            serving,
        }
    }

    pub fn origin(&self) -> String {
        format!("http://{}", self.address)
    }

    pub async fn send(&self, request: Request) -> super::Answer {
        request.send(&self.address).await
    }

    /// A new sandbox: its session, and its owner's cookie.
    pub async fn create(&self) -> (Session, String) {
        let answer = self.send(Request::create()).await;
        let session = answer.session();
        (session, answer.cookie().unwrap())
    }

    /// The session of a sandbox that exists.
    pub async fn resume(&self, id: &str, cookie: &str) -> Session {
        let request = Request::get(format!("/api/sandboxes/{id}")).header("cookie", cookie);
        self.send(request).await.session()
    }

    /// Ends it as its process would: sandboxes asleep, folder free.
    pub async fn stop(self) {
        if let Some(local) = &self.local {
            local.close(DEADLINE).await;
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.serving.abort();
    }
}
