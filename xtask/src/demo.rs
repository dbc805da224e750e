//! `cargo xtask demo`: the built page and the server, until Ctrl-C.

use std::ffi::OsString;
use std::net::TcpListener;
use std::path::PathBuf;
use std::process::Command;

use anyhow::Result;

use crate::arguments::ServeOptions;
use crate::build;
use crate::paths;
use crate::progress::{note, title};
use crate::server::Server;
use crate::setup::{self, Purpose};

/// The port of the README, and how many after it are tried where it is taken.
const PORT: u16 = 3000;
const PORTS_TRIED: u16 = 20;

/// Sets up, builds, serves.
///
/// # Errors
/// Any of these fails, or the server ends.
pub(crate) fn demo(options: &ServeOptions) -> Result<()> {
    setup::setup(Purpose::Demo)?;
    build::build()?;

    title("Starting the server");
    let mut arguments: Vec<OsString> = vec!["--static-dir".into(), paths::dist().into()];
    arguments.extend(unless_given(options, "--agent", paths::agent()?));
    arguments.extend(template(options));
    arguments.extend(options.server_arguments.iter().cloned());
    let server = Server::start(
        &paths::server(),
        options.port.unwrap_or_else(free_port),
        &data_dir(options),
        &arguments,
    )?;
    title(&format!(
        "Open {} in a browser. Ctrl-C ends the demo.",
        server.address
    ));
    if options.open {
        open_browser(&server.address);
    }
    server.wait()
}

/// What the page's sandboxes begin with, unless the user says something else.
pub(crate) fn template(options: &ServeOptions) -> Vec<OsString> {
    let folder = paths::root().join("examples/playground/template");
    unless_given(options, "--template-dir", folder)
}

/// An option of the server, unless the user gave it.
fn unless_given(options: &ServeOptions, option: &str, value: PathBuf) -> Vec<OsString> {
    let is_it = |argument: &OsString| {
        let argument = argument.to_string_lossy();
        argument.split('=').next() == Some(option)
    };
    if options.server_arguments.iter().any(is_it) {
        return Vec::new();
    }
    vec![option.into(), value.into()]
}

/// Where the sandboxes of this run are kept.
pub(crate) fn data_dir(options: &ServeOptions) -> PathBuf {
    match &options.data_dir {
        Some(folder) => folder.clone(),
        None => paths::root().join(".data"),
    }
}

/// Shows `address` in the desktop's browser. Without one, the address is on the terminal anyway.
pub(crate) fn open_browser(address: &str) {
    if let Err(error) = Command::new("xdg-open").arg(address).spawn() {
        note(&format!("No browser was opened: xdg-open: {error}"));
    }
}

/// The usual port, or the next one that nobody listens on; the server says so where none is free.
fn free_port() -> u16 {
    (PORT..PORT + PORTS_TRIED)
        .find(|port| TcpListener::bind(("127.0.0.1", *port)).is_ok())
        .unwrap_or(PORT)
}
