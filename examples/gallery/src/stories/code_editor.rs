//! `CodeEditor`.

use yew::prelude::*;
use yew_sandbox::fake::FakeSandbox;
use yew_sandbox_components::{
    CodeEditor, CodeEditorProps, Content, Diagnostic, DocumentsProvider, LineMark, RangeMark,
    Severity, use_document,
};

use crate::hand::Step;
use crate::sample::{RUST, app};
use crate::scene::{Room, Scene};
use crate::story::{Group, Story};

/// There once the editor is.
const TEXT: &str = ".cm-content .cm-line";

pub(super) const STORIES: Group = Group {
    name: "CodeEditor",
    path: "code-editor",
    stories: &[
        Story::new("full", TEXT, full),
        Story::new("empty", TEXT, empty),
        Story::new("loading", ".ys-editor .ys-note[data-kind=busy]", loading),
        Story::new("error", ".ys-editor .ys-note[data-kind=error]", error),
        Story::new("missing", ".ys-editor .ys-note[data-kind=warning]", missing),
        Story::new("disconnected", TEXT, disconnected),
        Story::new("read-only", ".cm-content[aria-readonly=true]", read_only),
        Story::new("diagnostics", ".cm-lintRange-error", diagnostics),
        Story::new("ranges", ".cm-line .story-range", ranges),
        Story::new("nothing-open", ".ys-editor .story-mark", nothing_open),
        Story::new("binary-own", ".ys-editor .story-mark", binary_own),
        Story::new("find", ".cm-search input", find),
        Story::new("wrapped", ".cm-lineWrapping", wrapped),
        Story::new("conflict", ".ys-editor-change", conflict),
        Story::new("picture", ".ys-editor-image", picture),
        Story::new("binary", ".ys-editor .ys-note button", binary),
        Story::new(
            "too-large",
            ".ys-editor .ys-note[data-kind=warning]",
            too_large,
        ),
        Story::new(
            "not-saved",
            ".ys-editor .ys-note[data-kind=error]",
            not_saved,
        ),
        Story::mirrored(TEXT, full),
    ],
};

fn props(path: &'static str) -> CodeEditorProps {
    let path = AttrValue::Static(path);
    yew::props! { CodeEditorProps { path } }
}

fn show(fake: FakeSandbox, props: CodeEditorProps, steps: Vec<Step>) -> Html {
    html! { <Scene {fake} {steps} room={Room::Middle}><CodeEditor ..props /></Scene> }
}

fn full() -> Html {
    show(app().build(), props("src/count.rs"), Vec::new())
}

fn empty() -> Html {
    show(
        app().file("empty.txt", "").build(),
        props("empty.txt"),
        Vec::new(),
    )
}

fn loading() -> Html {
    let fake = app().build();
    fake.hold();
    show(fake, props("src/count.rs"), Vec::new())
}

fn error() -> Html {
    let fake = app().build();
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/readFile", 13, "Permission denied");
    }
    show(fake, props("src/count.rs"), Vec::new())
}

fn missing() -> Html {
    show(app().build(), props("src/gone.rs"), Vec::new())
}

fn disconnected() -> Html {
    let fake = app().build();
    let gone = fake.clone();
    let cut = Callback::from(move |()| gone.set_reachable(false));
    show(fake, props("src/count.rs"), vec![Step::Call(TEXT, cut)])
}

fn read_only() -> Html {
    show(app().read_only().build(), props("src/count.rs"), Vec::new())
}

fn diagnostics() -> Html {
    let diagnostic = |line, severity, message| Diagnostic {
        line,
        column: 5,
        end_line: line,
        end_column: 14,
        severity,
        message: AttrValue::Static(message),
        source: Some("rustc".into()),
    };
    let props = CodeEditorProps {
        diagnostics: vec![
            diagnostic(7, Severity::Warning, "this variable is never read"),
            diagnostic(8, Severity::Error, "cannot find `word` in this scope"),
            diagnostic(12, Severity::Hint, "this could be shorter"),
        ],
        marks: vec![LineMark {
            line: 10,
            class: "story-mark".into(),
        }],
        ..props("src/count.rs")
    };
    show(app().build(), props, Vec::new())
}

