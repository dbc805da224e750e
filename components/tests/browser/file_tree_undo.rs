//! What the tree deletes and brings back, in a real browser, against a sandbox in memory.

use std::time::Duration;

use crate::file_tree::{press, press_with, sample, show, until_active, until_names};
use crate::page::{Mounted, until, until_within};
use wasm_bindgen_test::*;
use yew_sandbox::client::protocol::fs::{ReadFile, Remove};
use yew_sandbox::fake::FakeSandbox;

/// Deletes what is chosen.
async fn delete(page: &Mounted) {
    press(page, "Delete").await;
    page.until_there("dialog[open]").await;
    page.click("dialog [data-kind=danger]");
}

async fn take_back(page: &Mounted) {
    press_with(page, "z", "ctrl").await;
}

/// What had been made again meanwhile was overwritten with what had been deleted.
#[wasm_bindgen_test]
async fn what_is_there_again_is_not_overwritten() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    delete(&page).await;
    until_names(&page, &["src", "a.txt"]).await;
    fake.write("b.txt", "newer");
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    take_back(&page).await;
    page.until_announced("b.txt has content now and stays")
        .await;
    assert_eq!(fake.text("b.txt").as_deref(), Some("newer"));

    // The rest of a folder comes back beside it.
    press(&page, "Home").await;
    until_active(&page, "src").await;
    delete(&page).await;
    until_names(&page, &["a.txt", "b.txt"]).await;
    fake.write("src/main.rs", "newer");
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    take_back(&page).await;
    page.until_announced("main.rs has content now and stays")
        .await;
    assert_eq!(fake.text("src/main.rs").as_deref(), Some("newer"));
    assert_eq!(fake.text("src/inner/deep.txt").as_deref(), Some("deep"));

    // What somebody else brought back is as it was.
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    delete(&page).await;
    until("it is gone", || fake.text("b.txt").is_none()).await;
    page.until_announced("Deleted. Undo brings it back.").await;
    fake.write("b.txt", "newer");
    take_back(&page).await;
    page.until_announced("Taken back").await;
    page.unmount();
}

/// A file goes back into a folder that is gone by now.
#[wasm_bindgen_test]
async fn the_folder_of_a_file_comes_back_with_it() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "Home").await;
    press(&page, "ArrowRight").await;
    until_names(&page, &["src", "inner", "main.rs", "a.txt", "b.txt"]).await;
    press(&page, "ArrowDown").await;
    press(&page, "ArrowDown").await;
    until_active(&page, "main.rs").await;
    delete(&page).await;
    page.until_announced("Deleted. Undo brings it back.").await;
    fake.remove("src");
    until_names(&page, &["a.txt", "b.txt"]).await;
    take_back(&page).await;
    page.until_announced("Taken back").await;
    assert_eq!(fake.text("src/main.rs").as_deref(), Some("fn main() {}"));
    page.unmount();
}

/// A deletion that had failed could be taken back, over what the file had become since.
#[wasm_bindgen_test]
async fn what_could_not_be_deleted_is_not_brought_back() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    fake.fail_next_with_errno("fs/remove", 13, "cannot remove");
    delete(&page).await;
    page.until_there("[role=alert]").await;
    fake.write("b.txt", "newer");
    take_back(&page).await;
    page.until_announced("Nothing to take back").await;
    assert_eq!(fake.text("b.txt").as_deref(), Some("newer"));

    // Of two, the first is gone.
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    press_with(&page, "ArrowUp", "shift").await;
    until("two are chosen", || {
        page.texts("[aria-selected=true] bdi") == ["a.txt", "b.txt"]
    })
    .await;
    fake.delay_next("fs/remove", Duration::ZERO);
    fake.fail_next_with_errno("fs/remove", 13, "cannot remove");
    delete(&page).await;
    page.until_announced("Deleted. Undo brings it back.").await;
    page.until_there("[role=alert]").await;
    until_names(&page, &["src", "b.txt"]).await;
    fake.write("b.txt", "newest");
    take_back(&page).await;
    page.until_announced("Taken back").await;
    assert_eq!(fake.text("a.txt").as_deref(), Some("a"));
    assert_eq!(fake.text("b.txt").as_deref(), Some("newest"));
    page.unmount();
}

/// What could not be read was not deleted.
#[wasm_bindgen_test]
async fn what_cannot_be_read_is_deleted_for_good() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    fake.fail_next_with_errno("fs/readFile", 13, "cannot read");
    delete(&page).await;
    page.until_announced("Deleted for good.").await;
    until_names(&page, &["src", "a.txt"]).await;
    assert_eq!(fake.text("b.txt"), None);
    page.unmount();
}

/// A folder of many files was read one file after the other before anything happened, and nothing said that it was under way.
#[wasm_bindgen_test]
async fn a_deletion_does_not_wait_for_what_is_slow_to_read() {
    let files = (0..40).map(|number| (format!("many/{number:02}.txt"), "x"));
    let fake = FakeSandbox::builder().files(files).build();
    let (page, _) = show(&fake);
    until_names(&page, &["many"]).await;
    press(&page, "Home").await;
    until_active(&page, "many").await;
    fake.delay_next("fs/readFile", Duration::from_secs(30));
    delete(&page).await;
    until("several are read while one is slow", || {
        fake.requests_of::<ReadFile>().len() > 5
    })
    .await;
    page.until_there(".ys-tree[aria-busy=true]").await;
    assert!(fake.requests_of::<Remove>().is_empty());
    until_within(8, "it is gone all the same", || {
        fake.text("many/00.txt").is_none()
    })
    .await;
    page.until_announced("Deleted for good.").await;
    page.until_gone("[aria-busy=true]").await;
    take_back(&page).await;
    page.until_announced("Nothing to take back").await;
    page.unmount();
}
