//! The client's fake sandbox and the agent answer the same, in the same words.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

mod common;

use std::path::Path;
use std::process::Command;

use bytes::Bytes;
use common::{Client, Harness};
use yew_sandbox_client::fake::{FakeGit, FakeSandbox};
use yew_sandbox_protocol::fs::{
    Copy, MakeDir, ReadDir, ReadFile, ReadFileAnswer, Remove, Rename, Stat, Unwatch, WriteFile,
    WritePart,
};
use yew_sandbox_protocol::limits::MAX_CONTENT;
use yew_sandbox_protocol::search::{
    BatchFile, BatchWrite, CaseSensitivity, Download, PathSearch, Search, Upload,
};
use yew_sandbox_protocol::setup::Get;
use yew_sandbox_protocol::shell::{Open, Restart, Terminate};
use yew_sandbox_protocol::task::{
    Create, CreateSetupTasks, GenerateConfig, Preview, RunCommand, SaveToConfig, Task, TaskChanges,
    TaskDefinition, Tasks, Update,
};
use yew_sandbox_protocol::{
    Request, ServerFrame, WireError, channel, decode, encode, encode_request, git, notification,
    task,
};

struct Both {
    agent: Client,
    fake: FakeSandbox,
    /// Where the agent has what is `/` in the fake.
    root: String,
}

impl Both {
    /// Asks both, and compares what they answer.
    async fn ask<R: Request>(&mut self, request: R) {
        self.ask_alike(request, |_| {}).await;
    }

    /// The same, without what may differ.
    async fn ask_alike<R: Request>(&mut self, request: R, level: impl Fn(&mut R::Answer)) {
        self.compare(request, |outcome| {
            if let Ok(answer) = outcome {
                level(answer);
            }
        })
        .await;
    }

    /// The same for what git refuses: the fake does not have git's own words.
    async fn ask_without_words_of_git<R: Request>(&mut self, request: R) {
        self.compare(request, |outcome| {
            let error = outcome.as_mut().map(drop).unwrap_err();
            let end = error.message.find(": ").unwrap_or(0);
            error.message.truncate(end);
        })
        .await;
    }

    async fn compare<R: Request>(
        &mut self,
        request: R,
        level: impl Fn(&mut Result<R::Answer, WireError>),
    ) {
        let frame = encode_request(1, &request);
        let told = format!("{} {:?}", R::METHOD, String::from_utf8_lossy(&frame));
        let mut of_agent = self.agent.request(&request).await;
        if let Err(error) = &mut of_agent {
            error.message = error.message.replace(&self.root, "");
        }
        let answer = self.fake.answer(&frame).unwrap();
        let ServerFrame::Answer { outcome, .. } = ServerFrame::decode(&answer).unwrap() else {
            panic!("the fake answered {told} with no answer");
        };
        let of_fake = outcome.map(|result| decode::<R::Answer>(&result).unwrap());
        let bytes = |mut outcome: Result<R::Answer, WireError>| -> Result<Bytes, WireError> {
            level(&mut outcome);
            Ok(encode(&outcome?))
        };
        assert_eq!(bytes(of_fake), bytes(of_agent), "{told}");
    }
}

fn write(path: &str, create: bool, overwrite: bool) -> WriteFile {
    WriteFile {
        path: path.into(),
        content: Bytes::copy_from_slice(path.as_bytes()),
        create: Some(create),
        overwrite: Some(overwrite),
    }
}

async fn both() -> (Harness, Both) {
    let mut harness = Harness::start().await;
    let agent = harness.writer().await;
    let fake = FakeSandbox::new();
    let root = harness.folder.to_str().unwrap().to_owned();
    (harness, Both { agent, fake, root })
}

