//! The editor in a real browser, against a sandbox in memory.

use std::cell::RefCell;
use std::rc::Rc;

use crate::looks::theme_named;
use crate::page::{Agent, Mounted, Sessions, mount, until};
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::*;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{
    CodeEditor, CodeViewer, Content, Diagnostic, DocumentsProvider, EditorKeys, LineMark,
    RangeMark, SandboxUi,
};

#[wasm_bindgen(inline_js = "
export function insert(view, text) {
  view.dispatch({ changes: { from: 0, insert: text }, selection: { anchor: text.length }, userEvent: 'input.type' });
}
export function head(view) { return view.state.selection.main.head; }
export function command(root, line) {
  const field = root.querySelector('.cm-vim-panel input');
  field.value = line;
  field.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', code: 'Enter', keyCode: 13, bubbles: true, cancelable: true }));
}
export function pressIn(field, key) {
  field.dispatchEvent(new KeyboardEvent('keydown', {
    key, code: key, keyCode: key === 'Enter' ? 13 : 27, bubbles: true, cancelable: true,
  }));
}
export function selected(view) {
  const { from, to } = view.state.selection.main;
  return view.state.sliceDoc(from, to) + '@' + from;
}
export function fill(field, text) {
  field.focus();
  field.value = text;
  field.dispatchEvent(new Event('change', { bubbles: true }));
}
// Looks as while it is pressed: no script can press it. All rules for that are equally specific, so the last one counts.
export function hold(button) {
  const sheets = [...document.styleSheets, ...document.adoptedStyleSheets];
  const rules = sheets.flatMap((sheet) => [...sheet.cssRules]).filter((rule) => rule.selectorText?.includes(':active'));
  const own = rules.filter((rule) => button.matches(rule.selectorText.replaceAll(':active', '')));
  button.style.cssText = own.map((rule) => rule.style.cssText).join(';');
  return own.length;
}
export function look(element, name) { return getComputedStyle(element).getPropertyValue(name); }
export function press(view, key, isControl) {
  view.contentDOM.dispatchEvent(new KeyboardEvent('keydown', {
    key, code: 'Key' + key.toUpperCase(), ctrlKey: isControl, bubbles: true, cancelable: true,
  }));
}
")]
extern "C" {
    fn insert(view: &JsValue, text: &str);
    fn head(view: &JsValue) -> u32;
    fn press(view: &JsValue, key: &str, is_control: bool);
    fn command(root: &web_sys::Element, line: &str);
    #[wasm_bindgen(js_name = pressIn)]
    fn press_in(field: &web_sys::Element, key: &str);
    fn selected(view: &JsValue) -> String;
    fn hold(button: &web_sys::Element) -> u32;
    fn look(element: &web_sys::Element, name: &str) -> String;
    fn fill(field: &web_sys::Element, text: &str);
}

type View = Rc<RefCell<JsValue>>;

fn views() -> (View, Callback<JsValue>) {
    let view = View::default();
    let told = Rc::clone(&view);
    (
        view,
        Callback::from(move |next| {
            told.replace(next);
        }),
    )
}

/// An editor for the file that the page is set to; none while it is set to nothing.
fn open(fake: &FakeSandbox) -> (Mounted, View) {
    let (view, on_view) = views();
    let fake = fake.clone();
    let page = mount(move |path| {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <DocumentsProvider>
                    <p class="there" />
                    if !path.is_empty() {
                        <CodeEditor path={path.to_owned()} on_view={on_view.clone()} />
                    }
                </DocumentsProvider>
            </SandboxProvider>
        }
    });
    (page, view)
}

async fn show(page: &Mounted, path: &str) {
    until("the page is there", || page.find(".there").is_some()).await;
    page.set(path);
}

fn count(page: &Mounted, selector: &str) -> u32 {
    page.root.query_selector_all(selector).unwrap().length()
}

