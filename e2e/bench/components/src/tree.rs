//! The tree with 100,000 files in one folder: its first paint, and how it scrolls, beside text that is all there.

use std::cell::Cell;
use std::rc::Rc;

use wasm_bindgen::prelude::*;
use yew::prelude::*;
use yew_sandbox::SandboxProvider;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::FileTree;

use crate::measure::{figures, longest, now, painted, scroll};
use crate::stage::Stage;

const FILES: usize = 100_000;
/// Ten seconds of scrolling.
const FRAMES: u32 = 600;
const TEXT_LINES: usize = 30_000;
/// A frame that takes longer than this is seen to be late, in milliseconds.
const LATE: f64 = 32.0;

#[derive(PartialEq, Properties)]
struct BegunProps {
    at: Callback<()>,
    children: Html,
}

/// Tells when the sandbox is ready and the tree is about to be drawn for the first time.
#[component]
fn Begun(props: &BegunProps) -> Html {
    use_memo((), |()| props.at.emit(()));
    props.children.clone()
}

pub(crate) async fn run() -> Result<JsValue, String> {
    let names = (0..FILES).map(|number| (format!("file-{number:06}.txt"), ""));
    let fake = FakeSandbox::builder().files(names).build();
    let begun = Rc::new(Cell::new(0.0));
    let at = {
        let begun = Rc::clone(&begun);
        Callback::from(move |()| begun.set(now()))
    };
    let stage = Stage::new(move || {
        html! {
            <SandboxProvider fake={fake.clone()}>
                <Begun at={at.clone()}><FileTree /></Begun>
            </SandboxProvider>
        }
    });
    let first = painted(&stage.element, "[role=treeitem]").await? - begun.get();
    let scroller = stage
        .element
        .query_selector("[role=tree]")
        .ok()
        .flatten()
        .ok_or("there is no tree")?;
    let frames = scroll(&scroller, FRAMES).await?;
    drop(stage);
    let text = scroll_text().await?;
    Ok(figures([
        ("paint", first.into()),
        ("late", late(&frames).into()),
        ("longest", longest(&frames).into()),
        ("text_late", late(&text).into()),
    ]))
}

/// The frames of text of the browser's own that scrolls by about its height in each: what the machine can do at all.
async fn scroll_text() -> Result<Vec<f64>, String> {
    let lines = "file-000000.txt\n".repeat(TEXT_LINES);
    let stage = Stage::new(move || {
        html! { <pre style="overflow: auto; margin: 0; block-size: 100%">{ lines.clone() }</pre> }
    });
    painted(&stage.element, "pre").await?;
    let scroller = stage.element.first_element_child();
    scroll(&scroller.ok_or("there is no text")?, FRAMES).await
}

fn late(frames: &[f64]) -> f64 {
    frames.iter().filter(|time| **time > LATE).count() as f64
}