#[tokio::test]
async fn files_are_the_same() {
    let (_harness, mut both) = both().await;
    let make = |path: &str, recursive| MakeDir {
        path: path.into(),
        recursive: Some(recursive),
    };
    let remove = |path: &str, recursive| Remove {
        path: path.into(),
        recursive: Some(recursive),
    };
    let rename = |from: &str, to: &str, overwrite| Rename {
        from: from.into(),
        to: to.into(),
        overwrite: Some(overwrite),
    };
    let copy = |from: &str, to: &str, recursive, overwrite| Copy {
        from: from.into(),
        to: to.into(),
        recursive: Some(recursive),
        overwrite: Some(overwrite),
    };
    for request in [
        write("a.txt", false, true),
        write("a.txt", true, true),
        write("a.txt", true, false),
        write("a.txt/b", true, true),
        write("none/b", true, true),
        write(".", true, true),
        write("../../../x", true, true),
        write("nul\0", true, true),
    ] {
        both.ask(request).await;
    }
    let part = |path: &str, offset, last, overwrite| WritePart {
        path: path.into(),
        write_id: "write".into(),
        offset,
        content: Bytes::from_static(b"part"),
        last,
        create: None,
        overwrite: Some(overwrite),
    };
    for request in [
        part("parts.txt", 0, false, true),
        part("parts.txt", 4, false, true),
        part("parts.txt", 4, true, true),
        part("parts.txt", 8, true, true),
        part("parts.txt", 0, false, false),
        part("a.txt", 0, false, true),
        part("parts.txt", 4, true, true),
        part("none/b", 0, false, true),
        part("../../../x", 0, false, true),
        part(".", 0, true, true),
        part("a.txt", 0, true, true),
    ] {
        both.ask(request).await;
    }
    both.ask(ReadFile {
        path: "parts.txt".into(),
    })
    .await;
    for (path, recursive) in [
        ("dir", false),
        ("dir", false),
        ("dir", true),
        ("a.txt", false),
        ("a.txt", true),
        ("a.txt/b", true),
        ("x/y", false),
        ("x/y/z", true),
        ("dir/empty", false),
    ] {
        both.ask(make(path, recursive)).await;
    }
    both.ask(write("dir/b.txt", true, true)).await;
    for (from, to, overwrite) in [
        ("none", "b", false),
        ("a.txt", "dir/b.txt", false),
        ("a.txt", "dir", true),
        ("dir", "a.txt", true),
        ("dir", "dir/in/itself", false),
        ("dir", "x", true),
        ("a.txt", "none/a.txt", false),
        ("dir/empty", "moved", false),
        ("dir", "x/y/w", false),
        ("x/y/w", "dir", false),
    ] {
        both.ask(rename(from, to, overwrite)).await;
    }
    for (from, to, recursive, overwrite) in [
        ("none", "b", false, false),
        ("a.txt", "copy.txt", false, false),
        ("a.txt", "copy.txt", false, false),
        ("a.txt", "copy.txt", false, true),
        ("dir", "dir2", false, false),
        ("dir", "dir2", true, false),
        ("dir", "dir2", true, false),
        ("dir", "dir2", true, true),
        ("dir", "dir/in", true, false),
        ("a.txt", "dir", false, true),
    ] {
        both.ask(copy(from, to, recursive, overwrite)).await;
    }
    let batch = |paths: &[&str]| BatchWrite {
        files: paths
            .iter()
            .map(|path| BatchFile {
                path: (*path).into(),
                content: Bytes::from_static(b"batch"),
            })
            .collect(),
    };
    both.ask(batch(&["n/1.txt", "n/m/2.txt", "a.txt"])).await;
    both.ask(batch(&["n/m"])).await;
    for (directory, name) in [
        ("n", "up.txt"),
        ("", "top.txt"),
        ("none", "a"),
        ("n", "a/b"),
    ] {
        both.ask(Upload {
            parent_id: directory.into(),
            file_name: name.into(),
            content: Bytes::from_static(b"up"),
        })
        .await;
    }
    for (path, recursive) in [
        ("none", false),
        ("n", false),
        ("moved", false),
        ("n/m", true),
        ("copy.txt", true),
    ] {
        both.ask(remove(path, recursive)).await;
    }
    for path in [
        ".",
        "/",
        "dir",
        "dir2",
        "n",
        "x",
        "a.txt",
        "none",
        "a.txt/b",
        "dir/b.txt",
        "../..",
        "/..",
    ] {
        let path: String = path.into();
        both.ask(ReadFile { path: path.clone() }).await;
        both.ask_alike(Stat { path: path.clone() }, |status| {
            (status.mtime, status.ctime, status.atime) = (0.0, 0.0, 0.0);
            if status.file_type == yew_sandbox_protocol::fs::FileType::Directory {
                status.size = 0;
            }
        })
        .await;
        if path != "/" {
            let sort = |list: &mut yew_sandbox_protocol::fs::ReadDirAnswer| {
                list.entries.sort_by(|one, other| one.name.cmp(&other.name));
                list.entries.retain(|entry| !entry.name.starts_with('.'));
            };
            both.ask_alike(ReadDir { path }, sort).await;
        }
    }
    let watch_id = "nonsense".to_owned();
    both.ask(Unwatch { watch_id }).await;
}

