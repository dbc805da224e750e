//! Set-up, ports, other clients, notifications, the sandbox as a whole.

use yew_sandbox_client::fake::{FakeSandbox, FakeStep};
use yew_sandbox_client::{ErrorKind, Notice, SetupState, Severity};

use super::{connected, until, within};

#[tokio::test(start_paused = true)]
async fn the_set_up_is_what_the_test_says() {
    let fake = FakeSandbox::builder()
        .step(FakeStep::finished("clone", "git clone"))
        .step(FakeStep::running("install", "npm install"))
        .step(FakeStep::waiting("build", "npm run build"))
        .build();
    let client = connected(&fake).await;
    let progress = client.setup().progress().await.unwrap();
    assert_eq!(
        (progress.state, progress.current_step_index),
        (SetupState::InProgress, 1)
    );
    assert!(!client.init().ready);
    fake.tell_start_up("Installing", 40);
    let mut init = client.watch_init();
    within(async {
        while init.get().progress != 40 {
            init.changed().await.unwrap();
        }
    })
    .await;
    let skipped = client.setup().skip(1).await.unwrap();
    assert_eq!(skipped.current_step_index, 2);
    fake.finish_setup();
    within(async {
        while !init.get().ready {
            init.changed().await.unwrap();
        }
    })
    .await;
    fake.set_setup([
        FakeStep::failed("install", "npm install"),
        FakeStep::waiting("b", "b"),
    ]);
    assert_eq!(
        client.setup().progress().await.unwrap().state,
        SetupState::Stopped
    );
    let again = client.setup().run().await.unwrap();
    assert_eq!(
        (again.state, again.current_step_index),
        (SetupState::InProgress, 0)
    );
}

#[tokio::test(start_paused = true)]
async fn ports_open_and_close() {
    let fake = FakeSandbox::builder().port(3000).build();
    let client = connected(&fake).await;
    let ports = client.ports().get_all().await.unwrap();
    assert_eq!(ports[0].url, "fake-3000.fake.invalid");
    let waits = client.ports().wait_for_port(80, None);
    fake.open_port_at(80, "localhost:1234");
    assert_eq!(within(waits).await.unwrap().url, "localhost:1234");
    fake.close_port(3000);
    assert_eq!(client.ports().get_all().await.unwrap().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn other_clients_come_and_go() {
    let fake = FakeSandbox::builder().other_client("ada").build();
    let client = connected(&fake).await;
    let live = client.clients().live();
    let mut names = live.watch();
    let all = |fake: &[&str]| {
        fake.iter()
            .map(|name| (*name).to_owned())
            .collect::<Vec<_>>()
    };
    let mut until = async |expected: &[&str]| {
        within(async {
            loop {
                let now = names.get().unwrap_or_default();
                let mut now: Vec<_> = now.into_iter().map(|client| client.name).collect();
                now.sort();
                if now == all(expected) {
                    return;
                }
                names.changed().await.unwrap();
            }
        })
        .await;
    };
    until(&["ada", "you"]).await;
    let grace = fake.client_joins("grace");
    until(&["ada", "grace", "you"]).await;
    assert!(fake.client_leaves(&grace));
    until(&["ada", "you"]).await;
    let second = connected(&fake).await;
    until(&["ada", "you", "you"]).await;
    drop(second);
    until(&["ada", "you"]).await;
}

#[tokio::test(start_paused = true)]
async fn notifications_are_shown_until_one_answers() {
    let fake = FakeSandbox::new();
    let early = fake.notify(Severity::Info, "before", &[]);
    let client = fake.client();
    let mut notices = client.notifications().listen();
    within(client.connect()).await.unwrap();
    let Notice::Show(shown) = within(notices.next()).await.unwrap() else {
        panic!("it is shown to those that come later");
    };
    assert_eq!(shown.id, early);
    let question = fake.notify(Severity::Warning, "Go on?", &["Yes", "No"]);
    assert!(matches!(
        within(notices.next()).await,
        Some(Notice::Show(_))
    ));
    assert!(
        client
            .notifications()
            .respond(&question, Some("Maybe"))
            .await
            .is_err()
    );
    client
        .notifications()
        .respond(&question, Some("Yes"))
        .await
        .unwrap();
    assert_eq!(
        fake.responses(),
        [(question.clone(), Some("Yes".to_owned()))]
    );
    let mut late = client.notifications().listen();
    assert!(matches!(
        within(late.next()).await,
        Some(Notice::Show(shown)) if shown.id == early
    ));
    assert!(!fake.dismiss(&question));
    assert!(fake.dismiss(&early));
    assert!(matches!(
        within(notices.next()).await,
        Some(Notice::Dismiss(_))
    ));
}

#[tokio::test(start_paused = true)]
async fn metrics_are_told() {
    let fake = FakeSandbox::new();
    let client = connected(&fake).await;
    let mut metrics = client.system().metrics().await.unwrap();
    assert_eq!(metrics.cpu.cores, 2.0);
    let live = client.system().live_metrics();
    metrics.cpu.used = 2.0;
    fake.set_metrics(metrics);
    let mut watch = live.watch();
    within(async {
        while watch.get().is_none_or(|metrics| metrics.cpu.used != 2.0) {
            watch.changed().await.unwrap();
        }
    })
    .await;
}

#[tokio::test(start_paused = true)]
async fn what_there_is_not_is_refused_as_by_the_agent() {
    let fake = FakeSandbox::new();
    let client = connected(&fake).await;
    let error = client.fs().download(".").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
    until(&client, "Connected").await;
}
