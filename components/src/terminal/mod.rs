//! A shell of the sandbox, on a screen.

mod ended;
mod feed;
mod screen;
mod search;
mod surface;
mod typing;
mod words;

use wasm_bindgen::JsValue;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_sandbox::client::{Terminal as Shell, TerminalOptions};
use yew_sandbox::use_terminal;

pub use ended::TerminalEnd;
pub use words::TerminalWords;

use self::ended::Ended;
use self::screen::Screen;
use self::search::SearchBox;
use self::surface::Surface;
use self::typing::NotTyped;
use crate::parts::{IconButton, IconName, Note, NoteKind, is_free};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "terminal",
    structure: concat!(include_str!("xterm.css"), include_str!("structure.css")),
    css: include_str!("style.css"),
};

/// What draws a [`Terminal`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum TerminalRenderer {
    /// WebGL where the machine has graphics for it, elements of the page otherwise.
    #[default]
    Auto,
    /// Elements of the page.
    Dom,
}

/// The properties of [`Terminal`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TerminalProps {
    /// The id of the shell that is shown; it goes on when the component is removed. Default: a new one, which ends with the component.
    #[prop_or_default]
    pub shell: Option<AttrValue>,

    /// Whether the shell of `shell` was made just now. What its programs asked the terminal so far is answered then; otherwise it was
    /// answered before. Default: no.
    #[prop_or_default]
    pub just_made: bool,

    /// How a new one is made. Default: `bash` in the workspace.
    #[prop_or_default]
    pub options: TerminalOptions,

    /// The size of letters in CSS pixels. Default: that of the token `--ys-font-size-mono`.
    #[prop_or_default]
    pub font_size: Option<f64>,

    /// Most lines that are kept above the screen, at most 100,000. Default: 5,000.
    #[prop_or(5000)]
    pub scrollback: u32,

    /// Whether the output is kept as text for screen readers and new output is announced. Default: no.
    #[prop_or_default]
    pub screen_reader: bool,

    /// Whether nothing can be typed. Default: it can.
    #[prop_or_default]
    pub read_only: bool,

    /// Whether it takes the focus when it is ready. Default: no.
    #[prop_or_default]
    pub autofocus: bool,

    /// What draws it; it is chosen once. Default: the fastest.
    #[prop_or_default]
    pub renderer: TerminalRenderer,

    /// Given the shell when it is open.
    #[prop_or_default]
    pub on_open: Callback<Shell>,

    /// Told the exit code when the process ends.
    #[prop_or_default]
    pub on_exit: Callback<i32>,

    /// Told that the keyboard leaves by F6, or backwards by Shift-F6, to take the focus elsewhere. Default: it goes to a button
    /// behind or before the terminal.
    #[prop_or_default]
    pub on_leave: Option<Callback<bool>>,

    /// Given xterm.js's `Terminal` when there is one, for what is not covered here. It ends with the component.
    #[prop_or_default]
    pub on_view: Callback<JsValue>,

    /// Draws what is said below the output after the process has ended. Default: a bar with the exit code and a button that starts
    /// it again.
    #[prop_or_default]
    pub ended: Option<Callback<TerminalEnd, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// A shell of the sandbox: its output with colours, to type into.
