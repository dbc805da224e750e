//! Watches, tasks and ports are right after an outage.

use std::collections::BTreeSet;
use std::net::TcpListener;
use std::path::Path;

use fastrand::Rng;
use yew_sandbox_client::{Client, FileWatch, TerminalOptions, WatchEvent, WatchOptions};

use crate::rig::{Agent, Rig};
use crate::within;

/// A list of files that is kept by the events of a watch alone.
struct Listing {
    watch: FileWatch,
    paths: BTreeSet<String>,
    /// The path of the folder as events name it, with a slash behind it.
    folder: String,
    rescans: usize,
}

impl Listing {
    async fn of(client: &Client, folder: &str) -> Self {
        let watch = client.fs().watch(folder, WatchOptions::default());
        let watch = within(watch).await.unwrap();
        let workspace = client.sandbox().unwrap().workspace_path;
        let mut listing = Self {
            watch,
            paths: BTreeSet::new(),
            folder: format!("{workspace}/{folder}/"),
            rescans: 0,
        };
        listing.scan(client, folder).await;
        listing
    }

    async fn scan(&mut self, client: &Client, folder: &str) {
        let entries = within(client.fs().read_dir(folder)).await.unwrap();
        self.paths = entries.into_iter().map(|entry| entry.name).collect();
    }

    /// Takes events in until the list is that of the folder on the disk.
    async fn until_equal(&mut self, client: &Client, folder: &str, disk: &Path) {
        let wanted = names(disk);
        within(async {
            while self.paths != wanted {
                let event = self.watch.next().await.unwrap();
                let name = |path: &String| path.strip_prefix(&self.folder).unwrap().to_owned();
                match &event {
                    WatchEvent::Added(paths) => self.paths.extend(paths.iter().map(name)),
                    WatchEvent::Removed(paths) => {
                        for name in paths.iter().map(name) {
                            self.paths.remove(&name);
                        }
                    }
                    WatchEvent::Changed(_) => {}
                    WatchEvent::Rescan => {
                        self.rescans += 1;
                        self.scan(client, folder).await;
                    }
                }
            }
        })
        .await;
    }
}

fn names(folder: &Path) -> BTreeSet<String> {
    let entries = std::fs::read_dir(folder).unwrap();
    entries
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect()
}

async fn with_files(agent: &Agent, rig: &Rig, files: usize) -> Listing {
    within(rig.client.fs().create_dir("w")).await.unwrap();
    let folder = agent.workspace("w");
    for file in 0..files {
        std::fs::write(folder.join(format!("old{file}")), "x").unwrap();
    }
    Listing::of(&rig.client, "w").await
}

/// Watches are right after an outage: 1,000 files changed while the link was cut, and the listing is equal by the events alone.
#[tokio::test]
async fn a_thousand_changes_during_an_outage_are_told() {
    let agent = Agent::start().await;
    let rig = agent.client([]);
    let mut listing = with_files(&agent, &rig, 500).await;
    let folder = agent.workspace("w");
    rig.hold();
    rig.cut();
    for file in 0..500 {
        std::fs::write(folder.join(format!("new{file}")), "x").unwrap();
        std::fs::remove_file(folder.join(format!("old{file}"))).unwrap();
    }
    rig.release();
    listing.until_equal(&rig.client, "w", &folder).await;
    assert_eq!(listing.rescans, 0);
}

/// The same with changes all the time and many cuts, of which the agent hears or not: no event is lost with a link.
#[tokio::test]
async fn changes_between_many_cuts_are_told() {
    let agent = Agent::start().await;
    let mut random = Rng::with_seed(1_000);
    let budgets: Vec<_> = (0..40).map(|_| random.usize(..3_000)).collect();
    let rig = agent.client([]);
    let mut listing = with_files(&agent, &rig, 0).await;
    let folder = agent.workspace("w");
    for (cut, budget) in budgets.into_iter().enumerate() {
        rig.tell_of_cuts(random.bool());
        rig.cut_after(budget);
        for file in 0..25 {
            std::fs::write(folder.join(format!("{cut}-{file}")), "x").unwrap();
        }
        listing.until_equal(&rig.client, "w", &folder).await;
    }
    assert!(rig.connections() > 10, "{}", rig.connections());
    assert_eq!(listing.rescans, 0);
}

/// More changes than are kept: the loss is told, and whoever looks again has them all.
#[tokio::test]
async fn changes_that_are_lost_are_told_as_a_rescan() {
    let agent = Agent::start().await;
    let rig = agent.client([]);
    let mut listing = with_files(&agent, &rig, 0).await;
    let folder = agent.workspace("w");
    rig.hold();
    rig.cut();
    for file in 0..10_500 {
        std::fs::write(folder.join(file.to_string()), "").unwrap();
    }
    rig.release();
    listing.until_equal(&rig.client, "w", &folder).await;
    assert_eq!(listing.rescans, 1);
}

/// Makes this program one that listens: the port.
const LISTEN: &str = "RESUME_TEST_LISTEN";

/// No test, but the program that listens in the test below.
#[test]
fn program() {
    if let Ok(address) = std::env::var(LISTEN) {
        let listener = TcpListener::bind(address).unwrap();
        for stream in listener.incoming() {
            drop(stream);
        }
    }
}

/// Tasks and ports are right after an outage.
#[tokio::test]
async fn tasks_and_ports_of_an_outage_are_told() {
    let agent = Agent::start().await;
    let rig = agent.client([]);
    let (tasks, ports) = (rig.client.tasks().live(), rig.client.ports().live());
    within(tasks.wait_for(|all| all.tasks.is_empty().then_some(())))
        .await
        .unwrap();
    within(ports.wait_for(|_| Some(()))).await.unwrap();
    let free = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = free.local_addr().unwrap();
    drop(free);
    let waits = format!(
        "bash -c 'until [ -e go ]; do sleep 0.01; done; {LISTEN}={address} exec {} --exact watches::program'",
        std::env::current_exe().unwrap().display()
    );
    let options = TerminalOptions {
        program: waits,
        ..TerminalOptions::default()
    };
    let terminal = within(rig.client.terminals().create(options))
        .await
        .unwrap();
    rig.hold();
    rig.cut();
    let file = agent.workspace(".codesandbox/tasks.json");
    std::fs::create_dir_all(file.parent().unwrap()).unwrap();
    let content = r#"{"tasks": {"dev": {"name": "Dev", "command": "true"}}}"#;
    std::fs::write(file, content).unwrap();
    std::fs::write(agent.workspace("go"), "").unwrap();
    let listens = async {
        while std::net::TcpStream::connect(address).is_err() {
            tokio::time::sleep(std::time::Duration::from_millis(5)).await;
        }
    };
    within(listens).await;
    rig.release();
    let has_task = |all: &yew_sandbox_client::TaskList| {
        all.tasks.iter().any(|task| task.id == "dev").then_some(())
    };
    within(tasks.wait_for(has_task)).await.unwrap();
    let has_port = |all: &Vec<yew_sandbox_client::protocol::port::Port>| {
        all.iter()
            .any(|open| open.port == address.port())
            .then_some(())
    };
    within(ports.wait_for(has_port)).await.unwrap();
    within(terminal.kill()).await.unwrap();
}
