//! The whole work place in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, HtmlInputElement, KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::{FakeGit, FakeSandbox, FakeStep};
use yew_sandbox_components::{Documents, Place, SandboxIde, use_documents};

#[derive(PartialEq, Properties)]
pub(crate) struct GiveProps {
    pub(crate) on_documents: Callback<Documents>,
}

/// Tells the test of the documents.
#[component]
pub(crate) fn Give(props: &GiveProps) -> Html {
    props.on_documents.emit(use_documents());
    Html::default()
}

pub(crate) async fn open(fake: &FakeSandbox) -> (Mounted, Documents) {
    let fake = fake.clone();
    let documents = Rc::new(RefCell::new(None));
    let given = Rc::clone(&documents);
    let page = mount(move |_| {
        let on_documents = {
            let given = Rc::clone(&given);
            move |documents| drop(given.replace(Some(documents)))
        };
        html! {
            <SandboxProvider fake={fake.clone()}>
                <SandboxIde
                    header={html! { <Give {on_documents} /> }}
                    hidden={Rc::new(vec!["*.log".to_owned()])}
                    style="inline-size: 1200px; block-size: 700px"
                    autosave={None}
                />
            </SandboxProvider>
        }
    });
    page.until_there("[data-layout=wide] [role=treeitem]").await;
    let documents: Documents = documents.borrow().clone().unwrap();
    (page, documents)
}

fn tabs(page: &Mounted) -> Vec<String> {
    page.texts(".ys-tabs [role=tab] bdi")
}

/// Runs the command that begins so.
pub(crate) async fn command(page: &Mounted, name: &str) {
    page.click("button[aria-label=Commands]");
    page.until_there("dialog[open] input").await;
    page.fill("dialog input", name);
    until(&format!("{name} is found"), || {
        page.text("[role=option][aria-selected=true]")
            .starts_with(name)
    })
    .await;
    page.press("dialog input", "Enter");
    page.until_gone("dialog").await;
}

/// The tab of a deleted file stayed as if it were there.
#[wasm_bindgen_test]
async fn tabs_of_deleted_files_close_unless_edits_would_be_lost() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("b.txt", "b")
        .file("c.txt", "c")
        .build();
    let (page, documents) = open(&fake).await;
    for path in ["a.txt", "c.txt", "b.txt"] {
        documents.open(path);
    }
    until("all are open", || {
        tabs(&page) == ["a.txt", "c.txt", "b.txt"]
    })
    .await;
    until("b.txt is read", || documents.get("b.txt").text().is_some()).await;
    documents.edit("b.txt", "edited");
    page.until_there("[data-dirty=true]").await;
    // The tree follows the file that is shown: all three are chosen.
    page.until_text("[role=tree] [data-active] bdi", "b.txt")
        .await;
    for (file, left) in [
        ("c.txt", ["a.txt", "b.txt"].as_slice()),
        ("a.txt", &["b.txt"]),
        ("b.txt", &["b.txt"]),
    ] {
        page.press("[role=tree]", "Home");
        page.press("[role=tree]", &file[..1]);
        page.until_text("[role=tree] [data-active] bdi", file).await;
        page.press("[role=tree]", "Delete");
        page.until_there("dialog[open]").await;
        page.click("dialog [data-kind=danger]");
        until(&format!("{file} is gone"), || fake.text(file).is_none()).await;
        until(&format!("{left:?} are open"), || tabs(&page) == left).await;
    }
    page.until_text("[data-deleted=true] bdi", "b.txt").await;
    assert_eq!(documents.get("b.txt").text().unwrap().as_ref(), "edited");
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_palette_changes_what_people_like() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("a.log", "a")
        .build();
    let (page, documents) = open(&fake).await;
    documents.open("a.txt");
    page.until_there(".cm-content:not(.cm-lineWrapping)").await;
    let files = || page.texts("[role=treeitem] bdi");
    until("one is hidden", || files() == ["a.txt"]).await;
    command(&page, "Show hidden files").await;
    until("it is shown", || files() == ["a.log", "a.txt"]).await;
    command(&page, "Hide hidden files").await;
    until("it is hidden", || files() == ["a.txt"]).await;

    command(&page, "Wrap long lines").await;
    page.until_there(".cm-content.cm-lineWrapping").await;
    command(&page, "Do not wrap").await;
    page.until_there(".cm-content:not(.cm-lineWrapping)").await;

    command(&page, "Editor keys: Vim").await;
    page.until_there(".cm-vimMode, .cm-vim-panel, .cm-fat-cursor")
        .await;
    command(&page, "Editor keys: usual").await;
    page.until_gone(".cm-vimMode, .cm-vim-panel, .cm-fat-cursor")
        .await;

    page.until_there(".ys-terminal[data-state=running]").await;
    assert!(page.find(".xterm-accessibility").is_none());
    command(&page, "Turn on the screen reader mode").await;
    page.until_there(".xterm-accessibility").await;
    command(&page, "Turn off the screen reader mode").await;
    page.until_gone(".xterm-accessibility").await;
    page.unmount();
}

