//! The cases. Each has a client of one sandbox, and may have another.

use std::cell::RefCell;
use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use gloo_net::http::Request;
use wasm_bindgen::prelude::*;
use yew_sandbox::client::{
    ChannelEvent, Client, ClientEvent, ClientOptions, CommandOptions, ErrorKind, FileStatus,
    SearchOptions, Session, SessionSource, SetupState, ShellEvent, System, TaskDefinition,
    TerminalOptions, TerminalSize, WatchEvent, WatchOptions,
};
use yew_sandbox::{Endpoint, SessionRequest};

use crate::check::{Failure, check, eventually, refused, same, soon};

type Outcome = Result<(), Failure>;
type Case = fn(World) -> Pin<Box<dyn Future<Output = Outcome>>>;

/// A sandbox and a client in it.
#[derive(Clone)]
struct World {
    client: Client,
    session: Session,
}

impl World {
    /// Another client of the same sandbox.
    fn other(&self) -> Client {
        connect(self.session.clone())
    }
}

macro_rules! cases {
    ($($name:ident,)+) => {
        const CASES: &[(&str, Case)] = &[$((stringify!($name), |world| Box::pin($name(world)))),+];
    };
}

cases! {
    files_are_written_read_and_watched,
    a_thousand_files_at_once,
    files_of_any_size_are_written,
    uploads_and_downloads,
    searches_find_and_are_given_up,
    commands_run_and_fail,
    commands_in_the_background,
    terminals_are_typed_into,
    interpreters_give_values,
    tasks_run_and_open_ports,
    the_set_up_ends,
    the_repository_is_live,
    channels_carry_messages,
    clients_come_and_go,
    metrics_are_told,
    what_is_refused_says_why,
    a_reconnect_loses_nothing,
    sleep_and_waking,
}

thread_local! {
    static WORLD: RefCell<Option<World>> = const { RefCell::new(None) };
}

/// The names of the cases, in order.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "what the page calls must be public")]
pub fn names() -> Vec<String> {
    CASES.iter().map(|(name, _)| (*name).to_owned()).collect()
}

/// Runs one case.
///
/// # Errors
/// What was due, and what came.
#[wasm_bindgen]
#[expect(unreachable_pub, reason = "what the page calls must be public")]
pub async fn run(name: String) -> Result<(), JsValue> {
    let case = CASES.iter().find(|(other, _)| *other == name);
    let (_, case) = case.ok_or_else(|| JsValue::from_str("there is no such case"))?;
    let outcome = async { case(world().await?).await };
    outcome
        .await
        .map_err(|failure| JsValue::from_str(&failure.0))
}

async fn world() -> Result<World, Failure> {
    if let Some(world) = WORLD.with_borrow(Clone::clone) {
        return Ok(world);
    }
    let session = Endpoint::new("/api/sandboxes")
        .fetch(SessionRequest::default())
        .await?;
    let client = connect(session.clone());
    soon("the connection", client.connect()).await??;
    let world = World { client, session };
    WORLD.set(Some(world.clone()));
    Ok(world)
}

fn connect(session: Session) -> Client {
    let id = session.sandbox_id.clone();
    let source = SessionSource::new(move |_| {
        let mut request = SessionRequest::default();
        request.sandbox_id = Some(id.clone());
        async move { Endpoint::new("/api/sandboxes").fetch(request).await }
    });
    let mut options = ClientOptions::new(source);
    options.session = Some(session);
    Client::new(options)
}

async fn files_are_written_read_and_watched(world: World) -> Outcome {
    let fs = world.client.fs();
    let mut watch = fs.watch(".", WatchOptions::default()).await?;
    fs.write("a.bin", vec![0, 255, 10]).await?;
    same(&fs.read("a.bin").await?[..], &[0, 255, 10][..])?;
    let event = soon("an event", watch.next()).await?;
    check(
        matches!(&event, Some(WatchEvent::Added(paths)) if paths[0].ends_with("a.bin")),
        || format!("{event:?}"),
    )?;
    fs.create_dir_all("deep/down").await?;
    fs.rename("a.bin", "deep/down/b.bin").await?;
    same(fs.metadata("deep/down/b.bin").await?.size, 3u64)?;
    fs.remove_all("deep").await?;
    same(
        refused(fs.read("deep/down/b.bin").await)?.kind(),
        ErrorKind::NotFound,
    )
}

