//! Metrics, sleep, set-up.

use yew_sandbox_client::{Client, ClientOptions, SessionSource, SetupState, System};

use crate::support::{soon, until};
use crate::{eventually, in_each};

#[tokio::test(flavor = "multi_thread")]
async fn metrics_are_told() {
    in_each(|world| async {
        let system = world.client.system();
        let metrics = system.metrics().await.unwrap();
        assert!(
            metrics.cpu.cores >= 1.0 && metrics.memory.total > 0.0,
            "{metrics:?}"
        );
        let live = system.live_metrics();
        eventually("metrics", || live.get()).await;
        drop(system.keep_awake(System::KEEP_AWAKE));
        world
    })
    .await;
}

/// A sandbox that was put to sleep comes back with its files, and what was followed goes on.
#[tokio::test(flavor = "multi_thread")]
async fn a_sandbox_sleeps_and_wakes() {
    in_each(|mut world| async move {
        world.client.close();
        let (address, id) = (
            world.server.address.clone(),
            world.session.sandbox_id.clone(),
        );
        let cookie = world.cookie.clone();
        let source = SessionSource::new(move |_| {
            let (address, id, cookie) = (address.clone(), id.clone(), cookie.clone());
            async move {
                let path = format!("/api/sandboxes/{id}");
                let request = crate::support::Request::get(path).header("cookie", &cookie);
                Ok(request.send(&address).await.session())
            }
        });
        let client = Client::new(ClientOptions::new(source));
        world.client = client.clone();
        client.fs().write("a.txt", "kept").await.unwrap();
        let ports = client.ports().live();
        eventually("the ports", || ports.get()).await;
        client.system().hibernate().await.unwrap();
        until("sleep", || client.state().name() == "Hibernated").await;
        let text = soon("waking", client.fs().read_text("a.txt"))
            .await
            .unwrap();
        assert_eq!(text, "kept");
        assert!(ports.error().is_none());
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_set_up_comes_to_its_end() {
    in_each(|world| async {
        let setup = world.client.setup();
        let progress = soon("the set-up", setup.wait()).await.unwrap();
        let is_over = matches!(progress.state, SetupState::Finished | SetupState::Idle);
        assert!(is_over, "{progress:?}");
        assert_eq!(setup.progress().await.unwrap().steps, progress.steps);
        world
    })
    .await;
}
