//! `CodeViewer`.

use yew::prelude::*;
use yew_sandbox_components::CodeViewer;

use crate::sample::{LONG, RUST, SCRIPT};
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "CodeViewer",
    path: "code-viewer",
    stories: &[
        Story::new("rust", ".ys-viewer .ys-code-keyword", rust),
        Story::new("javascript", ".ys-viewer .ys-code-keyword", javascript),
        Story::new("shell", ".ys-viewer .ys-code-keyword", shell),
        Story::new("plain", ".ys-viewer", plain),
        Story::new("empty", ".ys-viewer", empty),
        Story::new("long-lines", ".ys-viewer", long_lines),
        Story::mirrored(".ys-viewer .ys-code-keyword", rust),
    ],
};

fn rust() -> Html {
    html! { <CodeViewer code={RUST} path="count.rs" /> }
}

fn javascript() -> Html {
    html! { <CodeViewer code={SCRIPT} path="app.js" /> }
}

fn shell() -> Html {
    html! { <CodeViewer code="#!/bin/sh\nif [ -d dist ]; then\n  echo \"built: $(du -sh dist)\"\nfi\n" path="size.sh" /> }
}

fn plain() -> Html {
    html! { <CodeViewer code="No language, so no colours.\n" path="note" /> }
}

fn empty() -> Html {
    html! { <CodeViewer code="" path="empty.rs" /> }
}

fn long_lines() -> Html {
    html! { <CodeViewer code={format!("{LONG} {LONG} {LONG}\n").repeat(4)} path={LONG} /> }
}
