//! Examples that are programs of their own, built beside this one.

use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, ensure};

use crate::page::SOON;
use crate::process::{Running, line};
use crate::stage::Stage;

/// The program of an example.
///
/// # Errors
/// It is not built.
pub(crate) fn program(name: &str) -> Result<PathBuf> {
    let program = std::env::current_exe()?.with_file_name(name);
    ensure!(
        program.is_file(),
        "there is no {}: run `cargo build --package {name}`",
        program.display()
    );
    Ok(program)
}

/// Starts an example that serves the page of `page`, and gives its address.
///
/// # Errors
/// It is not built, or does not start.
pub(crate) async fn serve(stage: &Stage<'_>, name: &str, page: &str) -> Result<(Running, String)> {
    let folder = stage.server.log().with_file_name(name);
    std::fs::create_dir_all(&folder)?;
    let log = folder.join("server.log");
    let mut command = Command::new(program(name)?);
    command
        .arg(stage.server.pages().join("examples").join(page))
        .args(["--listen", "127.0.0.1:0", "--data-dir"])
        .arg(folder.join("data"));
    let mut server = Running::start(&mut command, &log)?;
    let address = line(&mut server, &log, SOON, |line| {
        Some(line.strip_prefix("listening on ")?.to_owned())
    })
    .await
    .context("the example did not start")?;
    Ok((server, address))
}