#[wasm_bindgen_test]
async fn a_file_is_typed_saved_and_undone_after_another_was_shown() {
    let fake = FakeSandbox::builder()
        .file("main.rs", "fn main() {}\r\n")
        .file("note.txt", "<img src=x onerror=alert(1)>")
        .build();
    let (page, view) = open(&fake);
    show(&page, "main.rs").await;
    until("there is an editor", || page.find(".cm-content").is_some()).await;
    until("it has colours", || page.find(".ys-code-keyword").is_some()).await;
    assert!(
        page.find("[aria-label='Editor, main.rs'][aria-describedby]")
            .is_some()
    );
    let rust = view.borrow().clone();
    insert(&rust, "// typed\n");
    press(&rust, "s", true);
    until("it is saved with its own line ends", || {
        fake.text("main.rs").as_deref() == Some("// typed\r\nfn main() {}\r\n")
    })
    .await;

    page.set("note.txt");
    page.until_text(".cm-line", "<img src=x onerror=alert(1)>")
        .await;
    assert!(page.find("img").is_none(), "a file is text, never markup");

    // From outside, while it is not shown.
    fake.write("main.rs", "// typed\r\nfn main() {}\r\n// theirs\r\n");
    page.set("main.rs");
    until("it has what came from outside", || {
        page.text(".cm-content").contains("theirs")
    })
    .await;
    let rust = view.borrow().clone();
    assert_eq!(head(&rust), 9, "the selection was kept");
    press(&rust, "z", true);
    until("what was typed is undone, the rest is not", || {
        let text = page.text(".cm-content");
        !text.contains("typed") && text.contains("theirs")
    })
    .await;
    page.set("");
    until("it is gone", || page.find(".cm-content").is_none()).await;
    page.set("main.rs");
    until("the unsaved edit is still there", || {
        let text = page.text(".cm-content");
        text.contains("theirs") && !text.contains("typed")
    })
    .await;
    assert_eq!(
        fake.text("main.rs").as_deref(),
        Some("// typed\r\nfn main() {}\r\n// theirs\r\n"),
        "nothing was saved unasked"
    );
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_conflict_is_shown_and_each_change_chosen() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "one\ntwo\nthree\n")
        .build();
    let (page, view) = open(&fake);
    show(&page, "a.txt").await;
    until("there is an editor", || page.find(".cm-content").is_some()).await;
    insert(&view.borrow().clone(), "mine <b>\n");
    fake.write("a.txt", "one\ntwo\nthree\ntheirs <i>\n");
    until("the conflict is shown", || {
        page.find(".ys-editor-conflict").is_some()
    })
    .await;
    assert_eq!(count(&page, "fieldset"), 2);
    assert!(
        page.find(".ys-editor-conflict b, .ys-editor-conflict i")
            .is_none()
    );
    let second: HtmlElement = page
        .root
        .query_selector_all("fieldset")
        .unwrap()
        .item(1)
        .unwrap()
        .unchecked_into();
    let theirs = second.query_selector_all("input").unwrap().item(1).unwrap();
    theirs.unchecked_into::<HtmlElement>().click();
    until("theirs is chosen", || {
        page.find("fieldset:last-of-type [data-side=theirs][data-kept=true]")
            .is_some()
    })
    .await;
    assert!(second.is_connected(), "what has the focus stays");
    page.click(".ys-editor-choices [data-kind=primary]");
    until("both are in the file", || {
        fake.text("a.txt").as_deref() == Some("mine <b>\none\ntwo\nthree\ntheirs <i>\n")
    })
    .await;
    until("the editor is back", || page.find(".cm-content").is_some()).await;
    page.unmount();
}

/// An editor as on a page: what leaves it gives the focus on. `.outside` is a field beside it.
async fn open_within_ui(fake: &FakeSandbox, path: &str) -> (Mounted, View) {
    let (view, on_view) = views();
    let fake = fake.clone();
    let page = mount(move |path| {
        html! {
            <SandboxUi>
                <SandboxProvider fake={fake.clone()}>
                    <DocumentsProvider>
                        <input class="outside" />
                        if !path.is_empty() {
                            <CodeEditor path={path.to_owned()} on_view={on_view.clone()} />
                        }
                    </DocumentsProvider>
                </SandboxProvider>
            </SandboxUi>
        }
    });
    page.until_there(".outside").await;
    page.set(path);
    page.until_there(".cm-content").await;
    (page, view)
}

