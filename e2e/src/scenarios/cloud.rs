//! The same page on the backend `codesandbox`. A second server with its management API is the cloud.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, ensure};

use super::sleep::FALLS_ASLEEP;
use crate::page::{COMES_BACK, Page, SOON};
use crate::process::{Running, line};
use crate::stage::Stage;
use crate::wait::until;

const KEY: &str = "a-key-of-the-management-api";
/// After how many seconds without a request a sandbox of the cloud goes to sleep: not here, and soon.
const LATE: u32 = 600;
const SOON_ASLEEP: u32 = 2;

/// Sandboxes of the cloud are made, used, slept and woken by the page that was built for this server.
pub(super) async fn same_page(stage: &mut Stage<'_>) -> Result<()> {
    let folder = stage.server.log().with_file_name("cloud");
    std::fs::create_dir_all(&folder)?;
    let ours = Place::new(stage, &folder, "ours");
    let theirs = Place::new(stage, &folder, "theirs");
    // Each must know where the other is, so the cloud starts twice.
    let (cloud, cloud_address) = theirs.start("127.0.0.1:0", Role::Cloud(None, LATE)).await?;
    let (server, address) = ours
        .start("127.0.0.1:0", Role::Server(&cloud_address))
        .await?;
    cloud.end().await;
    let (cloud, _) = theirs
        .start(&cloud_address, Role::Cloud(Some(&address), LATE))
        .await?;

    let page = Page::new(
        stage.browser.session.clone(),
        format!("http://{address}/examples/quick_start/"),
    );
    page.open_connected().await?;
    let id = page.sandbox().await?;
    ensure!(
        folder.join("theirs/sandboxes").join(&id).is_dir(),
        "the sandbox {id} is not in the cloud"
    );
    page.write("seen.txt", "from the page").await?;
    page.fill("Command", "cat seen.txt; echo $((6*7))").await?;
    page.press("Run").await?;
    until("the output", SOON, async || {
        let log = page.look().await?.log.unwrap_or_default();
        Ok((log.contains("from the page") && log.contains("42")).then_some(()))
    })
    .await?;

    // The cloud goes, and comes back; so does the page.
    cloud.end().await;
    page.state("Reconnecting", SOON).await?;
    let (cloud, _) = theirs
        .start(&cloud_address, Role::Cloud(Some(&address), SOON_ASLEEP))
        .await?;
    page.state("Connected", COMES_BACK).await?;

    // The sandbox falls asleep; the page has it woken by its own server.
    page.state("Hibernated", FALLS_ASLEEP).await?;
    page.press("Reconnect").await?;
    page.state("Connected", COMES_BACK).await?;
    page.reads("seen.txt", "from the page").await?;
    page.open(Some(&id)).await?;
    stage.forget_the_page_before().await?;
    page.state("Connected", SOON).await?;
    ensure!(page.sandbox().await? == id, "another sandbox was opened");

    stage.leave().await?;
    server.end().await;
    cloud.end().await;
    Ok(())
}

/// What a server is here.
#[derive(Clone, Copy, Debug)]
enum Role<'a> {
    /// The cloud, for pages of this address, with so many seconds until a sandbox sleeps.
    Cloud(Option<&'a str>, u32),
    /// The server of the pages, for the cloud at this address.
    Server(&'a str),
}

/// A server's program and data.
#[derive(Debug)]
struct Place {
    program: PathBuf,
    pages: PathBuf,
    data: PathBuf,
}

impl Place {
    fn new(stage: &Stage<'_>, folder: &Path, name: &str) -> Self {
        Self {
            program: stage.server.program().to_owned(),
            pages: stage.server.pages().to_owned(),
            data: folder.join(name),
        }
    }

    async fn start(&self, listen: &str, role: Role<'_>) -> Result<(Running, String)> {
        let mut command = Command::new(&self.program);
        command
            .args(["--listen", listen, "--data-dir"])
            .arg(&self.data);
        match role {
            Role::Cloud(origin, sleeps_after) => {
                command
                    .env("YEW_SANDBOX_API_KEY", KEY)
                    .args(["--hibernate-after", &sleeps_after.to_string()]);
                if let Some(address) = origin {
                    command.args(["--allowed-origin", &format!("http://{address}")]);
                }
            }
            Role::Server(cloud) => {
                command
                    .args(["--backend", "codesandbox", "--static-dir"])
                    .arg(&self.pages)
                    .env("CSB_API_KEY", KEY)
                    .env("CSB_BASE_URL", format!("http://{cloud}"));
            }
        }
        let log = self.data.with_extension("log");
        let mut process = Running::start(&mut command, &log)?;
        let address = line(&mut process, &log, SOON, |line| {
            Some(line.strip_prefix("listening on http://")?.to_owned())
        })
        .await
        .context("a server did not start")?;
        Ok((process, address))
    }
}