///
/// - F6 leaves it and Shift-F6 leaves it backwards, because Tab and Escape are the shell's; that is its description for screen readers.
///   Control-Shift-C copies, Control-Shift-V pastes, Control-Shift-F searches; on a Mac it is Command with the letter.
/// - It fills its parent and tells the shell its size, while it is visible. Columns and rows end at 1,000.
/// - However much is printed, the page goes on: what cannot be shown in time is dropped by the client, and a line says so. After a
///   broken connection the output goes on, or is shown anew.
/// - Colours are the tokens `--ys-terminal-…`, live; text that would be hard to read is made readable (4.5:1).
/// - What programs print is never markup. They cannot set the page's title or the clipboard, nor name links other than to the web.
///
/// xterm.js is a JavaScript module that is fetched when it is first used. A page's security policy needs `script-src 'self'` and
/// `style-src` with `'unsafe-inline'` or the nonce of [`SandboxUi`](crate::SandboxUi). Stable class names: `ys-terminal` with
/// `data-state` (`loading`, `opening`, `running`, `exited`, `closed`, `failed`), `ys-terminal-bar`, `ys-terminal-search`.
#[component]
pub fn Terminal(props: &TerminalProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.terminal;
    let shell = use_terminal(props.shell.as_deref(), &props.options);
    let screen = use_state_eq(|| None::<Screen>);
    let is_searching = use_state_eq(|| false);
    let results = use_state_eq(|| (None::<u32>, 0));
    let trouble = use_state_eq(|| None::<NotTyped>);
    let description = use_memo((), |()| crate::code_editor::next_id());
    let (root, before, after) = (use_node_ref(), use_node_ref(), use_node_ref());

    let exit_code = shell.info.as_ref().and_then(|info| info.exit_code);
    {
        let (on_open, on_exit) = (props.on_open.clone(), props.on_exit.clone());
        use_effect_with(shell.terminal.clone(), move |terminal| {
            if let Some(terminal) = terminal {
                on_open.emit(terminal.clone());
            }
        });
        use_effect_with(exit_code, move |code| {
            if let Some(code) = code {
                on_exit.emit(*code);
            }
        });
    }
    let ended = Ended::of(shell.info.as_ref());
    let go_back = {
        let screen = screen.clone();
        Callback::from(move |()| {
            if let Some(screen) = &*screen {
                // A screen that is going takes no focus.
                drop(screen.focus());
            }
        })
    };
    let on_done = {
        let (root, go_back) = (root.clone(), go_back.clone());
        Callback::from(move |()| {
            // It may have taken long, and the user may type elsewhere.
            if is_free(root.cast().as_ref()) {
                go_back.emit(());
            }
        })
    };
    let on_leave = {
        let (before, after) = (before.clone(), after.clone());
        let told = props.on_leave.clone();
        Callback::from(move |is_backwards| {
            if let Some(told) = &told {
                return told.emit(is_backwards);
            }
            let target = if is_backwards { &before } else { &after };
            if let Some(target) = target.cast::<HtmlElement>() {
                drop(target.focus());
            }
        })
    };
    let on_search = {
        let is_searching = is_searching.setter();
        Callback::from(move |()| is_searching.set(true))
    };
    let close_search = {
        let (is_searching, go_back) = (is_searching.setter(), go_back.clone());
        Callback::from(move |()| {
            is_searching.set(false);
            go_back.emit(());
        })
    };
    let state = match (&shell.error, &shell.terminal, ended) {
        (Some(_), _, _) => "failed",
        (None, None, _) => "opening",
        (None, Some(_), Ended::Not) => "running",
        (None, Some(_), Ended::Exited(_)) => "exited",
        (None, Some(_), Ended::Closed) => "closed",
    };
    let state = if screen.is_none() && state == "running" {
        "loading"
    } else {
        state
    };
    let name = shell.info.as_ref().map_or("", |info| info.name.as_str());
    let outside = |place: &NodeRef| {
        html! {
            <button
                type="button"
                class="ys-button ys-unseen-until-focus ys-terminal-outside"
                tabindex="-1"
                ref={place.clone()}
                onclick={go_back.reform(|_: MouseEvent| ())}
            >
                { words.outside.clone() }
            </button>
        }
    };
    let reopen = {
        let shell = shell.clone();
        Callback::from(move |()| shell.reopen())
    };
    let error = trouble.as_ref().map(|trouble| match trouble {
        NotTyped::TooMuch => words.too_much.to_string(),
        NotTyped::Failed(error) => (words.not_typed)(&(ui.words.errors.say)(error)),
    });
    html! {
        <div
            ref={root}
            class={classes!("ys-fill", "ys-terminal", props.class.clone())}
            style={props.style.clone()}
            data-state={state}
            role="group"
            aria-label={(words.label)(name)}
        >
            <p class="ys-unseen" id={description.to_string()}>{ words.keys.clone() }</p>
            { outside(&before) }
            if *is_searching {
                if let Some(screen) = &*screen {
                    <SearchBox screen={screen.clone()} results={*results} on_close={close_search} />
                }
            }
            if let Some(error) = &shell.error {
                <Note kind={NoteKind::Error} text={(words.not_opened)(&(ui.words.errors.say)(error))}>
                    <button type="button" class="ys-button" onclick={reopen.reform(|_: MouseEvent| ())}>
                        { ui.words.parts.retry.clone() }
                    </button>
                </Note>
            } else if shell.terminal.is_none() {
                <Note kind={NoteKind::Busy} text={words.opening.clone()} />
            }
            <Surface
                shared={props.clone()}
                label={(words.label)(name)}
                described_by={description.to_string()}
                shell={shell.terminal.clone()}
                screen={(*screen).clone()}
                on_screen={let screen = screen.setter(); Callback::from(move |next| screen.set(next))}
                {on_leave}
                {on_search}
                on_results={let results = results.setter(); Callback::from(move |next| results.set(next))}
                on_trouble={let trouble = trouble.setter(); Callback::from(move |next| trouble.set(Some(next)))}
            />
            if let Some(error) = error {
                <div class="ys-terminal-bar" data-kind="error">
                    <p role="alert">{ error }</p>
                    <IconButton
                        icon={IconName::Close}
                        label={ui.words.parts.close.clone()}
                        onclick={let trouble = trouble.setter(); Callback::from(move |_| trouble.set(None))}
                    />
                </div>
            }
            <ended::Bar
                {ended}
                shell={shell.terminal.clone()}
                on_new={props.shell.is_none().then_some(reopen)}
                {on_done}
                read_only={props.read_only}
                draw={props.ended.clone()}
            />
            { outside(&after) }
        </div>
    }
}
