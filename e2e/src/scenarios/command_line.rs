//! The example `command_line`.

use std::process::Output;

use anyhow::{Context, Result, ensure};
use tokio::process::Command;

use crate::example;
use crate::stage::Stage;

/// Files go in and come out, commands print and end, and the next run finds the same sandbox.
pub(super) async fn there_and_back(stage: &mut Stage<'_>) -> Result<()> {
    let folder = stage.server.log().with_file_name("command_line");
    std::fs::create_dir_all(&folder)?;
    std::fs::write(folder.join("here.txt"), "one\ntwo\n")?;
    expect(stage, &["put", "here.txt", "there.txt"], 0, "").await?;
    expect(stage, &["run", "wc -l < there.txt; exit 3"], 3, "2").await?;
    expect(stage, &["get", "there.txt", "back.txt"], 0, "").await?;
    let back = std::fs::read_to_string(folder.join("back.txt"))?;
    ensure!(back == "one\ntwo\n", "{back:?}");
    let missing = run(stage, &["get", "nothing.txt", "nothing.txt"]).await?;
    ensure!(!missing.status.success(), "what is not there was copied");
    Ok(())
}

async fn expect(stage: &Stage<'_>, arguments: &[&str], code: i32, prints: &str) -> Result<()> {
    let output = run(stage, arguments).await?;
    let text = String::from_utf8_lossy(&output.stdout);
    let is_right = output.status.code() == Some(code) && text.trim() == prints;
    ensure!(is_right, "{arguments:?} gave {output:?}");
    Ok(())
}

async fn run(stage: &Stage<'_>, arguments: &[&str]) -> Result<Output> {
    let server = format!("http://{}", stage.server.address());
    let program = Command::new(example::program("command_line")?)
        .args(["--server", &server])
        .args(arguments)
        .current_dir(stage.server.log().with_file_name("command_line"))
        .output();
    let soon = std::time::Duration::from_secs(30);
    let output = tokio::time::timeout(soon, program).await;
    Ok(output.context("the program does not end")??)
}
