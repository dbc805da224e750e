//! Files on their way in and out.

use yew_sandbox_client::ErrorKind;
use yew_sandbox_client::protocol::search::{Download, DownloadAnswer, Upload, UploadAnswer};
use yew_sandbox_client::protocol::{ErrorCode, WireError};

use crate::support::World;

#[tokio::test(start_paused = true)]
async fn a_file_is_uploaded() {
    let world = World::connected(1).await;
    let log = world.agent.answer::<Upload>(|upload| {
        let file_id = format!("{}/{}", upload.parent_id, upload.file_name);
        Ok(UploadAnswer { file_id })
    });
    let fs = world.client.fs();
    let path = fs.upload("img", "a.png", vec![1, 2]).await.unwrap();
    assert_eq!(path, "img/a.png");
    assert_eq!(log.all()[0].content, [1, 2][..]);
}

#[tokio::test(start_paused = true)]
async fn a_download_is_an_address() {
    let world = World::connected(1).await;
    let log = world
        .agent
        .answer::<Download>(|download| match download.path.as_str() {
            "src" => Ok(DownloadAnswer {
                download_url: "https://x/1".into(),
            }),
            _ => Err(WireError::file(Some(2), "no such file or directory")),
        });
    let fs = world.client.fs();
    assert_eq!(fs.download("src").await.unwrap(), "https://x/1");
    let excludes = vec!["**/*.log".to_owned()];
    fs.download_with("src", Some(excludes.clone()))
        .await
        .unwrap();
    let said: Vec<_> = log.all().into_iter().map(|one| one.excludes).collect();
    assert_eq!(said, [None, Some(excludes)]);
    for address in ["javascript:alert(1)", "data:text/html,x", "//x/1", ""] {
        world.agent.answer::<Download>(|_| {
            Ok(DownloadAnswer {
                download_url: address.into(),
            })
        });
        let error = fs.download("src").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Protocol, "{address}");
    }
    world
        .agent
        .answer::<Download>(|_| Err(WireError::file(Some(2), "no such file or directory")));
    let error = fs.download("nowhere").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.subject(), Some("nowhere"));
    world.agent.answer::<Download>(|_| {
        Err(WireError::new(
            ErrorCode::FEATURE_UNAVAILABLE,
            "there are no downloads",
        ))
    });
    let error = fs.download("src").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported);
}
