//! What the stories' sandboxes begin with.

use yew_sandbox::client::protocol::ErrorCode;
use yew_sandbox::fake::{FakeCommand, FakeGit, FakeSandbox, FakeSandboxBuilder, FakeTask};

/// A program in Rust.
pub(crate) const RUST: &str = r#"//! Counts the words of a text.

use std::collections::HashMap;

/// How often each word is in `text`.
pub fn count(text: &str) -> HashMap<String, usize> {
    let mut words = HashMap::new();
    for word in text.split_whitespace() {
        // A word is the same word in capitals.
        *words.entry(word.to_lowercase()).or_insert(0) += 1;
    }
    words
}

#[test]
fn words_are_counted() {
    let words = count("one two ONE");
    assert_eq!(words["one"], 2);
}
"#;

/// A page's program.
pub(crate) const SCRIPT: &str = r#"import { render } from "./view.js";

const notes = ["Milk", "Bread", "Apples"];

/** Adds a note and shows it. */
export function add(text) {
  if (text.trim() === "") return;
  notes.push(text);
  render(notes, { limit: 100 });
}

render(notes, { limit: 100 });
"#;

/// A name that fits nowhere.
pub(crate) const LONG: &str = "a-file-with-a-name-that-somebody-took-great-care-to-make-as-long-as-it-could-possibly-be.config.ts";

/// Names in other scripts, and one that would be markup.
pub(crate) const NAMES: &[&str] = &[
    LONG,
    "مجلد المستندات/ملف طويل الاسم جدا لاختبار العرض.txt",
    "日本語のとても長いファイル名の例です.md",
    "<img src=x onerror=alert(1)>.html",
    "a/deep/folder/within/another/deep/folder/within/one/more/folder/leaf.rs",
];

/// A small web app.
pub(crate) fn app() -> FakeSandboxBuilder {
    FakeSandbox::builder()
        .file("README.md", "# Notes\n\nA list of notes.\n")
        .file("index.html", "<!doctype html>\n<title>Notes</title>\n<script type=\"module\" src=\"app.js\"></script>\n")
        .file("package.json", "{\n  \"name\": \"notes\",\n  \"type\": \"module\"\n}\n")
        .file("src/app.js", SCRIPT)
        .file("src/count.rs", RUST)
        .file("src/style.css", "body {\n  font: 1rem/1.5 system-ui;\n}\n")
        .file("src/view.js", "export function render(notes) {\n  document.body.textContent = notes.join(\", \");\n}\n")
        .file("src/pictures/logo.png", PICTURE)
        .directory("tests")
}

/// The same app, with changes since the last commit.
pub(crate) fn changed_app() -> FakeSandboxBuilder {
    app()
        .file("src/new.js", "export const fresh = true;\n")
        .git(
            FakeGit::new("main")
                .committed("src/app.js", SCRIPT.replace("limit: 100", "limit: 10"))
                .committed("old.js", "export const old = true;\n")
                .untracked("src/new.js")
                .unpushed("Show a list of notes")
                .remote("https://example.com/notes.git"),
        )
}

/// The same app, with everything that people can do with it.
pub(crate) fn whole_app() -> FakeSandbox {
    whole_app_with(|fake| fake)
}

/// The same, with more.
pub(crate) fn whole_app_with(
    more: impl FnOnce(FakeSandboxBuilder) -> FakeSandboxBuilder,
) -> FakeSandbox {
    let fake = more(changed_app())
        .task(FakeTask::new("Server", "node server.mjs").port(5173))
        .task(FakeTask::new("Test", "npm test"))
        .command(
            "npm test",
            FakeCommand::from("\u{1b}[32m✓\u{1b}[0m 12 tests passed\n"),
        )
        .command(COMMAND, COLOURS.into())
        .other_client("Ada Lovelace")
        .build();
    fake.run_task("Test");
    fake
}

/// The command that a shell of the stories knows.
pub(crate) const COMMAND: &str = "npm run build";

/// What it prints.
pub(crate) const COLOURS: &str = "\u{1b}[36mvite v7.1.0\u{1b}[0m \u{1b}[32mbuilding for production…\u{1b}[0m\n\
    \u{1b}[32m✓\u{1b}[0m 34 modules transformed.\n\
    \u{1b}[2mdist/\u{1b}[22mindex.html                 \u{1b}[1m0.46 kB\u{1b}[0m\n\
    \u{1b}[2mdist/\u{1b}[22m\u{1b}[35massets/index.css\u{1b}[0m           \u{1b}[1m1.39 kB\u{1b}[0m\n\
    \u{1b}[2mdist/\u{1b}[22m\u{1b}[36massets/index.js\u{1b}[0m          \u{1b}[1m143.90 kB\u{1b}[0m\n\
    \u{1b}[33mwarning:\u{1b}[0m some chunks are larger than 100 kB.\n\
    \u{1b}[31merror:\u{1b}[0m \u{1b}[4mview.js\u{1b}[24m is not used.\n\
    \u{1b}[7m done \u{1b}[27m in 312 ms\n";

/// Sandboxes in which it can be run.
pub(crate) fn shell() -> FakeSandboxBuilder {
    FakeSandbox::builder().command(COMMAND, COLOURS.into())
}

/// A sandbox that makes no terminal.
pub(crate) fn without_terminals() -> FakeSandbox {
    let fake = FakeSandbox::new();
    for _ in 0..9 {
        fake.fail_next(
            "shell/create",
            ErrorCode::RATE_LIMIT,
            "there are 64 terminals already: close one first",
        );
    }
    fake
}

/// Somebody runs it in every terminal.
pub(crate) fn run_everywhere(fake: &FakeSandbox) {
    for terminal in fake.shells() {
        fake.type_into(&terminal.id, &format!("{COMMAND}\r"));
    }
}

/// A picture of 96 by 96 pixels.
pub(crate) const PICTURE: &[u8] = include_bytes!("picture.png");
