//! Files: the tree and the tabs.

use yew_sandbox_components::{FileTabsWords, FileTreeWords};

use super::units;

pub(super) fn tree() -> FileTreeWords {
    FileTreeWords {
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
        name_empty: "Tippe einen Namen.".into(),
        name_slash: "Ein Name hat keinen Schrägstrich.".into(),
        name_dots: "Dieser Name meint einen Ordner. Wähle einen anderen.".into(),
        name_long: "Ein Name hat höchstens 255 Bytes.".into(),
        name_taken: "Diesen Namen gibt es hier schon.".into(),
        delete_one: |name| format!("{name} löschen?"),
        delete_many: |count| format!("{count} Einträge löschen?"),
        delete_note: "Kleine Dateien lassen sich zurückholen, große nicht.".into(),
        created: |name| format!("{name} ist angelegt"),
        moved: |name| format!("{name} ist verschoben"),
        deleted: |count| {
            let what = units::count(count, "Eintrag", "Einträge");
            format!("{what} gelöscht. Rückgängig holt zurück.")
        },
        deleted_for_good: |count| {
            let what = units::count(count, "Eintrag", "Einträge");
            format!("{what} endgültig gelöscht.")
        },
        was_cut: |count| {
            let what = units::count(count, "Eintrag", "Einträge");
            format!("{what} ausgeschnitten. Füge in einem Ordner ein.")
        },
        undone: "Rückgängig gemacht".into(),
        nothing_to_undo: "Nichts rückgängig zu machen".into(),
        copied: "Pfad kopiert".into(),
        link: "Verknüpfung".into(),
        modified: "geändert".into(),
        untracked: "neu".into(),
        removed: "gelöscht".into(),
        conflict: "Konflikt".into(),
        has_changes: "enthält Änderungen".into(),
        stays: |name| format!("{name} hat jetzt Inhalt und bleibt"),
    }
}

pub(super) fn tabs() -> FileTabsWords {
    FileTabsWords {
        title: "Offene Dateien".into(),
        unsaved: "nicht gespeichert".into(),
        close: |name| format!("{name} schließen"),
        all: "Alle offenen Dateien".into(),
        asks: |path| {
            format!(
                "{path} hat Änderungen, die nicht gespeichert sind. Mit dem Schließen gibst du sie auf."
            )
        },
        close_anyway: "Die Änderungen aufgeben".into(),
        keys: "Entf schließt eine Datei. Strg, Umschalt und die Pfeiltasten verschieben sie."
            .into(),
        moved: |name, place, count| format!("{name}, jetzt {place} von {count}"),
        deleted: "gelöscht".into(),
    }
}
