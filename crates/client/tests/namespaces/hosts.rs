//! Where ports are reached from outside.

use yew_sandbox_client::protocol::port::{List, Port, Ports};
use yew_sandbox_client::{ErrorKind, HostToken, Session};

use crate::support::{World, session};

fn serve(world: &World, known: &'static [(u16, &'static str)]) {
    world.agent.answer::<List>(move |_| {
        let port = |&(port, url): &(u16, &str)| {
            let url = url.to_owned();
            Port { port, url }
        };
        let list = known.iter().map(port).collect();
        Ok(Ports { list })
    });
}

/// A client of a session like this one.
async fn with_session(change: impl FnOnce(&mut Session)) -> World {
    let mut own = session("box", 1);
    change(&mut own);
    let world = World::with(1, |options| options.session = Some(own));
    world.client.connect().await.unwrap();
    world
}

fn private(session: &mut Session) {
    session.host_token = Some(HostToken {
        token: "a b&c".into(),
        token_id: "t".into(),
        sandbox_id: "box".into(),
    });
}

#[tokio::test(start_paused = true)]
async fn a_host_is_what_the_sandbox_says_of_the_port_or_of_another() {
    let world = World::connected(1).await;
    serve(&world, &[(5173, "box-5173.localhost:3000")]);
    let hosts = world.client.hosts();
    assert_eq!(
        hosts.url(5173).await.unwrap(),
        "http://box-5173.localhost:3000"
    );
    assert_eq!(hosts.url(80).await.unwrap(), "http://box-80.localhost:3000");
    assert_eq!(
        hosts.url_with(80, "ws").await.unwrap(),
        "ws://box-80.localhost:3000"
    );
    assert!(hosts.headers().is_empty() && hosts.cookies().is_empty());
    serve(&world, &[(5173, "box-5173.example.com")]);
    assert_eq!(hosts.url(80).await.unwrap(), "https://box-80.example.com");
}

#[tokio::test(start_paused = true)]
async fn without_a_port_only_the_cloud_has_hosts() {
    let world = World::connected(1).await;
    serve(&world, &[]);
    let error = world.client.hosts().url(80).await.unwrap_err();
    assert_eq!(
        (error.kind(), error.subject()),
        (ErrorKind::Unsupported, Some("80"))
    );
    let world = with_session(|session| session.pitcher_url = "wss://box.fc.csb.app/x".into()).await;
    serve(&world, &[]);
    assert_eq!(
        world.client.hosts().url(80).await.unwrap(),
        "https://box-80.csb.app"
    );
}

#[tokio::test(start_paused = true)]
async fn a_host_token_opens_previews_and_is_not_printed() {
    let world = with_session(private).await;
    serve(&world, &[(80, "box-80.localhost:3000")]);
    let hosts = world.client.hosts();
    let url = "http://box-80.localhost:3000/?preview_token=a%20b%26c";
    assert_eq!(hosts.url(80).await.unwrap(), url);
    assert_eq!(hosts.headers(), [("csb-preview-token", "a b&c".to_owned())]);
    assert_eq!(hosts.cookies(), [("csb_preview_token", "a b&c".to_owned())]);
    assert!(!format!("{:?}", world.client.sandbox()).contains("a b&c"));
}
