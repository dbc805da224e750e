//! A page without looks: in a file of its own, because sheets stay on a page once they are there.

#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, reason = "a test that cannot go on shall panic")]

mod page;

use page::{Agent, Mounted, Sessions, mount, until};
use wasm_bindgen_test::*;
use web_sys::Element;
use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox::{ChildrenWhen, SandboxProvider, Start};
use yew_sandbox_components::{
    ConnectionStatus, FileTree, Preview, PreviewKeeper, ResizablePanel, ResizablePanels,
    SandboxIde, SandboxPlayground, SandboxTerminal, SandboxUi, Terminal, TerminalRenderer,
};

wasm_bindgen_test_configure!(run_in_browser);

#[wasm_bindgen_test]
async fn an_unstyled_page_gets_structure_and_no_looks() {
    let _agent = Agent::new();
    let get = Sessions::default().get();
    let page = mount(move |_| {
        html! {
            <SandboxProvider
                get_session={get.clone()}
                start={Start::OnDemand}
                children_when={ChildrenWhen::Always}
            >
                <SandboxUi styled=false><ConnectionStatus class="mine" /></SandboxUi>
            </SandboxProvider>
        }
    });
    page.until_text(".mine [role=status]", "Not connected yet")
        .await;
    assert!(page.find(".ys-connection.mine").is_some());
    let document = web_sys::window().unwrap().document().unwrap();
    let looks = ":not([data-yew-sandbox=layer], [data-yew-sandbox$=-structure])";
    let looks = format!("style[data-yew-sandbox]{looks}");
    assert!(document.query_selector(&looks).unwrap().is_none());
    page.unmount();
}

fn show(fake: &FakeSandbox, draw: fn() -> Html) -> Mounted {
    let fake = fake.clone();
    mount(move |_| {
        html! {
            <SandboxUi styled=false>
                <SandboxProvider fake={fake.clone()}>{ draw() }</SandboxProvider>
            </SandboxUi>
        }
    })
}

fn computed(element: &Element, name: &str) -> String {
    let style = web_sys::window().unwrap().get_computed_style(element);
    style.unwrap().unwrap().get_property_value(name).unwrap()
}

/// The screen's parts stood one below the other, with the field for typing among them.
#[wasm_bindgen_test]
async fn a_terminal_without_looks_fills_its_place() {
    let page = show(&FakeSandbox::new(), || {
        html! { <div style="block-size: 300px"><Terminal renderer={TerminalRenderer::Dom} /></div> }
    });
    page.until_there(".xterm-rows > div").await;
    let field = page.find(".xterm-helper-textarea").unwrap();
    assert_eq!(computed(&field, "position"), "absolute");
    assert_eq!(computed(&field, "opacity"), "0");
    let terminal = page.find(".ys-terminal").unwrap();
    let screen = page.find(".xterm").unwrap();
    until("it has its size", || {
        let (terminal, screen) = (
            terminal.get_bounding_client_rect(),
            screen.get_bounding_client_rect(),
        );
        (terminal.height() - 300.0).abs() < 1.0
            && screen.height() > 250.0
            && screen.bottom() <= terminal.bottom() + 1.0
    })
    .await;
    page.unmount();
}

/// A kept frame stood below everything, wherever its place was.
#[wasm_bindgen_test]
async fn a_kept_preview_without_looks_lies_over_its_place() {
    let fake = FakeSandbox::builder().port_at(3000, "localhost:9").build();
    let page = show(&fake, || {
        html! {
            <PreviewKeeper>
                <div style="block-size: 300px; inline-size: 400px"><Preview keep="main" /></div>
            </PreviewKeeper>
        }
    });
    page.until_there("iframe[src]").await;
    let frame = page.find("iframe").unwrap();
    let place = page.find(".ys-preview-place").unwrap();
    until("the frame is over its place", || {
        let (place, frame) = (
            place.get_bounding_client_rect(),
            frame.get_bounding_client_rect(),
        );
        place.height() > 150.0
            && (place.top() - frame.top()).abs() < 1.0
            && (place.width() - frame.width()).abs() < 1.0
            && (place.height() - frame.height()).abs() < 1.0
    })
    .await;
    let kept = page.find(".ys-preview-kept").unwrap();
    assert_eq!(computed(&kept, "position"), "fixed");
    page.unmount();
}

