//! Files over REST.

use yew_sandbox_client::{CopyOptions, ErrorKind, FileType, WriteOptions};

use crate::World;

/// All bytes there are, some of which no JSON text can hold.
fn all_bytes() -> Vec<u8> {
    (0..=255).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn text_is_written_read_and_listed() {
    let world = World::new().await;
    let fs = world.client.fs();
    fs.write("a b%ü.txt", "Hello \u{0}\u{1f642}\r\n")
        .await
        .unwrap();
    assert_eq!(
        fs.read_text("a b%ü.txt").await.unwrap(),
        "Hello \u{0}\u{1f642}\r\n"
    );
    fs.create_dir("d").await.unwrap();
    let mut entries = fs.read_dir(".").await.unwrap();
    entries.sort_by(|one, other| one.name.cmp(&other.name));
    let entries: Vec<_> = entries
        .iter()
        .map(|entry| (entry.name.as_str(), entry.file_type))
        .collect();
    assert_eq!(
        entries,
        [("a b%ü.txt", FileType::File), ("d", FileType::Directory)]
    );
    let metadata = fs.metadata("a b%ü.txt").await.unwrap();
    assert_eq!(metadata.size, 13);
    let now = std::time::SystemTime::now()
        .duration_since(std::time::UNIX_EPOCH)
        .unwrap();
    assert!((metadata.mtime - now.as_millis() as f64).abs() < 60_000.0);
    assert_eq!(fs.read("a b%ü.txt").await.unwrap().len(), 13);
}

/// Bytes that are no UTF-8 became U+FFFD on the way in and on the way out (A40).
#[tokio::test(flavor = "multi_thread")]
async fn all_bytes_survive() {
    for evaluates in [false, true] {
        let world = World::new().await;
        world.agent.change(|manners| manners.evaluates = evaluates);
        let fs = world.client.fs();
        fs.write("all", all_bytes()).await.unwrap();
        assert_eq!(std::fs::read(world.path("all")).unwrap(), all_bytes());
        assert_eq!(fs.read("all").await.unwrap(), all_bytes());
        // A text with that very character in it is what it is.
        fs.write("replacement", "a\u{fffd}b").await.unwrap();
        assert_eq!(fs.read_text("replacement").await.unwrap(), "a\u{fffd}b");
        assert!(
            world.agent.agent.execs.all().is_empty(),
            "nothing is left behind"
        );
        assert_eq!(std::fs::read_dir(world.folder.path()).unwrap().count(), 2);
    }
}

/// Where a shell evaluates the arguments, they did not fit into the one argument that all of them are.
#[tokio::test(flavor = "multi_thread")]
async fn large_bytes_survive_and_keep_the_permissions() {
    use std::os::unix::fs::PermissionsExt;

    for evaluates in [false, true] {
        let world = World::new().await;
        world.agent.change(|manners| manners.evaluates = evaluates);
        let fs = world.client.fs();
        let content: Vec<u8> = (0..3_000_001_u32)
            .map(|number| (number * 7 % 251) as u8 | 0x80)
            .collect();
        std::fs::write(world.path("large"), "before").unwrap();
        let mode = std::fs::Permissions::from_mode(0o750);
        std::fs::set_permissions(world.path("large"), mode).unwrap();
        std::os::unix::fs::symlink("large", world.path("link")).unwrap();
        fs.write("link", content.clone()).await.unwrap();
        assert!(
            std::fs::symlink_metadata(world.path("link"))
                .unwrap()
                .is_symlink()
        );
        fs.write("large", content.clone()).await.unwrap();
        assert!(std::fs::read(world.path("large")).unwrap() == content);
        let mode = std::fs::metadata(world.path("large"))
            .unwrap()
            .permissions()
            .mode();
        assert_eq!(mode & 0o777, 0o750);
        assert!(fs.read("large").await.unwrap() == content);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn conditions_of_a_write_are_kept() {
    let world = World::new().await;
    let fs = world.client.fs();
    let only_new = WriteOptions {
        create: true,
        overwrite: false,
    };
    let only_there = WriteOptions {
        create: false,
        overwrite: true,
    };
    let error = fs.write_with("a", "1", only_there).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    fs.write_with("a", "1", only_new).await.unwrap();
    let error = fs.write_with("a", "2", only_new).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::AlreadyExists);
    fs.write_with("a", "3", only_there).await.unwrap();
    assert_eq!(fs.read_text("a").await.unwrap(), "3");
    let error = fs.write("missing/a", "1").await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    for content in [b"x".to_vec(), vec![0xff]] {
        std::fs::create_dir_all(world.path("d")).unwrap();
        let error = fs.write("d", content).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::IsADirectory);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn directories_are_made_and_removed() {
    for removes_full_directories in [true, false] {
        let world = World::new().await;
        world
            .agent
            .change(|manners| manners.removes_full_directories = removes_full_directories);
        let fs = world.client.fs();
        assert_eq!(
            fs.create_dir("a/b").await.unwrap_err().kind(),
            ErrorKind::NotFound
        );
        fs.create_dir_all("a/b/c").await.unwrap();
        fs.create_dir_all("a/b/c").await.unwrap();
        assert_eq!(
            fs.create_dir("a").await.unwrap_err().kind(),
            ErrorKind::AlreadyExists
        );
        fs.write("a/b/f", "1").await.unwrap();
        assert_eq!(
            fs.remove("a").await.unwrap_err().kind(),
            ErrorKind::NotEmpty
        );
        assert!(world.path("a/b/f").exists());
        fs.remove("a/b/f").await.unwrap();
        fs.write("a/b/g", vec![0xff]).await.unwrap();
        fs.remove("a/b/c").await.unwrap();
        fs.remove_all("a").await.unwrap();
        assert!(!world.path("a").exists());
        assert_eq!(
            fs.remove_all("a").await.unwrap_err().kind(),
            ErrorKind::NotFound
        );
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn files_and_directories_are_moved_and_copied() {
    let world = World::new().await;
    let fs = world.client.fs();
    fs.create_dir_all("a/b").await.unwrap();
    fs.write("a/b/f", all_bytes()).await.unwrap();
    fs.write("g", "g").await.unwrap();
    let plain = CopyOptions::default();
    let all = CopyOptions {
        recursive: true,
        overwrite: false,
    };
    assert_eq!(
        fs.copy("a", "c", plain).await.unwrap_err().kind(),
        ErrorKind::IsADirectory
    );
    fs.copy("a", "c", all).await.unwrap();
    assert_eq!(std::fs::read(world.path("c/b/f")).unwrap(), all_bytes());
    assert_eq!(
        fs.copy("g", "c", plain).await.unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
    assert_eq!(
        fs.copy("a", "a/b/a", all).await.unwrap_err().kind(),
        ErrorKind::InvalidPath
    );
    fs.copy("g", "h", plain).await.unwrap();
    assert_eq!(
        fs.rename("g", "h").await.unwrap_err().kind(),
        ErrorKind::AlreadyExists
    );
    fs.rename_over("g", "h").await.unwrap();
    fs.rename("c", "d").await.unwrap();
    assert!(!world.path("c").exists() && world.path("d/b/f").exists());
    assert_eq!(
        fs.rename("c", "e").await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn changes_of_one_file_happen_in_order_and_many_files_side_by_side() {
    let world = World::new().await;
    let fs = world.client.fs();
    let writes: Vec<_> = (0..50)
        .map(|number| fs.write("same", number.to_string()))
        .collect();
    let moved = fs.rename("same", "moved");
    for write in writes {
        write.await.unwrap();
    }
    moved.await.unwrap();
    assert_eq!(std::fs::read_to_string(world.path("moved")).unwrap(), "49");
    let files = (0..200).map(|number| (format!("f{number}"), number.to_string()));
    fs.write_all(files).await.unwrap();
    assert_eq!(std::fs::read_to_string(world.path("f199")).unwrap(), "199");
}

#[tokio::test(flavor = "multi_thread")]
async fn uploads_are_files_and_the_rest_says_that_it_is_not_there() {
    let world = World::new().await;
    let fs = world.client.fs();
    let path = fs.upload(".", "u", all_bytes()).await.unwrap();
    assert_eq!(fs.read(&path).await.unwrap(), all_bytes());
    assert_eq!(
        fs.upload(".", "../u", "x").await.unwrap_err().kind(),
        ErrorKind::InvalidPath
    );
    assert_eq!(
        fs.download(".").await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    assert_eq!(
        fs.find_paths("u").await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    assert_eq!(
        world.client.git().status().await.unwrap_err().kind(),
        ErrorKind::Unsupported
    );
    assert_eq!(
        fs.read("../../../../../../x").await.unwrap_err().kind(),
        ErrorKind::InvalidPath
    );
    assert_eq!(
        fs.read("nothing").await.unwrap_err().kind(),
        ErrorKind::NotFound
    );
    assert_eq!(
        fs.read(".").await.unwrap_err().kind(),
        ErrorKind::IsADirectory
    );
}