/// Set-up could not be run again once the sandbox was there.
#[wasm_bindgen_test]
async fn set_up_is_run_again_beside_the_tasks() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .step(FakeStep::finished("Install", "npm ci"))
        .build();
    let (page, _) = open(&fake).await;
    page.click(".ys-ide-tab[aria-label='Tasks and ports']");
    page.until_text(".ys-setup-name", "Install").await;
    page.until_text(".ys-setup > button", "Run set-up again")
        .await;
    page.unmount();
}

/// A work place that has less room once the page says so.
fn resized(fake: &FakeSandbox, begins: &'static str) -> Mounted {
    let fake = fake.clone();
    mount(move |width| {
        let width = if width.is_empty() { begins } else { width };
        html! {
            <SandboxProvider fake={fake.clone()}>
                <SandboxIde style={format!("inline-size: {width}; block-size: 500px")} autosave={None} />
            </SandboxProvider>
        }
    })
}

/// The parts that are to be seen.
fn regions(page: &Mounted) -> Vec<String> {
    let parts = page.root.query_selector_all(".ys-ide-main [data-region]");
    let parts = parts.unwrap();
    let parts = (0..parts.length()).map(|place| parts.item(place).unwrap().unchecked_into());
    parts
        .filter(|part: &Element| part.get_bounding_client_rect().width() > 0.0)
        .filter_map(|part| part.get_attribute("data-region"))
        .collect()
}

async fn until_regions(page: &Mounted, wanted: &[&str]) {
    until(&format!("{wanted:?} are seen"), || regions(page) == wanted).await;
}

fn field(page: &Mounted, selector: &str) -> String {
    let field: HtmlInputElement = page.find(selector).unwrap().unchecked_into();
    field.value()
}

/// Both layouts were drawn by themselves: what was typed and split in the one was gone in the other.
#[wasm_bindgen_test]
async fn nothing_is_lost_when_the_room_becomes_less_and_more() {
    let files = (0..100).map(|number| (format!("file {number:02}.txt"), "found"));
    let fake = FakeSandbox::builder()
        .files(files)
        .git(FakeGit::new("main").untracked("new.txt"))
        .port_at(3000, "localhost:9")
        .build();
    let page = resized(&fake, "1200px");
    page.until_there("[role=treeitem]").await;
    page.until_there("[data-state=running] .xterm-screen").await;
    until_regions(&page, &["side", "editor", "terminal", "preview"]).await;

    let line = "[aria-label='Size of Views']";
    page.press(line, "ArrowRight");
    until("it moved", || page.attribute(line, "aria-valuenow") == "22").await;
    page.click("[aria-label=Split]");
    let panes = "[role=tabpanel].ys-terminal-tabs-pane";
    until("there are two panes", || page.texts(panes).len() == 2).await;
    page.click("[aria-label='Split below']");
    until("there are three panes", || page.texts(panes).len() == 3).await;
    let running = ".ys-terminal[data-state=running] .xterm-screen";
    until("all run", || page.texts(running).len() == 3).await;
    let rows: HtmlElement = page.find(".ys-tree-rows").unwrap().unchecked_into();
    rows.set_scroll_top(400);
    page.click(".ys-ide-tab[aria-label=Search]");
    page.until_there(".ys-search").await;
    page.fill(".ys-search [type=search]", "found");
    page.submit(".ys-search [type=search]");
    page.until_there(".ys-search-match").await;
    page.click(".ys-ide-tab[aria-label=Changes]");
    page.until_there(".ys-git-message").await;
    page.fill(".ys-git-message", "Half a message");
    page.fill(".ys-preview-address", "/half/a/path");
    page.click("[aria-label='Phone width']");
    page.click("button[aria-label=Commands]");
    page.until_there("dialog[open] input").await;
    page.fill("dialog input", "wrap");

    let kept: Vec<Element> = [
        ".ys-search",
        ".ys-git",
        ".ys-tree-rows",
        ".ys-preview",
        ".xterm-screen",
        "dialog",
    ]
    .map(|selector| page.find(selector).unwrap())
    .into();
    for (width, layout) in [("500px", "narrow"), ("1200px", "wide")] {
        page.set(width);
        page.until_there(&format!("[data-layout={layout}]")).await;
        let is_narrow = layout == "narrow";
        // What was asked for last.
        let seen: &[&str] = if is_narrow {
            &["side"]
        } else {
            &["side", "editor", "terminal", "preview"]
        };
        until_regions(&page, seen).await;
        assert!(
            kept.iter().all(|element| element.is_connected()),
            "{layout}: something began anew"
        );
        assert_eq!(page.texts(panes).len(), 3, "{layout}");
        assert_eq!(field(&page, ".ys-search [type=search]"), "found");
        assert_eq!(page.texts(".ys-search-match").len(), 100);
        assert_eq!(field(&page, ".ys-git-message"), "Half a message");
        assert_eq!(field(&page, ".ys-preview-address"), "/half/a/path");
        page.until_there("[aria-label='Phone width'][aria-pressed=true]")
            .await;
        assert_eq!(field(&page, "dialog input"), "wrap");
        assert_eq!(page.attribute(line, "aria-valuenow"), "22");
    }
    assert_eq!(fake.shells().len(), 3, "no terminal was made anew");
    page.press("dialog input", "Enter");
    page.until_gone("dialog").await;
    page.click(".ys-ide-tab[aria-label=Files]");
    until("the tree is where it was", || rows.scroll_top() == 400).await;

    let typing = page.find(".xterm-helper-textarea").unwrap();
    typing.unchecked_into::<HtmlElement>().focus().unwrap();
    page.set("500px");
    until_regions(&page, &["terminal"]).await;
    page.unmount();
}

