//! What is refused.

use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::shell::{Close, Create, List, Open, Rename, Resize, Restart, Size};

use crate::calls::{create, open, run, start, terminate, type_in, until};
use crate::common::Harness;

#[tokio::test]
async fn who_may_only_read_looks_and_does_nothing_else() {
    let mut harness = Harness::start().await;
    let mut writer = harness.writer().await;
    let mut reader = harness.join(Permission::Read).await;
    let shell = start(&mut writer, "stty size; cat").await;
    let size = Size { cols: 1, rows: 1 };
    let shell_id = shell.clone();
    let opened = Open {
        shell_id: shell_id.clone(),
        size: Some(size),
    };
    reader.request(&opened).await.unwrap();
    assert_eq!(reader.request(&List).await.unwrap().shells.len(), 1);
    let errors = [
        reader.request(&create("true")).await.unwrap_err(),
        type_in(&mut reader, &shell, "x").await.unwrap_err(),
        terminate(&mut reader, &shell).await.unwrap_err(),
        reader
            .request(&Restart {
                shell_id: shell.clone(),
            })
            .await
            .unwrap_err(),
        reader
            .request(&Resize {
                shell_id: shell.clone(),
                size,
            })
            .await
            .unwrap_err(),
        reader
            .request(&Rename {
                shell_id: shell.clone(),
                name: "x".into(),
            })
            .await
            .unwrap_err(),
    ];
    assert_eq!(errors.map(|error| error.code.0), [2; 6]);
    assert_eq!(run(&mut writer, "true").await.1, 0);
    until(&mut writer, &shell, "24 80\r\n").await;
    harness.stop().await;
}

#[tokio::test]
async fn what_cannot_be_is_refused_and_said() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let shell_id = || "none".to_owned();
    let size = Size::default();
    let errors = [
        open(&mut client, "none").await.unwrap_err(),
        type_in(&mut client, "none", "x").await.unwrap_err(),
        terminate(&mut client, "").await.unwrap_err(),
        client
            .request(&Close {
                shell_id: shell_id(),
            })
            .await
            .unwrap_err(),
        client
            .request(&Restart {
                shell_id: shell_id(),
            })
            .await
            .unwrap_err(),
        client
            .request(&Resize {
                shell_id: shell_id(),
                size,
            })
            .await
            .unwrap_err(),
    ];
    assert_eq!(errors.map(|error| error.code.0), [204; 6]);
    for cwd in ["nowhere", "file", "/../..", "a\0b"] {
        client.write("file", b"").await.unwrap();
        let request = Create {
            cwd: Some(cwd.into()),
            ..create("pwd")
        };
        let error = client.request(&request).await.unwrap_err();
        assert!(matches!(error.code.0, 101 | 102), "{cwd:?} {error}");
    }
    for command in ["a\0b".to_owned(), "x".repeat(1 << 20)] {
        let error = client.request(&create(&command)).await.unwrap_err();
        assert!(error.message.contains("bash cannot be started"), "{error}");
    }
    assert_eq!(client.request(&List).await.unwrap().shells, []);
    harness.stop().await;
}