async fn a_thousand_files_at_once(world: World) -> Outcome {
    let fs = world.client.fs();
    let files = (0..1_000).map(|number| (format!("many/{number}.txt"), format!("number {number}")));
    soon("writing", fs.write_all(files)).await??;
    same(fs.read_dir("many").await?.len(), 1_000)?;
    same(fs.read_text("many/999.txt").await?, "number 999")
}

async fn files_of_any_size_are_written(world: World) -> Outcome {
    const MIB: usize = 1024 * 1024;
    let fs = world.client.fs();
    let content = |length: usize| -> Vec<u8> {
        let bytes = (0..length).map(|place| (place / 3 % 251) as u8);
        bytes.collect()
    };
    let large = content(3 * MIB + 5);
    soon("writing", fs.write("large.bin", large.clone())).await??;
    check(fs.read("large.bin").await? == large, || {
        "3 MiB came back as others".to_owned()
    })?;
    // More than any frame carries.
    let huge = js_sys::Uint8Array::from(&content(20 * MIB)[..]);
    soon("writing", fs.write_array("huge.bin", &huge)).await??;
    same(fs.metadata("huge.bin").await?.size, 20 * MIB as u64)?;
    let compared = "head -c 3145733 huge.bin | cmp - large.bin && tail -c 2 huge.bin | od -An -tu1";
    let compared = soon("comparing", world.client.commands().run(compared)).await??;
    let end = [
        huge.get_index(huge.length() - 2),
        huge.get_index(huge.length() - 1),
    ];
    let told: Vec<_> = compared
        .text()
        .split_whitespace()
        .map(str::to_owned)
        .collect();
    same(told, end.map(|byte| byte.to_string()).to_vec())?;
    fs.remove("huge.bin").await?;
    fs.remove("large.bin").await?;
    // Nothing of the parts is left.
    let left = world
        .client
        .commands()
        .run("find . -name '.yew-sandbox-write-*'");
    same(soon("looking", left).await??.text().trim(), "")
}

async fn uploads_and_downloads(world: World) -> Outcome {
    let fs = world.client.fs();
    fs.create_dir("img").await?;
    let path = fs.upload("img", "a.bin", vec![1, 2, 3]).await?;
    same(fs.read(&path).await?.len(), 3)?;
    let url = fs.download("img").await?;
    let answer = Request::get(&url).send().await?;
    same(&answer.binary().await?[..2], b"PK")
}

async fn searches_find_and_are_given_up(world: World) -> Outcome {
    let fs = world.client.fs();
    let options = SearchOptions {
        is_regex: true,
        ..SearchOptions::default()
    };
    let mut search = fs.search("number 99[0-4]$", options.clone()).await?;
    let mut count = 0;
    while let Some(found) = soon("a match", search.next()).await? {
        found?;
        count += 1;
    }
    same(count, 5)?;
    for _ in 0..10 {
        drop(fs.search("number", SearchOptions::default()).await?);
    }
    same(refused(fs.search("(", options).await)?.subject(), Some("("))?;
    let paths = fs.find_paths("997").await?;
    check(
        paths
            .first()
            .is_some_and(|found| found.path.ends_with("997.txt")),
        || format!("{paths:?}"),
    )
}

async fn commands_run_and_fail(world: World) -> Outcome {
    let commands = world.client.commands();
    same(
        soon("a command", commands.run("echo $((6*7))"))
            .await??
            .text()
            .trim(),
        "42",
    )?;
    let error = refused(soon("a command", commands.run("echo no; exit 3")).await?)?;
    let failed = error
        .command()
        .map(|output| (output.exit_code, output.text().trim().to_owned()));
    same(failed, Some((3, "no".to_owned())))?;
    let options = CommandOptions {
        environment: vec![("NAME".into(), "it's $(x)".into())],
        ..CommandOptions::default()
    };
    let output = soon("a command", commands.run_with("echo \"$NAME\"", options)).await??;
    same(output.text().trim(), "it's $(x)")?;
    let flood = soon("a flood", commands.run("seq 1 100000")).await??;
    same(flood.text().lines().count(), 100_000)
}

