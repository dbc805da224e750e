//! The words in German: what is not here stays English.

use yew_sandbox_components::{
    ConnectionWords, FileTabsWords, FileTreeWords, PartsWords, SandboxIdeWords, Words,
};

pub(crate) fn words() -> Words {
    Words {
        language: "de".into(),
        parts: PartsWords {
            retry: "Erneut versuchen".into(),
            close: "Schließen".into(),
            cancel: "Abbrechen".into(),
            loading: "Lädt".into(),
            save: "Speichern".into(),
            delete: "Löschen".into(),
            more: "Mehr".into(),
        },
        ide: SandboxIdeWords {
            title: "Sandbox".into(),
            views: "Ansichten".into(),
            files: "Dateien".into(),
            search: "Suche".into(),
            git: "Änderungen".into(),
            tasks: "Aufgaben und Ports".into(),
            editor: "Editor".into(),
            preview: "Vorschau".into(),
            terminal: "Terminal".into(),
            no_file: "Wähle eine Datei, oder drücke Strg und P.".into(),
            commands: "Befehle".into(),
            go_to_file: "Zu einer Datei".into(),
            file_name: "Einige Buchstaben ihres Pfads".into(),
            save: "Speichern".into(),
            save_all: "Alle speichern".into(),
            run_task: |name| format!("Aufgabe starten: {name}"),
            show: |name| format!("Anzeigen: {name}"),
            keys: "F6 geht von Teil zu Teil. Strg und P geht zu einer Datei, Strg, Umschalt und P zu einem Befehl.".into(),
            status: "Status".into(),
        },
        file_tree: FileTreeWords {
            title: "Dateien".into(),
            new_file: "Neue Datei".into(),
            new_folder: "Neuer Ordner".into(),
            collapse: "Alle Ordner schließen".into(),
            refresh: "Neu lesen".into(),
            open: "Öffnen".into(),
            rename: "Umbenennen".into(),
            delete: "Löschen".into(),
            cut: "Ausschneiden".into(),
            paste: "Einfügen".into(),
            copy_path: "Pfad kopieren".into(),
            undo: "Rückgängig".into(),
            menu: |name| format!("Aktionen für {name}"),
            name: "Name".into(),
            empty: "Es gibt keine Dateien.".into(),
            loading: "Die Dateien werden gelesen".into(),
            delete_one: |name| format!("{name} löschen?"),
            delete_many: |count| format!("{count} Einträge löschen?"),
            delete_note: "Kleine Dateien lassen sich zurückholen, große nicht.".into(),
            ..FileTreeWords::default()
        },
        file_tabs: FileTabsWords {
            title: "Offene Dateien".into(),
            unsaved: "nicht gespeichert".into(),
            close: |name| format!("{name} schließen"),
            all: "Alle offenen Dateien".into(),
            ..FileTabsWords::default()
        },
        connection: ConnectionWords {
            connect: "Verbinden".into(),
            ..ConnectionWords::default()
        },
        ..Words::default()
    }
}
