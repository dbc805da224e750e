//! Many files, uploads, searches.

use yew_sandbox_client::{ErrorKind, SearchOptions, WatchEvent, WatchOptions};

use crate::in_each;
use crate::support::{Request, soon};

#[tokio::test(flavor = "multi_thread")]
async fn many_files_are_written_and_found() {
    in_each(|world| async {
        let fs = world.client.fs();
        let mut watch = fs.watch(".", WatchOptions::default()).await.unwrap();
        let files = (0..1_000).map(|number| {
            let path = format!("many/{}/{number}.txt", number % 10);
            (path, format!("this is number {number}"))
        });
        soon("writing", fs.write_all(files)).await.unwrap();
        assert_eq!(fs.read_dir("many/3").await.unwrap().len(), 100);
        assert_eq!(
            fs.read_text("many/7/997.txt").await.unwrap(),
            "this is number 997"
        );
        let event = soon("an event", watch.next()).await.unwrap();
        assert!(matches!(event, WatchEvent::Added(paths) if paths[0].ends_with("many")));

        let options = SearchOptions {
            glob: Some("many/**".into()),
            is_regex: true,
            ..SearchOptions::default()
        };
        let mut search = fs.search("number 99[0-4]$", options).await.unwrap();
        let mut paths = Vec::new();
        while let Some(found) = soon("a match", search.next()).await {
            paths.push(found.unwrap().path);
        }
        paths.sort();
        assert_eq!(paths.len(), 5, "{paths:?}");
        assert!(paths[0].ends_with("many/0/990.txt"), "{paths:?}");
        assert!(!search.has_more());

        let options = SearchOptions {
            most: 7,
            ..SearchOptions::default()
        };
        let mut search = fs.search("this is", options).await.unwrap();
        let mut count = 0;
        while let Some(found) = soon("a match", search.next()).await {
            found.unwrap();
            count += 1;
        }
        assert_eq!((count, search.has_more()), (7, true));
        // One that is given up does not keep the next ones from being found.
        for _ in 0..20 {
            drop(
                fs.search("this is", SearchOptions::default())
                    .await
                    .unwrap(),
            );
        }
        let options = SearchOptions {
            is_regex: true,
            ..SearchOptions::default()
        };
        let error = fs.search("(", options).await.unwrap_err();
        assert_eq!(error.subject(), Some("("), "{error}");

        let paths = fs.find_paths("997").await.unwrap();
        assert!(paths[0].path.ends_with("997.txt"), "{paths:?}");
        world
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn files_are_put_into_directories() {
    in_each(|world| async {
        let fs = world.client.fs();
        fs.create_dir("img").await.unwrap();
        let path = fs.upload("img", "a.bin", vec![0, 255, 1]).await.unwrap();
        assert_eq!(fs.read(&path).await.unwrap(), [0, 255, 1][..]);
        let error = fs.upload("nowhere", "a.bin", vec![1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        let error = fs.upload("img", "../a.bin", vec![1]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidPath, "{error}");
        let error = fs.write_all([("a", "1"), ("img", "2")]).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::IsADirectory, "{error}");
        let url = fs.download("img").await.unwrap();
        let path = url.strip_prefix(crate::PUBLIC).unwrap();
        let answer = world.server.send(Request::get(path)).await;
        assert_eq!((answer.status, &answer.body[..2]), (200, &b"PK"[..]));
        let error = fs.download("nowhere").await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotFound, "{error}");
        world
    })
    .await;
}