#[tokio::test]
async fn files_over_the_limit_are_the_same() {
    let (harness, mut both) = both().await;
    let content = vec![7; MAX_CONTENT + 1];
    std::fs::write(harness.workspace("over"), &content).unwrap();
    both.fake.write("over", content);
    let path = "over".to_owned();
    // What is read by mistake is too long to be told.
    let shorten = |answer: &mut ReadFileAnswer| answer.content.truncate(8);
    both.ask_alike(ReadFile { path }, shorten).await;
}

#[tokio::test]
async fn searches_are_the_same() {
    let (_harness, mut both) = both().await;
    for path in ["src/main.rs", "src/lib/mod.rs", "README.md", "one_two.txt"] {
        both.ask(BatchWrite {
            files: vec![BatchFile {
                path: path.into(),
                content: format!("first {path}\nSecond line one\nthird (x) one one\n").into(),
            }],
        })
        .await;
    }
    for (text, glob, is_regex, case) in [
        ("one", None, false, None),
        ("Second", None, false, None),
        ("second", None, false, None),
        ("second", None, false, Some(CaseSensitivity::Enabled)),
        ("SECOND", None, false, Some(CaseSensitivity::Disabled)),
        ("(x)", None, false, None),
        ("^third .x. one", None, true, None),
        ("one$", None, true, None),
        ("one", Some("*.rs"), false, None),
        ("one", Some("src/**, !src/lib/**"), false, None),
        ("nowhere", None, false, None),
    ] {
        let search = Search {
            text: text.into(),
            glob: glob.map(str::to_owned),
            is_regex: Some(is_regex),
            case_sensitivity: case,
        };
        both.ask_alike(search, |found| {
            found.sort_by_key(|found| (found.file_id.clone(), found.line_number));
        })
        .await;
    }
    for text in ["main", "lib", "nothing"] {
        both.ask_alike(PathSearch { text: text.into() }, |found| {
            found.matches.sort_by_key(|found| found.path.clone());
        })
        .await;
    }
}

#[tokio::test]
async fn what_there_is_not_is_refused_in_the_same_words() {
    let (_harness, mut both) = both().await;
    let id = || "none".to_owned();
    let (shell_id, size) = (id(), None);
    both.ask(Open { shell_id, size }).await;
    both.ask(Restart { shell_id: id() }).await;
    both.ask(Terminate { shell_id: id() }).await;
    both.ask(task::Run { task_id: id() }).await;
    both.ask(task::Stop { task_id: id() }).await;
    both.ask(task::List).await;
    both.ask(git::GetStatus).await;
    both.ask(git::Push).await;
    for message in ["", "Message"] {
        both.ask(commit(None, message, false)).await;
    }
    for paths in [None, paths(&["a.txt"]), paths(&[".git"])] {
        both.ask(git::Discard { paths }).await;
    }
    both.ask(git::PushToRemote {
        url: "https://example.com/a.git".into(),
        branch: "main".into(),
        squash_all_commits: None,
    })
    .await;
    both.ask(notification::List).await;
    both.ask(notification::Respond {
        id: id(),
        response: None,
    })
    .await;
    both.ask(Get).await;
    let (path, excludes) = (".".to_owned(), None);
    both.ask(Download { path, excludes }).await;
    let name = id();
    let data = yew_sandbox_protocol::Raw::new(&());
    let clients = None;
    both.ask(channel::Send {
        name,
        clients,
        data,
    })
    .await;
}

/// Runs git outside of the agent.
#[track_caller]
fn run_git(directory: &Path, arguments: &[&str]) {
    let output = Command::new("git")
        .args(["-c", "user.name=Test", "-c", "user.email=test@example.org"])
        .args(["-c", "init.defaultBranch=main", "-c", "safe.directory=*"])
        .args(arguments)
        .current_dir(directory)
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "git {arguments:?}: {complaint}");
}