/// Where there is little room, what nobody asked for is not begun; what was shown stays while another part is.
#[wasm_bindgen_test]
async fn parts_begin_when_they_are_shown_where_there_is_little_room() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .port_at(3000, "localhost:9")
        .build();
    let page = resized(&fake, "500px");
    page.until_there("[data-layout=narrow] [role=treeitem]")
        .await;
    until_regions(&page, &["editor"]).await;
    page.click(".ys-ide-tab[aria-label=Files]");
    until_regions(&page, &["side"]).await;
    assert!(page.find("iframe, .ys-terminal-tabs").is_none());
    assert!(fake.shells().is_empty(), "a shell was started");

    page.click(".ys-ide-tab[aria-label=Preview]");
    until_regions(&page, &["preview"]).await;
    page.until_there("iframe[src]").await;
    let frame: HtmlElement = page.find("iframe").unwrap().unchecked_into();
    until("the frame is seen", || frame.offset_width() > 0).await;
    page.click(".ys-ide-tab[aria-label=Terminal]");
    until_regions(&page, &["terminal"]).await;
    page.until_there("[data-state=running] .xterm-screen").await;
    until("the frame is not seen", || frame.offset_width() == 0).await;
    let screen = page.find(".xterm-screen").unwrap();
    page.click(".ys-ide-tab[aria-label=Editor]");
    until_regions(&page, &["editor"]).await;
    page.click(".ys-ide-tab[aria-label=Preview]");
    until_regions(&page, &["preview"]).await;
    until("the frame is seen again", || frame.offset_width() > 0).await;
    assert!(screen.is_connected() && frame.is_connected());
    page.unmount();
}

/// A tree out of sight kept the focus of whoever opened a file from it.
#[wasm_bindgen_test]
async fn the_focus_goes_along_where_there_is_little_room() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let page = resized(&fake, "500px");
    page.until_there("[data-layout=narrow] [role=treeitem]")
        .await;
    page.click(".ys-ide-tab[aria-label=Files]");
    until_regions(&page, &["side"]).await;
    let tree: HtmlElement = page.find("[role=tree]").unwrap().unchecked_into();
    tree.focus().unwrap();
    for key in ["Home", "Enter"] {
        let options = KeyboardEventInit::new();
        options.set_key(key);
        options.set_bubbles(true);
        let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options);
        tree.dispatch_event(&event.unwrap()).unwrap();
    }
    until_regions(&page, &["editor"]).await;
    page.until_there(".cm-content:focus").await;
    page.unmount();
}

