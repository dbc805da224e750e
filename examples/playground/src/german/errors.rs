//! Errors, and what the sandbox tells of its start-up.

use yew_sandbox::{Error, ErrorKind};

/// What failed. What only the sandbox, git or a program can say stays in its own words.
pub(super) fn say(error: &Error) -> String {
    let mut said = match error.subject() {
        Some(subject) => format!("{subject}: {}", what(error)),
        None => first_capital(&what(error)),
    };
    if let Some(name) = error.errno_name() {
        said.push_str(&format!(" ({name})"));
    }
    said
}

fn what(error: &Error) -> String {
    let told = error.message();
    let plain = match error.kind() {
        ErrorKind::NotFound => "das gibt es nicht",
        ErrorKind::IsADirectory => "das ist ein Ordner, keine Datei",
        ErrorKind::NotADirectory => "das ist kein Ordner",
        ErrorKind::AlreadyExists => "das gibt es schon",
        ErrorKind::NotEmpty => "der Ordner ist nicht leer",
        ErrorKind::PermissionDenied => "die Rechte in der Sandbox erlauben es nicht",
        ErrorKind::ReadOnly => "hier darf nur gelesen werden",
        ErrorKind::InvalidPath => "dieser Pfad geht nicht",
        ErrorKind::TooLarge => "das ist größer als 16 MiB",
        ErrorKind::NoSpace => "der Platz ist aufgebraucht",
        ErrorKind::Unsupported => "das kann diese Sandbox nicht",
        ErrorKind::Timeout => "keine Antwort kam rechtzeitig",
        ErrorKind::Interrupted => "die Verbindung riss ab, bevor die Antwort kam",
        ErrorKind::QueueFull => "zu viele Anfragen warten auf die Verbindung",
        ErrorKind::Disconnected => "die Verbindung ist getrennt",
        ErrorKind::Closed => "die Verbindung ist geschlossen",
        ErrorKind::SandboxNotFound => "diese Sandbox gibt es nicht",
        ErrorKind::Unauthorized => "der Server kennt dich nicht",
        ErrorKind::Forbidden => "der Server erlaubt es dir nicht",
        ErrorKind::InvalidText => "die Datei ist kein Text in UTF-8",
        ErrorKind::RateLimited => "das ist zu viel auf einmal",
        ErrorKind::InvalidInput => "das geht so nicht",
        ErrorKind::Ended => "das ist schon zu Ende",
        ErrorKind::Busy => "das läuft gerade schon",
        ErrorKind::CommandFailed => {
            return match error.command() {
                Some(output) => format!("der Befehl endete mit Code {}", output.exit_code),
                None => format!("der Befehl ist gescheitert: {told}"),
            };
        }
        ErrorKind::Protocol => return format!("Server und Seite verstehen sich nicht: {told}"),
        ErrorKind::Session => return format!("der Server gab keine Sitzung: {told}"),
        ErrorKind::Script => return format!("Code in der Vorschau ist gescheitert: {told}"),
        ErrorKind::Git => return format!("Git meldet: {told}"),
        _ => return format!("die Sandbox meldet: {told}"),
    };
    plain.to_owned()
}

/// What to do next.
pub(super) fn hint(error: &Error) -> String {
    let hint = match error.kind() {
        ErrorKind::NotFound => "Prüfe den Namen, oder lege es zuerst an.",
        ErrorKind::IsADirectory => "Nenne eine Datei in dem Ordner.",
        ErrorKind::NotADirectory => "Nenne einen Ordner.",
        ErrorKind::AlreadyExists => "Wähle einen anderen Namen, oder erlaube das Überschreiben.",
        ErrorKind::NotEmpty => "Leere zuerst den Ordner, oder lösche ihn mit Inhalt.",
        ErrorKind::PermissionDenied => "Ändere die Rechte in der Sandbox.",
        ErrorKind::ReadOnly => "Bitte um eine Sitzung, die schreiben darf.",
        ErrorKind::InvalidPath => "Nimm einen Pfad in der Sandbox.",
        ErrorKind::TooLarge => "Teile den Inhalt auf: höchstens 16 MiB gehen auf einmal.",
        ErrorKind::NoSpace => "Lösche Dateien in der Sandbox.",
        ErrorKind::Unsupported => "Nimm einen neueren Server.",
        ErrorKind::Timeout => "Versuche es noch einmal; bleibt es so, sieh nach dem Server.",
        ErrorKind::Interrupted => "Sieh nach, ob es getan ist, bevor du es wiederholst.",
        ErrorKind::QueueFull => "Warte auf die Verbindung, und versuche es dann noch einmal.",
        ErrorKind::Disconnected => "Verbinde dich zuerst wieder.",
        ErrorKind::Closed => "Lade die Seite neu.",
        ErrorKind::SandboxNotFound => "Prüfe die Adresse, oder lege eine neue Sandbox an.",
        ErrorKind::Unauthorized => "Melde dich neu an.",
        ErrorKind::Forbidden => "Bitte den Besitzer der Sandbox um Zugang.",
        ErrorKind::Protocol => "Nimm Server und Seite in Versionen, die zusammenpassen.",
        ErrorKind::Session => "Sieh nach dem Server, der Sitzungen ausgibt.",
        ErrorKind::InvalidText => "Lies die Datei als Bytes.",
        ErrorKind::RateLimited => "Tu weniger auf einmal, und versuche es später noch einmal.",
        ErrorKind::InvalidInput => "Ändere die Eingabe.",
        ErrorKind::CommandFailed => "Sieh dir die Ausgabe des Befehls an.",
        ErrorKind::Ended => "Starte es neu.",
        ErrorKind::Busy => "Warte, bis es fertig ist, und versuche es dann noch einmal.",
        ErrorKind::Git => "Sieh dir an, was Git meldet.",
        ErrorKind::Script => "Sieh dir den Code und die Sicherheitsregeln der Vorschau an.",
        _ => "Sieh in das Protokoll des Servers.",
    };
    hint.to_owned()
}

/// What the server tells of start-up. Names of steps stay as they are.
pub(super) fn start_up(english: &str) -> String {
    let known = match english {
        "The workspace folder is made." => "Der Arbeitsordner ist angelegt.",
        "The workspace folder is there." => "Der Arbeitsordner ist da.",
        "The sandbox is ready." => "Die Sandbox ist bereit.",
        "the server could not be reached" => "Der Server ist nicht erreichbar.",
        "the server's answer is no session" => "Die Antwort des Servers ist keine Sitzung.",
        "the server asks for patience" => "Der Server bittet um Geduld.",
        "the server failed" => "Der Server ist gescheitert.",
        _ => return start_up_of(english),
    };
    known.to_owned()
}

/// The same, where there is a name in it.
fn start_up_of(english: &str) -> String {
    if let Some(step) = english.strip_suffix(" failed") {
        return format!("{step} ist gescheitert");
    }
    if let Some(files) = english.strip_prefix("The template is copied: ") {
        let count = files.split(' ').next().unwrap_or_default();
        return format!("Die Vorlage ist kopiert, Dateien: {count}.");
    }
    if let Some(step) = english.strip_prefix("Step ") {
        let (step, end) = match step {
            _ if step.ends_with(": done.") => (step.trim_end_matches(": done."), ": fertig."),
            _ if step.ends_with(": it was ended.") => {
                (step.trim_end_matches(": it was ended."), ": beendet.")
            }
            _ => (step, ""),
        };
        return format!("Schritt {}{end}", step.replacen(" of ", " von ", 1));
    }
    english.to_owned()
}

/// Sentences without a subject in front begin with a capital.
fn first_capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(letters).collect()
    })
}
