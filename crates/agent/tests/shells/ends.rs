//! Restarts and ends.

use std::fs;

use tokio::time::timeout;
use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::shell::{
    Create, List, Restart, Restarted, ShellStatus, Size, Terminated,
};

use crate::calls::{
    buffer, create, is_alive, is_gone, run, start, terminate, to_the_end, type_in, until,
};
use crate::common::{DEADLINE, Harness};

#[tokio::test]
async fn a_restart_keeps_the_shell_and_clears_its_output() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    let command = "stty size; echo $$ | tee -a processes; sleep 1000 & echo $! >> processes; cat";
    let request = Create {
        size: Some(Size { cols: 70, rows: 20 }),
        ..create(command)
    };
    let shell = client.request(&request).await.unwrap().id;
    let text = until(&mut client, &shell, "\n").await;
    assert!(text.starts_with("20 70\r\n"), "{text}");
    let processes = loop {
        let processes = fs::read_to_string(harness.workspace("processes")).unwrap_or_default();
        if processes.lines().count() == 2 {
            break processes;
        }
        tokio::task::yield_now().await;
    };
    let shell_id = shell.clone();
    client.request(&Restart { shell_id }).await.unwrap();
    for client in [&mut client, &mut other] {
        let restarted: Restarted = client.notification().await;
        assert_eq!(restarted.shell_id, shell);
    }
    assert!(processes.lines().all(|process| !is_alive(process)));
    until(&mut client, &shell, "20 70\r\n").await;
    assert!(buffer(&mut other, &shell).await.starts_with("20 70\r\n"));
    type_in(&mut client, &shell, "\u{4}").await.unwrap();
    assert_eq!(to_the_end(&mut client, &shell).await.1, 0);

    // What ended can be restarted too.
    let shell_id = shell.clone();
    client.request(&Restart { shell_id }).await.unwrap();
    let shells = client.request(&List).await.unwrap().shells;
    assert_eq!(
        (shells[0].status, shells[0].exit_code),
        (ShellStatus::Running, None)
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_terminated_shell_is_gone_with_all_that_it_started() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.join(Permission::Read).await;
    let command = "trap '' HUP; sleep 1000 & echo $! > a; (set -m; sleep 1000 & echo $! > b; bash -c 'trap \"\" TERM HUP; echo $$ > c; read; sleep 1000' & ); cat";
    let shell = start(&mut client, command).await;
    let mut processes = Vec::new();
    timeout(DEADLINE, async {
        for file in ["a", "b", "c"] {
            processes.push(loop {
                let text = fs::read_to_string(harness.workspace(file)).unwrap_or_default();
                if text.ends_with('\n') {
                    break text;
                }
                tokio::task::yield_now().await;
            });
        }
    })
    .await
    .unwrap();
    assert!(processes.iter().all(|process| is_alive(process)));
    let gone = terminate(&mut client, &shell).await.unwrap().unwrap();
    assert_eq!(
        (gone.id.as_str(), gone.status),
        (shell.as_str(), ShellStatus::Killed)
    );
    assert!(processes.iter().all(|process| !is_alive(process)));
    let told: Terminated = other.notification().await;
    assert_eq!(
        (told.shell_id, told.author.as_deref()),
        (shell.clone(), Some("user1"))
    );
    assert_eq!(client.request(&List).await.unwrap().shells, []);
    assert_eq!(
        terminate(&mut client, &shell).await.unwrap_err().code.0,
        204
    );
    harness.stop().await;
}

#[tokio::test]
async fn what_a_command_left_running_ends_with_its_shell_or_the_agent() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let left = |then: &str| {
        format!(
            "rm -f left; (trap '' HUP; echo > left; {then}) & echo $!; until [ -e left ]; do :; done"
        )
    };
    let shell = start(&mut client, &left("exec sleep 1000")).await;
    let (first, code) = to_the_end(&mut client, &shell).await;
    assert_eq!(code, 0);
    let (second, _) = run(&mut client, &left("while :; do echo noise; done")).await;
    let is_number = |line: &&str| line.parse::<u32>().is_ok();
    let second = second.lines().find(is_number).unwrap();
    // A daemon has a session of its own.
    let (daemon, _) = run(
        &mut client,
        &left("exec setsid bash -c 'echo $$ > daemon; exec sleep 1000'"),
    )
    .await;
    assert!(!daemon.is_empty());
    while client.read("daemon").await.unwrap_or_default().is_empty() {}
    let daemon = fs::read_to_string(harness.workspace("daemon")).unwrap();
    assert!(is_alive(&first) && is_alive(second) && is_alive(&daemon));
    terminate(&mut client, &shell).await.unwrap();
    assert!(!is_alive(&first));
    harness.stop().await;
    is_gone(second).await;
    is_gone(&daemon).await;
}

#[tokio::test]
async fn only_so_many_run_and_only_so_many_are_kept() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut first = String::new();
    for number in 0..33 {
        let shell = start(&mut client, "true").await;
        to_the_end(&mut client, &shell).await;
        if number == 0 {
            first = shell;
        }
    }
    let gone: Terminated = client.notification().await;
    assert_eq!((gone.shell_id, gone.author), (first, None));
    assert_eq!(client.request(&List).await.unwrap().shells.len(), 32);
    let mut shells = Vec::new();
    for _ in 0..64 {
        shells.push(start(&mut client, "cat").await);
    }
    let error = client.request(&create("cat")).await.unwrap_err();
    assert_eq!(error.code.0, 3);
    assert!(error.message.contains("64"), "{error}");
    terminate(&mut client, &shells[5]).await.unwrap();
    start(&mut client, "cat").await;
    harness.stop().await;
}
