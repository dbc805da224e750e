//! Paths that lead nowhere, or out.

use yew_sandbox_protocol::fs::ReadDirAnswer;

use super::value::{Value, map};
use super::wire::Wire;
use super::world::{World, in_each};

/// The codes of the namespace.
const CRITICAL: u32 = 0;
const INVALID_ID: u32 = 100;
const INVALID_PATH: u32 = 101;
const FILE: u32 = 102;

/// Every request that takes a path, with this one.
fn with(path: &str) -> Vec<(&'static str, Value)> {
    let content = || b"x".as_slice();
    let file = || map! {"path": path, "content": content()};
    vec![
        ("fs/readFile", map! {"path": path}),
        ("fs/readdir", map! {"path": path}),
        ("fs/stat", map! {"path": path}),
        ("fs/writeFile", file()),
        ("fs/copy", map! {"from": path, "to": "to"}),
        ("fs/copy", map! {"from": "file", "to": path}),
        ("fs/rename", map! {"from": path, "to": "to"}),
        ("fs/rename", map! {"from": "file", "to": path}),
        ("fs/remove", map! {"path": path}),
        ("fs/mkdir", map! {"path": path}),
        ("fs/watch", map! {"path": path}),
        ("fs/download", map! {"path": path}),
        ("fs/batchWrite", map! {"files": vec![file()]}),
        (
            "fs/writePart",
            map! {"path": path, "writeId": "w", "offset": 0, "content": content(), "last": true},
        ),
        ("shell/create", map! {"command": "true", "cwd": path}),
    ]
}

async fn with_files(world: &World) -> Wire {
    let mut wire = world.wire().await;
    let text = map! {"path": "file", "content": b"kept".as_slice()};
    wire.ask("fs/writeFile", text).await.unwrap();
    wire
}

