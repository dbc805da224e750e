//! Terminals.

use yew_sandbox_components::{TerminalTabsWords, TerminalWords};

pub(super) fn terminal() -> TerminalWords {
    TerminalWords {
        label: |name| match name {
            "" => "Terminal".to_owned(),
            name => format!("Terminal, {name}"),
        },
        keys: "Tasten gehen an das Terminal. F6 verlässt es, Umschalt und F6 verlassen es rückwärts. Strg, Umschalt und C kopieren, Strg, Umschalt und V fügen ein, Strg, Umschalt und F suchen.".into(),
        outside: "Außerhalb des Terminals. Tab geht weiter, die Eingabetaste geht wieder hinein.".into(),
        loading: "Das Terminal wird geladen".into(),
        no_module: "Das Terminal ließ sich nicht laden. Wenn das immer so ist: Ist die Seite mit dem Feature `terminal` gebaut?".into(),
        opening: "Das Terminal wird geöffnet".into(),
        not_opened: |why| format!("Das Terminal ließ sich nicht öffnen: {why}"),
        exited: |code| match code {
            0 => "Der Prozess ist beendet.".to_owned(),
            _ => format!("Der Prozess endete mit Code {code}."),
        },
        restart: "Neu starten".into(),
        closed: "Das Terminal wurde geschlossen.".into(),
        new: "Neues Terminal".into(),
        not_typed: |why| format!("Was du getippt hast, kam vielleicht nicht an: {why}"),
        too_much: "Das ist zu viel zum Einfügen.".into(),
        gap: "[Hier fehlt frühere Ausgabe]".into(),
        search: "Im Terminal suchen".into(),
        search_field: "Suchen".into(),
        next: "Nächster Treffer".into(),
        previous: "Voriger Treffer".into(),
        match_case: "Groß und klein unterscheiden".into(),
        matches: |index, count| match index {
            _ if count == 0 => "Keine Treffer".to_owned(),
            Some(index) => format!("{} von {count}", index + 1),
            None => format!("Über {count} Treffer"),
        },
        too_much_output: "Zu viel Ausgabe zum Vorlesen; gehe zu den Zeilen, um sie zu lesen".into(),
    }
}

pub(super) fn tabs() -> TerminalTabsWords {
    TerminalTabsWords {
        title: "Terminals".into(),
        name: |number| format!("Terminal {number}"),
        ended: "beendet".into(),
        beside: "daneben gezeigt".into(),
        new: "Neues Terminal".into(),
        split: "Teilen".into(),
        rename: "Umbenennen".into(),
        new_name: "Name des Terminals".into(),
        close: |name| format!("{name} schließen und beenden, was darin läuft"),
        hide: |name| format!("{name} schließen"),
        closed: |name| format!("{name} ist geschlossen"),
        loading: "Die Terminals werden geladen".into(),
        nothing: "Kein Terminal ist offen.".into(),
        keys: "Eingabe geht in das Terminal. Entf schließt ein Terminal und beendet, was darin läuft. F2 benennt es um.".into(),
        split_below: "Darunter teilen".into(),
        join: |name| format!("Den Bereich von {name} schließen; was darin läuft, geht weiter"),
    }
}
