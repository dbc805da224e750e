//! `ResizablePanels`.

use yew::prelude::*;
use yew_sandbox_components::{Axis, ResizablePanel, ResizablePanels};

use crate::hand::{Hand, Step};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "ResizablePanels",
    path: "resizable-panels",
    stories: &[
        Story::new("row", "[role=separator]", row),
        Story::new("column", "[role=separator]", column),
        Story::new("nested", "[role=separator]", nested),
        Story::new("closed", "[data-collapsed]", closed),
        Story::mirrored("[role=separator]", row),
    ],
};

fn show(panels: Html) -> Html {
    html! { <div class="scene" data-room="middle">{ panels }</div> }
}

fn text(words: &'static str) -> Html {
    html! { <p class="story-text">{ words }</p> }
}

fn row() -> Html {
    show(html! {
        <ResizablePanels>
            <ResizablePanel label="Files" size={25.0} collapsible=true>{ text("Files") }</ResizablePanel>
            <ResizablePanel label="Editor">{ text("Editor") }</ResizablePanel>
            <ResizablePanel label="Preview">{ text("Preview") }</ResizablePanel>
        </ResizablePanels>
    })
}

fn column() -> Html {
    show(html! {
        <ResizablePanels axis={Axis::Column}>
            <ResizablePanel label="Editor" size={70.0}>{ text("Editor") }</ResizablePanel>
            <ResizablePanel label="Terminal">{ text("Terminal") }</ResizablePanel>
        </ResizablePanels>
    })
}

fn nested() -> Html {
    show(html! {
        <ResizablePanels>
            <ResizablePanel label="Files" size={30.0}>{ text("Files") }</ResizablePanel>
            <ResizablePanel label="Work">
                <ResizablePanels axis={Axis::Column}>
                    <ResizablePanel label="Editor">{ text("Editor") }</ResizablePanel>
                    <ResizablePanel label="Terminal">{ text("Terminal") }</ResizablePanel>
                </ResizablePanels>
            </ResizablePanel>
        </ResizablePanels>
    })
}

fn closed() -> Html {
    let steps = vec![Step::Press("[role=separator]", "Enter")];
    html! { <>{ row() }<Hand {steps} /></> }
}
