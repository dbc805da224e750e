//! Search, git, tasks, ports, set-up, preview, and what commands print.

use yew_sandbox_components::{
    CommandOutputWords, ConsoleWords, GitPanelWords, PortListWords, PreviewWords, SearchPanelWords,
    SetupStepsWords, TaskListWords,
};

use super::units;

pub(super) fn command_output() -> CommandOutputWords {
    CommandOutputWords {
        label: "Ausgabe".into(),
    }
}

pub(super) fn console() -> ConsoleWords {
    ConsoleWords {
        field: "Befehl".into(),
        // What is typed is the same in every language.
        placeholder: "npm test".into(),
        run: "Ausführen".into(),
        stop: "Anhalten".into(),
        ended: |code| format!("Endete mit Code {code}"),
    }
}

pub(super) fn tasks() -> TaskListWords {
    TaskListWords {
        title: "Aufgaben".into(),
        none: "Keine Aufgaben. Sie stehen in .codesandbox/tasks.json.".into(),
        broken: |reason| format!("Ein Fehler in .codesandbox/tasks.json: {reason}"),
        idle: "Läuft nicht".into(),
        running: "Läuft".into(),
        done: "Fertig".into(),
        failed: |code| format!("Gescheitert mit Code {code}"),
        run: |task| format!("{task} starten"),
        stop: |task| format!("{task} anhalten"),
        restart: |task| format!("{task} neu starten"),
        open: |task| format!("Ausgabe von {task}"),
        open_port: |port| format!("Port {port} öffnen"),
    }
}

pub(super) fn ports() -> PortListWords {
    PortListWords {
        title: "Ports".into(),
        none: "Noch lauscht nichts. Starte einen Server, dann erscheint sein Port hier.".into(),
        preview: "Vorschau".into(),
        open: |port| format!("Vorschau von Port {port}"),
        new_tab: "Neuer Tab".into(),
        tab: |port| format!("Port {port} in einem neuen Tab"),
    }
}

pub(super) fn setup() -> SetupStepsWords {
    SetupStepsWords {
        title: "Einrichtung".into(),
        waiting: "Wartet".into(),
        running: "Läuft".into(),
        done: "Fertig".into(),
        failed: "Gescheitert".into(),
        skipped: "Übersprungen".into(),
        skip: "Überspringen".into(),
        run_again: "Noch einmal einrichten".into(),
        open: |step| format!("Ausgabe von {step}"),
    }
}

pub(super) fn search() -> SearchPanelWords {
    SearchPanelWords {
        title: "Suche".into(),
        field: "In Dateien suchen".into(),
        glob: "Zu durchsuchende Dateien".into(),
        // What is typed is the same in every language.
        glob_example: "src/**/*.js, !dist".into(),
        case: "Groß und klein unterscheiden".into(),
        regex: "Regulärer Ausdruck".into(),
        searching: "Sucht".into(),
        found: |lines, files| match lines {
            0 => "Nichts gefunden".to_owned(),
            _ => {
                let lines = units::count(lines, "Zeile", "Zeilen");
                let files = units::count(files, "Datei", "Dateien");
                format!("{lines} in {files}")
            }
        },
        more: "Es gibt noch mehr; suche genauer.".into(),
    }
}

pub(super) fn git() -> GitPanelWords {
    GitPanelWords {
        title: "Git".into(),
        none: "Der Arbeitsordner ist kein Git-Repository.".into(),
        no_branch: "Kein Branch".into(),
        clean: "Nichts zu committen".into(),
        changes: "Änderungen".into(),
        conflicts: "Einige Dateien haben Konflikte. Löse sie, und committe dann.".into(),
        distance: |ahead, behind| format!("{ahead} voraus, {behind} zurück"),
        more: |count| {
            format!(
                "und {}",
                units::count(count, "weitere Datei", "weitere Dateien")
            )
        },
        added: "neu".into(),
        changed: "geändert".into(),
        deleted: "gelöscht".into(),
        renamed: "umbenannt".into(),
        conflicted: "mit Konflikt".into(),
        open: |path| format!("{path} öffnen"),
        discard: |path| format!("Änderungen an {path} verwerfen"),
        discard_asks: |path| format!("Die Änderungen an {path} lassen sich nicht zurückholen."),
        discard_does: "Verwerfen".into(),
        diff: |path| format!("Änderungen an {path}"),
        too_large: "Die Datei ist zu groß, um sie hier zu vergleichen.".into(),
        binary: "Die Datei ist kein Text.".into(),
        message: "Commit-Nachricht".into(),
        commit: "Alles committen".into(),
        committed: "Committet".into(),
        push: "Pushen".into(),
        pull: "Pullen".into(),
        lines: |shown, all| format!("{shown} von {all} Zeilen sind zu sehen."),
        more_lines: "Mehr Zeilen".into(),
    }
}

pub(super) fn preview() -> PreviewWords {
    PreviewWords {
        title: "Vorschau".into(),
        bar: "Leiste der Vorschau".into(),
        address: "Adresse".into(),
        back: "Zurück".into(),
        forward: "Vor".into(),
        reload: "Neu laden".into(),
        new_tab: "In einem neuen Tab öffnen".into(),
        port: "Port".into(),
        full: "Volle Breite".into(),
        tablet: "Breite eines Tablets".into(),
        phone: "Breite eines Handys".into(),
        empty: "Noch lauscht nichts. Starte einen Server, dann erscheint seine Seite hier.".into(),
        waiting: "Wartet auf den Server".into(),
        asleep: "Die Sandbox schläft".into(),
        failed: |message, place| match place {
            "" => format!("Die Seite hat einen Fehler: {message}"),
            place => format!("Die Seite hat einen Fehler: {message} ({place})"),
        },
        stopped: |port| {
            format!(
                "An Port {port} lauscht nichts mehr. Das ist die letzte Seite; sie wird neu geladen, wenn der Server wieder da ist."
            )
        },
    }
}