/// Two sandboxes with the same files in one commit.
async fn both_committed() -> (Harness, Both) {
    let (harness, mut both) = both().await;
    let files = ["a.txt", "src/one.txt", "src/deep/two.txt", "srcs.txt"];
    both.ask(BatchWrite {
        files: files.map(|path| file(path, "committed\n")).into(),
    })
    .await;
    let workspace = harness.workspace("");
    run_git(&workspace, &["init", "--quiet"]);
    run_git(&workspace, &["add", "--all"]);
    run_git(&workspace, &["commit", "--quiet", "--message=First"]);
    both.fake.set_git(FakeGit::new("main").unpushed("First"));
    (harness, both)
}

fn file(path: &str, content: &'static str) -> BatchFile {
    BatchFile {
        path: path.into(),
        content: Bytes::from_static(content.as_bytes()),
    }
}

fn paths(paths: &[&str]) -> Option<Vec<String>> {
    Some(paths.iter().map(|&path| path.to_owned()).collect())
}

fn commit(paths: Option<Vec<String>>, message: &str, push: bool) -> git::MakeCommit {
    git::MakeCommit {
        paths,
        message: message.into(),
        push: Some(push),
    }
}

impl Both {
    /// Compares what differs from the last commit, and what was committed.
    async fn ask_for_git_status(&mut self) {
        self.ask_alike(git::GetStatus, |status| {
            status.changed_files.0.sort_by_key(|(path, _)| path.clone());
            status.head = None;
            status.target = status.remote.clone();
            for branch in [&mut status.remote, &mut status.target] {
                (branch.branch, branch.head) = (None, None);
                (branch.ahead, branch.behind) = (0, 0);
            }
            for commit in &mut status.commits {
                commit.hash.clear();
                commit.date.clear();
                commit.author.clear();
            }
        })
        .await;
    }

    async fn discard(&mut self, paths: Option<Vec<String>>) {
        self.ask_alike(git::Discard { paths }, |answer| {
            if let Some(paths) = &mut answer.paths {
                paths.sort();
            }
        })
        .await;
    }
}

#[tokio::test]
async fn commits_are_the_same() {
    let (_harness, mut both) = both_committed().await;
    both.ask_without_words_of_git(commit(None, "Nothing", false))
        .await;
    both.ask(BatchWrite {
        files: ["a.txt", "src/one.txt", "src/deep/new.txt", "srcs.txt"]
            .map(|path| file(path, "new\n"))
            .into(),
    })
    .await;
    both.ask_for_git_status().await;
    let long = "long ".repeat(20_000);
    for message in ["", " \n", "a\0b", &long] {
        both.ask(commit(None, message, false)).await;
        both.ask(commit(paths(&["a.txt"]), message, true)).await;
    }
    for path in ["none.txt", "", "/tmp/a", "../a", ".git/config", "a\0"] {
        both.ask(commit(paths(&["a.txt", path]), "Path", false))
            .await;
    }
    both.ask_for_git_status().await;
    // A folder stands for all that is in it.
    both.ask(commit(paths(&["src"]), "Folder", false)).await;
    both.ask_for_git_status().await;
    // Without a remote, what was committed stays.
    both.ask_without_words_of_git(commit(paths(&["./a.txt"]), "Not pushed", true))
        .await;
    both.ask_for_git_status().await;
    both.ask_without_words_of_git(git::Push).await;
    both.ask(commit(None, "The rest", false)).await;
    both.ask_for_git_status().await;
    both.ask_without_words_of_git(commit(paths(&[]), "Nothing", false))
        .await;
}

#[tokio::test]
async fn what_is_discarded_is_the_same() {
    let (_harness, mut both) = both_committed().await;
    let change = || BatchWrite {
        files: ["a.txt", "src/one.txt", "src/deep/new.txt", "srcs.txt"]
            .map(|path| file(path, "new\n"))
            .into(),
    };
    both.ask(change()).await;
    both.ask(Remove {
        path: "src/deep/two.txt".into(),
        recursive: None,
    })
    .await;
    for path in ["", "/tmp/a", "../a", ".git/config", "a\0", "none.txt"] {
        both.discard(paths(&["a.txt", path])).await;
    }
    for path in ["src", "srcs.txt", ".", "none"] {
        both.ask(change()).await;
        both.discard(paths(&[path])).await;
        both.ask_for_git_status().await;
    }
    both.ask(change()).await;
    both.discard(paths(&["./src/deep/", "a.txt"])).await;
    both.ask_for_git_status().await;
    both.discard(paths(&[])).await;
    both.discard(None).await;
    both.ask_for_git_status().await;
}

