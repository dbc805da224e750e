//! What pages put into tree, tabs, repository and set-up, and the style of their outermost elements.

use crate::page::{Mounted, mount, until};
use wasm_bindgen_test::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::client::SetupStep;
use yew_sandbox::fake::{FakeGit, FakeSandbox, FakeStep};
use yew_sandbox_components::{
    Dialog, FileTree, GitPanel, Icon, IconButton, IconName, Menu, Note, SetupSteps, TerminalTabs,
};

fn show(fake: &FakeSandbox, draw: impl Fn() -> Html + 'static) -> Mounted {
    let fake = fake.clone();
    mount(move |_| html! { <SandboxProvider fake={fake.clone()}>{ draw() }</SandboxProvider> })
}

#[wasm_bindgen_test]
async fn the_repository_has_places_for_more() {
    let fake = FakeSandbox::builder()
        .file("a.txt", "new\n")
        .git(FakeGit::new("main").committed("a.txt", "old\n"))
        .build();
    let row_end = Callback::from(|path: String| html! { <i>{ format!("end of {path}") }</i> });
    let empty = Callback::from(|()| html! { <b>{ "All is told." }</b> });
    let page = show(&fake, move || {
        html! { <GitPanel row_end={row_end.clone()} empty={empty.clone()} style="order: 1" /> }
    });
    page.until_text(".ys-git-row i", "end of a.txt").await;
    assert!(page.find("b").is_none());
    assert_eq!(page.attribute(".ys-git", "style"), "order: 1");
    fake.write("a.txt", "old\n");
    fake.set_git(FakeGit::new("main").committed("a.txt", "old\n"));
    page.until_text(".ys-panel-body b", "All is told.").await;
    page.unmount();
}

/// Lines past the first 2,000 were left out without a word.
#[wasm_bindgen_test]
async fn long_differences_say_what_is_left_out_and_show_it() {
    let text: String = (0..4_500).map(|line| format!("line {line}\n")).collect();
    let fake = FakeSandbox::builder()
        .file("long.txt", text)
        .git(FakeGit::new("main").untracked("long.txt"))
        .build();
    let page = show(&fake, || html! { <GitPanel /> });
    page.until_there(".ys-git-path").await;
    page.click(".ys-git-path");
    page.until_text(".ys-git-rest span", "2000 of 4500 lines are shown.")
        .await;
    assert_eq!(page.texts(".ys-git-line").len(), 2_000);
    page.click(".ys-git-rest button");
    page.until_text(".ys-git-rest span", "4000 of 4500 lines are shown.")
        .await;
    page.click(".ys-git-rest button");
    page.until_gone(".ys-git-rest").await;
    assert_eq!(page.texts(".ys-git-line").len(), 4_500);
    page.until_there("pre:focus").await;
    page.unmount();
}

#[wasm_bindgen_test]
async fn a_step_of_the_set_up_is_drawn_by_the_page() {
    let fake = FakeSandbox::builder()
        .step(FakeStep::finished("Install", "npm ci"))
        .build();
    let step = Callback::from(|step: SetupStep| html! { <i>{ format!("<{}>", step.name) }</i> });
    let page = show(&fake, move || {
        html! { <SetupSteps step={step.clone()} style="order: 2" /> }
    });
    page.until_text(".ys-setup-step[data-state=done]", "<Install>")
        .await;
    assert_eq!(page.attribute(".ys-setup", "style"), "order: 2");
    page.unmount();
}

#[wasm_bindgen_test]
async fn the_page_says_what_stands_where_no_terminal_is() {
    let fake = FakeSandbox::new();
    let empty = Callback::from(|()| html! { <i>{ "Make one." }</i> });
    let page = show(&fake, move || {
        html! { <TerminalTabs open_first=false empty={empty.clone()} style="order: 3" /> }
    });
    page.until_text(".ys-terminal-tabs i", "Make one.").await;
    assert_eq!(page.attribute(".ys-terminal-tabs", "style"), "order: 3");
    page.unmount();
}

#[wasm_bindgen_test]
async fn parts_and_tree_take_a_style() {
    let fake = FakeSandbox::builder().file("a.txt", "a").build();
    let page = show(&fake, || {
        let style = "order: 4";
        html! {
            <>
                <FileTree {style} />
                <Note text="note" {style} />
                <Icon name={IconName::FileRust} class="mine" {style} />
                <IconButton icon={IconName::Plus} label="More" onclick={Callback::noop()} class="mine" {style} />
                <Menu label="Menu" items={Vec::new()} at={(1, 1)} on_close={Callback::noop()} {style} />
                <Dialog label="Question" on_close={Callback::noop()} {style}>{ "Sure?" }</Dialog>
            </>
        }
    });
    page.until_there("dialog[open]").await;
    until("there is a tree", || page.find("[role=treeitem]").is_some()).await;
    for selector in [
        ".ys-tree",
        ".ys-note:not(.ys-tree *)",
        ".ys-icon.mine",
        ".ys-icon-button.mine",
        ".ys-menu",
        ".ys-dialog",
    ] {
        let style = page.attribute(selector, "style");
        assert!(style.contains("order: 4"), "{selector}: {style}");
    }
    page.unmount();
}
