//! The server and agents are killed at random moments while eight writers write.
//!
//! `YEW_SANDBOX_KILLS=200` makes it two hundred times instead of a few.
#![allow(clippy::unwrap_used)]

mod support;

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use rustix::process::{Pid, Signal, kill_process};
use support::{Binary, Request, connect, until};
use tokio::task::JoinSet;
use yew_sandbox_protocol::Session;

/// How often, where nobody says otherwise.
const FEW: usize = 12;
/// How many write at a time.
const WRITERS: usize = 8;
/// How long processes may outlive the server.
const ORPHANS: Duration = Duration::from_secs(1);

/// The number in a file, and enough of it that half a file could be told.
fn content(number: u64) -> String {
    format!("{number:>16}").repeat(1 + (number as usize * 37) % 4000)
}

fn number(content: &str) -> u64 {
    let number = content[..16].trim().parse().unwrap();
    assert!(content == self::content(number), "{number}: half a file");
    number
}

/// The number that was answered last for each file.
type Answered = Arc<Mutex<BTreeMap<String, u64>>>;

/// Writes higher and higher numbers until the connection breaks.
async fn write(session: Session, writer: usize, answered: Answered) {
    let file = format!("w{writer}.txt");
    let mut next = answered.lock().unwrap().get(&file).copied().unwrap_or(0) + 1;
    let writing = async {
        let mut socket = connect(&session).await;
        socket.join().await;
        loop {
            socket.write_file(&file, &content(next)).await;
            answered.lock().unwrap().insert(file.clone(), next);
            next += 1;
        }
    };
    // It ends where the connection does, in a panic of the test's own socket.
    writing.await
}

/// Processes, of other users too, that have the folder mounted, run from it or name it.
fn processes_of(data: &Path) -> Vec<i32> {
    let needle = data.to_str().unwrap();
    let entries = fs::read_dir("/proc").unwrap().flatten();
    let mut found = Vec::new();
    for entry in entries {
        let Some(pid) = entry
            .file_name()
            .to_str()
            .and_then(|name| name.parse::<i32>().ok())
        else {
            continue;
        };
        let path = entry.path();
        let line = fs::read(path.join("cmdline")).unwrap_or_default();
        let mounts = fs::read_to_string(path.join("mountinfo")).unwrap_or_default();
        let is_ours =
            String::from_utf8_lossy(&line).contains(needle) || mounts.contains(&needle[1..]);
        if is_ours && pid != i32::try_from(std::process::id()).unwrap() {
            found.push(pid);
        }
    }
    found
}

fn kill(pid: i32) {
    // It may be gone already.
    let _ = kill_process(Pid::from_raw(pid).unwrap(), Signal::KILL);
}

/// The agent's own process, not the isolation around it.
fn agents(data: &Path) -> Vec<i32> {
    let is_agent = |pid: &i32| {
        let line = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let line = String::from_utf8_lossy(&line);
        let mut words = line.split('\0');
        words
            .next()
            .is_some_and(|program| program.ends_with("/agent"))
            && words.next() == Some("agent")
    };
    processes_of(data).into_iter().filter(is_agent).collect()
}

/// Numbers that look random and are the same in each run.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self
            .0
            .wrapping_mul(6364136223846793005)
            .wrapping_add(1442695040888963407);
        (self.0 >> 33) % bound
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn killed_at_any_moment_every_answered_write_is_there_and_whole() {
    let rounds = std::env::var("YEW_SANDBOX_KILLS")
        .ok()
        .and_then(|count| count.parse().ok());
    let rounds = rounds.unwrap_or(FEW);
    // The broken connections of writers are what is wanted; their panics are no news.
    std::panic::set_hook(Box::new(|info| {
        if !info.to_string().contains("support/") {
            eprintln!("{info}");
        }
    }));
    let data = tempfile::tempdir().unwrap();
    let mut random = Random(42);
    let answered = Answered::default();
    let (mut id, mut cookie) = (String::new(), String::new());
    let (mut writes, mut longest) = (0, Duration::ZERO);
    for round in 0..rounds {
        let isolation = if round % 3 == 2 { "none" } else { "bwrap" };
        let arguments: [&OsStr; 6] = [
            "--data-dir".as_ref(),
            data.path().as_ref(),
            "--isolation".as_ref(),
            isolation.as_ref(),
            "--log".as_ref(),
            "error".as_ref(),
        ];
        let server = Binary::start(&arguments).await;
        let request = match &*id {
            "" => Request::create(),
            id => Request::get(format!("/api/sandboxes/{id}")).header("cookie", &cookie),
        };
        let answer = request.send(&server.address).await;
        let session = answer.session();
        if let Some(new) = answer.cookie() {
            (id, cookie) = (session.sandbox_id.clone(), new);
        }
        // What was answered before the last kill.
        let mut socket = connect(&session).await;
        socket.join().await;
        let known = answered.lock().unwrap().clone();
        for (file, answered) in &known {
            let found = number(&socket.read_file(file).await.unwrap());
            assert!(
                found >= *answered,
                "round {round}: {file} has {found}, and {answered} was answered"
            );
        }
        let (names, _) = socket.run("ls -A").await;
        assert!(
            !names.contains(".yew-sandbox-write-"),
            "round {round}: half a file: {names}"
        );
        drop(socket);

        let before: u64 = known.values().sum();
        let mut writers = JoinSet::new();
        for writer in 0..WRITERS {
            writers.spawn(write(session.clone(), writer, answered.clone()));
        }
        until("the first writes", || {
            answered.lock().unwrap().values().sum::<u64>() > before + WRITERS as u64
        })
        .await;
        tokio::time::sleep(Duration::from_millis(random.below(150))).await;
        if round % 2 == 0 {
            server.signal(Signal::KILL);
            let start = Instant::now();
            until("the end of all processes", || {
                processes_of(data.path()).is_empty()
            })
            .await;
            longest = longest.max(start.elapsed());
            assert!(longest < ORPHANS, "round {round}: {longest:?}");
        } else {
            let agents = agents(data.path());
            assert!(!agents.is_empty(), "round {round}: no agent");
            agents.into_iter().for_each(kill);
            // Its connections are closed; the server lives, and is killed as well, so that the next round starts anew.
            while writers.join_next().await.is_some() {}
            assert_eq!(
                Request::get("/healthz").send(&server.address).await.status,
                200
            );
            server.signal(Signal::KILL);
        }
        while writers.join_next().await.is_some() {}
        drop(server.ended().await);
        writes += answered.lock().unwrap().values().sum::<u64>() - before;
    }
    println!(
        "{rounds} kills, {writes} answered writes, none lost; processes gone after at most {longest:?}"
    );
}
