//! An axum app with a login of its own, and sandboxes that belong to whoever is signed in.

mod login;

use std::error::Error;
use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use tokio::net::TcpListener;
use yew_sandbox_server::local::{LocalBackend, LocalOptions};
use yew_sandbox_server::{Options, Secret, router_with_routes};

use crate::login::Logins;

/// Serves a page and its sandboxes to those who are signed in.
#[derive(Debug, Parser)]
struct Arguments {
    /// The folder with the built page.
    pages: PathBuf,
    /// Where to listen.
    #[arg(long, default_value = "127.0.0.1:3000")]
    listen: String,
    /// Where the sandboxes are kept.
    #[arg(long, default_value = "target/own_login")]
    data_dir: PathBuf,
}

#[tokio::main]
async fn main() -> Result<(), Box<dyn Error>> {
    let arguments = Arguments::parse();
    // This program is no agent; the server's own binary is.
    let mut local = LocalOptions::new(&arguments.data_dir);
    local.agent_program = Some(std::env::current_exe()?.with_file_name("yew-sandbox-server"));
    let backend = LocalBackend::open(local).await?;
    let mut options = Options::new(Secret::load_or_create(&arguments.data_dir.join("secret"))?);
    options.static_dir = Some(arguments.pages);

    let logins = Logins::default();
    let app = router_with_routes(backend, logins.clone(), options, login::routes(logins));
    let listener = TcpListener::bind(&arguments.listen).await?;
    println!("listening on http://{}", listener.local_addr()?);
    // With the addresses of visitors: some limits count for each of them.
    let service = app.into_make_service_with_connect_info::<SocketAddr>();
    axum::serve(listener, service).await?;
    Ok(())
}
