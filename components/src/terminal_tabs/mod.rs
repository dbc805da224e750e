//! The terminals of the sandbox, as tabs.

mod panes;
mod shown;
mod tab;
mod tools;
mod wanted;
mod words;

use std::collections::BTreeMap;

use web_sys::HtmlElement;
use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;
use yew_sandbox::client::{ShellInfo, ShellStatus, TerminalOptions, Terminals};
use yew_sandbox::{use_sandbox, use_shells};

pub use words::TerminalTabsWords;

use self::panes::{Panes, panel_id, tab_id};
use self::shown::{Act, Shown, Side};
use self::tab::Tab;
use self::tools::Tools;
use self::wanted::use_wanted;
use crate::parts::{
    IconButton, IconName, Note, NoteKind, Urgency, announce, into_sight, is_free, use_action,
    use_steady,
};
use crate::style::{StyleSheet, use_style_sheet};
use crate::terminal::TerminalRenderer;
use crate::ui::use_ui;

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "terminal-tabs",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// The properties of [`TerminalTabs`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TerminalTabsProps {
    /// How new ones are made; their names are given here. Default: `bash` in the workspace.
    #[prop_or_default]
    pub options: TerminalOptions,

    /// Whether a first terminal is made where there is none. Default: yes.
    #[prop_or(true)]
    pub open_first: bool,

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

    /// The id of a shell that is shown whenever this changes, be it a terminal or the output of a task. Default: none.
    #[prop_or_default]
    pub show: Option<AttrValue>,

    /// Told the id of the one that is shown.
    #[prop_or_default]
    pub on_show: Callback<String>,

    /// As [`TerminalProps::on_leave`](crate::TerminalProps::on_leave), of each.
    #[prop_or_default]
    pub on_leave: Option<Callback<bool>>,

    /// Draws what stands where there is no terminal. Default: a sentence.
    #[prop_or_default]
    pub empty: Option<Callback<(), Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// All terminals of the sandbox, one tab each, of all its clients; they outlive the page. Up to four are seen at once, in panes side by
/// side and one below the other.
///
/// Arrow keys, Home and End go from tab to tab, Enter goes into its terminal, Delete or a press of the middle button closes one and ends
/// what runs in it, F2 or a double press renames it. A tab whose terminal is seen in a pane goes there; another one is shown in the pane
/// that was chosen last. The output of a task is no terminal: it has a tab once it was shown, and closing that leaves it as it is.
/// The last eight that were shown stay on the page. Stable class names: `ys-terminal-tabs` with `data-split` where there are several
/// panes, `ys-terminal-tabs-item` with `data-active` and `data-beside`, `ys-terminal-tabs-pane` with `data-active`.
#[component]
pub fn TerminalTabs(props: &TerminalTabsProps) -> Html {
    use_style_sheet(&STYLE);
    let shells = use_shells();
    // What was shown, though it is no terminal.
    let outputs = use_state_eq(Vec::<String>::new);
    let terminals = shells.map(|shells| {
        let shells = shells.into_iter();
        let is_listed =
            |shell: &ShellInfo| Terminals::is_terminal(shell) || outputs.contains(&shell.id);
        shells.filter(is_listed).collect::<Vec<_>>()
    });
    html! { <Body {terminals} {outputs} tabs={props.clone()} /> }
}

#[derive(Clone, PartialEq, Properties)]
struct BodyProps {
    /// Those that have tabs; `None` before they are known.
    terminals: Option<Vec<ShellInfo>>,
    /// The ids of those that are no terminals.
    outputs: UseStateHandle<Vec<String>>,
    tabs: TerminalTabsProps,
}

