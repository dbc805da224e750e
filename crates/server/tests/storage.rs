//! The data folder: its versions, its lock, what is wrong with it, and its backup.
#![allow(clippy::unwrap_used)]

mod support;

use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::process::Output;

use rustix::process::Signal;
use support::{Binary, Request, Socket, connect, program, soon};
use tokio::process::Command;
use yew_sandbox_protocol::Session;

fn at<'a>(data: &'a Path, more: &[&'a str]) -> Vec<&'a OsStr> {
    let mut all: Vec<&OsStr> = vec!["--data-dir".as_ref(), data.as_ref()];
    all.extend(more.iter().map(|argument| OsStr::new(*argument)));
    all
}

async fn run(arguments: &[&OsStr]) -> Output {
    let output = Command::new(program())
        .args(arguments)
        .kill_on_drop(true)
        .output();
    soon("the end", output).await.unwrap()
}

async fn check(data: &Path) -> (bool, String) {
    let output = run(&[OsStr::new("check"), "--data-dir".as_ref(), data.as_ref()]).await;
    let said = [output.stdout, output.stderr].concat();
    (output.status.success(), String::from_utf8(said).unwrap())
}

async fn new_sandbox(server: &Binary) -> (Session, String, Socket) {
    let answer = Request::create().send(&server.address).await;
    let session = answer.session();
    let mut socket = connect(&session).await;
    socket.join().await;
    (session, answer.cookie().unwrap(), socket)
}

async fn resume(server: &Binary, id: &str, cookie: &str) -> Socket {
    let request = Request::get(format!("/api/sandboxes/{id}")).header("cookie", cookie);
    let session = request.send(&server.address).await.session();
    let mut socket = connect(&session).await;
    socket.join().await;
    socket
}

async fn stop(server: Binary) {
    server.signal(Signal::TERM);
    server.ended().await;
}

/// The layout of the first release, which said no version, is served as it is and says its version from then on.
#[tokio::test(flavor = "multi_thread")]
async fn a_folder_of_the_first_release_is_taken_over_whole() {
    let data = tempfile::tempdir().unwrap();
    let server = Binary::start(&at(data.path(), &["--isolation", "none"])).await;
    let (session, cookie, mut socket) = new_sandbox(&server).await;
    socket.write_file("old.txt", "kept").await;
    stop(server).await;
    let format = data.path().join("format");
    fs::remove_file(&format).unwrap();
    let id = &session.sandbox_id;
    // As the first release wrote it: nothing but what it knew.
    let meta = data.path().join("sandboxes").join(id).join("meta.json");
    let text: serde_json::Value = serde_json::from_slice(&fs::read(&meta).unwrap()).unwrap();
    let old = serde_json::json!({
        "version": 1, "owner": text["owner"], "created": text["created"], "number": text["number"],
    });
    fs::write(&meta, old.to_string()).unwrap();
    let (is_sound, said) = check(data.path()).await;
    assert!(
        is_sound && said.contains("the format is 1; the next start makes it 2"),
        "{said}"
    );

    let server = Binary::start(&at(data.path(), &["--isolation", "none"])).await;
    assert_eq!(fs::read_to_string(&format).unwrap(), "2\n");
    let mut socket = resume(&server, id, &cookie).await;
    assert_eq!(socket.read_file("old.txt").await.unwrap(), "kept");
    stop(server).await;
    assert_eq!(
        check(data.path()).await,
        (true, "format 2, 1 sandboxes are whole\n".into())
    );
}

#[tokio::test]
async fn a_folder_of_a_newer_server_is_refused_and_left_alone() {
    let data = tempfile::tempdir().unwrap();
    fs::write(data.path().join("format"), "7\n").unwrap();
    let said = Binary::fails(&at(data.path(), &["--listen", "127.0.0.1:0"]), &[]).await;
    assert!(said.contains("format 7 of a newer server"), "{said}");
    assert_eq!(
        fs::read_to_string(data.path().join("format")).unwrap(),
        "7\n"
    );
    assert!(!data.path().join("sandboxes").exists());
    let (is_sound, said) = check(data.path()).await;
    assert!(!is_sound && said.contains("newer server"), "{said}");
}

#[tokio::test(flavor = "multi_thread")]
async fn check_finds_what_is_wrong_and_fails() {
    let data = tempfile::tempdir().unwrap();
    let server = Binary::start(&at(data.path(), &["--isolation", "none"])).await;
    let (session, _, _socket) = new_sandbox(&server).await;
    let (is_sound, said) = check(data.path()).await;
    assert!(
        is_sound && said.contains("1 sandboxes are whole, in use"),
        "{said}"
    );
    stop(server).await;
    let folder = data.path().join("sandboxes").join(&session.sandbox_id);
    fs::write(folder.join("meta.json"), "{").unwrap();
    let (is_sound, said) = check(data.path()).await;
    assert!(!is_sound, "{said}");
    assert!(
        said.contains("meta.json: it cannot be read") && said.contains("need a person"),
        "{said}"
    );
}

/// Made while eight writers write: what was answered before is in it, and every file is whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_backup_of_a_running_server_is_whole_and_can_be_served() {
    let data = tempfile::tempdir().unwrap();
    let server = Binary::start(&at(data.path(), &[])).await;
    let (session, cookie, mut socket) = new_sandbox(&server).await;
    socket.write_file("before.txt", "answered").await;
    socket
        .run("ln -s /etc/passwd link; mkdir empty; chmod 751 before.txt")
        .await;
    // Large enough that half of it could be seen.
    let content = |number: usize| format!("{number:>8}").repeat(20_000);
    let mut writers = Vec::new();
    let stop_writing = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(false));
    for writer in 0..8 {
        let mut socket = resume(&server, &session.sandbox_id, &cookie).await;
        let stop_writing = stop_writing.clone();
        writers.push(tokio::spawn(async move {
            let mut number = 0;
            while !stop_writing.load(std::sync::atomic::Ordering::Relaxed) {
                socket
                    .write_file(&format!("w{writer}.txt"), &content(number))
                    .await;
                number += 1;
            }
            number
        }));
    }
    let place = tempfile::tempdir().unwrap();
    let archive = place.path().join("backup.tar.gz");
    let arguments = [
        OsStr::new("backup"),
        "--data-dir".as_ref(),
        data.path().as_ref(),
        archive.as_ref(),
    ];
    let output = run(&arguments).await;
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(
        output.status.success(),
        "{said} {}",
        String::from_utf8_lossy(&output.stderr)
    );
    assert!(said.starts_with("1 sandboxes, "), "{said}");
    stop_writing.store(true, std::sync::atomic::Ordering::Relaxed);
    for writer in writers {
        assert!(writer.await.unwrap() > 0);
    }
    let mode =
        std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&archive).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600, "the secret is in it");
    assert!(!data.path().join("backup.making").exists());
    stop(server).await;

    // As the help says.
    let restored = tempfile::tempdir().unwrap();
    let tar = Command::new("tar")
        .args(["--extract", "--gzip", "--file"])
        .arg(&archive)
        .arg("--directory")
        .arg(restored.path())
        .status();
    assert!(soon("tar", tar).await.unwrap().success());
    assert_eq!(
        check(restored.path()).await,
        (true, "format 2, 1 sandboxes are whole\n".into())
    );
    let server = Binary::start(&at(restored.path(), &[])).await;
    let mut socket = resume(&server, &session.sandbox_id, &cookie).await;
    assert_eq!(socket.read_file("before.txt").await.unwrap(), "answered");
    let (said, _) = socket
        .run("readlink link; stat -c %a before.txt; test -d empty && echo there")
        .await;
    assert_eq!(said, "/etc/passwd\r\n751\r\nthere\r\n");
    let mut found = 0;
    for writer in 0..8 {
        let Ok(text) = socket.read_file(&format!("w{writer}.txt")).await else {
            continue;
        };
        let number: usize = text[..8].trim().parse().unwrap();
        assert!(text == content(number), "writer {writer}: half a file");
        found += 1;
    }
    eprintln!("{found} of 8 files were there when their turn came");
    socket.write_file("after.txt", "it may be written").await;
    stop(server).await;
}

