//! Who gets in, and where to.

use std::net::TcpListener;

use yew_sandbox_protocol::search::Download;
use yew_sandbox_server::local::{IsolationChoice, LocalOptions};

use crate::rig::Rig;
use crate::support::{Request, connect, isolations};

/// Each of these was meant to reach something else than a preview of that sandbox.
#[tokio::test(flavor = "multi_thread")]
async fn only_hosts_of_previews_lead_inside() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let id = &rig.id;
    for host in [
        format!("{id}-{port}.localhost@evil"),
        format!("evil@{id}-{port}.localhost"),
        format!("{id}-{port}.localhost:80@"),
        format!("{id}-{port}.localhost:80@evil"),
        format!("{id}-0{port}.localhost"),
        format!("{id}-0.localhost"),
        format!("{id}-65536.localhost"),
        format!("{id}-..localhost"),
        format!("{id}-{port}.localhost."),
        format!("{id}-{port}.localhost.evil"),
        format!("{id}-{port}.evil"),
        format!("x.{id}-{port}.localhost"),
        format!("../{id}-{port}.localhost"),
        format!("{id}-{port}%2elocalhost"),
        format!("{id}.localhost"),
    ] {
        let answer = rig.server.send(Request::get("/").host(&host)).await;
        assert!(
            [400, 403].contains(&answer.status),
            "{host}: {}",
            answer.status
        );
        assert!(!answer.text().contains("hello"), "{host}");
    }
    let two = Request::get("/")
        .host(rig.host(port))
        .header("host", "localhost");
    assert!(!rig.server.send(two).await.text().contains("hello"));
    let foreign = Request::get("http://evil/").host(rig.host(port));
    assert!(!rig.server.send(foreign).await.text().contains("hello"));
    let unknown = format!("{}-{port}.localhost", "a".repeat(16));
    let answer = rig.server.send(Request::get("/").host(unknown)).await;
    assert_eq!(
        (answer.status, answer.error_kind()),
        (404, "notFound".to_owned())
    );
    // The server's own routes are not reached by a preview's name.
    let answer = rig.send(port, Request::create()).await;
    assert_eq!(answer.text(), "hello from inside");
    assert_eq!(rig.get(port, "/healthz").await.text(), "hello from inside");
    rig.server.stop().await;
}

