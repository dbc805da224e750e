//! Sandboxes that try to take all of the machine: they meet their own limits, and their neighbours notice nothing.
#![allow(clippy::unwrap_used)]

mod support;

use std::fs;
use std::path::PathBuf;
use std::time::{Duration, Instant};

use support::{DEADLINE, Server, Socket, connect, isolations, soon, until};
use yew_sandbox_protocol::Session;
use yew_sandbox_protocol::fs::Remove;
use yew_sandbox_protocol::system::GetMetrics;
use yew_sandbox_server::local::{IsolationChoice, LocalOptions};

/// The errno of a quota that is used up.
const DQUOT: i32 = 122;
/// The longest that a neighbour may wait for a small file, on a machine that does other things as well.
const NEIGHBOUR: Duration = Duration::from_secs(3);

async fn server(change: impl FnOnce(&mut LocalOptions)) -> (tempfile::TempDir, Server) {
    let data = tempfile::tempdir().unwrap();
    let server = Server::local(data.path(), IsolationChoice::Bubblewrap, change).await;
    (data, server)
}

async fn sandbox(server: &Server) -> (Session, Socket) {
    let (session, _) = server.create().await;
    let mut socket = connect(&session).await;
    socket.join().await;
    (session, socket)
}

/// Whether this process could make control groups, looked at without the server's own code.
fn must_have_groups() -> bool {
    let is_there = |path: &str| PathBuf::from(path).exists();
    let first = ["pids", "memory"].map(|name| format!("/sys/fs/cgroup/{name}/cgroup.procs"));
    let second = fs::read_to_string("/sys/fs/cgroup/cgroup.subtree_control").unwrap_or_default();
    let is_second = second.contains("pids") && second.contains("memory");
    rustix::process::geteuid().is_root() && (first.iter().all(|path| is_there(path)) || is_second)
}

/// The control groups of a sandbox, where this machine has some.
fn groups(id: &str) -> Vec<PathBuf> {
    let name = format!("yew-sandbox-{}-{id}", std::process::id());
    let mut found = Vec::new();
    let mut folders = vec![PathBuf::from("/sys/fs/cgroup")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
            if entry.file_name() == *name {
                found.push(entry.path());
            } else if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                folders.push(entry.path());
            }
        }
    }
    assert!(
        !found.is_empty() || !must_have_groups(),
        "no control groups"
    );
    found
}

fn read_number(groups: &[PathBuf], file: &str) -> Option<u64> {
    let files = groups.iter().map(|group| group.join(file));
    let text = files
        .filter_map(|file| fs::read_to_string(file).ok())
        .next()?;
    text.trim().parse().ok()
}