async fn commands_in_the_background(world: World) -> Outcome {
    let commands = world.client.commands();
    let command = commands.run_background("echo begun; sleep 1000").await?;
    let mut output = command.output();
    let first = soon("output", output.next()).await?;
    check(
        matches!(&first, Some(ShellEvent::Output(text)) if text.as_str().contains("begun")),
        || format!("{first:?}"),
    )?;
    let all = commands.get_all().await?;
    check(
        all.iter().any(|one| one.command.contains("sleep 1000")),
        || format!("{all:?}"),
    )?;
    soon("its end", command.kill()).await??;
    Ok(())
}

async fn terminals_are_typed_into(world: World) -> Outcome {
    let terminal = world
        .client
        .terminals()
        .create(TerminalOptions::default())
        .await?;
    let mut output = terminal.output();
    terminal
        .resize(TerminalSize {
            cols: 100,
            rows: 30,
        })
        .await?;
    terminal.run("stty size; echo go$((40 + 2))").await?;
    let mut all = String::new();
    while !all.contains("go42") {
        if let Some(ShellEvent::Output(text)) = soon("output", output.next()).await? {
            all.push_str(text.as_str());
        }
    }
    check(all.contains("30 100"), || all.clone())?;
    let other = world.other();
    let same_one = soon("opening", other.terminals().open(&terminal.id())).await??;
    check(same_one.scrollback().contains("go42"), || {
        same_one.scrollback()
    })?;
    soon("its end", same_one.kill()).await??;
    other.close();
    Ok(())
}

async fn interpreters_give_values(world: World) -> Outcome {
    let interpreters = world.client.interpreters();
    same(
        soon("node", interpreters.javascript("const a = 40; a + 2")).await??,
        "42",
    )?;
    same(
        soon("python", interpreters.python("'it' + '\\'s'")).await??,
        "it's",
    )
}

async fn tasks_run_and_open_ports(world: World) -> Outcome {
    let (client, tasks) = (&world.client, world.client.tasks());
    let command = "python3 -m http.server 4300 --bind 127.0.0.1".to_owned();
    let task = TaskDefinition {
        name: "Serve".into(),
        command,
        run_at_start: None,
        preview: None,
    };
    let made = tasks.create(task, false).await?;
    let id = made
        .tasks
        .last()
        .map(|task| task.id.clone())
        .unwrap_or_default();
    tasks.run(&id).await?;
    let patience = Some(Duration::from_secs(10));
    same(tasks.wait_for_port(&id, patience).await?.port, 4300)?;
    let url = client.hosts().url(4300).await?;
    check(url.contains("-4300."), || url.clone())?;
    let terminal = tasks.open(&id).await?;
    eventually("its output", || {
        terminal.scrollback().contains("4300").then_some(())
    })
    .await?;
    soon("its end", tasks.stop(&id)).await??;
    let ports = client.ports().live();
    eventually("the port's end", || {
        ports
            .get()
            .filter(|all| all.iter().all(|port| port.port != 4300))
    })
    .await?;
    let error = refused(
        client
            .ports()
            .wait_for_port(4301, Some(Duration::from_millis(100)))
            .await,
    )?;
    same(error.kind(), ErrorKind::Timeout)
}

async fn the_set_up_ends(world: World) -> Outcome {
    let setup = world.client.setup();
    let progress = soon("the set-up", setup.wait()).await??;
    check(
        matches!(progress.state, SetupState::Finished | SetupState::Idle),
        || format!("{progress:?}"),
    )
}

async fn the_repository_is_live(world: World) -> Outcome {
    let (client, git) = (&world.client, world.client.git());
    same(refused(git.status().await)?.kind(), ErrorKind::NotFound)?;
    let begin = "git init -q -b main . && git config user.name A && git config user.email a@example.com \
                 && echo one > tracked && git add tracked && git commit -q -m first";
    soon("git", client.commands().run(begin)).await??;
    let live = git.live();
    eventually("the branch", || {
        live.get()?.branch.filter(|name| name == "main")
    })
    .await?;
    client.fs().write("tracked", "two\n").await?;
    let status = eventually("a change", || {
        let status = live.get()?;
        let modified = |(_, item): &(String, _)| {
            let item: &yew_sandbox::client::GitItem = item;
            item.path == "tracked" && item.working_tree == FileStatus::Modified
        };
        status
            .changed_files
            .0
            .iter()
            .any(modified)
            .then_some(status)
    });
    status.await?;
    same(git.content("HEAD", "tracked").await?, "one\n")?;
    soon(
        "a commit",
        git.commit("it's two", Some(vec!["tracked".into()]), false),
    )
    .await??;
    same(git.content("HEAD", "tracked").await?, "two\n")
}