async fn names(wire: &mut Wire) -> Vec<String> {
    let all: ReadDirAnswer = wire.get("fs/readdir", map! {"path": "."}).await;
    let mut names: Vec<String> = all.entries.into_iter().map(|entry| entry.name).collect();
    names.sort();
    names
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_that_cannot_be_are_refused() {
    in_each(async |world| {
        let mut wire = with_files(world).await;
        let before = names(&mut wire).await;
        let deep = "../".repeat(50) + "etc/passwd";
        let long = "x/".repeat(2500);
        let huge = "\u{1}".repeat(16_000_000);
        let paths = [
            "a\0b",
            "/etc/passwd\0.txt",
            "../../../etc/passwd",
            "/..",
            "/a/../../etc/passwd",
            "./../../../..",
            &deep,
        ];
        let too_long = [long.as_str(), &huge];
        let all = paths.map(|path| (path, INVALID_PATH)).into_iter();
        for (path, expected) in all.chain(too_long.map(|path| (path, FILE))) {
            for (method, params) in with(path) {
                let (code, message) = wire.refusal(method, params).await;
                let path = &path[..path.floor_char_boundary(40)];
                assert_eq!(code, expected, "{method} {path:?}: {message}");
                assert!(message.len() < 10_000, "{method} {path:?}");
            }
        }
        assert_eq!(names(&mut wire).await, before);
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn paths_where_something_else_is_fail_with_the_reason() {
    in_each(async |world| {
        let mut wire = with_files(world).await;
        let name = "x".repeat(300);
        for (path, missing) in [("file/below", 20), (name.as_str(), 36), ("none/none", 2)] {
            for (method, params) in with(path) {
                if (method, path) == ("fs/batchWrite", "none/none") {
                    // It makes the directories that it needs.
                    continue;
                }
                let error = wire.ask(method, params).await.unwrap_err();
                assert_eq!(error.code.0, FILE, "{method} {path:.9}: {error}");
                assert_eq!(error.errno, Some(missing), "{method} {path:.9}: {error}");
            }
        }
        for (method, params, errno) in [
            ("fs/readFile", map! {"path": "."}, 21),
            ("fs/readdir", map! {"path": "file"}, 20),
            (
                "fs/writeFile",
                map! {"path": ".", "content": b"".as_slice()},
                21,
            ),
            ("fs/mkdir", map! {"path": "file"}, 17),
            ("fs/mkdir", map! {"path": "file", "recursive": true}, 17),
            ("fs/remove", map! {"path": "."}, 22),
        ] {
            let error = wire.ask(method, params).await.unwrap_err();
            assert_eq!(error.code.0, FILE, "{method}: {error}");
            assert_eq!(error.errno, Some(errno), "{method}: {error}");
        }
        world.is_well(&mut wire).await;
    })
    .await;
}

/// A link that was made inside leads to what is inside, wherever it points.
#[tokio::test(flavor = "multi_thread")]
async fn links_do_not_lead_out() {
    in_each(async |world| {
        let mut wire = with_files(world).await;
        let outside = tempfile::tempdir().unwrap();
        let secret = outside.path().join("secret");
        std::fs::write(&secret, "secret").unwrap();
        let (folder, secret) = (outside.path().display(), secret.display());
        let links = format!("ln -s {secret} one; ln -s {folder} two; ln -s ../../../../../../../../{secret} three; echo made");
        let shell: yew_sandbox_protocol::shell::OpenShell =
            wire.get("shell/create", map! {"command": links}).await;
        let is_it = |exited: &yew_sandbox_protocol::shell::Exited| exited.shell_id == shell.id;
        wire.hears("shell/exit", is_it).await;
        for path in ["one", "two/secret", "three"] {
            let error = wire.ask("fs/readFile", map! {"path": path}).await.unwrap_err();
            assert_eq!((error.code.0, error.errno), (FILE, Some(2)), "{path}: {error}");
            let text = map! {"path": path, "content": b"changed".as_slice()};
            // It may replace the link, or fail.
            drop(wire.ask("fs/writeFile", text).await);
        }
        let kept = std::fs::read_to_string(outside.path().join("secret")).unwrap();
        assert_eq!(kept, "secret");
        assert_eq!(std::fs::read_dir(outside.path()).unwrap().count(), 1);
        world.is_well(&mut wire).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn watches_downloads_and_uploads_refuse_what_they_cannot_do() {
    in_each(async |world| {
        let mut wire = with_files(world).await;
        let globs = |count: usize| vec![Value::text("a"); count];
        for id in ["", "none", "\0", &"\u{1}".repeat(16_000_000)] {
            let (code, message) = wire.refusal("fs/unwatch", map! {"watchId": id}).await;
            assert_eq!(code, INVALID_ID, "{message:.99}");
        }
        let many = map! {"path": ".", "excludes": globs(100_000)};
        assert_eq!(wire.refusal("fs/download", many.clone()).await.0, CRITICAL);
        assert_eq!(wire.refusal("fs/watch", many).await.0, CRITICAL);
        for name in ["", ".", "..", "a/b", "/etc/passwd", "a\0b"] {
            let params = map! {"parentId": "", "filename": name, "content": b"".as_slice()};
            let (code, message) = wire.refusal("fs/upload", params).await;
            assert_eq!(code, INVALID_PATH, "{name:?}: {message}");
        }
        for (parent, expected) in [
            ("none", FILE),
            ("file", FILE),
            ("../../..", INVALID_PATH),
            ("a\0b", INVALID_PATH),
        ] {
            let params = map! {"parentId": parent, "filename": "a", "content": b"".as_slice()};
            let (code, message) = wire.refusal("fs/upload", params).await;
            assert_eq!(code, expected, "{parent:?}: {message}");
        }
        // One bad path, and nothing is written.
        let file = |path: &str| map! {"path": path, "content": b"x".as_slice()};
        let files = map! {"files": vec![file("first.txt"), file("../../../../second.txt")]};
        assert_eq!(wire.refusal("fs/batchWrite", files).await.0, INVALID_PATH);
        assert!(!names(&mut wire).await.contains(&"first.txt".to_owned()));
        world.is_well(&mut wire).await;
    })
    .await;
}
