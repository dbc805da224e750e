//! The tree of files in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;
use std::time::Duration;

use crate::page::{Mounted, mount, settle, until};
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{
    DragEvent, Element, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit,
};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::client::protocol::fs::{ReadDir, Remove, Rename};
use yew_sandbox::fake::{FakeGit, FakeSandbox};
use yew_sandbox_components::{Direction, FileTree, SandboxUi, Words};

pub(crate) type Opened = Rc<RefCell<Vec<String>>>;

pub(crate) fn sample() -> FakeSandbox {
    FakeSandbox::builder()
        .file("src/main.rs", "fn main() {}")
        .file("src/inner/deep.txt", "deep")
        .file("b.txt", "b")
        .file("a.txt", "a")
        .build()
}

pub(crate) fn show(fake: &FakeSandbox) -> (Mounted, Opened) {
    let (fake, opened) = (fake.clone(), Opened::default());
    let on_open = {
        let opened = Rc::clone(&opened);
        Callback::from(move |path| opened.borrow_mut().push(path))
    };
    let page = mount(move |_| {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <div style="block-size: 400px"><FileTree on_open={on_open.clone()} /></div>
            </SandboxProvider>
        }
    });
    (page, opened)
}

pub(crate) fn rows(page: &Mounted) -> Vec<Element> {
    let rows = page.root.query_selector_all("[role=treeitem]").unwrap();
    (0..rows.length())
        .map(|place| rows.item(place).unwrap().unchecked_into())
        .collect()
}

pub(crate) fn names(page: &Mounted) -> Vec<String> {
    let name = |row: &Element| row.query_selector("bdi").unwrap()?.text_content();
    rows(page).iter().filter_map(name).collect()
}

pub(crate) async fn until_names(page: &Mounted, expected: &[&str]) {
    until(
        &format!("there are {expected:?}, not {:?}", names(page)),
        || names(page) == expected,
    )
    .await;
}

pub(crate) async fn press(page: &Mounted, key: &str) {
    press_with(page, key, "").await;
}

/// Presses a key, and lets the page draw what it does.
pub(crate) async fn press_with(page: &Mounted, key: &str, modifiers: &str) {
    let options = KeyboardEventInit::new();
    options.set_key(key);
    options.set_bubbles(true);
    options.set_cancelable(true);
    options.set_ctrl_key(modifiers.contains("ctrl"));
    options.set_shift_key(modifiers.contains("shift"));
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    let target = page
        .find(".ys-tree-field input")
        .or_else(|| page.find("[role=tree]"))
        .unwrap();
    target.dispatch_event(&event).unwrap();
    TimeoutFuture::new(0).await;
}

/// The name of the row with the focus.
pub(crate) fn active(page: &Mounted) -> String {
    let Some(id) = page
        .find("[role=tree]")
        .unwrap()
        .get_attribute("aria-activedescendant")
    else {
        return String::new();
    };
    page.text(&format!("#{id} bdi"))
}

pub(crate) async fn until_active(page: &Mounted, name: &str) {
    until(&format!("{name} has the focus"), || active(page) == name).await;
}

pub(crate) async fn type_name(page: &Mounted, name: &str) {
    until("there is a field", || {
        page.find(".ys-tree-field input").is_some()
    })
    .await;
    let field: HtmlInputElement = page.find(".ys-tree-field input").unwrap().unchecked_into();
    field.set_value(name);
    press(page, "Enter").await;
}

