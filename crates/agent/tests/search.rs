//! Searches over a real link, good and bad.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::os::unix::fs::symlink;

use common::{Client, Event, Harness};
use yew_sandbox_agent::Permission;
use yew_sandbox_protocol::fs::Stat;
use yew_sandbox_protocol::search::{
    CancelStreamingSearch, CaseSensitivity, PathSearch, Search, SearchFinished, SearchMatch,
    SearchMatches, StreamingSearch,
};
use yew_sandbox_protocol::{ErrorCode, Notification, ServerFrame, decode};

fn search(text: &str) -> Search {
    Search {
        text: text.into(),
        glob: None,
        is_regex: None,
        case_sensitivity: None,
    }
}

fn streaming(id: &str, text: &str) -> StreamingSearch {
    StreamingSearch {
        search_id: id.into(),
        text: text.into(),
        glob: None,
        is_regex: None,
        case_sensitivity: None,
        max_results: None,
    }
}

async fn paths(client: &mut Client, request: &Search) -> Vec<String> {
    let found = client.request(request).await.unwrap();
    let mut paths: Vec<String> = found.into_iter().map(|found| found.file_id).collect();
    paths.sort();
    paths
}

/// All matches of a streaming search that was answered, and whether there are more.
async fn all_matches(client: &mut Client, id: &str) -> (Vec<SearchMatch>, bool) {
    let mut all = Vec::new();
    loop {
        let is_ours = |event: &Event| match event {
            Event::Frame(ServerFrame::Notification { method, params }) => match method.as_str() {
                SearchMatches::METHOD => decode::<SearchMatches>(params).unwrap().search_id == id,
                SearchFinished::METHOD => decode::<SearchFinished>(params).unwrap().search_id == id,
                _ => false,
            },
            _ => false,
        };
        let Event::Frame(ServerFrame::Notification { method, params }) =
            client.wait_for(is_ours).await
        else {
            unreachable!("only notifications are waited for");
        };
        if method == SearchFinished::METHOD {
            return (all, decode::<SearchFinished>(&params).unwrap().hit_limit);
        }
        all.extend(decode::<SearchMatches>(&params).unwrap().matches);
    }
}

/// As many searches as may run held all threads of the program: no file could be read until one of them ended.
#[tokio::test]
async fn searches_keep_nobody_from_files() {
    const MOST_SEARCHES: usize = 8;
    let mut harness = Harness::start_program(r#"exec "$@""#).await;
    let mut client = harness.writer().await;
    let long = "a line without what is looked for\n".repeat(1 << 20);
    std::fs::write(harness.workspace("long.txt"), long).unwrap();
    for number in 0..MOST_SEARCHES {
        let request = streaming(&number.to_string(), "needle");
        client.request(&request).await.unwrap();
    }
    let stat = Stat {
        path: "long.txt".into(),
    };
    client.request(&stat).await.unwrap();
    let is_end = |event: &Event| matches!(event, Event::Frame(ServerFrame::Notification { method, .. }) if method == SearchFinished::METHOD);
    let ended = client.drain().iter().filter(|event| is_end(event)).count();
    assert_eq!(ended, 0);
    harness.stop().await;
}

async fn fill(client: &mut Client, harness: &Harness) {
    for (path, content) in [
        (
            "src/main.rs",
            &b"fn main() {\n    let Needle = 1; // needle\n}\n"[..],
        ),
        ("src/lib.rs", b"// nothing\n"),
        ("README.md", b"a needle\n"),
        (".env", b"needle=1\n"),
        (".gitignore", b"/target\n*.log\n"),
        ("target/out.rs", b"needle\n"),
        ("error.log", b"needle\n"),
        (".git/config", b"needle\n"),
        ("sub/.git/config", b"needle\n"),
        ("picture.png", b"needle\n\0\n"),
    ] {
        std::fs::create_dir_all(harness.workspace(path).parent().unwrap()).unwrap();
        client.write(path, content).await.unwrap();
    }
}

#[tokio::test]
async fn search_finds_texts_and_honours_what_git_ignores() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    fill(&mut client, &harness).await;
    assert_eq!(
        paths(&mut client, &search("needle")).await,
        [".env", "README.md", "src/main.rs"]
    );
    let glob = |glob: &str| Search {
        glob: Some(glob.into()),
        ..search("needle")
    };
    assert_eq!(paths(&mut client, &glob("*.rs")).await, ["src/main.rs"]);
    assert_eq!(
        paths(&mut client, &glob("*.{rs,md},!src")).await,
        ["README.md"]
    );
    // A glob is no way into what is ignored.
    assert_eq!(paths(&mut client, &glob("*.log")).await, [] as [&str; 0]);
    let sensitive = |text: &str, case| Search {
        case_sensitivity: Some(case),
        ..search(text)
    };
    assert_eq!(paths(&mut client, &search("Needle")).await, ["src/main.rs"]);
    assert_eq!(
        paths(&mut client, &sensitive("NEEDLE", CaseSensitivity::Disabled))
            .await
            .len(),
        3
    );
    assert_eq!(
        paths(&mut client, &sensitive("NEEDLE", CaseSensitivity::Enabled)).await,
        [] as [&str; 0]
    );
    harness.stop().await;
}

