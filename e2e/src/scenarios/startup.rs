//! From nothing to a sandbox that is ready.

use anyhow::{Result, ensure};

use crate::page::{Look, SOON};
use crate::server::ServerSettings;
use crate::stage::Stage;
use yew_sandbox_fault_proxy::SessionFault;

/// A step that lasts until the workspace holds the file `go`.
pub(super) const WITH_A_STEP: ServerSettings = ServerSettings {
    tasks: Some(
        r#"{"setupTasks": [{"name": "Wait for go", "command": "until [ -e go ]; do sleep 0.05; done"}]}"#,
    ),
    ..ServerSettings::DEFAULT
};

/// While the session is awaited the page is Connecting, with a progress bar.
pub(super) async fn progress_until_ready(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    stage.proxy.set_sessions(SessionFault::Held);
    page.open(None).await?;
    let connecting = page
        .shows("Connecting with a progress bar", SOON, |look| {
            look.state.as_deref() == Some("Connecting") && look.progress.is_some()
        })
        .await?;
    ensure!(well_formed(&connecting), "{connecting:?}");
    ensure!(connecting.alert.is_none(), "{connecting:?}");
    stage.proxy.set_sessions(SessionFault::None);
    page.shows("Connected without a progress bar", SOON, |look| {
        look.state.as_deref() == Some("Connected") && look.progress.is_none()
    })
    .await?;
    let id = page.sandbox().await?;
    let address = stage.browser.session.address().await?;
    ensure!(
        address.ends_with(&format!("#{id}")),
        "the address {address} does not keep the id {id}"
    );
    Ok(())
}

/// The name of the running step is to be read, and the files work meanwhile.
pub(super) async fn steps_of_the_sandbox(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    page.open(None).await?;
    let step = page
        .shows("the step's name in the progress bar", SOON, |look| {
            let progress = look.progress.as_ref();
            look.state.as_deref() == Some("Connected")
                && progress.is_some_and(|progress| progress.message.contains("Wait for go"))
        })
        .await?;
    ensure!(well_formed(&step), "{step:?}");
    page.write("go", "now").await?;
    page.shows("no progress bar", SOON, |look| look.progress.is_none())
        .await?;
    // What was set up once is not set up again.
    stage.reload().await?;
    page.shows("Connected without a progress bar", SOON, |look| {
        look.state.as_deref() == Some("Connected") && look.progress.is_none()
    })
    .await?;
    Ok(())
}

fn well_formed(look: &Look) -> bool {
    look.progress.as_ref().is_some_and(|progress| {
        (0.0..=progress.max).contains(&progress.value) && !progress.message.is_empty()
    })
}

/// What the browser itself tells assistive technology. A driver that cannot say is believed.
pub(super) async fn roles_and_names(stage: &mut Stage<'_>) -> Result<()> {
    let page = &stage.page;
    page.open_connected().await?;
    let mut wanted = Vec::new();
    for name in ["Write", "Read", "Disconnect", "Reconnect"] {
        wanted.push((page.button(name).await?, "button", name));
    }
    for name in ["Path", "Content"] {
        wanted.push((page.text_box(name).await?, "textbox", name));
    }
    let find = |xpath| stage.browser.session.find(xpath);
    let connection = find("//*[@role='status'][@aria-label='Connection']").await?;
    wanted.push((connection, "status", "Connection"));
    let result = find("//output").await?;
    wanted.push((result, "status", "Result"));
    for (element, role, name) in wanted {
        let told = match (element.role().await, element.name().await) {
            (Ok(role), Ok(name)) => (role.to_lowercase(), name),
            (Err(error), _) | (_, Err(error)) if is_unknown(&error) => return Ok(()),
            (Err(error), _) | (_, Err(error)) => return Err(error),
        };
        ensure!(
            told == (role.to_owned(), name.to_owned()),
            "the {role} {name} is told as {told:?}"
        );
    }
    Ok(())
}

fn is_unknown(error: &anyhow::Error) -> bool {
    let error = format!("{error:#}");
    error.contains("unknown command") || error.contains("unsupported operation")
}