/// Presses a letter with Control, and with Shift where it is a capital. Gives whether the browser does what it does with it.
fn shortcut(page: &Mounted, selector: &str, key: &str) -> bool {
    let options = KeyboardEventInit::new();
    options.set_key(key);
    options.set_ctrl_key(true);
    options.set_shift_key(key.chars().any(char::is_uppercase));
    options.set_bubbles(true);
    options.set_cancelable(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &options).unwrap();
    page.find(selector).unwrap().dispatch_event(&event).unwrap()
}

/// Outside of the editor, the browser offered to save its page.
#[wasm_bindgen_test]
async fn control_s_saves_wherever_the_focus_is_but_in_a_terminal() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let (page, documents) = open(&fake).await;
    documents.open("a.txt");
    until("a.txt is read", || documents.get("a.txt").text().is_some()).await;
    documents.edit("a.txt", "edited");
    page.until_there(".xterm-screen").await;
    assert!(shortcut(&page, ".xterm-helper-textarea", "s"));
    assert!(!shortcut(&page, "[role=tree]", "s"), "the browser saves");
    until("it is saved", || {
        fake.text("a.txt").as_deref() == Some("edited")
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn control_shift_f_goes_into_the_search() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let (page, _) = open(&fake).await;
    assert!(!shortcut(&page, "[role=tree]", "F"));
    let field = ".ys-search [type=search]";
    page.until_there(&format!("{field}:focus")).await;
    page.fill(field, "before");
    page.click(".ys-ide-tab[aria-label=Files]");
    shortcut(&page, ".ys-ide-header", "F");
    let field: HtmlInputElement = page.find(field).unwrap().unchecked_into();
    until("all of it is selected", || {
        let (start, end) = (field.selection_start(), field.selection_end());
        (start.unwrap(), end.unwrap()) == (Some(0), Some(6))
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_palette_of_files_goes_to_a_line() {
    let lines: String = (1..=300).map(|line| format!("line {line}\n")).collect();
    let fake = FakeSandbox::builder()
        .file("src/long.txt", lines)
        .file("other.txt", "other")
        .build();
    let (page, _) = open(&fake).await;
    for (typed, line) in [("lon:200:3", "line 200"), (":7", "line 7")] {
        shortcut(&page, ".ys-ide-header", "p");
        page.until_there("dialog[open] input").await;
        page.fill("dialog input", typed);
        until(&format!("{typed} is found"), || {
            page.texts("[role=option] .ys-palette-label") == ["long.txt"]
        })
        .await;
        page.press("dialog input", "Enter");
        page.until_gone("dialog").await;
        page.until_text(".cm-activeLine", line).await;
    }
    page.unmount();
}

/// What was typed last in a large file is told a moment later, and was left out of what was saved.
#[wasm_bindgen_test]
async fn control_s_saves_the_newest_letter_of_a_large_file() {
    let text = "line\n".repeat(50_000);
    let fake = FakeSandbox::builder().file("a.txt", text.clone()).build();
    let (page, documents) = open(&fake).await;
    documents.open("a.txt");
    page.until_there(".cm-content").await;
    for (selector, lines) in [(".ys-ide-header", 1), (".cm-scroller", 2)] {
        page.press(".cm-content", "Enter");
        assert!(!shortcut(&page, selector, "s"), "the browser saves");
        let wanted = "\n".repeat(lines) + &text;
        until(&format!("all is saved from {selector}"), || {
            fake.text("a.txt").as_deref() == Some(&*wanted)
        })
        .await;
    }
    page.unmount();
}

/// Its tabs, Control with Shift and F and the palette showed nothing while it was closed.
#[wasm_bindgen_test]
async fn a_closed_side_panel_opens_for_what_is_asked_for_in_it() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .port_at(3000, "localhost:9")
        .build();
    let (page, _) = open(&fake).await;
    let line = "[aria-label='Size of Views']";
    let all = ["side", "editor", "terminal", "preview"];
    until_regions(&page, &all).await;
    for (name, focused) in [
        ("a shortcut", ".ys-search [type=search]:focus"),
        ("the palette", "[role=tree]:focus"),
        ("a tab", ".ys-git, .ys-note"),
    ] {
        page.press(line, "Enter");
        until_regions(&page, &all[1..]).await;
        match name {
            "a shortcut" => drop(shortcut(&page, ".ys-ide-header", "F")),
            "the palette" => command(&page, "Show: Files").await,
            _ => page.click(".ys-ide-tab[aria-label=Changes]"),
        }
        until_regions(&page, &all).await;
        page.until_there(focused).await;
        assert_eq!(page.attribute(line, "aria-valuenow"), "20", "{name}");
    }
    page.unmount();
}

/// Opens a file from the tree by keyboard, which keeps the focus.
async fn open_from_tree(page: &Mounted, name: &str) {
    let tree: HtmlElement = page.find("[role=tree]").unwrap().unchecked_into();
    tree.focus().unwrap();
    page.press("[role=tree]", "Home");
    page.press("[role=tree]", &name[..1]);
    page.until_text("[role=tree] [data-active] bdi", name).await;
    page.press("[role=tree]", "Enter");
}

/// Once the editor was asked for, the next file that was opened from the tree took the focus out of it.
#[wasm_bindgen_test]
async fn the_editor_takes_the_focus_for_the_file_that_was_asked_for_only() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a")
        .file("b.txt", "b")
        .file("c.txt", "c")
        .file("d.bin", &b"\0"[..])
        .file("e.txt", "e")
        .build();
    let (page, documents) = open(&fake).await;
    documents.open("a.txt");
    page.until_text(".cm-line", "a").await;
    command(&page, "Show: Editor").await;
    page.until_there(".cm-content:focus").await;
    open_from_tree(&page, "b.txt").await;
    page.until_text(".cm-line", "b").await;
    assert!(
        page.find("[role=tree]:focus").is_some(),
        "it was met before"
    );

    // It cannot be met: there is no text.
    documents.open("d.bin");
    page.until_there(".ys-editor .ys-note").await;
    command(&page, "Show: Editor").await;
    page.until_there("[data-region=editor] :focus").await;
    open_from_tree(&page, "c.txt").await;
    page.until_text(".cm-line", "c").await;
    assert!(
        page.find("[role=tree]:focus").is_some(),
        "it is another one"
    );

    // Somebody leaves before the file was read.
    fake.delay_next("fs/readFile", Duration::from_secs(1));
    documents.open("e.txt");
    page.until_text(".ys-tabs [data-active=true] bdi", "e.txt")
        .await;
    command(&page, "Show: Editor").await;
    page.until_there("[data-region=editor] :focus").await;
    let tree: HtmlElement = page.find("[role=tree]").unwrap().unchecked_into();
    tree.focus().unwrap();
    page.until_text(".cm-line", "e").await;
    assert!(page.find("[role=tree]:focus").is_some(), "somebody left");
    page.unmount();
}

/// The page was not told of a file that was shown by the mouse before a key was pressed in it.
#[wasm_bindgen_test]
async fn the_page_is_told_which_file_is_shown_however_it_came() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "a\nb\nc")
        .file("b.txt", "a\nb\nc")
        .build();
    let told = Rc::new(RefCell::new(Vec::<Place>::new()));
    let on_place = {
        let told = Rc::clone(&told);
        Callback::from(move |place| told.borrow_mut().push(place))
    };
    let page = mount(move |place| {
        let place = (!place.is_empty()).then(|| Place {
            path: place.to_owned(),
            line: 3,
            column: 2,
        });
        html! {
            <SandboxProvider fake={fake.clone()}>
                <SandboxIde
                    {place}
                    on_place={on_place.clone()}
                    style="inline-size: 1200px; block-size: 700px"
                />
            </SandboxProvider>
        }
    });
    page.until_there("[data-layout=wide] [role=treeitem]").await;
    let is_told = async |path: &str, line, column| {
        let wanted = Place {
            path: path.to_owned(),
            line,
            column,
        };
        until(&format!("{wanted:?} is told"), || {
            told.borrow().last() == Some(&wanted)
        })
        .await;
    };
    page.click(".ys-tree-name[title='a.txt']");
    is_told("a.txt", 1, 1).await;
    page.set("b.txt");
    is_told("b.txt", 3, 2).await;
    page.until_text(".cm-activeLine", "c").await;
    // Its text is there already.
    page.click(".ys-tabs [role=tab]");
    is_told("a.txt", 1, 1).await;
    let paths: Vec<String> = told.take().into_iter().map(|place| place.path).collect();
    assert_eq!(paths, ["a.txt", "b.txt", "a.txt"], "each is told once");
    page.unmount();
}
