//! The pump between clients and an agent, at its edges.

use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use tokio::io::{DuplexStream, ReadHalf, WriteHalf, duplex, split};
use tokio::process::Command;
use tokio::task::JoinHandle;
use yew_sandbox_agent::Permission;

use super::*;

const IDLE: Duration = Duration::from_secs(60);

/// A pump at work, with the test in the agent's place and a process that does nothing.
struct Rig {
    agent: Arc<Agent>,
    running: JoinHandle<Ended>,
    told: Arc<AtomicBool>,
    reader: LinkReader<ReadHalf<DuplexStream>>,
    writer: LinkWriter<WriteHalf<DuplexStream>>,
}

/// The server's and the agent's end of a link, over which an agent of this version said that it is ready.
async fn link(version: &str) -> (DuplexStream, DuplexStream) {
    let (near, mut far) = duplex(1 << 16);
    let mut writer = LinkWriter::new(&mut far);
    let ready = Message::Ready {
        workspace_path: "/project/workspace".into(),
        version: version.into(),
    };
    writer.write(&ready).await.unwrap();
    writer.flush().await.unwrap();
    (near, far)
}

async fn rig() -> Rig {
    let (near, far) = link(VERSION).await;
    let (reader, writer) = split(far);
    let (reader, writer) = (LinkReader::new(reader), LinkWriter::new(writer));
    let (near_reader, near_writer) = split(near);
    let pump = Pump::start(near_reader, near_writer, IDLE).await.unwrap();
    let agent = pump.agent.clone();
    let mut nothing = Command::new("sleep");
    nothing.arg("3600").process_group(0).kill_on_drop(true);
    let child = nothing.spawn().unwrap();
    let told = Arc::new(AtomicBool::new(false));
    let tell = told.clone();
    let running = tokio::spawn(pump.run(child, move || tell.store(true, Ordering::SeqCst)));
    Rig {
        agent,
        running,
        told,
        reader,
        writer,
    }
}

fn attach(agent: &Arc<Agent>) -> Result<Attachment, Problem> {
    let visitor = Visitor::new(Permission::Write, "user", "user");
    agent.attach(visitor, 2, ClientQueueBounds::default())
}

#[tokio::test(start_paused = true)]
async fn an_agent_of_another_version_is_refused() {
    for version in ["", "0.0.1"] {
        let (near, _far) = link(version).await;
        let (reader, writer) = split(near);
        let refused = Pump::start(reader, writer, IDLE).await.unwrap_err();
        assert!(refused.to_string().contains(VERSION), "{refused}");
    }
}

#[tokio::test(start_paused = true)]
async fn requests_keep_awake_and_heartbeats_do_not() {
    let mut rig = rig().await;
    let client = attach(&rig.agent).unwrap();
    let start = Instant::now();
    let frame = Message::Frame {
        client: client.client,
        payload: Bytes::from_static(b"request"),
    };
    assert!(matches!(
        rig.reader.read().await,
        Ok(Some(Message::Open { .. }))
    ));
    for _ in 0..5 {
        tokio::time::sleep(IDLE / 2).await;
        client.to_agent.send(frame.clone()).await.unwrap();
        assert_eq!(rig.reader.read().await.unwrap(), Some(frame.clone()));
    }
    let last = Instant::now();
    assert_eq!(last - start, IDLE * 5 / 2);
    let ping = Message::Ping {
        client: client.client,
    };
    loop {
        tokio::time::sleep(IDLE / 4).await;
        if client.to_agent.send(ping.clone()).await.is_err() {
            break;
        }
        if rig.reader.read().await.unwrap() == Some(Message::Hibernate) {
            break;
        }
    }
    assert!(rig.told.load(Ordering::SeqCst));
    assert!(last.elapsed() <= IDLE * 5 / 4, "{:?}", last.elapsed());
}