fn focus(page: &Mounted, selector: &str) {
    let element: HtmlElement = page.find(selector).unwrap().unchecked_into();
    element.focus().unwrap();
}

/// "Keep mine" got the focus of whoever was typing: the next Space or Enter wrote over what somebody else had written.
#[wasm_bindgen_test]
async fn a_conflict_gives_no_choice_to_whoever_is_typing() {
    let fake = FakeSandbox::builder().file("a.txt", "one\n").build();
    let (page, view) = open_within_ui(&fake, "a.txt").await;
    focus(&page, ".cm-content");
    insert(&view.borrow().clone(), "mine\n");
    fake.write("a.txt", "theirs\n");
    page.until_there(".ys-editor-conflict").await;
    page.until_there(".ys-editor-conflict:focus").await;

    // Another kind of conflict has other buttons.
    focus(&page, ".ys-editor-choices [data-kind=primary]");
    fake.remove("a.txt");
    page.until_gone(".ys-editor-change").await;
    page.until_there(".ys-editor-conflict:focus").await;

    // Who is somewhere else stays there.
    page.click(".ys-editor-choices button");
    page.until_there(".cm-content").await;
    insert(&view.borrow().clone(), "more\n");
    focus(&page, ".outside");
    fake.write("a.txt", "theirs again\n");
    page.until_there(".ys-editor-conflict").await;
    page.until_there(".outside:focus").await;
    page.unmount();
}

/// It was told as deleted, and "Write the file again" wrote over it.
#[wasm_bindgen_test]
async fn a_file_that_becomes_no_text_under_edits_is_not_told_as_deleted() {
    let fake = FakeSandbox::builder().file("a.txt", "one").build();
    let (page, view) = open_within_ui(&fake, "a.txt").await;
    insert(&view.borrow().clone(), "mine ");
    fake.write("a.txt", &b"\0\xff"[..]);
    page.until_there(".ys-editor-conflict").await;
    let told = || page.attribute(".ys-editor-conflict", "aria-label");
    assert!(told().contains("no text any more"), "{}", told());
    let choices = ".ys-editor-choices button";
    assert_eq!(
        page.texts(choices),
        ["Write my text over it", "Give up my edits"]
    );
    page.click(choices);
    until("it is written", || {
        fake.text("a.txt").as_deref() == Some("mine one")
    })
    .await;
    page.until_there(".cm-content").await;

    insert(&view.borrow().clone(), "more ");
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/readFile", 27, "File too large");
    }
    fake.write("a.txt", "much");
    page.until_there(".ys-editor-conflict").await;
    assert!(told().contains("too large"), "{}", told());
    page.click(".ys-editor-choices button:last-child");
    page.until_gone(".ys-editor-conflict").await;
    assert_eq!(fake.text("a.txt").as_deref(), Some("much"));
    page.unmount();
}

/// Who gave up the edits of a deleted file was taken into the editor when another file was opened.
#[wasm_bindgen_test]
async fn the_end_of_a_conflict_gives_the_focus_to_no_other_file() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "one")
        .file("b.txt", "two")
        .build();
    let (page, view) = open_within_ui(&fake, "a.txt").await;
    insert(&view.borrow().clone(), "mine ");
    fake.remove("a.txt");
    page.until_there(".ys-editor-conflict").await;
    page.click(".ys-editor-choices button:last-child");
    page.until_gone(".ys-editor-conflict").await;
    focus(&page, ".outside");
    page.set("b.txt");
    page.until_text(".cm-line", "two").await;
    assert!(page.find(".outside:focus").is_some(), "the focus went");

    // Nor where the file was left before its editor came.
    insert(&view.borrow().clone(), "mine ");
    fake.write("b.txt", "theirs");
    page.until_there(".ys-editor-change").await;
    page.click(".ys-editor-choices button");
    page.set("c.txt");
    fake.write("c.txt", "three");
    page.until_there(".ys-note").await;
    focus(&page, ".outside");
    page.until_text(".cm-line", "three").await;
    assert!(page.find(".outside:focus").is_some(), "the focus went");
    page.unmount();
}

