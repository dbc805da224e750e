use futures_util::FutureExt;

use super::*;
use crate::problem::ProblemKind;

/// A sandbox without files: what starts it fails.
fn sandbox() -> (Arc<Sandbox>, Arc<Host>) {
    let nowhere = Path::new("/nowhere/at/all");
    let metrics = Metrics::default();
    let launch = Launch {
        program: nowhere.to_owned(),
        root: nowhere.to_owned(),
        template: None,
        owner: None,
        limits: SandboxLimits::default(),
        groups: Vec::new(),
        told: Vec::new(),
        environment: Vec::new(),
    };
    let host = Host {
        isolation: Isolation::None,
        groups: None,
        disk: Arc::new(DiskWatch::new(0, metrics.clone())),
        metrics,
        spawner: Spawner::start().unwrap(),
        hibernate_after: Duration::MAX,
        running: Arc::new(Semaphore::new(1)),
        running_limit: 1,
    };
    let sandbox = Sandbox::new("box".to_owned(), nowhere, Meta::new(None), launch);
    (Arc::new(sandbox), Arc::new(host))
}

/// Whoever asked for it again and again kept it from being deleted for ever.
#[tokio::test]
async fn nobody_wakes_what_is_being_deleted() {
    let (sandbox, host) = sandbox();
    sandbox.phase.send_replace(Phase::FallingAsleep);
    let mut before = Box::pin(sandbox.wake(&host));
    assert!((&mut before).now_or_never().is_none());
    let mut end = Box::pin(sandbox.end());
    assert!((&mut end).now_or_never().is_none());
    sandbox.phase.send_replace(Phase::Asleep(None));
    for wake in [before, Box::pin(sandbox.wake(&host))] {
        let problem = wake.now_or_never().unwrap().unwrap_err();
        assert_eq!(problem.kind(), ProblemKind::NotFound);
    }
    assert!(end.now_or_never().is_some());
    assert!(sandbox.is_gone());
}

/// Hibernating went on as long as somebody woke the sandbox again.
#[tokio::test]
async fn putting_to_sleep_ends_with_what_was_awake() {
    let (sandbox, _) = sandbox();
    sandbox.phase.send_replace(Phase::FallingAsleep);
    let mut sleeping = Box::pin(sandbox.put_to_sleep());
    assert!((&mut sleeping).now_or_never().is_none());
    // Whoever waited for it to sleep was faster.
    sandbox.phase.send_replace(Phase::Waking);
    assert!(sleeping.now_or_never().is_some());
    // What only wakes is still put to sleep.
    let mut sleeping = Box::pin(sandbox.put_to_sleep());
    assert!((&mut sleeping).now_or_never().is_none());
    sandbox.phase.send_replace(Phase::Asleep(None));
    assert!(sleeping.now_or_never().is_some());
}
