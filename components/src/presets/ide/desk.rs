//! What lies on the desk: which views are shown, and what is in them.

use std::rc::Rc;

use yew::prelude::*;

use super::choices::Choices;
use super::palette::Sought;
use super::words::SandboxIdeWords;
use crate::command_palette::PaletteCommand;
use crate::documents::Documents;
use crate::parts::IconName;

/// A part of the work place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum View {
    Files,
    Search,
    Git,
    Tasks,
    Editor,
    Terminal,
    Preview,
}

impl View {
    pub(super) const ALL: [Self; 7] = [
        Self::Files,
        Self::Search,
        Self::Git,
        Self::Tasks,
        Self::Editor,
        Self::Terminal,
        Self::Preview,
    ];

    /// Those that take turns at the side.
    pub(super) const SIDE: [Self; 4] = [Self::Files, Self::Search, Self::Git, Self::Tasks];

    /// The name of the part of the page that it is in.
    pub(super) fn region(self) -> &'static str {
        match self {
            Self::Files | Self::Search | Self::Git | Self::Tasks => "side",
            Self::Editor => "editor",
            Self::Terminal => "terminal",
            Self::Preview => "preview",
        }
    }

    pub(super) fn name(self, words: &SandboxIdeWords) -> AttrValue {
        match self {
            Self::Files => &words.files,
            Self::Search => &words.search,
            Self::Git => &words.git,
            Self::Tasks => &words.tasks,
            Self::Editor => &words.editor,
            Self::Terminal => &words.terminal,
            Self::Preview => &words.preview,
        }
        .clone()
    }

    pub(super) fn icon(self) -> IconName {
        match self {
            Self::Files => IconName::File,
            Self::Search => IconName::Search,
            Self::Git => IconName::Branch,
            Self::Tasks => IconName::Play,
            Self::Editor => IconName::Edit,
            Self::Terminal => IconName::Terminal,
            Self::Preview => IconName::Globe,
        }
    }
}

/// A place that the editor goes to; the same place again is another wish.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Goal {
    pub(super) path: String,
    pub(super) place: Option<(u32, u32)>,
    pub(super) number: u32,
}

/// The handles on all of it.
#[derive(Clone, PartialEq)]
pub(super) struct Desk {
    pub(super) documents: Documents,
    /// What is shown at the side.
    pub(super) side: UseStateHandle<View>,
    /// What is shown where there is room for one only.
    pub(super) single: UseStateHandle<View>,
    pub(super) palette: UseStateHandle<Option<Sought>>,
    pub(super) goal: UseStateHandle<Goal>,
    pub(super) port: UseStateHandle<Option<u16>>,
    pub(super) shell: UseStateHandle<Option<String>>,
    /// Where the focus is to go; the same part again is another wish.
    pub(super) wish: UseStateHandle<(u32, Option<View>)>,
    pub(super) commands: Rc<Vec<PaletteCommand>>,
    pub(super) choices: Choices,
    /// What the tree leaves out.
    pub(super) hidden: Rc<Vec<String>>,
    pub(super) root: NodeRef,
}

impl Desk {
    /// Brings a view to the front.
    pub(super) fn show(&self, view: View) {
        if View::SIDE.contains(&view) {
            self.side.set(view);
        }
        self.single.set(view);
    }

    /// Opens a file, at a line and a column from 1.
    pub(super) fn open(&self, path: &str, place: Option<(u32, u32)>) {
        self.documents.open(path);
        self.goal.set(Goal {
            path: path.to_owned(),
            place,
            number: self.goal.number.wrapping_add(1),
        });
        self.single.set(View::Editor);
    }

    /// Brings a view to the front, and the focus into it.
    pub(super) fn go(&self, view: View) {
        self.show(view);
        self.wish.set((self.wish.0.wrapping_add(1), Some(view)));
    }

    pub(super) fn show_port(&self, port: u16) {
        self.port.set(Some(port));
        self.single.set(View::Preview);
    }

    pub(super) fn show_shell(&self, shell: String) {
        self.shell.set(Some(shell));
        self.single.set(View::Terminal);
    }
}
