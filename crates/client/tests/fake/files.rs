//! Files, directories, watches.

use yew_sandbox_client::fake::FakeSandbox;
use yew_sandbox_client::protocol::ErrorCode;
use yew_sandbox_client::protocol::fs::WriteFile;
use yew_sandbox_client::protocol::limits::MAX_CONTENT;
use yew_sandbox_client::{
    CopyOptions, ErrorKind, FileType, WatchEvent, WatchOptions, WriteOptions,
};

use super::{connected, within};

#[tokio::test(start_paused = true)]
async fn what_is_written_can_be_read_from_both_sides() {
    let fake = FakeSandbox::builder().file("src/a.txt", "one").build();
    let client = connected(&fake).await;
    let fs = client.fs();
    assert_eq!(fs.read("src/a.txt").await.unwrap(), "one");
    fs.write("src/b.bin", vec![0, 255]).await.unwrap();
    assert_eq!(fake.file("src/b.bin").unwrap(), vec![0, 255]);
    assert_eq!(fake.paths(), ["src/a.txt", "src/b.bin"]);
    let written = fake.requests_of::<WriteFile>();
    assert_eq!(written.len(), 1);
    assert_eq!(written[0].path, "src/b.bin");
    let status = fs.metadata("src/b.bin").await.unwrap();
    assert_eq!((status.file_type, status.size), (FileType::File, 2));
}

#[tokio::test(start_paused = true)]
async fn a_directory_lists_what_is_directly_in_it() {
    let fake = FakeSandbox::builder()
        .file("a/deep/er.txt", "")
        // These sort between a directory and what is in it.
        .file("a-b.txt", "")
        .file("a!", "")
        .file("a0", "")
        .directory("empty")
        .build();
    let client = connected(&fake).await;
    let mut names: Vec<_> = client.fs().read_dir(".").await.unwrap();
    names.sort_by(|one, other| one.name.cmp(&other.name));
    let names: Vec<_> = names
        .iter()
        .map(|entry| (entry.name.as_str(), entry.file_type))
        .collect();
    let (file, directory) = (FileType::File, FileType::Directory);
    assert_eq!(
        names,
        [
            ("a", directory),
            ("a!", file),
            ("a-b.txt", file),
            ("a0", file),
            ("empty", directory)
        ]
    );
    assert_eq!(client.fs().read_dir("a").await.unwrap().len(), 1);
    assert_eq!(client.fs().read_dir("/").await.unwrap()[0].name, "project");
}

#[tokio::test(start_paused = true)]
async fn a_hundred_thousand_names_are_listed() {
    let names = (0..100_000).map(|number| (format!("many/{:03}/{number}.txt", number % 500), ""));
    let fake = FakeSandbox::builder().files(names).build();
    let client = connected(&fake).await;
    assert_eq!(client.fs().read_dir("many").await.unwrap().len(), 500);
    assert_eq!(client.fs().read_dir("many/007").await.unwrap().len(), 200);
}

#[tokio::test(start_paused = true)]
async fn operations_fail_as_the_agent_s() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("dir/b.txt", "b")
        .build();
    let client = connected(&fake).await;
    let fs = client.fs();
    let errno = |error: yew_sandbox_client::Error| error.errno_name().unwrap_or("none");
    assert_eq!(errno(fs.read("none.txt").await.unwrap_err()), "ENOENT");
    assert_eq!(errno(fs.read("dir").await.unwrap_err()), "EISDIR");
    assert_eq!(errno(fs.read("a.txt/b").await.unwrap_err()), "ENOTDIR");
    assert_eq!(errno(fs.read_dir("a.txt").await.unwrap_err()), "ENOTDIR");
    assert_eq!(
        errno(fs.write("none/c.txt", "c").await.unwrap_err()),
        "ENOENT"
    );
    assert_eq!(errno(fs.create_dir("dir").await.unwrap_err()), "EEXIST");
    assert_eq!(errno(fs.remove("dir").await.unwrap_err()), "ENOTEMPTY");
    assert_eq!(
        errno(fs.rename("a.txt", "dir/b.txt").await.unwrap_err()),
        "EEXIST"
    );
    let only_new = WriteOptions {
        create: true,
        overwrite: false,
    };
    let error = fs.write_with("a.txt", "b", only_new).await.unwrap_err();
    assert_eq!(errno(error), "EEXIST");
    assert_eq!(
        fs.read("../../..").await.unwrap_err().kind(),
        ErrorKind::InvalidPath
    );
}

/// The fake handed out files that the agent refuses.
#[tokio::test(start_paused = true)]
async fn a_file_is_read_up_to_the_limit() {
    let fake = FakeSandbox::new();
    fake.write("most", vec![7; MAX_CONTENT]);
    fake.write("over", vec![7; MAX_CONTENT + 1]);
    let client = connected(&fake).await;
    let most = client.fs().read("most").await.unwrap();
    assert_eq!(most.len(), MAX_CONTENT);
    let error = client.fs().read("over").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::TooLarge);
    assert_eq!(error.errno_name(), Some("EFBIG"));
    // The test itself sees all that is there.
    assert_eq!(fake.file("over").unwrap().len(), MAX_CONTENT + 1);
}

