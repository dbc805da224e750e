//! The sandbox as a whole.

use yew_sandbox_client::protocol::system::{
    AmountMetrics, CpuMetrics, GetMetrics, Hibernate, Update,
};
use yew_sandbox_client::protocol::{ErrorCode, WireError};
use yew_sandbox_client::{ErrorKind, Metrics, System};

use crate::support::{World, eventually};
use crate::{LONG, SECOND};

fn metrics(used: f64) -> Metrics {
    let amount = AmountMetrics {
        used,
        total: 100.0,
        configured: 100.0,
    };
    Metrics {
        cpu: CpuMetrics {
            cores: 2.0,
            used: 1.0,
            configured: 2.0,
        },
        memory: amount.clone(),
        storage: amount,
    }
}

#[tokio::test(start_paused = true)]
async fn metrics_are_followed_over_a_cut_link() {
    let world = World::connected(1).await;
    world.agent.answer::<GetMetrics>(|_| Ok(metrics(1.0)));
    let system = world.client.system();
    assert_eq!(system.metrics().await.unwrap(), metrics(1.0));
    let live = system.live_metrics();
    eventually(SECOND, || live.get() == Some(metrics(1.0))).await;
    world.agent.notify(&metrics(2.0));
    eventually(SECOND, || live.get() == Some(metrics(2.0))).await;
    world.agent.answer::<GetMetrics>(|_| Ok(metrics(3.0)));
    world.agent.cut();
    eventually(LONG, || live.get() == Some(metrics(3.0))).await;
}

#[tokio::test(start_paused = true)]
async fn a_sandbox_is_kept_awake_only_while_it_is_connected() {
    let world = World::connected(1).await;
    let asked = world.agent.answer::<Update>(|_| Ok(()));
    let guard = world.client.system().keep_awake(System::KEEP_AWAKE);
    eventually(LONG, || asked.count() == 4).await;
    world.client.disconnect().await.unwrap();
    let before = asked.count();
    tokio::time::sleep(LONG).await;
    assert_eq!(asked.count(), before);
    // It neither connects nor wakes.
    assert_eq!(world.client.state().name(), "Disconnected");
    world.client.reconnect().await.unwrap();
    eventually(LONG, || asked.count() > before).await;
    drop(guard);
    tokio::time::sleep(SECOND).await;
    let before = asked.count();
    tokio::time::sleep(LONG).await;
    assert_eq!(asked.count(), before);
}

#[tokio::test(start_paused = true)]
async fn a_session_that_may_only_read_puts_nothing_to_sleep() {
    let world = World::connected(1).await;
    world
        .agent
        .answer::<Hibernate>(|_| Err(WireError::new(ErrorCode::NO_ACCESS, "no")));
    let error = world.client.system().hibernate().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::ReadOnly);
    world.agent.answer::<Hibernate>(|_| Ok(()));
    world.client.system().hibernate().await.unwrap();
}
