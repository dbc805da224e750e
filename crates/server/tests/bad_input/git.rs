//! Git without a repository, and names that git could take for something else.

use super::value::{Value, map};
use super::wire::Wire;
use super::world::in_each;

/// The codes of the namespace.
const CRITICAL: u32 = 0;
const INVALID_ID: u32 = 100;
const INVALID_PATH: u32 = 101;
const FILE: u32 = 102;
const FETCH: u32 = 410;
const PUSH: u32 = 440;

async fn run(wire: &mut Wire, command: &str) {
    use yew_sandbox_protocol::shell::{Exited, OpenShell};
    let shell: OpenShell = wire.get("shell/create", map! {"command": command}).await;
    let is_it = |exited: &Exited| exited.shell_id == shell.id;
    let exited: Exited = wire.hears("shell/exit", is_it).await;
    assert_eq!(exited.exit_code, 0, "{command}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_request_says_that_there_is_no_repository() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        let rows = super::table::table().into_iter();
        for row in rows.filter(|row| row.method.starts_with("git/")) {
            let error = wire.ask(row.method, row.takes.sample()).await.unwrap_err();
            assert_eq!(
                (error.code.0, error.errno),
                (FILE, Some(2)),
                "{}",
                row.method
            );
            assert!(
                error.message.contains("git init"),
                "{}: {error}",
                row.method
            );
        }
        // What a client left broken is none either.
        run(&mut wire, "mkdir .git && echo nonsense > .git/HEAD").await;
        let error = wire.ask("git/status", Value::Nil).await.unwrap_err();
        assert_eq!(error.code.0, FILE, "{error}");
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn names_that_are_none_are_refused() {
    in_each(async |world| {
        let mut wire = world.wire().await;
        run(
            &mut wire,
            "git init --quiet && git -c user.name=a -c user.email=a commit --quiet --allow-empty --message first",
        )
        .await;
        let long = "x".repeat(1_000_000);
        let names = [
            "", "-", "--help", "--upload-pack=touch x", "a..b", "a b", "a\nb", "a\0b", &long,
        ];
        for name in names {
            for (method, params) in [
                ("git/targetDiff", map! {"branch": name}),
                ("git/pull", map! {"branch": name}),
                ("git/pushToRemote", map! {"url": "https://localhost/a", "branch": name}),
                ("git/renameBranch", map! {"oldBranch": "main", "newBranch": name}),
                ("git/renameBranch", map! {"oldBranch": name, "newBranch": "main"}),
                ("git/remoteContent", map! {"reference": name, "path": "a"}),
                ("git/diffStatus", map! {"base": name, "head": "HEAD"}),
                ("git/diffStatus", map! {"base": "HEAD", "head": name}),
                (
                    "git/transposeLines",
                    vec![map! {"sha": name, "path": "a", "line": 1}].into(),
                ),
            ] {
                let (code, message) = wire.refusal(method, params).await;
                assert_eq!(code, INVALID_ID, "{method} {name:.20?}: {message:.200}");
                assert!(message.len() < 5000, "{method} {name:.20?}");
            }
        }
        for path in ["", "..", "../..", "a\0b", "/etc/passwd", ".git/config", &long] {
            for (method, params) in [
                ("git/discard", map! {"paths": vec![path.into()]}),
                ("git/commit", map! {"paths": vec![path.into()], "message": "x"}),
                ("git/remoteContent", map! {"reference": "HEAD", "path": path}),
            ] {
                let (code, message) = wire.refusal(method, params).await;
                assert_eq!(code, INVALID_PATH, "{method} {path:.20?}: {message:.200}");
            }
        }
        for message in ["", " \n", "a\0b", &long] {
            let (code, _) = wire.refusal("git/commit", map! {"message": message}).await;
            assert_eq!(code, CRITICAL, "{message:.20?}");
        }
        for url in ["", "-x", "--upload-pack=x", "ext::sh -c x", "ftp://localhost/a", "a\0b"] {
            let params = map! {"url": url, "branch": "main"};
            let (code, message) = wire.refusal("git/pushToRemote", params).await;
            assert_eq!(code, INVALID_ID, "{url:?}: {message}");
        }
        for (method, params, expected) in [
            ("git/pull", map! {"branch": "none"}, FETCH),
            ("git/push", Value::Nil, PUSH),
        ] {
            let (code, message) = wire.refusal(method, params).await;
            assert_eq!(code, expected, "{method}: {message}");
        }
        wire.ask("git/status", Value::Nil).await.unwrap();
        world.is_well(&mut wire).await;
    })
    .await;
}
