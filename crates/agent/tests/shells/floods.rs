//! More output than somebody takes.

use yew_sandbox_agent::{Message, Permission};
use yew_sandbox_protocol::shell::{Close, Shell, ShellStatus};

use crate::calls::{buffer, open, piece, run, start, terminate, to_the_end, type_in, until};
use crate::common::{Event, Harness};

#[tokio::test]
async fn two_clients_see_the_same_output_and_one_that_closed_sees_none() {
    let mut harness = Harness::start().await;
    let mut creator = harness.writer().await;
    let mut second = harness.join(Permission::Read).await;
    let mut third = harness.writer().await;
    let shell = start(
        &mut creator,
        "echo before; read; seq 1 20000; read; echo end",
    )
    .await;
    until(&mut creator, &shell, "before\r\n").await;
    let told: Shell = second.notification().await;
    assert_eq!(
        (told.id.as_str(), told.status),
        (shell.as_str(), ShellStatus::Running)
    );
    assert_eq!(buffer(&mut second, &shell).await, "before\r\n");
    assert_eq!(buffer(&mut third, &shell).await, "before\r\n");
    type_in(&mut third, &shell, "\r").await.unwrap();
    let first_part = until(&mut third, &shell, "20000\r\n").await;
    let shell_id = shell.clone();
    third.request(&Close { shell_id }).await.unwrap();
    type_in(&mut third, &shell, "\r").await.unwrap();
    let (output, code) = to_the_end(&mut creator, &shell).await;
    assert_eq!(code, 0);
    assert_eq!(to_the_end(&mut second, &shell).await, (output.clone(), 0));
    assert!(output.starts_with(&first_part));
    // The end is told to all, the output to those that look.
    assert_eq!(to_the_end(&mut third, &shell).await, (String::new(), 0));
    assert_eq!(
        buffer(&mut third, &shell).await,
        format!("before\r\n{output}")
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_flood_can_be_interrupted() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let shell = start(&mut client, "yes").await;
    until(&mut client, &shell, "y\r\n").await;
    let mut other = harness.writer().await;
    assert_eq!(run(&mut other, "echo works").await.0, "works\r\n");
    type_in(&mut client, &shell, "\u{3}").await.unwrap();
    assert_eq!(to_the_end(&mut client, &shell).await.1, 130);
    harness.stop().await;
}

#[tokio::test]
async fn a_flood_waits_for_a_client_that_is_behind() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    let command =
        "stty -opost -echo; read; for i in {1..40000}; do echo 0123456789 $i; done; read; echo end";
    let shell = start(&mut client, command).await;
    let behind = |is_behind| Message::Behind {
        client: 1,
        is_behind,
    };
    harness.send(behind(true)).await;
    // The shell hears of it before the answer.
    type_in(&mut client, &shell, "\r").await.unwrap();
    // Others go on, and what is typed is still taken.
    assert_eq!(run(&mut other, "echo works").await.0, "works\r\n");
    type_in(&mut client, &shell, "\r").await.unwrap();
    let opened = open(&mut other, &shell).await.unwrap();
    assert_eq!(
        (opened.status, opened.buffer),
        (ShellStatus::Running, Vec::new())
    );
    harness.send(behind(false)).await;
    let (output, code) = to_the_end(&mut client, &shell).await;
    let expected: String = (1..=40000).map(|i| format!("0123456789 {i}\n")).collect();
    assert_eq!(code, 0);
    // The echo of what was typed may come before the terminal's settings.
    assert!(
        output
            .replace("\r\n", "")
            .replace('\r', "")
            .contains(&expected)
    );
    assert!(output.ends_with("end\n"));
    assert!(to_the_end(&mut other, &shell).await.0.ends_with("end\n"));
    harness.stop().await;
}

#[tokio::test]
async fn who_stays_behind_is_given_up_and_others_go_on() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let mut other = harness.writer().await;
    let command = "stty raw -echo; echo ready; read; head -c 20000000 /dev/zero | tr '\\0' x";
    let shell = start(&mut other, command).await;
    until(&mut other, &shell, "ready").await;
    open(&mut client, &shell).await.unwrap();
    let (client_number, is_behind) = (client.number, true);
    harness
        .send(Message::Behind {
            client: client_number,
            is_behind,
        })
        .await;
    type_in(&mut other, &shell, "\n").await.unwrap();
    let (output, _) = to_the_end(&mut other, &shell).await;
    assert_eq!(output.matches('x').count(), 20_000_000);
    let is_close = |event: &Event| matches!(event, Event::Close(1013, _));
    client.wait_for(is_close).await;
    let got: usize = client
        .drain()
        .iter()
        .filter_map(|event| piece(event, &shell))
        .map(|piece| piece.len())
        .sum();
    assert!((1_000_000..=4 * 1024 * 1024).contains(&got), "{got}");
    harness.stop().await;
}

#[tokio::test]
async fn input_that_nobody_takes_is_bounded() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let shell = start(&mut client, "stty raw -echo; echo raw; sleep 1000").await;
    until(&mut client, &shell, "raw").await;
    let text = "x".repeat(100_000);
    let mut accepted = 0;
    let error = loop {
        match type_in(&mut client, &shell, &text).await {
            Ok(()) => accepted += 1,
            Err(error) => break error,
        }
        assert!(accepted < 20);
    };
    assert_eq!(error.code.0, 3, "{error}");
    assert!(accepted >= 10);
    terminate(&mut client, &shell).await.unwrap();

    // What is taken arrives whole.
    let shell = start(
        &mut client,
        "stty raw -echo; echo raw; head -c 900000 | sha1sum",
    )
    .await;
    until(&mut client, &shell, "raw").await;
    for _ in 0..9 {
        type_in(&mut client, &shell, &text).await.unwrap();
    }
    let (output, _) = to_the_end(&mut client, &shell).await;
    let (expected, _) = run(
        &mut client,
        "head -c 900000 /dev/zero | tr '\\0' x | sha1sum",
    )
    .await;
    assert_eq!(output.trim(), expected.trim());
    harness.stop().await;
}
