//! What CodeMirror says.

/// The German of a phrase; `$` stands for a number.
pub(super) fn phrase(english: &str) -> String {
    let german = match english {
        "Find" => "Suchen",
        "Replace" => "Ersetzen durch",
        "next" => "nächstes",
        "previous" => "voriges",
        "all" => "alle",
        "match case" => "Groß und klein",
        "by word" => "ganze Wörter",
        "regexp" => "regulärer Ausdruck",
        "replace" => "ersetzen",
        "replace all" => "alle ersetzen",
        "close" => "schließen",
        "current match" => "dieser Treffer",
        "replaced $ matches" => "$ Treffer ersetzt",
        "replaced match on line $" => "Treffer in Zeile $ ersetzt",
        "on line" => "in Zeile",
        "Go to line" => "Gehe zu Zeile",
        "go" => "los",
        "Folded lines" => "Zugeklappt: Zeilen",
        "Unfolded lines" => "Aufgeklappt: Zeilen",
        "folded code" => "zugeklappter Code",
        "unfold" => "aufklappen",
        "Fold line" => "Zeile zuklappen",
        "Unfold line" => "Zeile aufklappen",
        "to" => "bis",
        "Diagnostics" => "Befunde",
        "No diagnostics" => "Keine Befunde",
        "Completions" => "Vorschläge",
        "Control character" => "Steuerzeichen",
        "Selection deleted" => "Auswahl gelöscht",
        other => other,
    };
    german.to_owned()
}
