//! A whole work place.

mod choices;
mod cursor;
mod desk;
mod focus;
mod palette;
mod shortcuts;
mod side;
mod words;

use std::rc::Rc;

use wasm_bindgen::JsValue;
use yew::prelude::*;

pub use words::SandboxIdeWords;

use self::choices::use_choices;
use self::cursor::cursor;
use self::desk::{Desk, Goal, View};
use self::focus::enter;
use self::palette::{Palette, Sought};
use self::shortcuts::{on_key, use_keys_of_page};
use self::side::{Side, Tabs};
use super::width::use_narrow;
use crate::code_editor::{CodeEditor, EditorKeys, next_id};
use crate::command_palette::PaletteCommand;
use crate::connection_status::ConnectionStatus;
use crate::documents::{DocumentsProvider, use_documents, use_open_files};
use crate::file_tabs::FileTabs;
use crate::metrics_bar::MetricsBar;
use crate::parts::{IconButton, IconName, Note};
use crate::presence::Presence;
use crate::preview::{Preview, PreviewKeeper, SANDBOX};
use crate::resizable_panels::{Axis, ResizablePanel, ResizablePanels};
use crate::search_panel::Place;
use crate::style::{StyleSheet, use_style_sheet};
use crate::terminal_tabs::TerminalTabs;
use crate::toasts::{SandboxNotices, Toasts};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "ide",
    structure: "",
    css: include_str!("style.css"),
};

/// Below this width, in CSS pixels, one part is shown at a time.
const NARROW: f64 = 760.0;

/// The properties of [`SandboxIde`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SandboxIdeProps {
    /// What stands at the start of the header: a name, a link home. Default: nothing.
    #[prop_or_default]
    pub header: Html,

    /// What stands at the end of the header. Default: nothing.
    #[prop_or_default]
    pub header_end: Html,

    /// A place that is opened whenever it changes. Default: none.
    #[prop_or_default]
    pub place: Option<Place>,

    /// Told where the cursor is, and which file is shown.
    #[prop_or_default]
    pub on_place: Callback<Place>,

    /// More commands for the palette. Default: none.
    #[prop_or_default]
    pub commands: Rc<Vec<PaletteCommand>>,

    /// How long after the last edit a file is saved by itself, in milliseconds; `None`: never. Default: 1,000.
    #[prop_or(Some(1_000))]
    pub autosave: Option<u32>,

    /// Whether files can only be looked at. Default: no.
    #[prop_or_default]
    pub read_only: bool,

    /// Whose keys the editor has; people change it in the palette. Default: the usual ones.
    #[prop_or_default]
    pub keys: EditorKeys,

    /// Whether the editor wraps long lines; people change it in the palette. Default: no.
    #[prop_or_default]
    pub wrap: bool,

    /// Names that the tree leaves out, wherever they are, until people show them in the palette; `*` stands for any letters.
    /// Default: `.git`.
    #[prop_or_else(|| Rc::new(vec![".git".to_owned()]))]
    pub hidden: Rc<Vec<String>>,

    /// Whether terminals keep their output as text for screen readers and announce it; people change it in the palette. Default: no.
    #[prop_or_default]
    pub screen_reader: bool,

    /// Most lines that each terminal keeps above the screen, at most 100,000. Default: 5,000.
    #[prop_or(5000)]
    pub scrollback: u32,

    /// What the preview's frame may do: the value of its `sandbox` attribute. Default: as that of `Preview`.
    #[prop_or(AttrValue::Static(SANDBOX))]
    pub sandbox: AttrValue,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// Files, search, changes, tasks, an editor with tabs, terminals and a preview, in panels; one part at a time where it is
