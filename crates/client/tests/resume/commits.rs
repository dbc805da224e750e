//! What takes long is answered over a broken link.

use std::process::Command;
use std::time::Duration;

use tokio::time::sleep;

use crate::rig::Agent;
use crate::within;

/// A commit that was under way when the link broke runs on, and is made once; it was `Interrupted`.
#[tokio::test]
async fn a_commit_that_runs_while_the_link_breaks_is_answered() {
    let agent = Agent::start().await;
    let rig = agent.client([]);
    within(rig.client.fs().write("a", "x")).await.unwrap();
    let git = |arguments: &[&str]| {
        let workspace = agent.workspace("");
        let output = Command::new("git")
            .arg("-C")
            .arg(workspace)
            .args(arguments)
            .output();
        let output = output.unwrap();
        assert!(output.status.success(), "{output:?}");
        String::from_utf8(output.stdout).unwrap()
    };
    git(&["init", "--quiet"]);
    let hook = "#!/bin/sh\ntouch began\nuntil [ -e go ]; do sleep 0.01; done\n";
    let path = agent.workspace(".git/hooks/pre-commit");
    std::fs::write(&path, hook).unwrap();
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&path, executable).unwrap();
    let commit = rig
        .client
        .git()
        .commit("first", Some(vec!["a".into()]), false);
    within(async {
        while !agent.workspace("began").exists() {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    rig.cut();
    within(async {
        while rig.connections() < 2 {
            sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    rig.connected().await;
    std::fs::write(agent.workspace("go"), "").unwrap();
    within(commit).await.unwrap();
    assert_eq!(git(&["log", "--format=%s"]), "first\n");
}
