//! Attempts to get out of a sandbox, from inside: each must fail, in its own words.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::os::unix::fs::PermissionsExt;

use support::{Server, Socket, connect, isolations};
use yew_sandbox_protocol::Session;
use yew_sandbox_server::local::IsolationChoice;

/// Stands in files that nobody inside may read.
const SECRET: &str = "the-secret-of-somebody-else";

async fn sandbox(server: &Server) -> (Session, Socket) {
    let (session, _) = server.create().await;
    let mut socket = connect(&session).await;
    socket.join().await;
    (session, socket)
}

async fn isolated() -> (tempfile::TempDir, Server, Socket) {
    let data = tempfile::tempdir().unwrap();
    let server = Server::local(data.path(), IsolationChoice::Bubblewrap, |_| {}).await;
    let (_, socket) = sandbox(&server).await;
    (data, server, socket)
}

/// Runs each attempt, and sees that it fails and with what words, of which any does where a `|` is between them.
async fn all_fail(socket: &mut Socket, attempts: &[(&str, &str)]) {
    for (attempt, words) in attempts {
        let (said, code) = socket.run(attempt).await;
        assert_ne!(code, 0, "{attempt}: {said}");
        let is_said = words.split('|').any(|words| said.contains(words));
        assert!(is_said, "{attempt}: {said}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_of_other_sandboxes_and_of_the_server_are_out_of_reach() {
    let (data, server, mut socket) = isolated().await;
    let (neighbour, mut other) = sandbox(&server).await;
    other.write_file("secret.txt", SECRET).await;
    let data = data.path().display().to_string();
    let secret = format!(
        "{data}/sandboxes/{}/root/project/workspace/secret.txt",
        neighbour.sandbox_id
    );
    assert!(fs::read_to_string(&secret).unwrap().contains(SECRET));
    let missing = "No such file or directory";
    all_fail(
        &mut socket,
        &[
            (&format!("cat {secret}"), missing),
            (&format!("cat {data}/secret"), missing),
            (&format!("ls {data}"), missing),
            ("cat /etc/shadow", missing),
            ("ls /sys/fs", missing),
        ],
    )
    .await;
    // Through the roots of all processes that are seen, and through every file that is open.
    let (said, _) = socket
        .run("cat /proc/*/root/etc/shadow 2>&1; ls -l /proc/*/fd /proc/*/cwd 2>&1; find / -name secret.txt 2> /dev/null")
        .await;
    assert!(!said.contains(SECRET) && !said.contains("root:"), "{said}");
    assert!(!said.contains(&data), "{said}");
    assert!(!said.contains("secret.txt\r\n"), "{said}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn processes_of_the_machine_cannot_be_seen_signalled_or_read() {
    let (_data, server, mut socket) = isolated().await;
    // A number that no process inside has.
    let own = std::process::id();
    let (seen, _) = socket
        .run(&format!(
            "test -e /proc/{own} && echo seen; ls /proc | grep -c '^[0-9]'"
        ))
        .await;
    let count: u32 = seen.trim().parse().unwrap_or_else(|_| panic!("{seen}"));
    assert!(count < 12, "{count} processes");
    all_fail(
        &mut socket,
        &[
            (&format!("kill -9 {own}"), "No such process"),
            (&format!("cat /proc/{own}/mem"), "No such file"),
            // The first process of the sandbox is the isolation's own.
            ("kill -9 1; test -e /proc/1 && echo alive && false", "alive"),
        ],
    )
    .await;
    socket.write_file("after.txt", "here").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_network_ends_at_the_sandbox() {
    let (_data, server, mut socket) = isolated().await;
    let port = server.address.rsplit_once(':').unwrap().1;
    all_fail(
        &mut socket,
        &[
            (&format!("echo > /dev/tcp/127.0.0.1/{port}"), "refused"),
            (&format!("echo > /dev/tcp/::1/{port}"), "refused"),
            ("echo > /dev/tcp/169.254.169.254/80", "unreachable"),
            ("echo > /dev/udp/1.1.1.1/53", "unreachable"),
            ("echo > /dev/tcp/10.0.0.1/80", "unreachable"),
        ],
    )
    .await;
    let (interfaces, _) = socket.run("tail -n +3 /proc/net/dev | cut -d: -f1").await;
    assert_eq!(interfaces.trim(), "lo");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_kernel_is_not_for_sandboxes_to_change() {
    let (_data, server, mut socket) = isolated().await;
    all_fail(
        &mut socket,
        &[
            ("echo 1 > /proc/sys/kernel/panic", "denied|Read-only"),
            (
                "echo c > /proc/sysrq-trigger",
                "denied|No such file|Read-only",
            ),
            ("echo -1000 > /proc/self/oom_score_adj", "denied"),
            ("head -c 1 /proc/kcore", "denied|No such file|not permitted"),
            ("mknod /tmp/disk b 8 0", "not permitted"),
            ("mknod /dev/disk b 8 0", "Read-only|not permitted"),
            ("mount -t tmpfs none /tmp", "mount"),
            ("unshare --user true", "unshare"),
            ("/usr/sbin/chroot /project true", "not permitted"),
            ("chown root /home/sandbox", "not permitted|Invalid argument"),
            ("touch /usr/bin/ls", "Read-only|denied"),
            (
                "prlimit --pid $$ --nproc=unlimited:unlimited",
                "not permitted|denied",
            ),
        ],
    )
    .await;
    let (status, _) = socket.run("cat /proc/self/status").await;
    for line in [
        "NoNewPrivs:\t1",
        "CapEff:\t0000000000000000",
        "CapBnd:\t0000000000000000",
    ] {
        assert!(status.contains(line), "{line} not in {status}");
    }
    let (devices, _) = socket
        .run("ls /dev; find / -xdev -type b 2> /dev/null")
        .await;
    for device in ["sda", "vda", "mem", "kmsg", "kvm", "fuse"] {
        let found = devices.split_whitespace().any(|name| name == device);
        assert!(!found, "{device} in {devices}");
    }
    // What counts for one sandbox is not seen by another.
    let (shared, _) = socket.run("ls /sys /run /tmp; ipcs | grep -c 0x").await;
    assert!(shared.trim().ends_with('0'), "{shared}");
    server.stop().await;
}

/// A folder that is a link in the moment of the opening, and a folder in the moment of the check.
#[tokio::test(flavor = "multi_thread")]
async fn a_race_of_links_and_folders_leads_nowhere() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let outside = tempfile::tempdir().unwrap();
        fs::set_permissions(outside.path(), fs::Permissions::from_mode(0o777)).unwrap();
        fs::write(outside.path().join("secret.txt"), SECRET).unwrap();
        let server = Server::local(data.path(), isolation, |_| {}).await;
        let (_, mut socket) = sandbox(&server).await;
        let race = format!(
            "mkdir real; echo fine > real/secret.txt; ln -s {} link; \
             while true; do mv -T real race; mv -T race real; mv -T link race; mv -T race link; done",
            outside.path().display()
        );
        socket.start(&race).await;
        let (mut fine, mut nothing) = (0, 0);
        while fine < 20 || nothing < 20 {
            match socket.read_file("race/secret.txt").await {
                Ok(content) => {
                    assert_eq!(content, "fine\n", "{isolation:?}");
                    fine += 1;
                }
                Err(_) => nothing += 1,
            }
            // Nor does a write lead out.
            let _ = socket.try_write_file("race/new.txt", "out").await;
            assert!(fine + nothing < 20_000, "no race: {fine} and {nothing}");
        }
        assert_eq!(fs::read_dir(outside.path()).unwrap().count(), 1);
        server.stop().await;
    }
}