/// All of it. Commands come and go without it.
#[component]
fn Body(given: &BodyProps) -> Html {
    let props = &given.tabs;
    let ui = use_ui();
    let words = &ui.words.terminal_tabs;
    let sandbox = use_sandbox();
    let shown = use_reducer_eq(Shown::default);
    let renamed = use_state_eq(|| None::<String>);
    let has_begun = use_mut_ref(|| false);
    let action = use_action();
    let update = use_force_update();
    let prefix = use_memo((), |()| crate::code_editor::next_id());
    let head = use_node_ref();
    // Where the focus was on what is no more, it goes to the tab that is shown, or to the button for a new one.
    let focus_tab = use_mut_ref(|| false);
    let body = use_node_ref();
    let wanted = use_wanted(&body);

    let outputs = given.outputs.clone();
    let is_known = given.terminals.is_some();
    let terminals = given.terminals.clone().unwrap_or_default();
    let ids: Option<Vec<String>> =
        is_known.then(|| terminals.iter().map(|shell| shell.id.clone()).collect());

    let make = {
        let (sandbox, action, shown) = (sandbox.clone(), action.clone(), shown.dispatcher());
        let (options, name) = (props.options.clone(), words.name);
        let taken: Vec<String> = terminals.iter().map(|shell| shell.name.clone()).collect();
        let wanted = wanted.clone();
        Callback::from(move |asked: Option<Side>| {
            let want = asked.map(|_| wanted.ask_later());
            let mut options = options.clone();
            // One of one more numbers than there are names is free.
            let free = (1..=taken.len() + 1).map(name);
            options.name = free.into_iter().find(|name| !taken.contains(name));
            let (made, shown) = (sandbox.terminals().create(options), shown.clone());
            action.run(async move {
                let terminal = made.await?;
                if let Some(want) = want {
                    want(terminal.id());
                }
                let side = asked.unwrap_or(Side::Here);
                shown.dispatch(Act::Made(terminal.id(), side));
                Ok(())
            });
        })
    };
    {
        let (shown, has_begun, make) = (shown.dispatcher(), has_begun.clone(), make.clone());
        let may_open = props.open_first && !props.read_only;
        use_effect_with(ids.clone(), move |ids| {
            if let Some(ids) = ids {
                let is_first = !has_begun.replace(true);
                if is_first && ids.is_empty() && may_open {
                    make.emit(None);
                }
                shown.dispatch(Act::List(ids.clone()));
            }
        });
    }
    {
        let (dispatcher, outputs) = (shown.dispatcher(), outputs.clone());
        use_effect_with(props.show.clone(), move |show| {
            if let Some(id) = show {
                let mut all = (*outputs).clone();
                all.retain(|other| *other != **id);
                all.push(id.to_string());
                outputs.set(all);
                dispatcher.dispatch(Act::Show(id.to_string()));
            }
        });
        let told = props.on_show.clone();
        use_effect_with(shown.active().cloned(), move |now| {
            if let Some(id) = now {
                told.emit(id.clone());
            }
        });
    }
    {
        let head = head.clone();
        use_effect_with((shown.active().cloned(), terminals.len()), move |_| {
            let list = head.cast::<HtmlElement>();
            let list = list.and_then(|head| head.query_selector("[role=tablist]").ok().flatten());
            if let Some(list) = list {
                into_sight(&list, ".ys-terminal-tabs-item[data-active=true]");
            }
        });
    }
    {
        let (head, focus_tab) = (head.clone(), focus_tab.clone());
        use_effect(move || {
            if *focus_tab.borrow()
                && let Some(tab) = head
                    .cast::<HtmlElement>()
                    .and_then(|head| {
                        head.query_selector("[aria-selected=true], .ys-terminal-tabs-new")
                            .ok()?
                    })
                    .and_then(|tab| tab.dyn_into::<HtmlElement>().ok())
            {
                focus_tab.replace(false);
                // A tab that takes no focus is left as it is.
                drop(tab.focus());
            }
        });
    }

    {
        let (wanted, active) = (wanted.clone(), shown.active().cloned());
        use_effect(move || {
            if let Some(active) = active {
                wanted.enter(&active);
            }
        });
    }

    let named = terminals.iter().enumerate().map(|(place, shell)| {
        let name = match shell.name.as_str() {
            "" => (words.name)(place + 1),
            name => name.to_owned(),
        };
        (shell.id.clone(), name)
    });
    let names: BTreeMap<String, String> = named.collect();
    let name_of = |id: &str| names.get(id).cloned().unwrap_or_default();
    let is_output = {
        let ids: Vec<String> = terminals
            .iter()
            .filter(|shell| !Terminals::is_terminal(shell))
            .map(|shell| shell.id.clone())
            .collect();
        move |id: &str| ids.iter().any(|other| other == id)
    };
    let close_words = |id: &str, name: &str| {
        if is_output(id) {
            (words.hide)(name)
        } else {
            (words.close)(name)
        }
    };
    let close = {
        let is_output = is_output.clone();
        let (sandbox, action, shown) = (sandbox.clone(), action.clone(), shown.dispatcher());
        let (is_allowed, closed) = (!props.read_only, words.closed);
        let (focus_tab, body) = (focus_tab.clone(), body.clone());
        Callback::from(move |(id, name, takes_focus): (String, String, bool)| {
            if is_output(&id) {
                let mut rest = (*outputs).clone();
                rest.retain(|other| *other != id);
                outputs.set(rest);
                *focus_tab.borrow_mut() |= takes_focus;
                return shown.dispatch(Act::Closed(id));
            }
            if !is_allowed {
                return;
            }
            let (terminals, shown) = (sandbox.terminals(), shown.clone());
            let (focus_tab, body) = (focus_tab.clone(), body.clone());
            action.run(async move {
                terminals.open(&id).await?.kill().await?;
                *focus_tab.borrow_mut() |= takes_focus && is_free(body.cast().as_ref());
                announce(&closed(&name), Urgency::Polite);
                shown.dispatch(Act::Closed(id));
                Ok(())
            });
        })
    };
    let rename = {
        let (sandbox, action) = (sandbox.clone(), action.clone());
        move |id: String, name: String| {
            let terminals = sandbox.terminals();
            action.run(async move { terminals.open(&id).await?.rename(&name).await });
        }
    };
    let act = {
        let (shown, renamed, focus_tab) = (shown.dispatcher(), renamed.clone(), focus_tab.clone());
        let (close, ids, names) = (close.clone(), ids.clone(), names.clone());
        let (wanted, update) = (wanted.clone(), update.clone());
        let (read_only, is_output) = (props.read_only, is_output.clone());
        use_steady(move |(id, act): (String, tab::Act)| match act {
            tab::Act::Show => {
                wanted.forget();
                shown.dispatch(Act::Choose(id.clone()));
            }
            tab::Act::Enter => {
                wanted.ask(id.clone());
                shown.dispatch(Act::Choose(id.clone()));
                // It may be the one that is shown already.
                update.force_update();
            }
            tab::Act::Close(takes_focus) => {
                let name = names.get(&id).cloned().unwrap_or_default();
                close.emit((id, name, takes_focus));
            }
            tab::Act::BeginRename => {
                let may_rename = !read_only && !is_output(&id);
                renamed.set(may_rename.then_some(id));
            }
            tab::Act::Rename(name, takes_focus) => {
                // Leaving the field by Enter is followed by its loss of the focus.
                if renamed.is_some() {
                    *focus_tab.borrow_mut() |= takes_focus;
                    renamed.set(None);
                    if let Some(name) = name {
                        rename(id.clone(), name);
                    }
                }
            }
            tab::Act::Go(place) => {
                if let Some(id) = ids.as_ref().and_then(|ids| ids.get(place)) {
                    wanted.forget();
                    focus_tab.replace(true);
                    shown.dispatch(Act::Choose(id.clone()));
                }
            }
        })
    };

    let prefix = prefix.to_string();
    let keys = format!("{prefix}-keys");
    let count = terminals.len();
    let tabs = terminals.iter().enumerate().map(|(place, shell)| {
        let name = name_of(&shell.id);
        let is_running = matches!(shell.status, ShellStatus::Running | ShellStatus::Restarting);
        html! {
            <Tab
                key={shell.id.clone()}
                id={tab_id(&prefix, &shell.id)}
                name={name.clone()}
                {place}
                {count}
                is_active={shown.active() == Some(&shell.id)}
                is_beside={shown.active() != Some(&shell.id) && shown.pane_of(&shell.id).is_some()}
                has_ended={!is_running}
                close_label={close_words(&shell.id, &name)}
                is_renamed={renamed.as_ref() == Some(&shell.id)}
                controls={shown.pane_of(&shell.id).map(|pane| panel_id(&prefix, pane))}
                described_by={keys.clone()}
                shell={shell.id.clone()}
                act={act.clone()}
            />
        }
    });
    let pane_count = shown.panes().count();
    let active = shown.active().cloned();
    let ask = use_steady(move |side: Side| make.emit(Some(side)));
    let join = {
        let (shown, focus_tab) = (shown.dispatcher(), focus_tab.clone());
        use_steady(move |()| {
            // With the last but one, this button goes.
            *focus_tab.borrow_mut() |= pane_count == 2;
            shown.dispatch(Act::Join);
        })
    };
    let tools = active.as_ref().filter(|_| !props.read_only).map(|id| {
        let name = name_of(id);
        html! {
            <Tools
                shell={id.clone()}
                close_label={close_words(id, &name)}
                {name}
                is_output={is_output(id)}
                is_last={count == 1}
                {pane_count}
                act={act.clone()}
                ask={ask.clone()}
                {join}
            />
        }
    });
    let onnew = use_callback(ask, |_: MouseEvent, ask| ask.emit(Side::Here));
    html! {
        <section
            class={classes!("ys-fill", "ys-terminal-tabs", props.class.clone())}
            style={props.style.clone()}
            aria-label={words.title.clone()}
            aria-busy={action.busy.to_string()}
            data-split={(pane_count > 1).to_string()}
            ref={body}
        >
            <p class="ys-unseen" id={keys.clone()}>{ words.keys.clone() }</p>
            <div class="ys-terminal-tabs-head" ref={head}>
                if count > 0 {
                    <div class="ys-terminal-tabs-list" role="tablist" aria-label={words.title.clone()}>
                        { for tabs }
                    </div>
                } else {
                    <div class="ys-terminal-tabs-list" />
                }
                if !props.read_only {
                    <IconButton
                        class="ys-terminal-tabs-new"
                        icon={IconName::Plus}
                        label={words.new.clone()}
                        disabled={!is_known}
                        onclick={onnew}
                    />
                }
                // Always one node: unkeyed nodes are compared from the end, and one more would take the focus from the button.
                { tools.unwrap_or_default() }
            </div>
            if let Some(error) = &action.error {
                <p class="ys-terminal-tabs-error" role="alert">{ (ui.words.errors.say)(error) }</p>
            }
            if active.is_some() {
                <Panes shown={shown.clone()} {names} {wanted} {prefix} tabs={props.clone()} />
            } else if !is_known || action.busy {
                <Note kind={NoteKind::Busy} text={words.loading.clone()} />
            } else if let Some(empty) = &props.empty {
                { empty.emit(()) }
            } else {
                <Note text={words.nothing.clone()} />
            }
        </section>
    }
}
