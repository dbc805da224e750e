//! What a client asks of shells.

use std::fs;

use tokio::time::timeout;
use yew_sandbox_protocol::shell::{
    Create, Exited, Input, Open, OpenShell, Output, Shell, ShellStatus, Terminate,
};
use yew_sandbox_protocol::{Notification, ServerFrame, SharedText, WireError, decode};

use crate::common::{Client, DEADLINE, Event};

pub(crate) fn create(command: &str) -> Create {
    Create {
        command: Some(command.into()),
        cwd: None,
        size: None,
        kind: None,
        is_system_shell: None,
    }
}

pub(crate) async fn start(client: &mut Client, command: &str) -> String {
    let shell = client.request(&create(command)).await.unwrap();
    assert_eq!(shell.status, ShellStatus::Running);
    assert_eq!((shell.buffer, shell.offset), (Vec::new(), Some(0)));
    shell.id
}

pub(crate) async fn type_in(
    client: &mut Client,
    shell: &str,
    input: &str,
) -> Result<(), WireError> {
    let request = Input {
        shell_id: shell.into(),
        input: input.into(),
        size: None,
    };
    client.request(&request).await
}

pub(crate) async fn open(client: &mut Client, shell: &str) -> Result<OpenShell, WireError> {
    let request = Open {
        shell_id: shell.into(),
        size: None,
    };
    client.request(&request).await
}

pub(crate) async fn terminate(
    client: &mut Client,
    shell: &str,
) -> Result<Option<Shell>, WireError> {
    let shell_id = shell.into();
    client.request(&Terminate { shell_id }).await
}

/// The output that the agent still has.
pub(crate) async fn buffer(client: &mut Client, shell: &str) -> String {
    let pieces = open(client, shell).await.unwrap().buffer;
    pieces.iter().map(SharedText::as_str).collect()
}

pub(crate) fn is_about(event: &Event, shell: &str) -> bool {
    piece(event, shell).is_some() || exit_code(event, shell).is_some()
}

pub(crate) fn piece(event: &Event, shell: &str) -> Option<String> {
    match event {
        Event::Frame(ServerFrame::Notification { method, params }) if method == Output::METHOD => {
            let output: Output = decode(params).unwrap();
            (output.shell_id == shell).then(|| output.out.as_str().to_owned())
        }
        _ => None,
    }
}

pub(crate) fn exit_code(event: &Event, shell: &str) -> Option<i32> {
    match event {
        Event::Frame(ServerFrame::Notification { method, params }) if method == Exited::METHOD => {
            let exited: Exited = decode(params).unwrap();
            (exited.shell_id == shell).then_some(exited.exit_code)
        }
        _ => None,
    }
}

/// All output until the end, and the exit code.
pub(crate) async fn to_the_end(client: &mut Client, shell: &str) -> (String, i32) {
    let mut output = String::new();
    loop {
        let event = client.wait_for(|event| is_about(event, shell)).await;
        if let Some(code) = exit_code(&event, shell) {
            return (output, code);
        }
        output.push_str(&piece(&event, shell).unwrap());
    }
}

/// Output until it holds a text.
pub(crate) async fn until(client: &mut Client, shell: &str, wanted: &str) -> String {
    let mut output = String::new();
    while !output.contains(wanted) {
        let event = client.wait_for(|event| is_about(event, shell)).await;
        match piece(&event, shell) {
            Some(piece) => output.push_str(&piece),
            None => panic!("it ended after {output:?}"),
        }
    }
    output
}

pub(crate) async fn run(client: &mut Client, command: &str) -> (String, i32) {
    let shell = start(client, command).await;
    to_the_end(client, &shell).await
}

pub(crate) fn is_alive(process: &str) -> bool {
    let status = fs::read_to_string(format!("/proc/{}/status", process.trim())).unwrap_or_default();
    !status.is_empty() && !status.contains("State:\tZ")
}

pub(crate) async fn is_gone(process: &str) {
    timeout(DEADLINE, async {
        while is_alive(process) {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
}
