//! Every string that the components say, in one typed table.

use yew::AttrValue;
use yew_sandbox::ProviderWords;

/// Which way the language is written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Direction {
    /// Left to right.
    #[default]
    LeftToRight,
    /// Right to left: layouts are mirrored.
    RightToLeft,
}

impl Direction {
    /// The value of the `dir` attribute.
    pub fn name(self) -> &'static str {
        match self {
            Self::LeftToRight => "ltr",
            Self::RightToLeft => "rtl",
        }
    }
}

macro_rules! tables {
    ($($(#[$meta:meta])* $field:ident: $name:path,)+) => {
        /// The words of one language. `Words::default()` is English.
        ///
        /// Another language replaces what it has words for and keeps the rest:
        ///
        /// ```
        /// use yew_sandbox_components::{ConnectionWords, Words};
        ///
        /// let german = Words {
        ///     language: "de".into(),
        ///     connection: ConnectionWords { connect: "Verbinden".into(), ..Default::default() },
        ///     ..Default::default()
        /// };
        /// assert_eq!(german.connection.connect, "Verbinden");
        /// assert_eq!(german.connection.wake, "Wake");
        /// ```
        #[derive(Clone, Debug)]
        pub struct Words {
            /// The language's tag (BCP 47), for the `lang` attribute.
            pub language: AttrValue,
            /// Which way it is written.
            pub direction: Direction,
            $($(#[$meta])* pub $field: $name,)+
        }

        #[cfg(feature = "test")]
        impl Words {
            /// What [`Words::marked`] gives.
            pub(super) fn each_marked() -> Self {
                Self { $($field: <$name>::marked(),)+ ..Self::default() }
            }
        }

        impl Default for Words {
            fn default() -> Self {
                Self {
                    language: AttrValue::Static("en"),
                    direction: Direction::default(),
                    $($field: Default::default(),)+
                }
            }
        }
    };
}

tables! {
    /// What several components say.
    parts: crate::parts::PartsWords,
    /// Errors, wherever one is shown.
    errors: super::ErrorWords,
    /// Keys, where a menu or a palette shows them.
    keys: super::KeyWords,
    /// `CodeEditor`.
    code_editor: crate::code_editor::CodeEditorWords,
    /// `CommandOutput`.
    command_output: crate::command_output::CommandOutputWords,
    /// `CommandPalette`.
    command_palette: crate::command_palette::CommandPaletteWords,
    /// `ConnectionStatus`.
    connection: crate::connection_status::ConnectionWords,
    /// `Console`.
    console: crate::console::ConsoleWords,
    /// `FileTabs`.
    file_tabs: crate::file_tabs::FileTabsWords,
    /// `FileTree`.
    file_tree: crate::file_tree::FileTreeWords,
    /// `SandboxIde`.
    ide: crate::presets::SandboxIdeWords,
    /// `SandboxPlayground`.
    playground: crate::presets::SandboxPlaygroundWords,
    /// `SandboxTerminal`.
    sandbox_terminal: crate::presets::SandboxTerminalWords,
    /// `ResizablePanels`.
    resizable_panels: crate::resizable_panels::ResizablePanelsWords,
    /// `TaskList`.
    task_list: crate::task_list::TaskListWords,
    /// `PortList`.
    port_list: crate::port_list::PortListWords,
    /// `SetupSteps`.
    setup_steps: crate::setup_steps::SetupStepsWords,
    /// `InitScreen`.
    init_screen: crate::init_screen::InitScreenWords,
    /// `Presence`.
    presence: crate::presence::PresenceWords,
    /// `MetricsBar`.
    metrics_bar: crate::metrics_bar::MetricsBarWords,
    /// `SearchPanel`.
    search_panel: crate::search_panel::SearchPanelWords,
    /// `GitPanel`.
    git_panel: crate::git_panel::GitPanelWords,
    /// `Preview`.
    preview: crate::preview::PreviewWords,
    /// `Terminal`.
    terminal: crate::terminal::TerminalWords,
    /// `TerminalTabs`.
    terminal_tabs: crate::terminal_tabs::TerminalTabsWords,
    /// `Toasts`.
    toasts: crate::toasts::ToastsWords,
}

impl Words {
    /// What the provider's own views say.
    pub(super) fn of_provider(&self) -> ProviderWords {
        ProviderWords {
            start_up: self.init_screen.title.clone(),
            connecting: self.init_screen.connecting.clone(),
            asleep: self.preview.asleep.clone(),
            wake: self.connection.wake.clone(),
            retry: self.parts.retry.clone(),
            message: self.init_screen.message,
            error: self.errors.say,
            hint: self.errors.hint,
        }
    }
}

/// Two tables are equal when they are the same one: a table holds functions, which cannot be compared.
impl PartialEq for Words {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
    }
}

/// Declares the table of one component: plain words, and words with something in them.
///
/// ```text
/// words! {
///     /// The words of `FileTree`.
///     FileTreeWords {
///         /// On the button that renames.
///         rename = "Rename";
///         /// Told after `count` files were removed.
///         removed(count: usize) = format!("{count} removed");
///     }
/// }
/// ```
macro_rules! words {
    ($(#[$meta:meta])* $name:ident {
        $($(#[$field_meta:meta])* $field:ident $(($($arg:ident: $ty:ty),+))? = $value:expr;)+
    }) => {
        $(#[$meta])*
        #[derive(Clone, Debug)]
        pub struct $name {
            $($(#[$field_meta])* pub $field: $crate::ui::words!(@type $($($ty),+)?),)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $crate::ui::words!(@value $value $(, $($arg: $ty),+)?),)+ }
            }
        }

        #[cfg(feature = "test")]
        impl $name {
            pub(crate) fn marked() -> Self {
                Self { $($field: $crate::ui::words!(@marked $value $(, $($arg: $ty),+)?),)+ }
            }
        }
    };
    (@type) => { yew::AttrValue };
    (@type $($ty:ty),+) => { fn($($ty),+) -> String };
    (@value $value:expr) => { yew::AttrValue::Static($value) };
    (@value $value:expr, $($arg:ident: $ty:ty),+) => { |$($arg: $ty),+| $value };
    (@marked $value:expr) => { $crate::ui::plain($value) };
    (@marked $value:expr, $($arg:ident: $ty:ty),+) => {
        |$($arg: $ty),+| { let word: String = $value; $crate::ui::marked(&word) }
    };
}

pub(crate) use words;
