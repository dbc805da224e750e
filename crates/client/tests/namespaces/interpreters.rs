//! Snippets of code.

use yew_sandbox_client::ErrorKind;

use crate::SECOND;
use crate::support::{Shells, World, eventually, within};

#[tokio::test(start_paused = true)]
async fn code_is_quoted_and_its_value_is_text() {
    let world = World::connected(1).await;
    let shells = Shells::of(&world.agent);
    let value = world
        .client
        .interpreters()
        .javascript("const a = 'it$(x)'\na");
    eventually(SECOND, || shells.get("shell-1").is_some()).await;
    let line = shells.get("shell-1").unwrap().command.unwrap();
    // A35, A36: what a client is given went into the shell's line as it was.
    assert!(
        line.ends_with("node -p 'const a = '\\''it$(x)'\\''\na'"),
        "{line}"
    );
    assert!(line.contains("export NO_COLOR='1'; "), "{line}");
    shells.output(&world.agent, "shell-1", "it$(x)\r\n");
    shells.exit(&world.agent, "shell-1", 0);
    assert_eq!(within(SECOND, value).await.unwrap(), "it$(x)");
    eventually(SECOND, || shells.get("shell-1").is_none()).await;
}

#[tokio::test(start_paused = true)]
async fn code_that_raises_is_an_error_with_its_traceback() {
    let world = World::connected(1).await;
    let shells = Shells::of(&world.agent);
    let value = world.client.interpreters().python("1/0");
    eventually(SECOND, || shells.get("shell-1").is_some()).await;
    shells.output(&world.agent, "shell-1", "ZeroDivisionError\r\n");
    shells.exit(&world.agent, "shell-1", 1);
    let error = within(SECOND, value).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::CommandFailed);
    assert!(
        error
            .command()
            .unwrap()
            .text()
            .contains("ZeroDivisionError")
    );
    let long = world.client.interpreters().python(&"a".repeat(40 * 1024));
    assert_eq!(long.await.unwrap_err().kind(), ErrorKind::TooLarge);
}
