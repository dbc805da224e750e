//! What is said in German is not said in English.

use yew_sandbox::{Error, ErrorKind};
use yew_sandbox_components::{CodeEditorWords, Words};

/// Words that are the same in both languages.
const SAME: &[&str] = &[
    "console.placeholder",
    "file_tree.name",
    "ide.title",
    "ide.editor",
    "ide.terminal",
    "ide.status",
    "playground.code",
    "sandbox_terminal.title",
    "port_list.title",
    "search_panel.glob_example",
    "git_panel.title",
    "preview.port",
    "terminal_tabs.title",
];

/// Kinds of errors in which somebody else speaks.
const QUOTED: &[ErrorKind] = &[
    ErrorKind::CommandFailed,
    ErrorKind::Git,
    ErrorKind::Other,
    ErrorKind::Protocol,
    ErrorKind::Script,
    ErrorKind::Session,
];

/// All others.
const OWN: &[ErrorKind] = &[
    ErrorKind::NotFound,
    ErrorKind::IsADirectory,
    ErrorKind::NotADirectory,
    ErrorKind::AlreadyExists,
    ErrorKind::NotEmpty,
    ErrorKind::PermissionDenied,
    ErrorKind::ReadOnly,
    ErrorKind::InvalidPath,
    ErrorKind::TooLarge,
    ErrorKind::NoSpace,
    ErrorKind::Unsupported,
    ErrorKind::Timeout,
    ErrorKind::Interrupted,
    ErrorKind::QueueFull,
    ErrorKind::Disconnected,
    ErrorKind::Closed,
    ErrorKind::SandboxNotFound,
    ErrorKind::Unauthorized,
    ErrorKind::Forbidden,
    ErrorKind::InvalidText,
    ErrorKind::RateLimited,
    ErrorKind::InvalidInput,
    ErrorKind::Ended,
    ErrorKind::Busy,
];

/// Half of what the playground said in German was English.
#[test]
fn no_word_is_missing() {
    let all = same(&Words::default(), &Words::default());
    for name in ["connection.wake", "file_tree.menu", "errors.say"] {
        assert!(
            all.iter().any(|found| found == name),
            "{name} is overlooked"
        );
    }
    let missing = same(&Words::default(), &super::words());
    assert_eq!(missing, SAME);
}

#[test]
fn every_error_is_said_in_german() {
    for kind in OWN.iter().chain(QUOTED) {
        let error = Error::new(*kind, "English words").about("a.txt");
        let said = super::errors::say(&error);
        assert_eq!(said.contains("English"), QUOTED.contains(kind), "{said}");
        assert!(said.starts_with("a.txt: "), "{said}");
        assert_ne!(super::errors::hint(&error), error.hint());
    }
    let error = Error::new(ErrorKind::Disconnected, "");
    let said = super::errors::say(&error);
    assert_eq!(said, "Die Verbindung ist getrennt");
}

#[test]
fn start_up_and_the_editor_speak_german() {
    let said = super::errors::start_up;
    assert_eq!(said("Step 1 of 2: npm ci"), "Schritt 1 von 2: npm ci");
    assert_eq!(
        said("Step 2 of 2: of: done."),
        "Schritt 2 von 2: of: fertig."
    );
    assert_eq!(
        said("The template is copied: 5 files."),
        "Die Vorlage ist kopiert, Dateien: 5."
    );
    assert_eq!(said("npm ci failed"), "npm ci ist gescheitert");
    for phrase in CodeEditorWords::PHRASES {
        assert_ne!(super::phrases::phrase(phrase), *phrase);
    }
}

#[test]
fn sizes_have_a_comma() {
    use super::units::{binary, decimal};

    assert_eq!(decimal(999), "999 Byte");
    assert_eq!(decimal(1_500), "1,5 kB");
    assert_eq!(binary(1536.0), "1,5 MiB");
    assert_eq!(binary(1023.0), "1023 KiB");
}

/// The names of all words that two tables have in common: texts by their letters, functions by their addresses.
fn same(one: &Words, other: &Words) -> Vec<String> {
    let (one, other) = (format!("{one:#?}"), format!("{other:#?}"));
    assert_eq!(one.lines().count(), other.lines().count());
    let mut path = Vec::new();
    let mut found = Vec::new();
    for (line, other) in one.lines().zip(other.lines()) {
        let text = line.trim_start();
        path.truncate((line.len() - text.len()) / 4);
        if let Some((name, _)) = text.split_once(':')
            && !text.starts_with('"')
        {
            path.push(name);
        } else {
            path.push("");
        }
        if line == other && (text.contains('"') || text.contains("0x")) {
            let names: Vec<&str> = path
                .iter()
                .copied()
                .filter(|name| !name.is_empty())
                .collect();
            found.push(names.join("."));
        }
    }
    found
}
