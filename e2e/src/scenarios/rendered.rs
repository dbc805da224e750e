//! A page that a server rendered: the example `server_side_rendering`, which is a server of its own.

use anyhow::{Context, Result, ensure};

use crate::example;
use crate::page::SOON;
use crate::stage::Stage;
use crate::wait::until;

/// The page as the server sends it, before anything of it runs.
const SENT: &str = "return fetch(location.href).then((answer) => answer.text());";
/// What the file's `output` says; null before it is there.
const SAVED: &str =
    "return document.querySelector('[aria-label=\"Saved note\"]')?.textContent ?? null;";
/// The names in the tree.
const TREE: &str = "return [...document.querySelectorAll('[role=treeitem]')].map((row) => row.textContent).join();";
/// How many sheets there are.
const SHEETS: &str = "return document.querySelectorAll('style[data-yew-sandbox]').length;";

/// What is sent can be read before the page runs, has its style, and then works.
pub(super) async fn taken_over(stage: &mut Stage<'_>) -> Result<()> {
    let session = &stage.browser.session;
    let name = "server_side_rendering";
    let (server, address) = example::serve(stage, name, name).await?;
    session.open(&address).await?;

    let sent = session.run(SENT, &[]).await?;
    let sent = sent.as_str().context("the page has a text")?;
    let (head, body) = sent.split_once("</head>").context("the page has a head")?;
    ensure!(
        head.contains("@layer yew-sandbox"),
        "the head has no style: {head}"
    );
    for part in [
        "Starting the sandbox",
        "<progress",
        "Connecting",
        "--ys-accent",
    ] {
        ensure!(
            body.contains(part),
            "`{part}` is not in what is sent: {body}"
        );
    }
    ensure!(
        !body.contains("Save"),
        "what needs the sandbox is there too early: {body}"
    );

    says(stage, "no note yet").await?;
    session
        .find("//input[@aria-label='Note']")
        .await?
        .fill("Hello World")
        .await?;
    session
        .find("//button[text()='Save']")
        .await?
        .click()
        .await?;
    says(stage, "Hello World").await?;
    until("the new file in the tree", SOON, async || {
        let tree = session.run(TREE, &[]).await?;
        Ok(tree
            .as_str()
            .is_some_and(|names| names.contains("note.txt"))
            .then_some(()))
    })
    .await?;
    // The page has the sheets already, and brings none of its own.
    let sheets = session.run(SHEETS, &[]).await?;
    ensure!(sheets == 1, "there are {sheets} sheets");
    stage.leave().await?;
    server.end().await;
    Ok(())
}

async fn says(stage: &Stage<'_>, words: &str) -> Result<()> {
    until(words, SOON, async || {
        let saved = stage.browser.session.run(SAVED, &[]).await?;
        Ok((saved == words).then_some(()))
    })
    .await
}