fn ranges() -> Html {
    let range = |line, column, end_line, end_column| RangeMark {
        line,
        column,
        end_line,
        end_column,
        class: "story-range".into(),
        title: Some("Changed a moment ago".into()),
    };
    let props = CodeEditorProps {
        ranges: vec![range(3, 1, 3, 8), range(7, 5, 9, 10)],
        ..props("src/count.rs")
    };
    show(app().build(), props, Vec::new())
}

fn nothing_open() -> Html {
    let empty = Callback::from(|()| html! { <p class="story-mark">{ "Choose a lesson." }</p> });
    let props = CodeEditorProps {
        empty: Some(empty),
        ..props("")
    };
    show(app().build(), props, Vec::new())
}

fn binary_own() -> Html {
    let fake = app()
        .file("program", b"\x7fELF\0\x01\x02".as_slice())
        .build();
    let unshown = Callback::from(|content| {
        let said = match content {
            Content::Binary(_) => "A program: run it in the terminal.",
            _ => "Too large to be read here.",
        };
        html! { <p class="story-mark">{ said }</p> }
    });
    let props = CodeEditorProps {
        unshown: Some(unshown),
        ..props("program")
    };
    show(fake, props, Vec::new())
}

fn find() -> Html {
    let steps = vec![
        Step::Click(TEXT),
        Step::Shortcut(".cm-content", "f"),
        Step::Type(".cm-search input[name=search]", "word"),
    ];
    show(app().build(), props("src/count.rs"), steps)
}

fn wrapped() -> Html {
    let fake = app().file("long.md", "A long line. ".repeat(80)).build();
    let props = CodeEditorProps {
        wrap: true,
        ..props("long.md")
    };
    show(fake, props, Vec::new())
}

fn conflict() -> Html {
    let fake = app().build();
    let edited = RUST.replace("two ONE", "two ONE three");
    let theirs = RUST
        .replace("two ONE", "two ONE one")
        .replace("often", "many times");
    let other = fake.clone();
    let write = Callback::from(move |()| other.write("src/count.rs", theirs.clone()));
    html! {
        <Scene fake={fake} steps={vec![Step::Call(".typed", write)]} room={Room::Middle}>
            <DocumentsProvider>
                <Typed path="src/count.rs" text={edited} />
                <CodeEditor path="src/count.rs" />
            </DocumentsProvider>
        </Scene>
    }
}

fn picture() -> Html {
    show(app().build(), props("src/pictures/logo.png"), Vec::new())
}

fn binary() -> Html {
    let fake = app()
        .file("program", b"\x7fELF\0\x01\x02".as_slice())
        .build();
    show(fake, props("program"), Vec::new())
}

fn too_large() -> Html {
    let fake = app().file("large.log", vec![b'x'; 17 << 20]).build();
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/readFile", 27, "File too large");
    }
    show(fake, props("large.log"), Vec::new())
}

fn not_saved() -> Html {
    let fake = app().build();
    for _ in 0..9 {
        fake.fail_next_with_errno("fs/writeFile", 28, "No space left on device");
    }
    html! {
        <Scene {fake} room={Room::Middle}>
            <DocumentsProvider autosave={Some(1)}>
                <Typed path="src/count.rs" text={RUST.replace("two ONE", "two ONE three")} />
                <CodeEditor path="src/count.rs" />
            </DocumentsProvider>
        </Scene>
    }
}

#[derive(PartialEq, Properties)]
struct TypedProps {
    path: AttrValue,
    text: AttrValue,
}

/// Somebody who types, once the file was read.
#[component]
fn Typed(props: &TypedProps) -> Html {
    let handle = use_document(props.path.clone());
    let is_read = handle.document.text().is_some();
    let is_dirty = handle.document.is_dirty();
    let text = props.text.clone();
    use_effect_with(is_read, move |is_read| {
        if *is_read {
            handle.edit(text.as_str());
        }
    });
    html! { <span class={is_dirty.then_some("typed")}></span> }
}