#[wasm_bindgen_test]
async fn it_is_walked_by_keyboard() {
    let (page, opened) = show(&sample());
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "ArrowDown").await;
    until_active(&page, "src").await;
    assert_eq!(
        page.find("[data-active]")
            .unwrap()
            .get_attribute("aria-expanded")
            .as_deref(),
        Some("false")
    );
    press(&page, "ArrowRight").await;
    until_names(&page, &["src", "inner", "main.rs", "a.txt", "b.txt"]).await;
    press(&page, "ArrowRight").await;
    until_active(&page, "inner").await;
    press(&page, "ArrowDown").await;
    until_active(&page, "main.rs").await;
    let row = page.find("[data-active]").unwrap();
    for (name, value) in [
        ("aria-level", "2"),
        ("aria-posinset", "2"),
        ("aria-setsize", "2"),
    ] {
        assert_eq!(row.get_attribute(name).as_deref(), Some(value), "{name}");
    }
    press(&page, "Enter").await;
    until("it is opened", || *opened.borrow() == ["src/main.rs"]).await;
    press(&page, "ArrowLeft").await;
    until_active(&page, "src").await;
    press(&page, "ArrowLeft").await;
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    press(&page, "s").await;
    until_active(&page, "src").await;
    press(&page, "*").await;
    until_names(&page, &["src", "inner", "main.rs", "a.txt", "b.txt"]).await;
    press(&page, "Home").await;
    press_with(&page, "End", "shift").await;
    let chosen = || {
        page.root
            .query_selector_all("[aria-selected=true]")
            .unwrap()
            .length()
    };
    until("all are chosen", || chosen() == 5).await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn files_are_made_renamed_deleted_and_brought_back() {
    let fake = sample();
    let (page, opened) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    press(&page, "F2").await;
    type_name(&page, "a.txt").await;
    until("the name is taken", || page.find("[role=alert]").is_some()).await;
    type_name(&page, "c.txt").await;
    until_names(&page, &["src", "a.txt", "c.txt"]).await;
    until_active(&page, "c.txt").await;
    assert_eq!(fake.text("c.txt").as_deref(), Some("b"));
    let document = web_sys::window().unwrap().document().unwrap();
    let focused = || document.active_element();
    until("the tree has the focus", || {
        focused() == page.find("[role=tree]")
    })
    .await;

    press(&page, "Delete").await;
    until("it asks first", || page.find("dialog[open]").is_some()).await;
    page.click("dialog [data-kind=danger]");
    until_names(&page, &["src", "a.txt"]).await;
    until_active(&page, "a.txt").await;
    until("the tree has the focus", || {
        focused() == page.find("[role=tree]")
    })
    .await;
    press_with(&page, "z", "ctrl").await;
    until_names(&page, &["src", "a.txt", "c.txt"]).await;
    assert_eq!(fake.text("c.txt").as_deref(), Some("b"));
    press_with(&page, "z", "ctrl").await;
    until_names(&page, &["src", "a.txt", "b.txt"]).await;

    press(&page, "Home").await;
    press(&page, "ArrowRight").await;
    until_names(&page, &["src", "inner", "main.rs", "a.txt", "b.txt"]).await;
    page.click("[aria-label='New file']");
    type_name(&page, "new.rs").await;
    until_names(
        &page,
        &["src", "inner", "main.rs", "new.rs", "a.txt", "b.txt"],
    )
    .await;
    until("it is opened", || *opened.borrow() == ["src/new.rs"]).await;
    assert_eq!(fake.text("src/new.rs").as_deref(), Some(""));
    page.unmount();
}

#[wasm_bindgen_test]
async fn pages_all_and_single_rows_are_chosen() {
    let fake = FakeSandbox::builder()
        .files((0..100).map(|number| (format!("file {number:02}.txt"), "")))
        .build();
    let (page, _) = show(&fake);
    until("there are rows", || rows(&page).len() > 10).await;
    press(&page, "Home").await;
    until_active(&page, "file 00.txt").await;
    let number = |page: &Mounted| -> usize { active(page)[5..7].parse().unwrap() };
    press(&page, "PageDown").await;
    until("it went on by what is in sight", || {
        (5..30).contains(&number(&page))
    })
    .await;
    let by = number(&page);
    press(&page, "PageDown").await;
    until_active(&page, &format!("file {:02}.txt", 2 * by)).await;
    press_with(&page, "PageUp", "shift").await;
    until_active(&page, &format!("file {by:02}.txt")).await;
    until("a page is chosen", || {
        chosen(&page).len() > 5 && chosen(&page).contains(&active(&page))
    })
    .await;
    press(&page, "PageUp").await;
    press(&page, "PageUp").await;
    until_active(&page, "file 00.txt").await;
    press(&page, "End").await;
    press(&page, "PageDown").await;
    until_active(&page, "file 99.txt").await;

    press_with(&page, "a", "ctrl").await;
    until("all are chosen", || {
        chosen(&page).len() == rows(&page).len()
    })
    .await;
    press(&page, "Home").await;
    until("one is chosen", || chosen(&page) == ["file 00.txt"]).await;
    let click = |place: usize| {
        let options = web_sys::MouseEventInit::new();
        options.set_bubbles(true);
        options.set_ctrl_key(true);
        let event = web_sys::MouseEvent::new_with_mouse_event_init_dict("click", &options).unwrap();
        rows(&page)[place].dispatch_event(&event).unwrap();
    };
    click(2);
    until("two are chosen", || {
        chosen(&page) == ["file 00.txt", "file 02.txt"]
    })
    .await;
    until_active(&page, "file 02.txt").await;
    click(0);
    until("one is chosen no more", || chosen(&page) == ["file 02.txt"]).await;
    page.unmount();
}

