//! Terminals, commands, snippets.

use yew_sandbox_client::{CommandOptions, ErrorKind, ShellEvent, TerminalOptions};

use crate::in_each;
use crate::support::soon;

#[tokio::test(flavor = "multi_thread")]
async fn commands_run() {
    in_each(|world| async {
        let commands = world.client.commands();
        let output = soon("a command", commands.run("printf 'a\\nb'"))
            .await
            .unwrap();
        assert_eq!(output.text(), "a\r\nb");
        let error = soon("a command", commands.run("echo no; exit 3"))
            .await
            .unwrap_err();
        let failed = error.command().unwrap();
        assert_eq!((failed.exit_code, failed.text().trim()), (3, "no"));
        let options = CommandOptions {
            directory: Some("it's a dir".into()),
            environment: vec![("NAME".into(), "it's $(x)".into())],
            ..CommandOptions::default()
        };
        world.client.fs().create_dir("it's a dir").await.unwrap();
        let line = "echo \"$NAME ${PWD##*/}\"";
        let output = soon("a command", commands.run_with(line, options))
            .await
            .unwrap();
        assert_eq!(output.text().trim(), "it's $(x) it's a dir");
        let chained = commands.run_all(&["echo one", "false", "echo two"]);
        let error = soon("a command", chained).await.unwrap_err();
        assert_eq!(error.command().unwrap().text().trim(), "one");
        // 2 MB of output, none of it lost.
        let flood = soon("a flood", commands.run("seq 1 300000")).await.unwrap();
        assert!(flood.text().ends_with("299999\r\n300000\r\n"));
        assert_eq!(flood.text().lines().count(), 300_000);

        let command = commands.run_background("sleep 1000").await.unwrap();
        let all = commands.get_all().await.unwrap();
        assert_eq!(all.len(), 1, "{all:?}");
        assert_eq!(all[0].command, "sleep 1000");
        soon("the end", command.kill()).await.unwrap();
        assert!(commands.get_all().await.unwrap().is_empty());
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn terminals_are_typed_into() {
    in_each(|world| async {
        let terminals = world.client.terminals();
        let terminal = terminals.create(TerminalOptions::default()).await.unwrap();
        let mut output = terminal.output();
        terminal.run("echo go$((40 + 2))").await.unwrap();
        let mut all = String::new();
        while !all.contains("go42") {
            match soon("output", output.next()).await.unwrap() {
                ShellEvent::Output(text) => all.push_str(text.as_str()),
                other => panic!("{other:?} after {all:?}"),
            }
        }
        let other = crate::client_of(&world.session);
        let same = other.terminals().open(&terminal.id()).await.unwrap();
        assert!(same.scrollback().contains("go42"));
        soon("the end", same.kill()).await.unwrap();
        while let Some(event) = soon("the end", output.next()).await {
            assert!(!matches!(event, ShellEvent::Gap));
        }
        let error = terminal.run("echo").await.unwrap_err();
        assert!(
            matches!(error.kind(), ErrorKind::Ended | ErrorKind::NotFound),
            "{error}"
        );
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn snippets_have_values() {
    in_each(|world| async {
        let interpreters = world.client.interpreters();
        let code = "const a = \"it's $(x) `y`\"\na.length + 29";
        assert_eq!(
            soon("node", interpreters.javascript(code)).await.unwrap(),
            "42"
        );
        let code = "a = '''it's\n$(x)'''\nprint(len(a))\na.upper()";
        let value = soon("python", interpreters.python(code)).await.unwrap();
        assert_eq!(value, "9\nIT'S\n$(X)");
        let error = soon("python", interpreters.python("1/0"))
            .await
            .unwrap_err();
        let text = error.command().unwrap().text().to_owned();
        assert!(text.contains("ZeroDivisionError"), "{text}");
        world
    })
    .await;
}

/// A reader that keeps up misses nothing, also where it shares its only thread with the link.
#[tokio::test(flavor = "multi_thread")]
async fn a_flood_comes_whole_on_one_thread() {
    in_each(|world| async {
        let session = world.session.clone();
        let reader = tokio::task::spawn_blocking(move || {
            let runtime = tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap();
            runtime.block_on(soon("the flood", async {
                let client = crate::client_of(&session);
                client.connect().await.unwrap();
                let options = TerminalOptions::default();
                let terminal = client.terminals().create(options).await.unwrap();
                let mut output = terminal.output();
                let flood = "yes 0123456789 | head -c 20000000; echo; echo o''ver";
                terminal.run(flood).await.unwrap();
                let mut bytes = 0;
                loop {
                    match output.next().await {
                        Some(ShellEvent::Output(text)) => {
                            bytes += text.as_str().len();
                            if text.as_str().contains("over\r\n") {
                                return bytes;
                            }
                        }
                        other => panic!("{other:?} after {bytes} bytes"),
                    }
                }
            }))
        });
        assert!(reader.await.unwrap() > 20_000_000);
        world
    })
    .await;
}
