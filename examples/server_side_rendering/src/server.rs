//! On the server.

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::http::HeaderMap;
use axum::http::header::CONTENT_SECURITY_POLICY;
use axum::response::Html;
use axum::routing::get;
use clap::Parser;
use tokio::net::TcpListener;
use yew::ServerRenderer;
use yew_sandbox_components::style_sheet;
use yew_sandbox_server::local::{LocalBackend, LocalOptions};
use yew_sandbox_server::{AnonymousCookie, Options, PagePolicy, Secret, router_with_routes};

use crate::app::App;

/// Serves the page and its sandboxes.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder with the built page.
    pages: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: String,
    /// Where the sandboxes are kept.
    #[arg(long, default_value = "target/server_side_rendering")]
    data_dir: PathBuf,
}

/// Serves until it is ended.
///
/// # Errors
/// The page is not built, the address is taken, or sandboxes cannot be made on this machine.
pub(crate) async fn serve() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    let built = std::fs::read_to_string(arguments.pages.join("index.html"))?;
    let template = Template::new(&built)?;

    // This program is no agent; the server's own binary is.
    let mut local = LocalOptions::new(&arguments.data_dir);
    local.agent_program = Some(std::env::current_exe()?.with_file_name("yew-sandbox-server"));
    let backend = LocalBackend::open(local).await?;
    let secret = Secret::load_or_create(&arguments.data_dir.join("secret"))?;
    let identify = AnonymousCookie::new(&secret);
    let mut options = Options::new(secret);
    options.static_dir = Some(arguments.pages);

    let page = Arc::new((template, PagePolicy::new(&options, &built)));
    let page = get(async move |request: HeaderMap| {
        let (template, policy) = &*page;
        let policy = [(CONTENT_SECURITY_POLICY, policy.header(&request))];
        (policy, Html(template.filled().await))
    });
    let own = Router::new().route("/", page);
    let app = router_with_routes(backend, identify, options, own);
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    let listener = TcpListener::bind(&arguments.listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    axum::serve(listener, service).await?;
    Ok(())
}

/// The built page, around what is rendered.
struct Template {
    before: String,
    after: String,
}

impl Template {
    fn new(page: &str) -> Result<Self, Box<dyn Error>> {
        let root = "<main id=\"app\">";
        let (head, rest) = page.split_once("</head>").ok_or("the page has no head")?;
        let (between, after) = rest.split_once(root).ok_or("the page has no #app")?;
        let style = style_sheet();
        Ok(Self {
            before: format!(
                "{head}<style data-yew-sandbox=\"all\">{style}</style></head>{between}{root}"
            ),
            after: after.to_owned(),
        })
    }

    async fn filled(&self) -> String {
        let app = ServerRenderer::<App>::new().render().await;
        [&self.before, app.as_str(), &self.after].concat()
    }
}