/// The names of the chosen rows that are drawn.
pub(crate) fn chosen(page: &Mounted) -> Vec<String> {
    page.texts("[aria-selected=true] bdi")
}

/// A file that had got content was said to be taken back, though it stayed.
#[wasm_bindgen_test]
async fn what_was_made_and_moved_is_taken_back_and_what_has_content_stays() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    page.click("[aria-label='New file']");
    type_name(&page, "new.txt").await;
    until_names(&page, &["src", "a.txt", "b.txt", "new.txt"]).await;
    press_with(&page, "z", "ctrl").await;
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    page.until_announced("Taken back").await;
    assert_eq!(fake.text("new.txt"), None);

    page.click("[aria-label='New file']");
    type_name(&page, "kept.txt").await;
    until_names(&page, &["src", "a.txt", "b.txt", "kept.txt"]).await;
    fake.write("kept.txt", "content");
    press_with(&page, "z", "ctrl").await;
    page.until_announced("kept.txt has content now and stays")
        .await;
    assert_eq!(fake.text("kept.txt").as_deref(), Some("content"));

    page.click("[aria-label='New folder']");
    type_name(&page, "full").await;
    until_names(&page, &["full", "src", "a.txt", "b.txt", "kept.txt"]).await;
    fake.write("full/x.txt", "x");
    press_with(&page, "z", "ctrl").await;
    page.until_announced("full has content now and stays").await;

    press(&page, "End").await;
    until_active(&page, "kept.txt").await;
    press_with(&page, "x", "ctrl").await;
    until("it is cut", || page.find("[data-cut]").is_some()).await;
    press(&page, "Home").await;
    until_active(&page, "full").await;
    press(&page, "ArrowRight").await;
    until("it is open", || names(&page).contains(&"x.txt".to_owned())).await;
    press_with(&page, "v", "ctrl").await;
    until("it is moved", || fake.text("full/kept.txt").is_some()).await;
    press_with(&page, "z", "ctrl").await;
    until("it is back", || fake.text("kept.txt").is_some()).await;
    assert_eq!(fake.text("full/kept.txt"), None);
    page.until_announced("Taken back").await;
    until_active(&page, "kept.txt").await;
    page.unmount();
}

/// Folders past those that can be watched could not be read again.
#[wasm_bindgen_test]
async fn folders_that_are_not_watched_are_read_again_on_request() {
    let fake = FakeSandbox::builder()
        .files((0..210).map(|number| (format!("dir {number:03}/a.txt"), "")))
        .build();
    let (page, _) = show(&fake);
    until("there are rows", || rows(&page).len() > 10).await;
    press(&page, "Home").await;
    press(&page, "*").await;
    until("folders are open", || {
        names(&page).contains(&"a.txt".to_owned())
    })
    .await;
    until("not all are watched", || fake.watched().len() == 200).await;
    let unwatched = |number: usize| {
        let folder = format!("/project/workspace/dir {number:03}");
        !fake.watched().contains(&folder)
    };
    assert!(unwatched(209) && unwatched(208));
    press(&page, "End").await;
    until("the last folder is open", || {
        names(&page).last().is_some_and(|name| name == "a.txt")
    })
    .await;
    press(&page, "End").await;
    until_active(&page, "a.txt").await;
    let has = |name: &str| names(&page).contains(&name.to_owned());
    fake.write("dir 209/b.txt", "");
    press_with(&page, "F10", "shift").await;
    until("the menu is open", || page.find("[role=menu]").is_some()).await;
    assert!(!has("b.txt"));
    let items = page.root.query_selector_all("[role=menuitem]").unwrap();
    let refresh = (0..items.length())
        .map(|place| items.item(place).unwrap().unchecked_into::<HtmlElement>())
        .find(|item| item.text_content().as_deref() == Some("Refresh"));
    refresh.unwrap().click();
    until("it is read again", || has("b.txt")).await;
    fake.write("dir 208/c.txt", "");
    page.click("[aria-label=Refresh]");
    until("all is read again", || has("c.txt")).await;
    until("as many are watched", || fake.watched().len() == 200).await;
    fake.set_reachable(false);
    page.until_there("[aria-label=Refresh][aria-disabled=true]")
        .await;
    page.click("[aria-label=Refresh]");
    assert!(has("c.txt"), "what is known stays");
    page.unmount();
}

