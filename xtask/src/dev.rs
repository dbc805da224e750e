//! `cargo xtask dev`: the page with hot reload, and the server behind it, until Ctrl-C.

use std::ffi::OsString;
use std::thread;
use std::time::Duration;

use anyhow::{Result, bail};

use crate::arguments::ServeOptions;
use crate::build;
use crate::demo::{data_dir, template};
use crate::paths;
use crate::process::Running;
use crate::progress::{note, title};
use crate::server::Server;
use crate::setup::{self, Purpose};

/// Where Trunk serves the page.
const PAGE_PORT: u16 = 8080;
/// Where Trunk.toml expects the server.
const SERVER_PORT: u16 = 3000;

/// Sets up, starts both, waits until one ends.
///
/// # Errors
/// Something fails, or one of the two ends.
pub(crate) fn dev(options: &ServeOptions) -> Result<()> {
    setup::setup(Purpose::Demo)?;
    title("Building the server");
    build::server(false)?;

    title("Starting the server and Trunk");
    let port = options.port.unwrap_or(PAGE_PORT);
    let mut arguments: Vec<OsString> = Vec::new();
    for host in ["127.0.0.1", "localhost"] {
        arguments.push("--allowed-origin".into());
        arguments.push(format!("http://{host}:{port}").into());
    }
    arguments.extend(template(options));
    arguments.extend(options.server_arguments.iter().cloned());
    let program = paths::target().join("debug/yew-sandbox-server");
    let server = Server::start(&program, SERVER_PORT, &data_dir(options), &arguments)?;
    note(&format!("The server listens on {}.", server.address));
    note(
        "A change of the page's sources reloads the page; after one of the server's, start again.",
    );

    let mut command = build::trunk()?;
    command
        .args(["serve", "--port", &port.to_string(), "--dist"])
        // Away from `dist`, which holds what `build` made.
        .arg(paths::scratch().join("dev"))
        .current_dir(paths::root());
    if options.open {
        command.arg("--open");
    }
    let mut trunk = Running::start(&mut command)?;
    title(&format!(
        "Open http://127.0.0.1:{port} in a browser. Ctrl-C ends both."
    ));
    let mut server = server;
    loop {
        if let Some(status) = trunk.try_wait()? {
            bail!("Trunk ended ({status})");
        }
        if let Some(status) = server.try_wait()? {
            bail!("the server ended ({status})");
        }
        thread::sleep(Duration::from_millis(200));
    }
}