async fn channels_carry_messages(world: World) -> Outcome {
    let other = world.other();
    let mine = world.client.channels().subscribe("chat").await?;
    let mut theirs = soon("the channel", other.channels().subscribe("chat")).await??;
    eventually("the other", || {
        (mine.subscribers().get().len() == 2).then_some(())
    })
    .await?;
    let size = TerminalSize { cols: 7, rows: 1 };
    same(mine.send(&size).await?.len(), 1)?;
    let Some(ChannelEvent::Message(got)) = soon("a message", theirs.next()).await? else {
        return Err(Failure("it was lost".into()));
    };
    same(got.data.get::<TerminalSize>()?, size)?;
    other.close();
    Ok(())
}

async fn clients_come_and_go(world: World) -> Outcome {
    let clients = world.client.clients();
    let mut events = clients.events();
    // One of an earlier case may still be leaving.
    let before = clients.get_all().await?;
    let other = world.other();
    soon("connecting", other.connect()).await??;
    let joined = loop {
        match soon("the other", events.next()).await? {
            Some(ClientEvent::Joined(client)) if !before.contains(&client) => break client,
            Some(_) => {}
            None => return Err(Failure("the stream ended".into())),
        }
    };
    let all = clients.get_all().await?;
    check(all.contains(&joined), || {
        format!("{all:?} without {joined:?}")
    })?;
    other.close();
    let live = clients.live();
    eventually("its end", || {
        live.get().filter(|all| !all.contains(&joined))
    })
    .await?;
    Ok(())
}

async fn metrics_are_told(world: World) -> Outcome {
    let system = world.client.system();
    let metrics = system.metrics().await?;
    check(metrics.memory.total > 0.0, || format!("{metrics:?}"))?;
    drop(system.keep_awake(System::KEEP_AWAKE));
    let notices = world.client.notifications();
    same(
        refused(notices.respond("no-such", None).await)?.kind(),
        ErrorKind::NotFound,
    )
}

async fn what_is_refused_says_why(world: World) -> Outcome {
    let (client, fs) = (&world.client, world.client.fs());
    let error = refused(fs.read("no/such/file").await)?;
    same(
        (error.kind(), error.subject()),
        (ErrorKind::NotFound, Some("no/such/file")),
    )?;
    same(
        refused(fs.read("../../../../etc/shadow").await)?.kind(),
        ErrorKind::InvalidPath,
    )?;
    same(
        refused(client.tasks().run("no-such").await)?.kind(),
        ErrorKind::NotFound,
    )?;
    same(
        refused(client.terminals().open("no-such").await)?.kind(),
        ErrorKind::NotFound,
    )
}

async fn a_reconnect_loses_nothing(world: World) -> Outcome {
    let (client, fs) = (&world.client, world.client.fs());
    let command = client
        .commands()
        .run_background("until [ -e go ]; do sleep 0.02; done; echo over")
        .await?;
    soon("reconnecting", client.reconnect()).await??;
    fs.write("go", "").await?;
    let output = soon("its end", command.wait()).await??;
    check(output.text().contains("over"), || output.text().to_owned())?;
    soon("leaving", client.disconnect()).await??;
    same(client.state().name(), "Disconnected")?;
    soon("coming back", client.reconnect()).await??;
    same(fs.read("go").await?.len(), 0)
}

async fn sleep_and_waking(world: World) -> Outcome {
    let (client, fs) = (&world.client, world.client.fs());
    fs.write("kept.txt", "kept").await?;
    client.system().hibernate().await?;
    eventually("sleep", || {
        (client.state().name() == "Hibernated").then_some(())
    })
    .await?;
    same(soon("waking", fs.read_text("kept.txt")).await??, "kept")
}
