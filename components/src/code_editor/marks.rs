//! What is shown in the text beside the text itself.

use yew::AttrValue;

/// How bad a [`Diagnostic`] is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Severity {
    /// It does not work.
    #[default]
    Error,
    /// It may not be meant.
    Warning,
    /// Worth knowing.
    Info,
    /// A suggestion.
    Hint,
}

impl Severity {
    /// The name that CodeMirror has for it.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Error => "error",
            Self::Warning => "warning",
            Self::Info => "info",
            Self::Hint => "hint",
        }
    }
}

/// What a program found in a text. Lines and columns count from 1, columns in UTF-16 units; places outside of the text are
/// brought inside.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Diagnostic {
    /// The line where it begins.
    pub line: u32,
    /// The column where it begins.
    pub column: u32,
    /// The line where it ends.
    pub end_line: u32,
    /// The column behind its end.
    pub end_column: u32,
    /// How bad it is.
    pub severity: Severity,
    /// What was found; plain text.
    pub message: AttrValue,
    /// Who found it.
    pub source: Option<AttrValue>,
}

/// A piece of the text that looks different. Lines and columns count from 1, columns in UTF-16 units. An end outside of the text is
/// brought inside; a range that begins behind the last line, or holds nothing, is passed over.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RangeMark {
    /// The line where it begins.
    pub line: u32,
    /// The column where it begins.
    pub column: u32,
    /// The line where it ends.
    pub end_line: u32,
    /// The column behind its end.
    pub end_column: u32,
    /// The class that it gets.
    pub class: AttrValue,
    /// What is said where the pointer rests on it; plain text. Default: nothing.
    pub title: Option<AttrValue>,
}

/// A line that looks different.
#[derive(Clone, Debug, PartialEq)]
pub struct LineMark {
    /// The line, from 1. One that is not there is passed over.
    pub line: u32,
    /// The class that it gets.
    pub class: AttrValue,
}