#[tokio::test(start_paused = true)]
async fn agent_that_does_not_fall_asleep_is_killed_and_its_clients_are_closed() {
    let mut rig = rig().await;
    let mut client = attach(&rig.agent).unwrap();
    rig.agent.sleep();
    assert!(matches!(
        rig.reader.read().await,
        Ok(Some(Message::Open { .. }))
    ));
    assert_eq!(rig.reader.read().await.unwrap(), Some(Message::Hibernate));
    assert_eq!(attach(&rig.agent).unwrap_err().kind(), ProblemKind::Asleep);
    // It may still say something, and stays in the middle of it.
    let last = Message::Frame {
        client: client.client,
        payload: Bytes::from_static(b"last"),
    };
    rig.writer.write(&last).await.unwrap();
    rig.writer.flush().await.unwrap();
    let said = client.from_agent.next().await;
    assert_eq!(said, Ok(ToClient::Frame(Bytes::from_static(b"last"))));
    assert_eq!(rig.running.await.unwrap(), Ended::Killed);
    assert_eq!(client.from_agent.next().await.unwrap_err().code, GOING_AWAY);
}

/// A new time without requests held only from the next request on.
#[tokio::test(start_paused = true)]
async fn changed_idle_time_holds_at_once() {
    let rig = rig().await;
    let start = Instant::now();
    rig.agent.set_idle(IDLE / 4);
    rig.running.await.unwrap();
    assert!(rig.told.load(Ordering::SeqCst));
    let slept = start.elapsed();
    assert!(slept >= IDLE / 4 && slept < IDLE, "{slept:?}");
}

#[tokio::test(start_paused = true)]
async fn broken_link_is_a_crash() {
    let mut rig = rig().await;
    let mut client = attach(&rig.agent).unwrap();
    let nonsense = Message::Open {
        client: 1,
        visitor: Visitor::new(Permission::Write, "root", "root"),
    };
    rig.writer.write(&nonsense).await.unwrap();
    rig.writer.flush().await.unwrap();
    assert_eq!(rig.running.await.unwrap(), Ended::Crashed);
    assert_eq!(client.from_agent.next().await.unwrap_err().code, RESTART);
    assert!(rig.told.load(Ordering::SeqCst));
}

#[tokio::test(start_paused = true)]
async fn place_is_free_again_when_a_client_leaves_and_the_agent_hears_of_it() {
    let mut rig = rig().await;
    let first = attach(&rig.agent).unwrap();
    let second = attach(&rig.agent).unwrap();
    let third = attach(&rig.agent).unwrap_err();
    assert_eq!(third.kind(), ProblemKind::Limited(Limit::SocketsPerSandbox));
    drop(first);
    let third = attach(&rig.agent).unwrap();
    assert_eq!((second.client, third.client), (2, 3));
    let mut heard = Vec::new();
    for _ in 0..4 {
        heard.push(rig.reader.read().await.unwrap().unwrap());
    }
    assert!(
        matches!(heard[2], Message::Close { client: 1, .. }),
        "{heard:?}"
    );
    assert!(
        matches!(heard[3], Message::Open { client: 3, .. }),
        "{heard:?}"
    );
}

/// Each connection that came and went left two messages behind for an agent that its sandbox had stopped.
#[tokio::test(start_paused = true)]
async fn agent_that_takes_nothing_gets_no_further_clients_and_still_sleeps() {
    let rig = rig().await;
    let mut let_in = 0;
    let refused = loop {
        match attach(&rig.agent) {
            Ok(_) => let_in += 1,
            Err(refused) => break refused,
        }
        // The link's own buffer takes the first ones.
        tokio::task::yield_now().await;
        assert!(let_in < 100_000, "the queue has no bound");
    };
    assert_eq!(refused.kind(), ProblemKind::Unavailable);
    assert!(!rig.agent.set_over(Some("disk".to_owned())));
    rig.agent.sleep();
    assert_eq!(rig.running.await.unwrap(), Ended::Killed);
}
