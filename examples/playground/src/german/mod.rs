//! The words in German, all of them: a test names those that are missing.

mod editor;
mod errors;
mod files;
mod panels;
mod phrases;
mod terminal;
mod units;

use yew_sandbox_components::{
    CommandPaletteWords, ConnectionWords, ErrorWords, InitScreenWords, KeyWords, MetricsBarWords,
    PartsWords, PresenceWords, ResizablePanelsWords, SandboxIdeWords, SandboxPlaygroundWords,
    SandboxTerminalWords, ToastsWords, Words,
};

use crate::switches::SwitchWords;

pub(crate) fn words() -> Words {
    Words {
        language: "de".into(),
        direction: yew_sandbox_components::Direction::LeftToRight,
        parts: parts(),
        errors: ErrorWords {
            say: errors::say,
            hint: errors::hint,
        },
        keys: KeyWords {
            enter: "Eingabe".into(),
            delete: "Entf".into(),
            control: |key| format!("Strg+{key}"),
        },
        code_editor: editor::editor(),
        command_output: panels::command_output(),
        command_palette: CommandPaletteWords {
            title: "Befehle".into(),
            placeholder: "Tippe einen Befehl".into(),
            nothing: "Kein Befehl passt".into(),
            found: |count| units::count(count, "Befehl", "Befehle"),
        },
        connection: connection(),
        console: panels::console(),
        file_tabs: files::tabs(),
        file_tree: files::tree(),
        ide: ide(),
        playground: SandboxPlaygroundWords {
            title: "Spielwiese".into(),
            code: "Code".into(),
            result: "Ergebnis".into(),
            no_file: "Keine Datei ist offen.".into(),
        },
        sandbox_terminal: SandboxTerminalWords {
            title: "Sandbox".into(),
        },
        resizable_panels: ResizablePanelsWords {
            line: |panel| format!("Größe von {panel}"),
        },
        task_list: panels::tasks(),
        port_list: panels::ports(),
        setup_steps: panels::setup(),
        init_screen: InitScreenWords {
            title: "Start".into(),
            starting: "Die Sandbox startet".into(),
            connecting: "Die Sandbox wird verbunden".into(),
            message: errors::start_up,
        },
        presence: PresenceWords {
            title: "In dieser Sandbox".into(),
            more: |count| format!("und {count} weitere"),
        },
        metrics_bar: MetricsBarWords {
            title: "Was die Sandbox verbraucht".into(),
            cpu: "Prozessor".into(),
            memory: "Speicher".into(),
            storage: "Platte".into(),
            percent: |percent| format!("{percent:.0} %"),
            amount: |used, most| format!("{} von {}", units::binary(used), units::binary(most)),
        },
        search_panel: panels::search(),
        git_panel: panels::git(),
        preview: panels::preview(),
        terminal: terminal::terminal(),
        terminal_tabs: terminal::tabs(),
        toasts: ToastsWords {
            region: "Meldungen".into(),
            dismiss: "Verwerfen".into(),
        },
    }
}

/// What the playground itself says.
pub(crate) const SWITCHES: SwitchWords = SwitchWords {
    theme: "Aussehen",
    language: "Sprache",
    system: "Wie das System",
    light: "Hell",
    dark: "Dunkel",
    contrast: "Hoher Kontrast",
    mirrored: "Englisch, gespiegelt",
};

fn parts() -> PartsWords {
    PartsWords {
        retry: "Erneut versuchen".into(),
        close: "Schließen".into(),
        cancel: "Abbrechen".into(),
        loading: "Lädt".into(),
        save: "Speichern".into(),
        delete: "Löschen".into(),
        more: "Mehr".into(),
    }
}

fn connection() -> ConnectionWords {
    ConnectionWords {
        idle: "Noch nicht verbunden".into(),
        connecting: "Verbindet".into(),
        connected: "Verbunden".into(),
        reconnecting: "Verbindung verloren, neuer Versuch läuft".into(),
        offline: "Kein Netz".into(),
        hibernated: "Schläft".into(),
        disconnected: "Getrennt".into(),
        connect: "Verbinden".into(),
        try_now: "Jetzt versuchen".into(),
        wake: "Wecken".into(),
    }
}

fn ide() -> SandboxIdeWords {
    SandboxIdeWords {
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
        keys: "F6 geht von Teil zu Teil. Strg und P geht zu einer Datei, Strg, Umschalt und P zu einem Befehl. Strg, Umschalt und F sucht in allen Dateien.".into(),
        status: "Status".into(),
        show_hidden: "Versteckte Dateien zeigen".into(),
        hide_hidden: "Versteckte Dateien verbergen".into(),
        wrap: "Lange Zeilen umbrechen".into(),
        no_wrap: "Lange Zeilen nicht umbrechen".into(),
        keys_usual: "Tasten des Editors: die üblichen".into(),
        keys_emacs: "Tasten des Editors: Emacs".into(),
        keys_vim: "Tasten des Editors: Vim".into(),
        screen_reader: "Terminals für Screenreader einschalten".into(),
        no_screen_reader: "Terminals für Screenreader ausschalten".into(),
    }
}

#[cfg(test)]
mod tests;