#[wasm_bindgen_test]
async fn what_is_no_text_says_so() {
    let png: &[u8] = b"\x89PNG\r\n\x1a\n\0\0";
    let fake = FakeSandbox::builder()
        .file("a.png", png)
        .file("a.bin", &b"\0"[..])
        .build();
    let (page, _) = open(&fake);
    show(&page, "a.png").await;
    until("the image is shown", || {
        page.find("img[src^='blob:']").is_some()
    })
    .await;
    page.set("a.bin");
    until("its size is told", || {
        page.text(".ys-note").contains("1 bytes")
    })
    .await;
    assert!(page.find("img").is_none());
    page.set("none.txt");
    until("it is missing", || {
        page.text(".ys-note").contains("not there")
    })
    .await;
    fake.write("none.txt", "made");
    page.until_text(".cm-line", "made").await;
    page.unmount();

    let fake = FakeSandbox::builder()
        .file("a.txt", "text")
        .read_only()
        .build();
    let (page, view) = open(&fake);
    show(&page, "a.txt").await;
    page.until_text(".cm-line", "text").await;
    press(&view.borrow().clone(), "Backspace", false);
    assert_eq!(page.text(".cm-line"), "text");
    page.unmount();
}

/// The page went to whatever address the sandbox gave, and was gone where an error stood there.
#[wasm_bindgen_test]
async fn a_download_leaves_the_page_where_it_is_and_follows_links_of_the_web_only() {
    let agent = Agent::new();
    agent.write("a.bin", "\0");
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider get_session={get.clone()}>
                <DocumentsProvider><CodeEditor path="a.bin" /></DocumentsProvider>
            </SandboxProvider>
        }
    });
    let followed = Rc::new(RefCell::new(Vec::new()));
    let listening = {
        let followed = Rc::clone(&followed);
        let document = web_sys::window().unwrap().document().unwrap();
        let options = EventListenerOptions::enable_prevent_default();
        EventListener::new_with_options(&document, "click", options, move |event| {
            let target = event.target().unwrap().unchecked_into::<web_sys::Element>();
            if target.tag_name() == "A" {
                event.prevent_default();
                let attribute = |name| target.get_attribute(name).unwrap_or_default();
                followed.borrow_mut().push([
                    attribute("href"),
                    attribute("rel"),
                    attribute("target"),
                ]);
            }
        })
    };
    page.until_text(".ys-note button", "Download").await;
    for hostile in [
        "javascript:void(globalThis.wasRun = true)",
        "data:,a",
        "",
        "a.zip",
    ] {
        agent.offer_downloads(hostile);
        page.click(".ys-note button");
        page.until_there(".ys-note [role=alert]").await;
        assert!(followed.borrow().is_empty(), "{hostile}");
        // The next press takes the error away while it asks.
        agent.offer_downloads("https://localhost:9/a.zip");
        page.click(".ys-note button");
        until("it is followed", || !followed.borrow().is_empty()).await;
        let expected = ["https://localhost:9/a.zip", "noopener noreferrer", "_blank"];
        assert_eq!(followed.take(), [expected.map(str::to_owned)]);
        page.until_gone(".ys-note [role=alert]").await;
    }
    let was_run = js_sys::Reflect::has(&js_sys::global(), &"wasRun".into()).unwrap();
    assert!(!was_run);
    let links = web_sys::window().unwrap().document().unwrap();
    assert!(links.query_selector("a[download]").unwrap().is_none());
    drop(listening);
    page.unmount();
}

