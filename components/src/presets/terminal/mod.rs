//! Terminals and nothing else.

mod words;

use yew::prelude::*;
use yew_sandbox::client::TerminalOptions;

pub use words::SandboxTerminalWords;

use crate::connection_status::ConnectionStatus;
use crate::style::{StyleSheet, use_style_sheet};
use crate::terminal::TerminalRenderer;
use crate::terminal_tabs::TerminalTabs;
use crate::toasts::{SandboxNotices, Toasts};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "sandbox-terminal",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// The properties of [`SandboxTerminal`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SandboxTerminalProps {
    /// How new terminals are made; their names are given here. Default: `bash` in the workspace.
    #[prop_or_default]
    pub options: TerminalOptions,

    /// The size of letters in CSS pixels. Default: that of the token `--ys-font-size-mono`.
    #[prop_or_default]
    pub font_size: Option<f64>,

    /// Most lines that each keeps above the screen, at most 100,000. Default: 5,000.
    #[prop_or(5000)]
    pub scrollback: u32,

    /// Whether the output is kept as text for screen readers and new output is announced. Default: no.
    #[prop_or_default]
    pub screen_reader: bool,

    /// Whether nothing can be typed, made or closed. Default: it can.
    #[prop_or_default]
    pub read_only: bool,

    /// What draws them. Default: the fastest.
    #[prop_or_default]
    pub renderer: TerminalRenderer,

    /// What stands at the end of the line below, behind the state of the connection. Default: nothing.
    #[prop_or_default]
    pub status_end: Html,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The terminals of the sandbox as tabs, the state of the connection, and what the sandbox tells people. It fills its parent. It needs
/// the feature `terminal`, or the address of its module. Stable class names: `ys-sandbox-terminal`, `ys-sandbox-terminal-status`.
#[component]
pub fn SandboxTerminal(props: &SandboxTerminalProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.sandbox_terminal;
    html! {
        <Toasts>
            <SandboxNotices />
            <section
                class={classes!("ys-fill", "ys-sandbox-terminal", props.class.clone())}
                style={props.style.clone()}
                aria-label={words.title.clone()}
            >
                <TerminalTabs
                    options={props.options.clone()}
                    font_size={props.font_size}
                    scrollback={props.scrollback}
                    screen_reader={props.screen_reader}
                    read_only={props.read_only}
                    renderer={props.renderer}
                />
                <footer class="ys-sandbox-terminal-status">
                    <ConnectionStatus />
                    { props.status_end.clone() }
                </footer>
            </section>
        </Toasts>
    }
}