#[wasm_bindgen_test]
async fn rows_are_moved_by_keyboard_and_by_mouse() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    press_with(&page, "x", "ctrl").await;
    until("it is cut", || page.find("[data-cut]").is_some()).await;
    press(&page, "Home").await;
    press(&page, "ArrowRight").await;
    until("it is open", || page.find("[aria-expanded=true]").is_some()).await;
    press_with(&page, "v", "ctrl").await;
    until_names(&page, &["src", "inner", "b.txt", "main.rs", "a.txt"]).await;
    assert_eq!(fake.text("src/b.txt").as_deref(), Some("b"));

    let drag = |kind: &str, row: &Element| {
        let options = web_sys::DragEventInit::new();
        options.set_bubbles(true);
        options.set_cancelable(true);
        let event = DragEvent::new_with_event_init_dict(kind, &options).unwrap();
        row.dispatch_event(&event).unwrap();
    };
    let (from, to) = (rows(&page)[4].clone(), rows(&page)[1].clone());
    drag("dragstart", &from);
    until("it is dragged", || {
        drag("dragover", &to);
        page.find("[data-target]").is_some()
    })
    .await;
    drag("drop", &to);
    until("it is moved", || fake.text("src/inner/a.txt").is_some()).await;
    // A folder cannot go into itself.
    press(&page, "Home").await;
    until_active(&page, "src").await;
    press_with(&page, "x", "ctrl").await;
    until("it is cut", || page.find("[data-cut]").is_some()).await;
    press(&page, "ArrowDown").await;
    until_active(&page, "inner").await;
    press_with(&page, "v", "ctrl").await;
    until("nothing is cut", || page.find("[data-cut]").is_none()).await;
    assert!(fake.text("src/main.rs").is_some());
    page.unmount();
}