/// A preview was a way to what listens on the machine itself.
#[tokio::test(flavor = "multi_thread")]
async fn programs_of_the_machine_are_out_of_reach() {
    let foreign = TcpListener::bind("127.0.0.1:0").unwrap();
    foreign.set_nonblocking(true).unwrap();
    let port = foreign.local_addr().unwrap().port();
    for isolation in isolations() {
        let rig = Rig::new(isolation).await;
        assert_eq!(rig.get(port, "/").await.error_kind(), "nothingListens");
        let (_, own) = rig.server.address.split_once(':').unwrap();
        let answer = rig.get(own.parse().unwrap(), "/healthz").await;
        assert_eq!(answer.error_kind(), "nothingListens");
        assert!(foreign.accept().is_err());
        rig.server.stop().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn private_previews_need_a_token() {
    let mut rig = Rig::new(IsolationChoice::Bubblewrap).await;
    let private = rig.manage("POST", "/sandbox/default/fork", r#"{"privacy":2}"#);
    let id = private.await.json()["data"]["id"]
        .as_str()
        .unwrap()
        .to_owned();
    let started = rig.manage("POST", &format!("/vm/{id}/start"), "{}").await;
    let text = |name: &str| started.json()["data"][name].as_str().unwrap().to_owned();
    let session = serde_json::json!({
        "sandboxId": id,
        "pitcherURL": text("pitcher_url"),
        "pitcherToken": text("pitcher_token"),
        "workspacePath": text("workspace_path"),
        "bootupType": "CLEAN",
    });
    rig.socket = connect(&serde_json::from_value(session).unwrap()).await;
    rig.socket.join().await;
    rig.id = id.clone();
    let port = rig.listen("127.0.0.1").await;
    let answer = rig
        .manage("POST", &format!("/sandbox/{id}/tokens"), "{}")
        .await;
    let token = answer.json()["data"]["token"]["token"]
        .as_str()
        .unwrap()
        .to_owned();
    let page = |path: &str| {
        Request::get(path)
            .header("sec-fetch-mode", "navigate")
            .header("accept", "text/html")
    };

    let refused = rig.send(port, page("/")).await;
    assert_eq!(refused.status, 401);
    assert!(refused.text().contains("This preview is private"));
    for wrong in ["", "x", "prv_v1_", &token[..token.len() - 1], "a;b"] {
        let answer = rig
            .send(port, Request::get("/").header("csb-preview-token", wrong))
            .await;
        assert_eq!(answer.status, 401, "{wrong}");
        let answer = rig.get(port, &format!("/?csb_preview_token={wrong}")).await;
        assert_eq!(answer.status, 401, "{wrong}");
    }

    let by_header = Request::get("/").header("csb-preview-token", &token);
    assert_eq!(rig.send(port, by_header).await.status, 200);
    let cookie = format!("csb_preview_token={token}");
    assert_eq!(
        rig.send(port, Request::get("/").header("cookie", &cookie))
            .await
            .status,
        200
    );
    // A program's request is answered at once; a browser's goes on without the token in its address.
    for name in ["csb_preview_token", "preview_token"] {
        let direct = rig.get(port, &format!("/head?{name}={token}")).await;
        assert_eq!(direct.status, 200);
        assert!(!direct.text().contains(&token), "{}", direct.text());
        let answer = rig
            .send(port, page(&format!("//evil/x?a=1&{name}={token}")))
            .await;
        assert_eq!(
            (answer.status, answer.header("location")),
            (303, Some("/evil/x?a=1"))
        );
        assert_eq!(answer.cookie().unwrap(), cookie);
        let attributes = answer.header("set-cookie").unwrap();
        assert!(
            attributes.contains("HttpOnly") && !attributes.contains("Domain"),
            "{attributes}"
        );
    }

    let socket = |origin: String| {
        Request::get("/head")
            .header("upgrade", "websocket")
            .header("connection", "upgrade")
            .header("cookie", &cookie)
            .header("origin", origin)
    };
    let own = format!("http://{}", rig.host(3001));
    assert_eq!(rig.send(port, socket(own)).await.status, 200);
    for foreign in ["http://evil", "null", "http://other-80.localhost"] {
        assert_eq!(
            rig.send(port, socket(foreign.into())).await.status,
            403,
            "{foreign}"
        );
    }

    rig.manage("DELETE", &format!("/sandbox/{id}/tokens"), "")
        .await;
    let revoked = Request::get("/").header("csb-preview-token", &token);
    assert_eq!(rig.send(port, revoked).await.status, 401);
    let mut statuses = Vec::new();
    for _ in 0..110 {
        let guess = Request::get("/").header("csb-preview-token", "prv_v1_guess");
        statuses.push(rig.send(port, guess).await.status);
    }
    assert_eq!(statuses.last(), Some(&429));
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn documents_in_a_frame_listen_to_the_page_around_them() {
    let (rig, port) = Rig::listening(IsolationChoice::Bubblewrap).await;
    let framed = |path: &str| {
        Request::get(path)
            .header("sec-fetch-mode", "navigate")
            .header("sec-fetch-dest", "iframe")
            .header("accept-encoding", "gzip, br")
    };
    let script = "<script src=\"/.well-known/yew-sandbox/preview.js\"></script>";
    let page = rig.send(port, framed("/page")).await;
    assert!(
        page.text().contains(&format!("<head>{script}<title>App")),
        "{}",
        page.text()
    );
    assert_eq!(page.header("vary"), Some("sec-fetch-dest"));
    let alone = rig.get(port, "/page").await;
    assert!(!alone.text().contains("<script"), "{}", alone.text());
    let head = rig.send(port, framed("/head")).await;
    assert!(head.text().contains("accept-encoding: identity") && !head.text().contains("<script"));
    let script = rig.get(port, "/.well-known/yew-sandbox/preview.js").await;
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    let (_, own) = rig.server.address.split_once(':').unwrap();
    assert!(
        script
            .text()
            .contains(&format!("\"http://localhost:{own}\"")),
        "{}",
        script.text()
    );
    assert!(!script.text().contains(&rig.id));
    rig.server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn downloads_are_archives() {
    for isolation in isolations() {
        let url = |options: &mut LocalOptions| options.public_url = Some("http://server".into());
        let mut rig = Rig::with(isolation, url).await;
        rig.socket.write_file("a.txt", "one").await;
        let request = Download {
            path: "a.txt".into(),
            excludes: None,
        };
        let url = rig.socket.call(&request).await.unwrap().download_url;
        let path = url.strip_prefix("http://server").unwrap();
        assert!(
            path.starts_with(&format!("/downloads/{}/", rig.id)),
            "{url}"
        );
        let answer = rig.server.send(Request::get(path)).await;
        assert_eq!(answer.status, 200);
        assert_eq!(answer.header("content-type"), Some("application/zip"));
        let name = format!("attachment; filename=\"{}.zip\"", rig.id);
        assert_eq!(answer.header("content-disposition"), Some(&*name));
        assert_eq!(answer.header("x-content-type-options"), Some("nosniff"));
        assert!(answer.body.starts_with(b"PK\x03\x04"));
        for wrong in [
            format!("/downloads/{}/{}", rig.id, "a".repeat(64)),
            format!("/downloads/{}/a%0Aport%2080", rig.id),
            format!("/downloads/{}/x", "a".repeat(16)),
            "/downloads/..%2f/x".to_owned(),
        ] {
            let answer = rig.server.send(Request::get(&wrong)).await;
            assert_eq!(answer.status, 404, "{wrong}");
        }
        rig.server.stop().await;
    }
}
