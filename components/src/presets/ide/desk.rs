//! What lies on the desk: which views are shown, and what is in them. Which files are open is the documents' own.

use std::rc::Rc;

use web_sys::{Element, Event};
use yew::prelude::*;

use super::palette::Sought;
use super::words::SandboxIdeWords;
use crate::documents::Documents;
use crate::parts::IconName;

/// What is typed into, of the editor.
const EDITOR: &str = "[data-region=editor] .cm-content";
/// Has an editor save when it is sent to it: the name is that of `js/src/keymaps.js`.
const SAVE: &str = "ys-save";

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

/// What is shown.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Shown {
    /// What is shown at the side.
    pub(super) side: View,
    /// How often something at the side was asked for: its panel may be closed.
    pub(super) side_wishes: u32,
    /// What is shown where there is room for one only.
    pub(super) single: View,
    pub(super) palette: Option<Sought>,
    pub(super) goal: Goal,
    pub(super) port: Option<u16>,
    pub(super) shell: Option<String>,
    /// Where the focus is to go; the same part again is another wish.
    pub(super) wish: (u32, Option<View>),
}

impl Default for Shown {
    fn default() -> Self {
        Self {
            side: View::Files,
            side_wishes: 0,
            single: View::Editor,
            palette: None,
            goal: Goal::default(),
            port: None,
            shell: None,
            wish: (0, None),
        }
    }
}

impl Shown {
    fn show(&mut self, view: View) {
        if View::SIDE.contains(&view) {
            self.side = view;
            self.side_wishes = self.side_wishes.wrapping_add(1);
        }
        self.single = view;
    }
}

pub(super) enum Act {
    /// A view comes to the front.
    Show(View),
    /// A view comes to the front, and the focus goes into it.
    Go(View),
    /// The focus is in a view.
    At(View),
    /// The editor goes to a place.
    Open(String, Option<(u32, u32)>),
    /// The cursor is at a line and a column.
    Moved(u32, u32),
    /// The palette is opened, or closed.
    Seek(Option<Sought>),
    /// A port is chosen.
    Port(u16),
    /// A shell is chosen.
    Shell(String),
}

impl Reducible for Shown {
    type Action = Act;

    fn reduce(self: Rc<Self>, act: Act) -> Rc<Self> {
        let mut next = (*self).clone();
        match act {
            Act::Show(view) => next.show(view),
            Act::Go(view) => {
                next.show(view);
                next.wish = (self.wish.0.wrapping_add(1), Some(view));
            }
            Act::At(view) => next.single = view,
            Act::Open(path, place) => {
                next.goal = Goal {
                    path,
                    place,
                    number: self.goal.number.wrapping_add(1),
                };
                next.single = View::Editor;
            }
            // Whoever moved away from a goal may want to go there again.
            Act::Moved(line, column) => {
                next.goal.place = next.goal.place.filter(|goal| *goal == (line, column));
            }
            Act::Seek(sought) => next.palette = sought,
            Act::Port(port) => next.port = Some(port),
            Act::Shell(shell) => next.shell = Some(shell),
        }
        Rc::new(next)
    }
}

/// What changes it. It is always the same one, so that nobody who has it renders again when something else is shown.
#[derive(Clone, PartialEq)]
pub(super) struct Desk {
    pub(super) shown: UseReducerDispatcher<Shown>,
    pub(super) documents: Documents,
    pub(super) root: NodeRef,
}

impl Desk {
    pub(super) fn act(&self, act: Act) {
        self.shown.dispatch(act);
    }

    /// Opens a file, at a line and a column from 1.
    pub(super) fn open(&self, path: &str, place: Option<(u32, u32)>) {
        self.documents.open(path);
        self.act(Act::Open(path.to_owned(), place));
    }

    /// Saves the file that is shown, with the newest letters in it.
    pub(super) fn save(&self) {
        // The editor of a large file tells of what is typed a moment later.
        let is_saved = self.save_in_editor();
        if let Some(path) = self.documents.open_files().active.filter(|_| !is_saved) {
            self.documents.save(&path);
        }
    }

    /// Has the editor save its file, as its own command does. Says whether there is one.
    fn save_in_editor(&self) -> bool {
        let root = self.root.cast::<Element>();
        let editor = root.and_then(|root| root.query_selector(EDITOR).ok()?);
        let sent = editor
            .zip(Event::new(SAVE).ok())
            .map(|(editor, save)| editor.dispatch_event(&save));
        sent.is_some_and(|sent| sent.is_ok())
    }

    pub(super) fn show_port(&self, port: u16) {
        self.act(Act::Port(port));
        self.act(Act::Show(View::Preview));
    }

    pub(super) fn show_shell(&self, shell: String) {
        self.act(Act::Shell(shell));
        self.act(Act::Show(View::Terminal));
    }
}
