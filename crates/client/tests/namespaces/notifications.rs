//! What the sandbox tells people.

use yew_sandbox_client::protocol::notification::{
    Dismiss, List, Listed, Notify, Respond, Severity,
};
use yew_sandbox_client::protocol::{
    ErrorCode, Request, WireError, encode_answer, encode_notification,
};
use yew_sandbox_client::{ErrorKind, Notice};

use crate::support::{World, settle, within};
use crate::{LONG, SECOND};

fn notice(id: &str) -> Notify {
    Notify {
        severity: Severity::Warning,
        id: id.into(),
        message: "The disk is full.".into(),
        actions: None,
    }
}

#[tokio::test(start_paused = true)]
async fn notices_come_and_go_and_are_answered() {
    let world = World::connected(1).await;
    let log = world
        .agent
        .answer::<Respond>(|respond| match respond.id.as_str() {
            "n1" => Ok(()),
            _ => Err(WireError::new(
                ErrorCode::INVALID_ID,
                "there is no such notification",
            )),
        });
    let notifications = world.client.notifications();
    let mut notices = notifications.listen();
    settle().await;
    world.agent.notify(&notice("n1"));
    assert_eq!(
        within(SECOND, notices.next()).await.unwrap(),
        Notice::Show(notice("n1"))
    );
    world.agent.notify(&Dismiss { id: "n1".into() });
    let dismissed = Notice::Dismiss("n1".into());
    assert_eq!(within(SECOND, notices.next()).await.unwrap(), dismissed);
    notifications.respond("n1", Some("Restart")).await.unwrap();
    assert_eq!(log.all()[0].response.as_deref(), Some("Restart"));
    let error = notifications.respond("n9", None).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::NotFound, Some("n9"))
    );
}

#[tokio::test(start_paused = true)]
async fn notices_outlive_a_cut_link_and_say_so() {
    let world = World::connected(1).await;
    let mut notices = world.client.notifications().listen();
    settle().await;
    world.agent.cut();
    assert_eq!(within(LONG, notices.next()).await.unwrap(), Notice::Gap);
    world.agent.notify(&notice("n2"));
    assert_eq!(
        within(LONG, notices.next()).await.unwrap(),
        Notice::Show(notice("n2"))
    );
    world.client.close();
    assert!(within(SECOND, notices.next()).await.is_none());
    assert_eq!(notices.error().unwrap().kind(), ErrorKind::Closed);
}

#[tokio::test(start_paused = true)]
async fn who_listens_late_hears_of_what_is_shown() {
    let world = World::connected(1).await;
    world.agent.state().handlers.insert(
        0,
        Box::new(|frame| {
            let listed = Listed {
                notifications: vec![notice("n1"), notice("n2")],
            };
            // The list was made before, and arrives behind.
            (frame.method == List::METHOD).then(|| {
                vec![
                    encode_notification(&Dismiss { id: "n1".into() }),
                    encode_answer(frame.id, &frame.method, &listed),
                ]
            })
        }),
    );
    let mut notices = world.client.notifications().listen();
    let dismissed = Notice::Dismiss("n1".into());
    assert_eq!(within(SECOND, notices.next()).await.unwrap(), dismissed);
    assert_eq!(
        within(SECOND, notices.next()).await.unwrap(),
        Notice::Show(notice("n2"))
    );
    world.agent.notify(&notice("n3"));
    assert_eq!(
        within(SECOND, notices.next()).await.unwrap(),
        Notice::Show(notice("n3"))
    );
}

#[tokio::test(start_paused = true)]
async fn an_agent_without_a_list_is_listened_to_as_well() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<List>(|_| {
        Err(WireError::new(
            ErrorCode::FEATURE_UNAVAILABLE,
            "unknown method",
        ))
    });
    let mut notices = world.client.notifications().listen();
    settle().await;
    assert_eq!(log.all().len(), 1);
    world.agent.notify(&notice("n1"));
    assert_eq!(
        within(SECOND, notices.next()).await.unwrap(),
        Notice::Show(notice("n1"))
    );
}
