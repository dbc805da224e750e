//! Searches.

use yew_sandbox_client::fake::FakeSandbox;
use yew_sandbox_client::{Client, ErrorKind, SearchOptions};

use super::{connected, within};

async fn found(client: &Client, text: &str, options: SearchOptions) -> (Vec<String>, bool) {
    let mut search = client.fs().search(text, options).await.unwrap();
    let mut lines = Vec::new();
    while let Some(found) = within(search.next()).await {
        let found = found.unwrap();
        let place = found.submatches[0].start;
        lines.push(format!("{}:{}:{place}", found.path, found.line_number));
    }
    (lines, search.has_more())
}

#[tokio::test(start_paused = true)]
async fn texts_are_found_where_they_are() {
    let fake = FakeSandbox::builder()
        .file("src/a.rs", "one\nTwo one\n")
        .file("src/b.txt", "a one (two)\n")
        .file(".git/config", "one")
        .file("c.bin", vec![0, 255, b'o', b'n', b'e'])
        .build();
    let client = connected(&fake).await;
    let usual = SearchOptions::default;
    let all = ["src/a.rs:1:0", "src/a.rs:2:4", "src/b.txt:1:2"].map(str::to_owned);
    assert_eq!(found(&client, "one", usual()).await, (all.to_vec(), false));
    assert_eq!(found(&client, "two", usual()).await.0.len(), 2);
    assert_eq!(found(&client, "Two", usual()).await.0.len(), 1);
    assert_eq!(found(&client, "(two)", usual()).await.0, ["src/b.txt:1:6"]);
    let only = |glob: &str| SearchOptions {
        glob: Some(glob.to_owned()),
        ..usual()
    };
    assert_eq!(found(&client, "one", only("*.rs")).await.0.len(), 2);
    assert_eq!(found(&client, "one", only("src, !*.rs")).await.0.len(), 1);
    let few = SearchOptions { most: 1, ..usual() };
    assert_eq!(found(&client, "one", few).await, (all[..1].to_vec(), true));
    let expression = SearchOptions {
        is_regex: true,
        ..usual()
    };
    assert_eq!(
        found(&client, "^a .*\\)$", expression.clone()).await.0,
        ["src/b.txt:1:0"]
    );
    let error = client.fs().search("(", expression).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Other);
}

#[tokio::test(start_paused = true)]
async fn paths_are_found_by_their_letters() {
    let fake = FakeSandbox::builder()
        .files([
            ("src/main.rs", ""),
            ("src/mailing/in.rs", ""),
            ("other.txt", ""),
        ])
        .build();
    let client = connected(&fake).await;
    let found = client.fs().find_paths("main").await.unwrap();
    let paths: Vec<_> = found.iter().map(|found| found.path.as_str()).collect();
    assert_eq!(paths, ["src/main.rs", "src/mailing/in.rs"]);
    assert_eq!(
        (found[0].submatches[0].start, found[0].submatches[0].end),
        (4, 8)
    );
    assert_eq!(client.fs().find_paths("").await.unwrap().len(), 3);
}