/// narrower than 760 pixels. It fills its parent.
///
/// A deleted file's tab closes; one with unsaved edits stays and is marked. The steps of the set-up stand above the tasks. The palette
/// also changes whose keys the editor has, whether it wraps, whether the tree shows hidden files and the screen reader mode of
/// terminals, for as long as the component is there.
///
/// F6 and Shift with F6 go from part to part, Control with P goes to a file, Control with Shift and P to a command. It needs
/// the features `editor` and `terminal`, or the address of their modules. Stable class names: `ys-ide` with `data-layout` (`wide`,
/// `narrow`), its parts with `data-region`.
#[component]
pub fn SandboxIde(props: &SandboxIdeProps) -> Html {
    html! {
        <DocumentsProvider autosave={props.autosave}>
            <Toasts>
                <SandboxNotices />
                <PreviewKeeper><Body ..props.clone() /></PreviewKeeper>
            </Toasts>
        </DocumentsProvider>
    }
}

#[component]
fn Body(props: &SandboxIdeProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.ide;
    let open = use_open_files();
    let root = use_node_ref();
    let choices = use_choices(props);
    let hidden = if *choices.shows_hidden {
        Rc::default()
    } else {
        Rc::clone(&props.hidden)
    };
    let desk = Desk {
        documents: use_documents(),
        side: use_state_eq(|| View::Files),
        single: use_state_eq(|| View::Editor),
        palette: use_state_eq(|| None),
        goal: use_state_eq(Goal::default),
        port: use_state_eq(|| None),
        shell: use_state_eq(|| None),
        wish: use_state_eq(|| (0, None)),
        commands: Rc::clone(&props.commands),
        choices,
        hidden,
        root: root.clone(),
    };
    let is_narrow = use_narrow(&root, NARROW);
    let panel = use_memo((), |()| next_id());
    {
        let desk = desk.clone();
        use_effect_with(props.place.clone(), move |place| {
            if let Some(place) = place {
                let at = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
                desk.open(&place.path, Some((at(place.line), at(place.column))));
            }
        });
    }
    // The editor comes after its file was read.
    let awaits_editor = use_mut_ref(|| false);
    {
        let (root, awaits_editor) = (root.clone(), Rc::clone(&awaits_editor));
        use_effect_with(*desk.wish, move |(_, view)| {
            if let Some(view) = view {
                awaits_editor.replace(*view == View::Editor);
                enter(&root, view.region());
            }
        });
    }
    let active = open.open.active.clone().map(AttrValue::from);
    let view = use_mut_ref(|| None::<JsValue>);
    let told = use_mut_ref(|| None::<Place>);
    let look = {
        let (view, active, on_place) = (Rc::clone(&view), active.clone(), props.on_place.clone());
        let goal = desk.goal.clone();
        Callback::from(move |()| {
            let (Some(path), Some((line, column))) =
                (&active, view.borrow().as_ref().and_then(cursor))
            else {
                return;
            };
            let place = Place {
                path: path.to_string(),
                line: line.into(),
                column: column.into(),
            };
            // Whoever moved away from a goal may want to go there again.
            if goal.place.is_some_and(|goal| goal != (line, column)) {
                goal.set(Goal {
                    place: None,
                    ..(*goal).clone()
                });
            }
            if told.borrow().as_ref() != Some(&place) {
                told.replace(Some(place.clone()));
                on_place.emit(place);
            }
        })
    };
    let on_view = {
        let root = root.clone();
        Callback::from(move |given: JsValue| {
            view.replace(Some(given));
            if awaits_editor.replace(false) {
                enter(&root, View::Editor.region());
            }
        })
    };
    let onkeydown = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| on_key(&desk, &event))
    };
    use_keys_of_page(&desk);
    let draw = |part: View, is_hidden: bool| match part {
        View::Editor => {
            let reveal = desk
                .goal
                .place
                .filter(|_| active.as_deref() == Some(&desk.goal.path));
            html! {
                <section
                    class="ys-ide-region ys-ide-editor"
                    data-region="editor"
                    tabindex="-1"
                    aria-label={words.editor.clone()}
                    onkeyup={let look = look.clone(); move |_: KeyboardEvent| look.emit(())}
                    onpointerup={let look = look.clone(); move |_: PointerEvent| look.emit(())}
                >
                    <FileTabs />
                    if let Some(path) = &active {
                        <CodeEditor
                            path={path.clone()}
                            {reveal}
                            read_only={props.read_only}
                            wrap={*desk.choices.wrap}
                            keys={*desk.choices.keys}
                            on_view={on_view.clone()}
                        />
                    } else {
                        <Note text={words.no_file.clone()} />
                    }
                </section>
            }
        }
        View::Terminal => html! {
            <section class="ys-ide-region" data-region="terminal" tabindex="-1" aria-label={words.terminal.clone()}>
                <TerminalTabs
                    show={(*desk.shell).clone().map(AttrValue::from)}
                    on_show={let shell = desk.shell.setter(); Callback::from(move |id| shell.set(Some(id)))}
                    // F6 has reached the work place before.
                    on_leave={Callback::noop()}
                    scrollback={props.scrollback}
                    screen_reader={*desk.choices.screen_reader}
                    read_only={props.read_only}
                />
            </section>
        },
        View::Preview => html! {
            // The preview is a region with a name itself.
            <div class="ys-ide-region" data-region="preview" tabindex="-1">
                <Preview
                    keep="preview"
                    sandbox={props.sandbox.clone()}
                    port={*desk.port}
                    on_port={let port = desk.port.setter(); Callback::from(move |chosen| port.set(Some(chosen)))}
                />
            </div>
        },
        side => html! {
            <section
                key="side"
                id={panel.to_string()}
                class="ys-ide-region"
                data-region="side"
                hidden={is_hidden}
                role="tabpanel"
                tabindex="-1"
                aria-label={side.name(words)}
            >
                <Side desk={desk.clone()} view={side} read_only={props.read_only} active={active.clone()} />
            </section>
        },
    };
    let choose = {
        let desk = desk.clone();
        Callback::from(move |view| desk.show(view))
    };
    let tabs = |views: &[View], chosen: View, is_upright: bool| {
        html! {
            <Tabs views={views.to_vec()} {chosen} on_choose={choose.clone()} controls={panel.to_string()} {is_upright} />
        }
    };
    let open_palette = {
        let palette = desk.palette.setter();
        move |_: MouseEvent| palette.set(Some(Sought::Command))
    };
    html! {
        <div
            ref={root}
            class={classes!("ys-ide", props.class.clone())}
            style={props.style.clone()}
            data-layout={if is_narrow { "narrow" } else { "wide" }}
            {onkeydown}
        >
            <p class="ys-unseen">{ words.keys.clone() }</p>
            <header class="ys-ide-header" data-region="header">
                { props.header.clone() }
                <span class="ys-ide-space"></span>
                <IconButton icon={IconName::Command} label={words.commands.clone()} onclick={open_palette} />
                <Presence />
                { props.header_end.clone() }
            </header>
            if is_narrow {
                <div class="ys-ide-main">
                    { draw(*desk.side, *desk.single != *desk.side) }
                    if *desk.single != *desk.side { { draw(*desk.single, false) } }
                </div>
                { tabs(&View::ALL, *desk.single, false) }
            } else {
                <div class="ys-ide-main">
                    { tabs(&View::SIDE, *desk.side, true) }
                    <ResizablePanels>
                        <ResizablePanel label={words.views.clone()} size={20.0} min={10.0} collapsible=true>
                            { draw(*desk.side, false) }
                        </ResizablePanel>
                        <ResizablePanel label={words.editor.clone()} size={45.0} min={20.0}>
                            <ResizablePanels axis={Axis::Column}>
                                <ResizablePanel label={words.editor.clone()} size={65.0} min={20.0}>
                                    { draw(View::Editor, false) }
                                </ResizablePanel>
                                <ResizablePanel label={words.terminal.clone()} min={10.0} collapsible=true>
                                    { draw(View::Terminal, false) }
                                </ResizablePanel>
                            </ResizablePanels>
                        </ResizablePanel>
                        <ResizablePanel label={words.preview.clone()} size={35.0} min={10.0} collapsible=true>
                            { draw(View::Preview, false) }
                        </ResizablePanel>
                    </ResizablePanels>
                </div>
            }
            <footer class="ys-ide-status" aria-label={words.status.clone()}>
                <ConnectionStatus />
                <span class="ys-ide-space"></span>
                <MetricsBar />
            </footer>
            <Palette {desk} />
        </div>
    }
}