/// A disk that is full, and one that is read-only: said at the start and in answers, and nothing is lost.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_and_a_read_only_disk_are_told() {
    // Disks of our own need a mount namespace, and that needs root.
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: no disks can be made here");
        return;
    }
    let place = tempfile::tempdir().unwrap();
    let place = place.path().display();
    let script = |options: &str, more: &str| {
        format!(
            "mount -t tmpfs -o {options} disk {place} && {more} exec {} --data-dir {place}/data --listen 127.0.0.1:0 \
             --isolation none --min-free-disk 0",
            program()
        )
    };
    let start = |script: String| {
        let mut command = Command::new("unshare");
        command.args(["--mount", "--propagation", "private", "sh", "-c", &script]);
        command.kill_on_drop(true);
        command
    };
    let output = start(script("ro", "")).output();
    let output = soon("the end", output).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(said.contains("Read-only file system"), "{said}");
    assert!(said.contains("--data-dir"), "{said}");

    let fill = format!("head -c 64M /dev/zero > {place}/filler;");
    let output = start(script("size=1m", &fill)).output();
    let output = soon("the end", output).await.unwrap();
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(
        said.contains("No space left") && said.contains("Make room"),
        "{said}"
    );

    // Room for the server's own program, and little more.
    let size = fs::metadata(program()).unwrap().len() + (16 << 20);
    let server = Binary::start_as(start(script(&format!("size={size}"), ""))).await;
    let (_, _, mut socket) = new_sandbox(&server).await;
    socket.write_file("precious.txt", "mine").await;
    socket
        .run("head -c 64M /dev/zero > filler 2> /dev/null")
        .await;
    let refused = socket
        .try_write_file("more.txt", &"x".repeat(100_000))
        .await;
    let errno = refused.unwrap_err().errno;
    assert_eq!(errno, Some(rustix::io::Errno::NOSPC.raw_os_error()));
    let refused = Request::create().send(&server.address).await;
    assert_eq!((refused.status, &*refused.error_kind()), (507, "storage"));
    assert_eq!(socket.read_file("precious.txt").await.unwrap(), "mine");
    socket.run("rm filler").await;
    socket.write_file("more.txt", "fits").await;
    new_sandbox(&server).await;
    stop(server).await;
}