fn define(name: &str, command: &str) -> TaskDefinition {
    TaskDefinition {
        name: name.into(),
        command: command.into(),
        run_at_start: None,
        preview: None,
    }
}

fn create(task_fields: TaskDefinition) -> Create {
    Create {
        task_fields,
        start_task: None,
    }
}

fn run_command(command: &str, save_to_config: bool) -> RunCommand {
    RunCommand {
        command: command.into(),
        name: None,
        save_to_config: Some(save_to_config),
    }
}

/// What runs differs.
fn at_rest(task: &mut Task) {
    task.shell = None;
}

fn all_at_rest(tasks: &mut Tasks) {
    tasks.tasks.0.iter_mut().for_each(|(_, task)| at_rest(task));
}

#[tokio::test]
async fn new_tasks_are_the_same() {
    let (_harness, mut both) = both().await;
    let port_zero = TaskDefinition {
        preview: Some(Preview {
            port: Some(0),
            review_link: None,
        }),
        ..define("Port", "port")
    };
    let long = "long ".repeat(20_000);
    for task in [
        define("Dev Server", "sleep 1000"),
        define("dev: server!", "sleep 1001"),
        define("\u{c9}t\u{e9} 2", "true"),
        define("!", "echo"),
        define(&"x".repeat(100), "echo x"),
        define("Empty", ""),
        define("Blank", " \n"),
        define("Null", "a\0b"),
        define("Long", &long),
        define("Again", "sleep 1000"),
        port_zero.clone(),
    ] {
        both.ask_alike(create(task), all_at_rest).await;
    }
    for request in [
        run_command("sleep 1002", false),
        run_command("sleep 1000", false),
        run_command("sleep 1000", true),
        run_command("sleep 1003", true),
        run_command("", false),
        run_command("", true),
    ] {
        both.ask_alike(request, at_rest).await;
    }
    both.ask_alike(task::List, all_at_rest).await;
    let save = |id: &str| SaveToConfig { task_id: id.into() };
    for id in [
        "sleep-1002",
        "sleep-1002",
        "dev-server",
        "sleep-1000",
        "none",
    ] {
        both.ask_alike(save(id), at_rest).await;
    }
    let update = |command: &str| Update {
        task_id: "dev-server".into(),
        task_fields: TaskChanges {
            name: None,
            command: Some(command.into()),
            run_at_start: None,
            preview: None,
        },
    };
    both.ask_alike(update(""), at_rest).await;
    both.ask_alike(update("sleep 1004"), at_rest).await;
    for step in [define("Step", "true"), define("Empty", ""), port_zero] {
        let tasks = vec![define("First", "true"), step];
        both.ask(CreateSetupTasks { tasks }).await;
    }
    both.ask_alike(task::List, all_at_rest).await;
}

#[tokio::test]
async fn files_of_tasks_are_made_once() {
    let write = WriteFile {
        path: ".codesandbox/tasks.json".into(),
        content: Bytes::from_static(b"{}"),
        create: Some(true),
        overwrite: Some(true),
    };
    let (_one, mut both_new) = both().await;
    both_new
        .ask_alike(run_command("sleep 1000", false), at_rest)
        .await;
    for _ in 0..2 {
        both_new.ask(GenerateConfig).await;
        both_new.ask_alike(task::List, all_at_rest).await;
    }
    let (_two, mut both_created) = both().await;
    let made = create(define("A", "a"));
    both_created.ask_alike(made, all_at_rest).await;
    both_created.ask(GenerateConfig).await;
    let (_three, mut both_steps) = both().await;
    both_steps.ask(CreateSetupTasks { tasks: Vec::new() }).await;
    both_steps.ask(GenerateConfig).await;
    let (_four, mut both_written) = both().await;
    both_written
        .ask(MakeDir {
            path: ".codesandbox".into(),
            recursive: None,
        })
        .await;
    both_written.ask(write).await;
    both_written.ask(GenerateConfig).await;
}