async fn neighbour_is_quick(neighbour: &mut Socket) {
    for number in 0..5 {
        let start = Instant::now();
        neighbour.write_file("small.txt", &number.to_string()).await;
        assert!(start.elapsed() < NEIGHBOUR, "{:?}", start.elapsed());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn fork_bomb_meets_its_limit_and_its_neighbour_works() {
    let (_data, server) = server(|options| options.sandbox.processes = 80).await;
    let (session, mut bomber) = sandbox(&server).await;
    let (_, mut neighbour) = sandbox(&server).await;
    // The name is that of no program, so that it can be looked for.
    bomber
        .start("bomb() { bomb & bomb & sleep 1000; }; bomb")
        .await;
    let groups = groups(&session.sandbox_id);
    if groups.is_empty() {
        eprintln!("no control groups here: only the limits of each process are tested");
    } else {
        until("the limit", || {
            read_number(&groups, "pids.current") > Some(70)
        })
        .await;
        assert!(read_number(&groups, "pids.current") <= Some(80));
        assert_eq!(read_number(&groups, "pids.max"), Some(80));
    }
    neighbour_is_quick(&mut neighbour).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn memory_bomb_of_many_processes_meets_its_limit_and_its_neighbour_works() {
    const LIMIT: u64 = 200 << 20;
    let (_data, server) = server(|options| options.sandbox.memory = LIMIT).await;
    let (session, mut bomber) = sandbox(&server).await;
    let (_, mut neighbour) = sandbox(&server).await;
    let groups = groups(&session.sandbox_id);
    if groups.is_empty() {
        eprintln!("no control groups here: the memory of a whole sandbox is not limited");
        return;
    }
    // None of them alone is over the limit of a process.
    let hold = "head -c 80M /dev/zero | tail -c 70M | (sleep 1; cat > /dev/null)";
    let bomb = format!("for i in 1 2 3 4 5 6; do {hold} & done; wait; echo over");
    let shell = bomber.start(&bomb).await;
    neighbour_is_quick(&mut neighbour).await;
    let most = || {
        read_number(&groups, "memory.max_usage_in_bytes")
            .or_else(|| read_number(&groups, "memory.peak"))
    };
    let (said, _) = bomber.end_of(&shell).await;
    assert!(most() <= Some(LIMIT), "{:?}", most());
    assert!(most() > Some(LIMIT / 2), "{:?}: it was no bomb", most());
    assert!(said.contains("over"), "{said}");
    // The sandbox itself lives on.
    bomber.write_file("after.txt", "here").await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_meters_show_the_limits_and_not_the_machine() {
    const KIB_OF_MIB: f64 = 1024.0;
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let limit = |options: &mut LocalOptions| {
            options.sandbox.memory = 300 << 20;
            options.sandbox.cpus = Some(0.5);
            options.sandbox.disk = 64 << 20;
        };
        let server = Server::local(data.path(), isolation, limit).await;
        let (session, mut socket) = sandbox(&server).await;
        socket.write_file("some", &"x".repeat(5 << 20)).await;
        let deadline = Instant::now() + DEADLINE;
        let metrics = loop {
            let metrics = socket.call(&GetMetrics).await.unwrap();
            if metrics.storage.used >= 5.0 * KIB_OF_MIB
                && metrics.storage.configured == 64.0 * KIB_OF_MIB
            {
                break metrics;
            }
            assert!(Instant::now() < deadline, "{isolation:?}: {metrics:?}");
        };
        // The workspace's own files are small.
        assert!(metrics.storage.used < 20.0 * KIB_OF_MIB, "{metrics:?}");
        let is_kept =
            isolation == IsolationChoice::Bubblewrap && !groups(&session.sandbox_id).is_empty();
        let (memory, cpu) = (&metrics.memory, &metrics.cpu);
        let expected = if is_kept {
            (300.0 * KIB_OF_MIB, 0.5)
        } else {
            (memory.total, cpu.cores)
        };
        assert_eq!(
            (memory.configured, cpu.configured),
            expected,
            "{isolation:?}"
        );
        server.stop().await;
    }
}

/// A sandbox filled the disk until nobody could write any more.
#[tokio::test(flavor = "multi_thread")]
async fn disk_bomb_is_ended_with_a_clear_error_and_loses_nothing() {
    for isolation in isolations() {
        let data = tempfile::tempdir().unwrap();
        let server = Server::local(data.path(), isolation, |options| {
            options.sandbox.disk = 20 << 20;
        })
        .await;
        let (_, mut bomber) = sandbox(&server).await;
        bomber.write_file("precious.txt", "mine").await;
        let bomb = "head -c 60M /dev/zero > bomb; echo filled; sleep 1000";
        let shell = bomber.start(bomb).await;
        // One that hides in a session of its own ends too.
        let hidden = "setsid sleep 1001 & sleep 1000";
        let hidden = bomber.try_start(hidden).await;
        bomber.end_of(&shell).await;
        drop(hidden);
        let refused = bomber.try_write_file("more.txt", "more").await.unwrap_err();
        assert_eq!(refused.errno, Some(DQUOT), "{refused}");
        assert!(
            refused.message.contains("20 MiB (--sandbox-disk)"),
            "{refused}"
        );
        let refused = bomber.try_start("true").await.unwrap_err();
        assert_eq!(refused.errno, Some(DQUOT), "{refused}");
        until("the end of all programs", || !runs("sleep\x001001\x00")).await;
        // What is there can be read, and removed; people are told why.
        let told = "notification/notify".to_owned();
        soon("a notification", async {
            while !bomber.notifications.contains(&told) {
                assert_eq!(bomber.read_file("precious.txt").await.unwrap(), "mine");
            }
        })
        .await;
        let remove = Remove {
            path: "bomb".into(),
            recursive: None,
        };
        bomber.call(&remove).await.unwrap();
        soon("room", async {
            while bomber.try_write_file("more.txt", "more").await.is_err() {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        })
        .await;
        assert_eq!(bomber.run("echo again").await, ("again\r\n".into(), 0));
        assert_eq!(bomber.read_file("precious.txt").await.unwrap(), "mine");
        server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn bomb_of_empty_files_is_ended_by_the_limit_on_files() {
    let (_data, server) = server(|options| options.sandbox.files = 2000).await;
    let (_, mut bomber) = sandbox(&server).await;
    let bomb = "mkdir bomb; cd bomb; i=0; while true; do i=$((i+1)); : > $i; done";
    let shell = bomber.start(bomb).await;
    let (_, code) = bomber.end_of(&shell).await;
    assert_ne!(code, 0);
    let refused = bomber.try_write_file("more.txt", "more").await.unwrap_err();
    assert_eq!(refused.errno, Some(DQUOT), "{refused}");
    assert!(
        refused.message.contains("2000 files (--sandbox-files)"),
        "{refused}"
    );
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_server_makes_and_wakes_nothing_and_says_so() {
    let (_data, server) = server(|options| options.min_free_disk = u64::MAX).await;
    let refused = server.send(support::Request::create()).await;
    assert_eq!((refused.status, &*refused.error_kind()), (507, "storage"));
    assert!(
        refused.text().contains("--min-free-disk"),
        "{}",
        refused.text()
    );
    server.stop().await;
}

/// What slept had left its control groups.
#[tokio::test(flavor = "multi_thread")]
async fn a_hibernated_sandbox_leaves_no_process_and_no_group() {
    let (_data, server) = server(|options| {
        options.hibernate_after = Duration::from_secs(1);
        options.sandbox.cpu_share = 50;
    })
    .await;
    let (session, mut socket) = sandbox(&server).await;
    socket.start("setsid sleep 1002 & sleep 1002").await;
    until("the program", || runs("sleep\x001002\x00")).await;
    let before = groups(&session.sandbox_id);
    let share = read_number(&before, "cpu.shares").or_else(|| read_number(&before, "cpu.weight"));
    assert!(
        before.is_empty() || share == Some(512) || share == Some(50),
        "{share:?}"
    );
    socket.closed().await;
    until("the end of its programs", || !runs("sleep\x001002\x00")).await;
    until("the end of its groups", || {
        before.iter().all(|group| !group.exists())
    })
    .await;
    server.stop().await;
}

/// Whether a process has these words in its command line.
fn runs(line: &str) -> bool {
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let mut lines = entries.filter_map(|entry| fs::read(entry.path().join("cmdline")).ok());
    lines.any(|found| String::from_utf8_lossy(&found).contains(line))
}

/// A server that is neither root nor has control groups: the limits of each process hold, and the log says so.
#[tokio::test(flavor = "multi_thread")]
async fn without_control_groups_a_fork_bomb_meets_the_limit_of_its_user() {
    use std::os::unix::fs::{PermissionsExt, chown};
    if !rustix::process::geteuid().is_root() {
        eprintln!("not root: no other user can be taken");
        return;
    }
    // A user that nobody else is.
    let user = 2_000_000_000 + std::process::id();
    let place = tempfile::tempdir().unwrap();
    fs::set_permissions(place.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = place.path().join("yew-sandbox-server");
    fs::copy(support::program(), &program).unwrap();
    let data = place.path().join("data");
    fs::create_dir(&data).unwrap();
    chown(&data, Some(user), Some(user)).unwrap();
    let mut command = tokio::process::Command::new("setpriv");
    let user = user.to_string();
    command
        .args(["--reuid", &user, "--regid", &user, "--clear-groups", "--"])
        .arg(&program)
        .args(["--listen", "127.0.0.1:0", "--sandbox-processes", "80"])
        .arg("--data-dir")
        .arg(&data);
    let server = support::Binary::start_as(command).await;
    let said = server.logged("each sandbox is limited").await;
    assert!(said.contains("rlimits"), "{said}");
    let answer = support::Request::create().send(&server.address).await;
    let mut socket = connect(&answer.session()).await;
    socket.join().await;
    let bomb = "for i in $(seq 300); do sleep 1000 & done 2> forks.txt; wait";
    socket.start(bomb).await;
    let processes = || {
        let entries = fs::read_dir("/proc").unwrap().flatten();
        let statuses =
            entries.filter_map(|entry| fs::read_to_string(entry.path().join("status")).ok());
        let own = format!("\nUid:\t{user}\t");
        statuses.filter(|status| status.contains(&own)).count()
    };
    soon("the limit", async {
        while !socket
            .read_file("forks.txt")
            .await
            .is_ok_and(|said| said.contains("fork"))
        {}
    })
    .await;
    assert!(processes() > 60, "{}", processes());
    // The server and what is around the agent are of that user too.
    assert!(processes() < 100, "{}", processes());
    server.signal(rustix::process::Signal::KILL);
    server.ended().await;
    until("the end of all processes", || processes() == 0).await;
}