#[tokio::test]
async fn matches_have_the_offsets_of_their_bytes() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client
        .write("a.txt", "é\nüx yx\n".as_bytes())
        .await
        .unwrap();
    let request = Search {
        is_regex: Some(true),
        ..search("[a-z]x|üx")
    };
    let found = client.request(&request).await.unwrap();
    assert_eq!(found.len(), 1);
    assert_eq!(found[0].lines.text, "üx yx\n");
    assert_eq!(found[0].line_number, 2);
    assert_eq!(found[0].absolute_offset, 3);
    let submatches: Vec<_> = found[0]
        .submatches
        .iter()
        .map(|found| (found.matched.text.as_str(), found.start, found.end))
        .collect();
    assert_eq!(submatches, [("üx", 0, 3), ("yx", 4, 6)]);

    let long = format!("{}needle{}", "a".repeat(100_000), "b".repeat(100_000));
    client.write("long.txt", long.as_bytes()).await.unwrap();
    let found = client.request(&search("needle")).await.unwrap();
    assert!(found[0].lines.text.len() <= 1024);
    let place = found[0].absolute_offset + u64::from(found[0].submatches[0].start);
    assert_eq!(place, 100_000);
    harness.stop().await;
}

#[tokio::test]
async fn a_streaming_search_tells_all_matches_up_to_its_limit() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    for number in 0..300 {
        let content = "needle\n".repeat(3);
        std::fs::write(harness.workspace(&format!("{number}.txt")), content).unwrap();
    }
    let answer = client.request(&streaming("one", "needle")).await.unwrap();
    assert_eq!(answer.search_id, "one");
    let (found, has_more) = all_matches(&mut client, "one").await;
    assert_eq!((found.len(), has_more), (900, false));
    assert_eq!(found[0].file_id.as_ref(), Some(&found[0].path));

    let request = StreamingSearch {
        max_results: Some(899),
        ..streaming("two", "needle")
    };
    client.request(&request).await.unwrap();
    let (found, has_more) = all_matches(&mut client, "two").await;
    assert_eq!((found.len(), has_more), (899, true));

    let request = StreamingSearch {
        max_results: Some(900),
        ..streaming("two", "needle")
    };
    client.request(&request).await.unwrap();
    let (found, has_more) = all_matches(&mut client, "two").await;
    assert_eq!((found.len(), has_more), (900, false));

    client.request(&streaming("none", "absent")).await.unwrap();
    assert_eq!(all_matches(&mut client, "none").await, (vec![], false));
    harness.stop().await;
}

#[tokio::test]
async fn broken_searches_are_refused_at_once() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let broken = StreamingSearch {
        is_regex: Some(true),
        ..streaming("a", "(")
    };
    let error = client.request(&broken).await.unwrap_err();
    assert_eq!(error.code, ErrorCode::CRITICAL);
    assert!(error.message.contains("unclosed group"), "{error}");
    let broken = Search {
        glob: Some("a[".into()),
        ..search("x")
    };
    let error = client.request(&broken).await.unwrap_err();
    assert!(error.message.contains("glob"), "{error}");
    let error = client.request(&search("")).await.unwrap_err();
    assert!(error.message.contains("empty"), "{error}");
    // The id is free again.
    client.request(&streaming("a", "x")).await.unwrap();
    all_matches(&mut client, "a").await;
    harness.stop().await;
}

