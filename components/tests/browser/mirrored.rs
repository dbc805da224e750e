//! Tree, tabs and panes where the language is written from right to left.

use std::rc::Rc;

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{
    Direction, FileTree, SandboxIde, SandboxUi, TerminalRenderer, TerminalTabs, Words,
};

fn show(fake: &FakeSandbox, draw: fn() -> Html) -> Mounted {
    let fake = fake.clone();
    let words = Rc::new(Words {
        direction: Direction::RightToLeft,
        ..Words::default()
    });
    mount(move |_| {
        html! {
            <SandboxUi words={Rc::clone(&words)}>
                <SandboxProvider fake={fake.clone()}>
                    <div style="inline-size: 1200px; block-size: 600px">{ draw() }</div>
                </SandboxProvider>
            </SandboxUi>
        }
    })
}

/// Whole pixels: browsers place lines between panels at parts of one.
#[derive(Clone, Copy)]
struct Place {
    left: f64,
    right: f64,
}

fn place(page: &Mounted, selector: &str) -> Place {
    let place = page.find(selector).unwrap().get_bounding_client_rect();
    Place {
        left: place.left().round(),
        right: place.right().round(),
    }
}

async fn until_tab(page: &Mounted, list: &str, name: &str) {
    page.until_text(&format!("{list} [aria-selected=true] bdi"), name)
        .await;
}

#[wasm_bindgen_test]
async fn a_tree_opens_to_the_left_and_its_menu_too() {
    let fake = FakeSandbox::builder().file("src/main.rs", "").build();
    let page = show(&fake, || html! { <FileTree /> });
    page.until_text("[role=treeitem] bdi", "src").await;
    let tree = "[role=tree]";
    page.press(tree, "ArrowDown");
    page.until_text("[data-active] bdi", "src").await;
    let (arrow, name) = (".ys-tree-arrow", "[data-active] .ys-tree-name");
    assert!(place(&page, arrow).left >= place(&page, name).right);
    let turned = page.find(".ys-tree-arrow svg").unwrap();
    let window = web_sys::window().unwrap();
    let style = window.get_computed_style(&turned).unwrap().unwrap();
    let transform = style.get_property_value("transform").unwrap();
    assert_eq!(transform, "matrix(-1, 0, 0, 1, 0, 0)");

    page.press(tree, "ArrowLeft");
    page.until_there("[aria-expanded=true]").await;
    page.press(tree, "ArrowLeft");
    page.until_text("[data-active] bdi", "main.rs").await;
    let level = |selector: &str| place(&page, &format!("{selector} .ys-tree-icon")).right;
    assert!(level("[aria-level='2']") < level("[aria-level='1']"));
    page.press(tree, "ArrowRight");
    page.until_text("[data-active] bdi", "src").await;
    page.press(tree, "ArrowRight");
    page.until_there("[aria-expanded=false]").await;

    page.press(tree, "ContextMenu");
    page.until_there("[role=menu]").await;
    let (menu, row) = (place(&page, "[role=menu]"), place(&page, "[data-active]"));
    assert!(
        menu.right > row.right - 40.0 && menu.right <= row.right,
        "{}",
        menu.right
    );
    page.unmount();
}

#[wasm_bindgen_test]
async fn tabs_go_to_the_left() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "")
        .file("b.txt", "")
        .build();
    let page = show(&fake, || html! { <SandboxIde /> });
    page.until_there("[role=treeitem]").await;
    for file in ["a", "b"] {
        page.press("[role=tree]", file);
        page.until_text("[data-active] bdi", &format!("{file}.txt"))
            .await;
        page.press("[role=tree]", "Enter");
        until_tab(&page, ".ys-tabs", &format!("{file}.txt")).await;
    }
    let tab = |name: &str| place(&page, &format!(".ys-tabs [role=tab][title='{name}']"));
    assert!(tab("b.txt").right <= tab("a.txt").left);
    let chosen = ".ys-tabs [aria-selected=true]";
    page.press(chosen, "ArrowRight");
    until_tab(&page, ".ys-tabs", "a.txt").await;
    page.press(chosen, "ArrowLeft");
    until_tab(&page, ".ys-tabs", "b.txt").await;
    // The views stand at the right.
    assert!(place(&page, ".ys-ide-tabs").left >= place(&page, ".ys-tree").right);
    page.unmount();
}

#[wasm_bindgen_test]
async fn panes_of_terminals_go_to_the_left() {
    let fake = FakeSandbox::new();
    let page = show(
        &fake,
        || html! { <TerminalTabs renderer={TerminalRenderer::Dom} /> },
    );
    until_tab(&page, "[role=tablist]", "Terminal 1").await;
    page.click("[aria-label=Split]");
    until_tab(&page, "[role=tablist]", "Terminal 2").await;
    until("there are two panes", || {
        page.texts("[role=tabpanel]").len() == 2
    })
    .await;
    let (new, old) = (
        place(&page, "[role=tabpanel][data-active=true]"),
        place(&page, "[role=tabpanel][data-active=false]"),
    );
    assert!(new.right <= old.left);
    page.press("[aria-selected=true]", "ArrowRight");
    until_tab(&page, "[role=tablist]", "Terminal 1").await;
    page.press("[aria-selected=true]", "ArrowLeft");
    until_tab(&page, "[role=tablist]", "Terminal 2").await;
    page.unmount();
}