#[tokio::test(start_paused = true)]
async fn directories_move_and_are_copied_with_all_that_is_in_them() {
    let fake = FakeSandbox::builder()
        .file("a/b/c.txt", "c")
        .file("a/d.txt", "d")
        .build();
    let client = connected(&fake).await;
    let fs = client.fs();
    fs.rename("a", "z").await.unwrap();
    assert_eq!(fake.paths(), ["z/b/c.txt", "z/d.txt"]);
    let all = CopyOptions {
        recursive: true,
        overwrite: false,
    };
    fs.copy("z", "y", all).await.unwrap();
    fs.remove_all("z").await.unwrap();
    assert_eq!(fake.paths(), ["y/b/c.txt", "y/d.txt"]);
    assert!(fs.copy("y", "y/in/itself", all).await.is_err());
    fs.create_dir_all("x/w").await.unwrap();
    assert_eq!(fs.read_dir("x").await.unwrap()[0].name, "w");
    fs.write_all([("n/1.txt", "1"), ("n/m/2.txt", "2")])
        .await
        .unwrap();
    assert_eq!(fake.text("n/m/2.txt").as_deref(), Some("2"));
    assert_eq!(fs.upload("n", "up.txt", "3").await.unwrap(), "n/up.txt");
}

#[tokio::test(start_paused = true)]
async fn watches_hear_of_what_they_are_about() {
    let fake = FakeSandbox::builder().directory("src/deep").build();
    let client = connected(&fake).await;
    let options = |recursive| WatchOptions {
        recursive,
        excludes: vec!["**/node_modules/**".to_owned()],
    };
    let mut flat = client.fs().watch("src", options(false)).await.unwrap();
    let mut all = client.fs().watch(".", options(true)).await.unwrap();
    let paths = |paths: &[&str]| -> Vec<String> {
        let paths = paths
            .iter()
            .map(|path| format!("/project/workspace/{path}"));
        paths.collect()
    };
    fake.write_all([
        ("src/node_modules/x/y.js", ""),
        ("src/deep/a.txt", ""),
        ("src/b.txt", ""),
    ]);
    let told = within(flat.next()).await.unwrap();
    assert_eq!(told, WatchEvent::Added(paths(&["src/b.txt"])));
    let told = within(all.next()).await.unwrap();
    assert_eq!(
        told,
        WatchEvent::Added(paths(&["src/deep/a.txt", "src/b.txt"]))
    );
    fake.write("src/b.txt", "new");
    assert_eq!(
        within(flat.next()).await.unwrap(),
        WatchEvent::Changed(paths(&["src/b.txt"]))
    );
    client.fs().remove("src/b.txt").await.unwrap();
    assert_eq!(
        within(flat.next()).await.unwrap(),
        WatchEvent::Removed(paths(&["src/b.txt"]))
    );
    assert!(!fake.remove("src/b.txt"));
    fake.write_all((0..10_001).map(|number| (format!("many/{number}"), "")));
    // Those of `b.txt` come first, or are within the same loss.
    while within(all.next()).await.unwrap() != WatchEvent::Rescan {}
    assert_eq!(fake.watched().len(), 2);
    drop((flat, all));
    within(async {
        while !fake.watched().is_empty() {
            tokio::time::sleep(std::time::Duration::from_millis(1)).await;
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn a_session_that_may_only_read_changes_nothing() {
    let fake = FakeSandbox::builder()
        .read_only()
        .file("a.txt", "a")
        .build();
    let client = connected(&fake).await;
    assert_eq!(client.fs().read("a.txt").await.unwrap(), "a");
    let error = client.fs().write("a.txt", "b").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    assert_eq!(fake.text("a.txt").as_deref(), Some("a"));
}

#[tokio::test(start_paused = true)]
async fn requests_fail_and_wait_as_planned() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let client = connected(&fake).await;
    let fs = client.fs();
    fake.fail_next_with_errno("fs/writeFile", 28, "no space is left");
    fake.fail_next("fs/writeFile", ErrorCode::RATE_LIMIT, "not so fast");
    let kind = async || fs.write("b.txt", "b").await.unwrap_err().kind();
    assert_eq!(kind().await, ErrorKind::NoSpace);
    assert_eq!(kind().await, ErrorKind::RateLimited);
    fs.write("b.txt", "b").await.unwrap();
    fake.delay_next("fs/readFile", std::time::Duration::from_secs(7));
    let began = tokio::time::Instant::now();
    assert_eq!(fs.read("a.txt").await.unwrap(), "a");
    assert_eq!(began.elapsed().as_secs(), 7);
    let methods: Vec<_> = fake
        .requests()
        .into_iter()
        .map(|request| request.method)
        .collect();
    assert_eq!(
        methods
            .iter()
            .filter(|method| *method == "fs/writeFile")
            .count(),
        3
    );
    assert_eq!(methods[0], "client/join");
}