#[tokio::test]
async fn a_cancelled_search_ends_and_its_place_is_free() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    let many = "needle\n".repeat(200_000);
    std::fs::write(harness.workspace("many"), many).unwrap();
    for round in 0..20 {
        let id = format!("s{round}");
        client.request(&streaming(&id, "needle")).await.unwrap();
        let cancel = CancelStreamingSearch {
            search_id: id.clone(),
        };
        let answer = client.request(&cancel).await.unwrap();
        assert_eq!(answer.search_id, id);
        all_matches(&mut client, &id).await;
    }
    let unknown = CancelStreamingSearch {
        search_id: "unknown".into(),
    };
    client.request(&unknown).await.unwrap();
    harness.stop().await;
}

#[tokio::test]
async fn nothing_outside_the_workspace_is_searched() {
    let mut harness = Harness::start().await;
    let mut client = harness.join(Permission::Read).await;
    let outside = harness.folder.parent().unwrap().join("outside");
    std::fs::create_dir(&outside).unwrap();
    std::fs::write(outside.join("secret"), "needle").unwrap();
    symlink(&outside, harness.workspace("folder")).unwrap();
    symlink(outside.join("secret"), harness.workspace("file")).unwrap();
    std::process::Command::new("mkfifo")
        .arg(harness.workspace("pipe"))
        .status()
        .unwrap();
    assert_eq!(paths(&mut client, &search("needle")).await, [] as [&str; 0]);
    let answer = client.request(&PathSearch { text: "e".into() }).await;
    assert_eq!(answer.unwrap().matches, []);
    harness.stop().await;
}

#[tokio::test]
async fn rules_that_never_end_are_not_read() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    client.write("a.txt", b"needle").await.unwrap();
    std::fs::create_dir(harness.workspace("piped")).unwrap();
    std::fs::create_dir(harness.workspace("endless")).unwrap();
    for folder in ["piped", "endless"] {
        std::fs::write(harness.workspace(folder).join("b.txt"), "needle").unwrap();
    }
    let make_pipe = |path: &str| {
        let made = std::process::Command::new("mkfifo")
            .arg(harness.workspace(path))
            .status();
        assert!(made.unwrap().success());
    };
    make_pipe("piped/.gitignore");
    symlink("/dev/zero", harness.workspace("endless/.ignore")).unwrap();
    assert_eq!(paths(&mut client, &search("needle")).await, ["a.txt"]);
    make_pipe(".gitignore");
    let error = client.request(&search("needle")).await.unwrap_err();
    assert!(error.message.contains(".gitignore"), "{error}");
    client.request(&streaming("a", "needle")).await.unwrap();
    assert_eq!(all_matches(&mut client, "a").await, (vec![], false));
    harness.stop().await;
}

#[tokio::test]
async fn paths_are_found_by_their_letters_best_first() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    fill(&mut client, &harness).await;
    let answer = client
        .request(&PathSearch {
            text: "main".into(),
        })
        .await;
    let found = answer.unwrap().matches;
    assert_eq!(found[0].path, "src/main.rs");
    let first = &found[0].submatches[0];
    assert_eq!(
        (first.matched.text.as_str(), first.start, first.end),
        ("main", 4, 8)
    );
    let answer = client.request(&PathSearch { text: "".into() }).await;
    let mut all: Vec<_> = answer.unwrap().matches;
    all.sort_by(|one, other| one.path.cmp(&other.path));
    let all: Vec<_> = all.iter().map(|found| found.path.as_str()).collect();
    assert_eq!(
        all,
        [
            ".env",
            ".gitignore",
            "README.md",
            "picture.png",
            "src/lib.rs",
            "src/main.rs"
        ]
    );
    harness.stop().await;
}

#[tokio::test]
async fn a_search_sees_what_its_client_wrote_before() {
    let mut harness = Harness::start().await;
    let mut client = harness.writer().await;
    for round in 0..20 {
        let text = format!("needle{round}");
        let path = format!("{round}.txt");
        let write = common::write_file(&path, text.as_bytes());
        client.send(&write).await;
        assert_eq!(paths(&mut client, &search(&text)).await, [path]);
    }
    harness.stop().await;
}