#[wasm_bindgen_test]
async fn an_editor_has_the_keys_that_people_are_used_to() {
    let fake = FakeSandbox::builder().file("a.txt", "one two").build();
    let (view, on_view) = views();
    let page = mount({
        let fake = fake.clone();
        move |keys| {
            let keys = match keys {
                "vim" => EditorKeys::Vim,
                "emacs" => EditorKeys::Emacs,
                _ => EditorKeys::Usual,
            };
            html! {
                <SandboxProvider fake={fake.clone()}>
                    <DocumentsProvider><CodeEditor path="a.txt" {keys} on_view={on_view.clone()} /></DocumentsProvider>
                </SandboxProvider>
            }
        }
    });
    page.until_text(".cm-line", "one two").await;
    let editor = view.borrow().clone();
    page.set("vim");
    until("it has a line for commands", || {
        page.find(".cm-vim-panel").is_some()
    })
    .await;
    press(&editor, "x", false);
    page.until_text(".cm-line", "ne two").await;
    press(&editor, ":", false);
    until("a command can be typed", || {
        page.find(".cm-vim-panel input").is_some()
    })
    .await;
    command(&page.root, "w");
    until("it is saved", || {
        fake.text("a.txt").as_deref() == Some("ne two")
    })
    .await;

    page.set("emacs");
    until("the line is gone", || page.find(".cm-vim-panel").is_none()).await;
    until("Control with K takes the rest of the line", || {
        press(&editor, "k", true);
        page.text(".cm-line").trim().is_empty()
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_controlled_editor_needs_no_sandbox() {
    let (view, on_view) = views();
    let told = Rc::new(RefCell::new(String::new()));
    let on_change = Callback::from({
        let told = Rc::clone(&told);
        move |text| {
            told.replace(text);
        }
    });
    let diagnostics = vec![Diagnostic {
        line: 1,
        column: 1,
        end_line: 99,
        end_column: 99,
        message: "<b>wrong</b>".into(),
        ..Default::default()
    }];
    let marks = vec![LineMark {
        line: 1,
        class: "marked".into(),
    }];
    let page = mount(move |value| {
        html! {
            <CodeEditor
                path="a.js"
                value={value.to_owned()}
                on_change={on_change.clone()}
                on_view={on_view.clone()}
                diagnostics={diagnostics.clone()}
                marks={marks.clone()}
            />
        }
    });
    until("there is an editor", || page.find(".cm-content").is_some()).await;
    until("the line is marked", || {
        page.find(".cm-line.marked").is_some()
    })
    .await;
    page.set("let a = 1;");
    page.until_text(".cm-line", "let a = 1;").await;
    insert(&view.borrow().clone(), "/**/");
    assert_eq!(*told.borrow(), "/**/let a = 1;");
    page.unmount();
    let page = mount(|_| html! { <CodeEditor path="a.js" /> });
    until("it says that there is no file", || {
        page.find(".ys-note").is_some()
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn pieces_of_a_text_look_different_and_move_with_it() {
    const HOSTILE: &str = "\"><img src=x onerror=alert(1)> piece";
    let (view, on_view) = views();
    let range = |line, column, end_line, end_column| RangeMark {
        line,
        column,
        end_line,
        end_column,
        class: HOSTILE.into(),
        title: Some("<b>why</b>".into()),
    };
    let page = mount(move |lines| {
        let ranges = match lines {
            "two" => vec![range(1, 5, 2, 99)],
            // Nothing of these is there.
            "none" => vec![range(9, 1, 9, 5), range(1, 3, 1, 3), range(2, 2, 1, 1)],
            _ => vec![range(1, 5, 1, 8)],
        };
        html! { <CodeEditor value="one two\nthree" on_view={on_view.clone()} {ranges} /> }
    });
    page.until_text(".piece", "two").await;
    assert_eq!(page.attribute(".piece", "class"), HOSTILE);
    assert_eq!(page.attribute(".piece", "title"), "<b>why</b>");
    assert!(page.find("img, b").is_none(), "a class is never markup");
    insert(&view.borrow().clone(), "zero ");
    page.until_text(".cm-line", "zero one two").await;
    assert_eq!(page.text(".piece"), "two");
    page.set("two");
    until("it goes over lines", || {
        page.texts(".piece") == ["two", "three"]
    })
    .await;
    page.set("none");
    page.until_gone(".piece").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn it_is_searched_and_replaced_by_keyboard() {
    let (view, on_view) = views();
    let told = Rc::new(RefCell::new(String::new()));
    let on_change = Callback::from({
        let told = Rc::clone(&told);
        move |text| {
            told.replace(text);
        }
    });
    let page = mount(move |_| {
        html! {
            <CodeEditor
                value="a needle, a Needle\nand a needle"
                on_view={on_view.clone()}
                on_change={on_change.clone()}
            />
        }
    });
    page.until_there(".cm-content").await;
    let editor = view.borrow().clone();
    press(&editor, "f", true);
    until("the field has the focus", || {
        page.find(".cm-search input[name=search]:focus").is_some()
    })
    .await;
    let search = page.find(".cm-search input[name=search]").unwrap();
    fill(&search, "needle");
    until("all are marked", || count(&page, ".cm-searchMatch") == 3).await;
    for place in ["needle@2", "Needle@12", "needle@25", "needle@2"] {
        press_in(&search, "Enter");
        until(place, || selected(&editor) == place).await;
    }
    let replace = page.find(".cm-search input[name=replace]").unwrap();
    fill(&replace, "straw");
    press_in(&replace, "Enter");
    until("one is replaced", || {
        *told.borrow() == "a straw, a Needle\nand a needle"
    })
    .await;
    let all = page.find(".cm-search button[name=replaceAll]").unwrap();
    // Enter on a button that has the focus clicks it.
    let all: HtmlElement = all.unchecked_into();
    all.focus().unwrap();
    all.click();
    until("all are replaced", || {
        *told.borrow() == "a straw, a straw\nand a straw"
    })
    .await;
    press_in(&search, "Escape");
    until("the focus is back in the text", || {
        page.find(".cm-search").is_none() && page.find(".cm-content:focus").is_some()
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_page_draws_what_stands_in_place_of_a_text() {
    let fake = FakeSandbox::builder()
        .file("a.png", &b"\x89PNG\r\n\x1a\n\0\0"[..])
        .file("large.log", "too much")
        .file("a.txt", "text")
        .build();
    let agent = fake.clone();
    let page = mount(move |path| {
        let empty = Callback::from(|()| html! { <p class="slot">{ "choose a file" }</p> });
        let unshown = Callback::from(|content| {
            let size = match content {
                Content::Binary(bytes) => format!("binary {}", bytes.len()),
                Content::TooLarge(_) => "too large".to_owned(),
                other => format!("{other:?}"),
            };
            html! { <p class="slot">{ size }</p> }
        });
        html! {
            <SandboxProvider fake={fake.clone()}>
                <DocumentsProvider>
                    <CodeEditor path={path.to_owned()} {empty} {unshown} class="own" style="color: red" />
                </DocumentsProvider>
            </SandboxProvider>
        }
    });
    page.until_text(".ys-editor.own[style='color: red'] .slot", "choose a file")
        .await;
    page.set("a.png");
    page.until_text(".slot", "binary 10").await;
    assert!(page.find("img").is_none());
    page.set("a.txt");
    page.until_text(".cm-line", "text").await;
    assert!(page.find(".slot").is_none());
    for _ in 0..9 {
        agent.fail_next_with_errno("fs/readFile", 27, "File too large");
    }
    page.set("large.log");
    page.until_text(".slot", "too large").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_viewer_colours_the_languages_of_the_editor() {
    let texts = [
        ("Cargo.toml", "[package]\nname = \"<b>\" # why\n"),
        ("run.sh", "if true; then echo \"$HOME\"; fi # why\n"),
        ("Dockerfile", "FROM debian\nRUN echo \"<b>\"\n"),
        ("a.rb", "def f\n  \"<b>\" # why\nend\n"),
        ("a.sql", "SELECT '<b>' FROM t; -- why\n"),
        ("a.kt", "fun main() { val x = \"s\" }\n"),
        ("a.cs", "class A { string x = \"s\"; }\n"),
        ("a.lua", "local x = \"s\" -- why\n"),
        ("a.pl", "my $x = \"s\"; # why\n"),
        ("a.swift", "func f() { let x = \"s\" }\n"),
        ("a.ps1", "function f { \"s\" } # why\n"),
        ("a.hs", "main = putStrLn \"s\" -- why\n"),
        ("a.proto", "message A { string b = 1; } // why\n"),
        ("a.ini", "[a]\r\n; why\r\nb = c\r\n"),
    ];
    let page = mount(move |path| {
        let code = texts.iter().find(|(name, _)| *name == path);
        let code = code.map_or("", |(_, code)| *code);
        html! { <CodeViewer {code} path={path.to_owned()} /> }
    });
    page.until_there(".ys-viewer").await;
    for (path, code) in texts {
        page.set(path);
        until(path, || {
            let selector = ".ys-viewer [class*=ys-code-]";
            page.text(".ys-viewer") == code && page.find(selector).is_some()
        })
        .await;
        assert!(page.find(".ys-viewer b").is_none(), "{path}");
    }
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_viewer_draws_what_stands_there_until_its_colours_come() {
    let seen = Rc::new(RefCell::new(0));
    let loading = {
        let seen = Rc::clone(&seen);
        Callback::from(move |()| {
            *seen.borrow_mut() += 1;
            html! { <i class="slot">{ "soon" }</i> }
        })
    };
    let page = mount(move |path| {
        html! {
            <CodeViewer
                code="key: 1"
                path={path.to_owned()}
                loading={loading.clone()}
                class="own"
                style="color: red"
            />
        }
    });
    // Without a language there is nothing to wait for.
    page.until_text(".ys-viewer.own[style='color: red']", "key: 1")
        .await;
    assert_eq!(*seen.borrow(), 0);
    page.unmount();

    let loading = Callback::from(|()| html! { <i class="slot">{ "soon" }</i> });
    let page = mount(move |code| {
        html! { <CodeViewer code={code.to_owned()} path="a.yaml" loading={loading.clone()} /> }
    });
    page.until_there(".ys-viewer").await;
    page.set("key: 1");
    page.until_there(".slot").await;
    page.until_there(".ys-code-definition, .ys-code-property")
        .await;
    assert_eq!(page.text(".ys-viewer"), "key: 1");
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_viewer_shows_the_text_and_then_its_colours() {
    let code = "fn main() {\n    println!(\"<b>\");\n}\n";
    let page = mount(move |path| {
        html! { <CodeViewer {code} path={path.to_owned()} /> }
    });
    page.until_text(".ys-viewer", code).await;
    page.set("main.rs");
    until("it has colours", || {
        page.text(".ys-viewer .ys-code-keyword") == "fn"
    })
    .await;
    assert_eq!(page.text(".ys-viewer"), code);
    assert!(page.find(".ys-viewer b").is_none());
    page.unmount();
}

/// A pressed button of the search had CodeMirror's own grey gradient, in light and dark colours alike.
#[wasm_bindgen_test]
async fn pressed_buttons_have_the_colours_of_the_theme() {
    let (view, on_view) = views();
    let page = mount(move |theme| {
        let (scheme, contrast) = theme_named(theme);
        html! {
            <SandboxUi {scheme} {contrast}>
                <div class={theme.to_owned()}>
                    <CodeEditor value="one two" on_view={on_view.clone()} />
                    <i style="background-color: var(--ys-selected); color: var(--ys-text); accent-color: var(--ys-accent)" />
                </div>
            </SandboxUi>
        }
    });
    until("there is a view", || !view.borrow().is_undefined()).await;
    press(&view.borrow(), "f", true);
    page.until_there(".cm-search .cm-button").await;
    for theme in ["light", "dark", "high light", "high dark"] {
        page.set(theme);
        page.until_there(&format!("[class='{theme}']")).await;
        let button = page.find(".cm-search .cm-button").unwrap();
        let wanted = page.find("i").unwrap();
        let before = look(&button, "background-color");
        assert!(hold(&button) > 0, "nothing is said of pressed buttons");
        assert_eq!(look(&button, "background-image"), "none", "{theme}");
        for name in ["background-color", "color"] {
            assert_eq!(look(&button, name), look(&wanted, name), "{theme}: {name}");
        }
        assert_ne!(look(&button, "background-color"), before, "{theme}");
        let toggle = page.find(".cm-search input[type=checkbox]").unwrap();
        let accent = |element| look(element, "accent-color");
        assert_eq!(accent(&toggle), accent(&wanted), "{theme}");
        button.remove_attribute("style").unwrap();
    }
    page.unmount();
}