/// Nothing scrolled in the tree, so that all of its rows were in sight.
#[wasm_bindgen_test]
async fn a_tree_without_looks_draws_what_is_in_sight() {
    let files = (0..2_000).map(|number| (format!("file {number:04}.txt"), ""));
    let fake = FakeSandbox::builder().files(files).build();
    let page = show(
        &fake,
        || html! { <div style="block-size: 300px"><FileTree /></div> },
    );
    page.until_there("[data-row]").await;
    let rows = page.find(".ys-tree-rows").unwrap();
    until("few rows are drawn", || {
        let drawn = page.texts("[data-row]").len();
        drawn > 5 && drawn < 100 && rows.client_height() < 300
    })
    .await;
    assert_eq!(computed(&rows, "overflow-y"), "auto");
    rows.set_scroll_top(rows.scroll_height());
    until("the last row is drawn", || {
        page.texts(".ys-tree-name").last().map(String::as_str) == Some("file 1999.txt")
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn panels_without_looks_lie_side_by_side() {
    let page = show(&FakeSandbox::new(), || {
        html! {
            <div style="block-size: 100px; inline-size: 401px">
                <ResizablePanels>
                    <ResizablePanel label="Left" size={25.0}>{ "left" }</ResizablePanel>
                    <ResizablePanel label="Right">{ "right" }</ResizablePanel>
                </ResizablePanels>
            </div>
        }
    });
    page.until_there(".ys-resizable-line").await;
    let line = page.find(".ys-resizable-line").unwrap();
    let place = line.get_bounding_client_rect();
    let whole = line.parent_element().unwrap().get_bounding_client_rect();
    assert_eq!(
        (place.left() - whole.left(), place.width(), place.height()),
        (100.0, 1.0, 100.0)
    );
    assert_eq!(computed(&line, "touch-action"), "none");
    page.unmount();
}

/// The bounds of the first element that a selector finds: left, top, width, height.
fn bounds(page: &Mounted, selector: &str) -> [f64; 4] {
    let found = page
        .find(selector)
        .unwrap_or_else(|| panic!("no {selector}"));
    let bounds = found.get_bounding_client_rect();
    [bounds.left(), bounds.top(), bounds.width(), bounds.height()]
}

fn region(name: &str) -> String {
    format!("[data-region={name}]")
}

/// All parts stood one below the other, each as high as what was in it.
#[wasm_bindgen_test]
async fn a_work_place_without_looks_has_its_parts_beside_each_other() {
    let files = (0..200).map(|number| (format!("file {number:03}.txt"), "text\n"));
    let fake = FakeSandbox::builder()
        .files(files)
        .port_at(3000, "localhost:9")
        .build();
    let given = fake.clone();
    let page = mount(move |width| {
        let width = if width.is_empty() { "1000px" } else { width };
        html! {
            <SandboxUi styled=false>
                <SandboxProvider fake={given.clone()}>
                    <div class="room" style={format!("block-size: 600px; inline-size: {width}")}>
                        <SandboxIde place={yew_sandbox_components::Place { path: "file 007.txt".into(), line: 1, column: 1 }} />
                    </div>
                </SandboxProvider>
            </SandboxUi>
        }
    });
    page.until_there("[data-state=running] .xterm-screen").await;
    page.until_there(".cm-line").await;
    let room = bounds(&page, ".room");
    let is_within = |bounds: [f64; 4]| {
        bounds[0] >= room[0] - 1.0
            && bounds[1] >= room[1] - 1.0
            && bounds[0] + bounds[2] <= room[0] + 1001.0
            && bounds[1] + bounds[3] <= room[1] + 601.0
    };
    until("all parts are beside each other", || {
        let [side, editor, terminal, preview] =
            ["side", "editor", "terminal", "preview"].map(|name| bounds(&page, &region(name)));
        side[0] + side[2] <= editor[0]
            && editor[0] + editor[2] <= preview[0]
            && editor[1] + editor[3] <= terminal[1]
            && (editor[0] - terminal[0]).abs() < 1.0
            && [side, editor, terminal, preview]
                .iter()
                .all(|part| part[2] > 150.0 && part[3] > 100.0 && is_within(*part))
    })
    .await;
    assert_eq!(bounds(&page, ".ys-ide")[2..], [1000.0, 600.0]);
    assert!(is_within(bounds(&page, ".ys-ide-status")));
    // What is in a part fills it.
    for (inner, outer) in [
        (".cm-editor", "editor"),
        (".ys-tree", "side"),
        (".ys-terminal-surface", "terminal"),
        (".ys-preview-body", "preview"),
    ] {
        let (inner_bounds, outer) = (bounds(&page, inner), bounds(&page, &region(outer)));
        assert!(
            inner_bounds[3] > outer[3] * 0.5 && is_within(inner_bounds),
            "{inner}: {inner_bounds:?} in {outer:?}"
        );
    }
    page.click("[aria-label=Split]");
    let panes = "[role=tabpanel].ys-terminal-tabs-pane";
    until("two panes are beside each other", || {
        let found = page.root.query_selector_all(panes).unwrap();
        found.length() == 2 && bounds(&page, panes)[2] < bounds(&page, &region("terminal"))[2] * 0.6
    })
    .await;

    page.set("500px");
    page.until_there("[data-layout=narrow]").await;
    page.click(".ys-ide-tab[aria-label=Files]");
    until("one part has the room", || {
        let side = bounds(&page, &region("side"));
        let others = ["editor", "terminal", "preview"].map(|name| bounds(&page, &region(name)));
        (side[2] - 500.0).abs() < 1.0 && side[3] > 300.0 && others.iter().all(|part| part[2] == 0.0)
    })
    .await;
    assert!(is_within(bounds(&page, ".ys-ide-status")));
    page.unmount();
}

/// The code had no height of its own, and the preview stood below the page.
#[wasm_bindgen_test]
async fn a_playground_without_looks_has_code_and_result_beside_each_other() {
    let fake = FakeSandbox::builder()
        .file("a.js", "let a;\n".repeat(200))
        .port_at(3000, "localhost:9")
        .build();
    let page = show(&fake, || {
        html! {
            <div style="block-size: 400px; inline-size: 900px">
                <SandboxPlayground files={vec!["a.js".into()]} />
            </div>
        }
    });
    page.until_there(".cm-line").await;
    until("they are beside each other", || {
        let [whole, code, editor, result, status] = [
            ".ys-playground",
            ".ys-playground-code",
            ".cm-editor",
            ".ys-preview",
            ".ys-playground-status",
        ]
        .map(|selector| bounds(&page, selector));
        whole[2..] == [900.0, 400.0]
            && code[0] + code[2] <= result[0]
            && editor[3] > 250.0
            && editor[1] + editor[3] <= status[1] + 1.0
            && result[3] > 250.0
            && status[1] + status[3] <= whole[1] + 401.0
    })
    .await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn terminals_without_looks_fill_their_place() {
    let page = show(&FakeSandbox::new(), || {
        html! {
            <div style="block-size: 300px; inline-size: 600px">
                <SandboxTerminal renderer={TerminalRenderer::Dom} />
            </div>
        }
    });
    page.until_there("[data-state=running] .xterm-screen").await;
    until("they fill it", || {
        let [whole, surface, status] = [
            ".ys-sandbox-terminal",
            ".ys-terminal-surface",
            ".ys-sandbox-terminal-status",
        ]
        .map(|selector| bounds(&page, selector));
        whole[2..] == [600.0, 300.0]
            && surface[3] > 180.0
            && surface[1] + surface[3] <= status[1] + 1.0
            && status[1] + status[3] <= whole[1] + 301.0
    })
    .await;
    page.unmount();
}
