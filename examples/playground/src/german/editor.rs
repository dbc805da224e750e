//! The editor.

use yew_sandbox_components::CodeEditorWords;

use super::{phrases, units};

pub(super) fn editor() -> CodeEditorWords {
    CodeEditorWords {
        label: |path| match path {
            "" => "Editor".to_owned(),
            path => format!("Editor, {path}"),
        },
        leave: "Tab rückt ein. Escape und dann Tab verlassen den Editor.".into(),
        nothing: "Keine Datei ist offen.".into(),
        loading: "Der Editor wird geladen".into(),
        no_module: "Der Editor ließ sich nicht laden. Wenn das immer so ist: Ist die Seite mit dem Feature `editor` gebaut?".into(),
        reading: "Die Datei wird gelesen".into(),
        missing: "Die Datei ist nicht da.".into(),
        binary: |bytes| format!("Diese Datei ist kein Text ({}).", units::decimal(bytes)),
        too_large: |bytes| match bytes {
            Some(bytes) => format!("Die Datei ist zu groß für den Editor ({}).", units::decimal(bytes)),
            None => "Die Datei ist zu groß für den Editor.".to_owned(),
        },
        download: "Herunterladen".into(),
        not_saved: |why| format!("Nicht gespeichert: {why}"),
        conflict: |path| format!("{path} hat sich in der Sandbox geändert, während du daran warst."),
        conflict_deleted: |path| {
            format!("{path} wurde in der Sandbox gelöscht oder umbenannt, während du daran warst.")
        },
        conflict_binary: |path| {
            format!("{path} ist in der Sandbox kein Text mehr: Die Datei wurde ersetzt, während du daran warst.")
        },
        conflict_too_large: |path| {
            format!("{path} ist in der Sandbox zu groß für den Editor geworden, während du daran warst.")
        },
        mine: "Meins".into(),
        theirs: "Das andere".into(),
        both: "Beides".into(),
        change: |number, count| format!("Änderung {number} von {count}"),
        same: |count| match count {
            1 => "1 Zeile ist gleich".to_owned(),
            _ => format!("{count} Zeilen sind gleich"),
        },
        nothing_here: "nichts".into(),
        all_mine: "Meins behalten".into(),
        all_theirs: "Das andere nehmen".into(),
        all_both: "Beides behalten".into(),
        save_chosen: "Die Auswahl speichern".into(),
        give_up: "Meine Änderungen aufgeben".into(),
        write_again: "Die Datei neu schreiben".into(),
        write_over: "Durch meinen Text ersetzen".into(),
        phrase: phrases::phrase,
    }
}