#[wasm_bindgen_test]
async fn what_others_do_is_seen_and_told() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("dir/<img src=x onerror=alert(1)>\n.txt", "x")
        .file("dir/\u{202e}gnp.exe", "x")
        .git(FakeGit::new("main").committed("a.txt", "before"))
        .build();
    let (page, _) = show(&fake);
    until_names(&page, &["dir", "a.txt"]).await;
    until("it is marked", || {
        page.find("[data-mark=modified]").is_some()
    })
    .await;
    fake.write("new.txt", "x");
    until_names(&page, &["dir", "a.txt", "new.txt"]).await;
    fake.remove("a.txt");
    until_names(&page, &["dir", "new.txt"]).await;
    press(&page, "Home").await;
    press(&page, "ArrowRight").await;
    until_names(
        &page,
        &[
            "dir",
            "<img src=x onerror=alert(1)>\u{240a}.txt",
            "<U+202E>gnp.exe",
            "new.txt",
        ],
    )
    .await;
    assert!(page.find("[role=tree] img").is_none());
    fake.cut();
    fake.write("dir/while away.txt", "x");
    until("it catches up", || {
        names(&page).contains(&"while away.txt".to_owned())
    })
    .await;
    assert!(
        fake.watched()
            .contains(&"/project/workspace/dir".to_owned()),
        "{:?}",
        fake.watched()
    );
    press(&page, "Home").await;
    press(&page, "ArrowLeft").await;
    until("a closed folder is not watched", || {
        !fake
            .watched()
            .contains(&"/project/workspace/dir".to_owned())
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_hundred_thousand_files_cost_what_fifty_do() {
    let fake = FakeSandbox::new();
    fake.write_all((0..100_000).map(|number| (format!("many/file {number:05}.txt"), "")));
    let (page, _) = show(&fake);
    until_names(&page, &["many"]).await;
    page.click("[role=treeitem]");
    until("the folder is open", || rows(&page).len() > 10).await;
    assert!(rows(&page).len() < 100, "{}", rows(&page).len());
    press(&page, "End").await;
    until_active(&page, "file 99999.txt").await;
    assert!(rows(&page).len() < 100, "{}", rows(&page).len());
    let tree: HtmlElement = page.find("[role=tree]").unwrap().unchecked_into();
    assert!(
        f64::from(tree.scroll_top()) > 2_000_000.0,
        "{}",
        tree.scroll_top()
    );
    page.unmount();
}

/// All rows were drawn where nothing bounded the height of the tree.
#[wasm_bindgen_test]
async fn a_hundred_thousand_files_fit_into_a_parent_without_a_height() {
    let fake = FakeSandbox::new();
    fake.write_all((0..100_000).map(|number| (format!("file {number:05}.txt"), "")));
    let page = mount(move |text| {
        html! {
            <SandboxProvider fake={fake.clone()}>
                // Without our sheet nothing bounds the rows either.
                if text == "unbounded" {
                    <style>{ ".ys-tree-rows { max-block-size: none; overflow: visible; }" }</style>
                }
                <FileTree />
            </SandboxProvider>
        }
    });
    until("there are rows", || rows(&page).len() > 10).await;
    let window = web_sys::window().unwrap();
    let is_in_sight = |name: &str| {
        let row = rows(&page)
            .into_iter()
            .find(|row| row.text_content().is_some_and(|text| text.contains(name)));
        row.is_some_and(|row| {
            let place = row.get_bounding_client_rect();
            let height = window.inner_height().unwrap().as_f64().unwrap();
            place.top() < height && place.bottom() > 0.0
        })
    };
    for mode in ["", "unbounded"] {
        page.set(mode);
        let tree: HtmlElement = page.find("[role=tree]").unwrap().unchecked_into();
        until("the tree is as high as it may be", || {
            (tree.client_height() > 1_000_000) == (mode == "unbounded")
        })
        .await;
        tree.focus().unwrap();
        press(&page, "End").await;
        until("the last one is in sight", || is_in_sight("99999")).await;
        assert!(rows(&page).len() < 200, "{}", rows(&page).len());
        press(&page, "Home").await;
        until("the first one is in sight", || is_in_sight("00000")).await;
        assert!(rows(&page).len() < 200, "{}", rows(&page).len());
    }
    page.unmount();
}

/// What was typed for a name was lost when the tree was drawn again.
#[wasm_bindgen_test]
async fn what_others_do_leaves_the_name_that_is_typed() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    press(&page, "F2").await;
    until("there is a field", || {
        page.find(".ys-tree-field input").is_some()
    })
    .await;
    let field: HtmlInputElement = page.find(".ys-tree-field input").unwrap().unchecked_into();
    assert_eq!(field.value(), "b.txt");
    let chosen = (field.selection_start(), field.selection_end());
    assert_eq!(chosen, (Ok(Some(0)), Ok(Some(1))));
    field.set_value("half a na");
    fake.write("another.txt", "");
    until("the tree is drawn again", || {
        rows(&page).iter().any(|row| {
            row.text_content()
                .is_some_and(|text| text.contains("another"))
        })
    })
    .await;
    assert_eq!(field.value(), "half a na");
    type_name(&page, "half a name").await;
    until_names(&page, &["src", "a.txt", "another.txt", "half a name"]).await;
    page.unmount();
}

/// The file that the tree had opened was revealed when it was shown, and took the focus of the tree back.
#[wasm_bindgen_test]
async fn a_file_that_is_shown_late_leaves_the_focus_where_it_went() {
    let fake = sample();
    let page = mount(move |shown| {
        let reveal = (!shown.is_empty()).then(|| AttrValue::from(shown.to_owned()));
        html! { <SandboxProvider fake={fake.clone()}><FileTree {reveal} /></SandboxProvider> }
    });
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    for key in ["Home", "ArrowDown", "Enter", "ArrowDown"] {
        press(&page, key).await;
    }
    until_active(&page, "b.txt").await;
    page.set("a.txt");
    settle().await;
    until_active(&page, "b.txt").await;
    // What others show is revealed, and so is the same file when it is shown again.
    page.set("src/main.rs");
    until_active(&page, "main.rs").await;
    page.set("a.txt");
    until_active(&page, "a.txt").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn arrows_are_mirrored_and_the_menu_is_reached() {
    let fake = sample();
    let words = Rc::new(Words {
        direction: Direction::RightToLeft,
        ..Words::default()
    });
    let page = mount({
        let fake = fake.clone();
        move |_| {
            html! {
                <SandboxUi words={Rc::clone(&words)}>
                    <SandboxProvider fake={fake.clone()}><FileTree /></SandboxProvider>
                </SandboxUi>
            }
        }
    });
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "Home").await;
    until_active(&page, "src").await;
    press(&page, "ArrowLeft").await;
    until_names(&page, &["src", "inner", "main.rs", "a.txt", "b.txt"]).await;
    press_with(&page, "F10", "shift").await;
    until("the menu is open", || page.find("[role=menu]").is_some()).await;
    let document = web_sys::window().unwrap().document().unwrap();
    let focused = || document.active_element().unwrap();
    assert_eq!(focused().get_attribute("role").as_deref(), Some("menuitem"));
    let options = KeyboardEventInit::new();
    options.set_key("Escape");
    options.set_bubbles(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    focused().dispatch_event(&event).unwrap();
    until("it is closed", || page.find("[role=menu]").is_none()).await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn what_fails_is_said() {
    let fake = sample();
    fake.fail_next_with_errno("fs/readdir", 13, "cannot list");
    let (page, _) = show(&fake);
    until("it says so", || page.find("[role=alert]").is_some()).await;
    page.click(".ys-note button");
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    fake.fail_next_with_errno("fs/rename", 13, "cannot rename");
    press(&page, "F2").await;
    type_name(&page, "c.txt").await;
    until("it says so", || page.find("[role=alert]").is_some()).await;
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    page.unmount();
}

/// When a long deletion ended, the folders and the choice were again what they had been when it began.
#[wasm_bindgen_test]
async fn what_is_opened_and_chosen_during_an_operation_stays() {
    let fake = sample();
    let (page, _) = show(&fake);
    until_names(&page, &["src", "a.txt", "b.txt"]).await;
    press(&page, "End").await;
    until_active(&page, "b.txt").await;
    fake.delay_next("fs/remove", Duration::from_millis(300));
    press(&page, "Delete").await;
    page.until_there("dialog[open]").await;
    page.click("dialog [data-kind=danger]");
    until("it is under way", || {
        !fake.requests_of::<Remove>().is_empty()
    })
    .await;
    press(&page, "Home").await;
    until_active(&page, "src").await;
    press(&page, "ArrowRight").await;
    until_names(&page, &["src", "inner", "main.rs", "a.txt", "b.txt"]).await;
    page.until_announced("Deleted. Undo brings it back.").await;
    until_names(&page, &["src", "inner", "main.rs", "a.txt"]).await;
    assert_eq!(chosen(&page), ["src"]);

    // A folder that is renamed meanwhile is followed, and what was opened beside it stays.
    press(&page, "F2").await;
    fake.delay_next("fs/rename", Duration::from_millis(300));
    type_name(&page, "lib").await;
    until("it is under way", || {
        !fake.requests_of::<Rename>().is_empty()
    })
    .await;
    press(&page, "ArrowDown").await;
    until_active(&page, "inner").await;
    press(&page, "ArrowRight").await;
    until_names(&page, &["src", "inner", "deep.txt", "main.rs", "a.txt"]).await;
    page.until_announced("lib was moved").await;
    until_names(&page, &["lib", "inner", "deep.txt", "main.rs", "a.txt"]).await;
    assert_eq!(chosen(&page), ["inner"]);
    page.unmount();
}

/// Folders that were opened before they were made, or whose watch was refused, were never looked at again.
#[wasm_bindgen_test]
async fn folders_that_could_not_be_followed_are_tried_again() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    // The first is that of the root.
    fake.fail_next("fs/watch", ErrorCode::CRITICAL, "too many watches");
    let page = {
        let (fake, expanded) = (fake.clone(), Rc::new(BTreeSet::from(["dist".to_owned()])));
        mount(move |_| {
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <div style="block-size: 400px"><FileTree expanded={expanded.clone()} /></div>
                </SandboxProvider>
            }
        })
    };
    until_names(&page, &["a.txt"]).await;
    until("both were asked for", || {
        fake.requests_of::<ReadDir>().len() >= 2
    })
    .await;
    fake.write("dist/out.txt", "built");
    until_names(&page, &["dist", "out.txt", "a.txt"]).await;
    until("both are followed", || fake.watched().len() == 2).await;
    fake.write("b.txt", "b");
    fake.write("dist/more.txt", "built");
    until_names(&page, &["dist", "more.txt", "out.txt", "a.txt", "b.txt"]).await;
    page.unmount();
}
