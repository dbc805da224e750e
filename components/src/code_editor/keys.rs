//! Whose keys an editor has.

/// The keys of an editor that people are used to.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum EditorKeys {
    /// Those of most editors in a page.
    #[default]
    Usual,
    /// Those of Emacs.
    Emacs,
    /// Those of Vim, with its modes; `:w` saves.
    Vim,
}

impl EditorKeys {
    /// The name on the JavaScript side.
    pub(super) fn name(self) -> &'static str {
        match self {
            Self::Usual => "usual",
            Self::Emacs => "emacs",
            Self::Vim => "vim",
        }
    }
}
