//! What agents do beside files, inside isolations as the server makes them.
#![allow(clippy::unwrap_used)]

mod support;

use bytes::Bytes;
use support::{Server, connect, isolations};
use yew_sandbox_protocol::git::{Discard, GetStatus, MakeCommit};
use yew_sandbox_protocol::search::{BatchFile, BatchWrite, PathSearch, Search};
use yew_sandbox_protocol::shell::{Create, ShellType, Size};
use yew_sandbox_protocol::system::GetMetrics;

#[tokio::test(flavor = "multi_thread")]
async fn search_git_and_metrics_work_in_every_isolation() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), isolation, |_| {}).await;
        let (session, _) = server.create().await;
        let mut socket = connect(&session).await;
        socket.join().await;
        let files = ["a.txt", "folder/b.txt"].map(|path| BatchFile {
            path: path.into(),
            content: Bytes::from_static(b"a needle\n"),
        });
        let files = BatchWrite {
            files: files.into(),
        };
        socket.call(&files).await.unwrap();
        let search = Search {
            text: "needle".into(),
            glob: None,
            is_regex: None,
            case_sensitivity: None,
        };
        assert_eq!(socket.call(&search).await.unwrap().len(), 2);
        let paths = PathSearch { text: "fb".into() };
        let found = socket.call(&paths).await.unwrap().matches;
        assert_eq!(found[0].path, "folder/b.txt");

        let error = socket.call(&GetStatus).await.unwrap_err();
        assert!(error.message.contains("git init"), "{isolation:?}: {error}");
        let create = Create {
            command: Some("git init --quiet --initial-branch=main && touch .git/done".into()),
            cwd: None,
            size: Some(Size { cols: 80, rows: 24 }),
            kind: Some(ShellType::Command),
            is_system_shell: None,
        };
        socket.call(&create).await.unwrap();
        let done = format!("{}/.git/done", session.workspace_path);
        while socket.read_file(&done).await.is_err() {}
        let status = socket.call(&GetStatus).await.unwrap();
        assert_eq!(status.branch.as_deref(), Some("main"));
        let commit = MakeCommit {
            paths: None,
            message: "first".into(),
            push: None,
        };
        socket.call(&commit).await.unwrap();
        socket.write_file("a.txt", "changed").await;
        socket.call(&Discard { paths: None }).await.unwrap();
        assert_eq!(socket.read_file("a.txt").await.unwrap(), "a needle\n");

        let metrics = socket.call(&GetMetrics).await.unwrap();
        assert!(metrics.memory.used > 0.0, "{isolation:?}: {metrics:?}");
        assert!(metrics.storage.total > 0.0, "{isolation:?}: {metrics:?}");
        server.stop().await;
    }
}
