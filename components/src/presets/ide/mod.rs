//! A whole work place.

mod choices;
mod cursor;
mod desk;
mod focus;
mod palette;
mod regions;
mod shortcuts;
mod side;
mod words;

use std::rc::Rc;

use yew::prelude::*;

pub use words::SandboxIdeWords;

use self::choices::use_choices;
use self::desk::{Act, Desk, Shown, View};
use self::focus::{enter, is_unseen};
use self::palette::{Palette, Sought};
use self::regions::{EditorRegion, PreviewRegion, TerminalRegion};
use self::shortcuts::{on_key, use_keys_of_page};
use self::side::{SideRegion, Tabs};
use crate::code_editor::{EditorKeys, next_id};
use crate::command_palette::PaletteCommand;
use crate::connection_status::ConnectionStatus;
use crate::documents::{DocumentsProvider, use_documents};
use crate::metrics_bar::MetricsBar;
use crate::parts::{IconButton, IconName, use_room};
use crate::presence::Presence;
use crate::preview::{PreviewKeeper, SANDBOX};
use crate::resizable_panels::{Axis, ResizablePanel, ResizablePanels};
use crate::search_panel::Place;
use crate::style::{StyleSheet, use_style_sheet};
use crate::toasts::{SandboxNotices, Toasts};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "ide",
    structure: include_str!("structure.css"),
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
/// narrower than 760 pixels: the one with the focus, at first the editor. It fills its parent. What was typed, arranged and shown
/// stays when the room becomes less or more.
///
/// Enter on the line behind the side closes it; whatever is asked for in it opens it again.
///
/// A deleted file's tab closes; one with unsaved edits stays and is marked. The steps of the set-up stand above the tasks. The palette
/// also changes whose keys the editor has, whether it wraps, whether the tree shows hidden files and the screen reader mode of
/// terminals, for as long as the component is there.
///
/// F6 and Shift with F6 go from part to part, Control with P goes to a file, and to a line of it (`app.js:12`), Control with Shift and P
/// to a command, Control with Shift and F searches in all files, Control with S saves, wherever the focus is but in a terminal. It needs
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
    let root = use_node_ref();
    let choices = use_choices(props);
    let hidden = if *choices.shows_hidden {
        Rc::default()
    } else {
        Rc::clone(&props.hidden)
    };
    let shown = use_reducer_eq(Shown::default);
    let desk = Desk {
        shown: shown.dispatcher(),
        documents: use_documents(),
        root: root.clone(),
    };
    // It is taken for wide until it was measured.
    let is_narrow = use_room(&root, |width, _| (width > 0.0).then_some(width < NARROW));
    // What was not to be seen yet is not begun: a preview loads a page, a terminal starts a shell.
    let begun = use_mut_ref(Vec::<View>::new);
    let is_begun = |view: View| {
        let is_seen = is_narrow.is_some_and(|is_narrow| !is_narrow || shown.single == view);
        let mut begun = begun.borrow_mut();
        if is_seen && !begun.contains(&view) {
            begun.push(view);
        }
        begun.contains(&view)
    };
    let is_narrow = is_narrow == Some(true);
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
    {
        let root = root.clone();
        use_effect_with(shown.wish, move |(_, view)| {
            if let Some(view) = view {
                enter(&root, view.region());
            }
        });
    }
    {
        // A part that goes out of sight gives the focus to the one that comes.
        let desk = desk.clone();
        use_effect_with((is_narrow, shown.single), move |&(_, view)| {
            if is_unseen(&desk.root) {
                desk.act(Act::Go(view));
            }
        });
    }
    let onkeydown = {
        let desk = desk.clone();
        Callback::from(move |event: KeyboardEvent| on_key(&desk, &event))
    };
    use_keys_of_page(&desk);
    let choose = use_callback(desk.clone(), |view, desk| desk.act(Act::Show(view)));
    let tabs = |views: &[View], chosen: View, is_upright: bool| {
        html! {
            <Tabs views={views.to_vec()} {chosen} on_choose={choose.clone()} controls={panel.to_string()} {is_upright} />
        }
    };
    let open_palette = use_callback(desk.clone(), |_: MouseEvent, desk| {
        desk.act(Act::Seek(Some(Sought::Command)));
    });
    // Where there is little room one part has all of it, and the others stay as they are.
    let single = shown.single;
    let of_row = match single {
        View::Editor | View::Terminal => 1,
        View::Preview => 2,
        _ => 0,
    };
    let of_column = usize::from(single == View::Terminal);
    html! {
        <div
            ref={root}
            class={classes!("ys-fill", "ys-ide", props.class.clone())}
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
            <div class="ys-ide-main">
                if !is_narrow { { tabs(&View::SIDE, shown.side, true) } }
                <ResizablePanels only={is_narrow.then_some(of_row)}>
                    <ResizablePanel
                        label={words.views.clone()}
                        size={20.0}
                        min={10.0}
                        collapsible=true
                        wishes={shown.side_wishes}
                    >
                        <SideRegion
                            desk={desk.clone()}
                            id={panel.to_string()}
                            view={shown.side}
                            {hidden}
                            read_only={props.read_only}
                        />
                    </ResizablePanel>
                    <ResizablePanel label={words.editor.clone()} size={45.0} min={20.0}>
                        <ResizablePanels axis={Axis::Column} only={is_narrow.then_some(of_column)}>
                            <ResizablePanel label={words.editor.clone()} size={65.0} min={20.0}>
                                <EditorRegion
                                    desk={desk.clone()}
                                    goal={shown.goal.clone()}
                                    wish={shown.wish}
                                    on_place={props.on_place.clone()}
                                    read_only={props.read_only}
                                    wrap={*choices.wrap}
                                    keys={*choices.keys}
                                />
                            </ResizablePanel>
                            <ResizablePanel label={words.terminal.clone()} min={10.0}>
                                if is_begun(View::Terminal) {
                                    <TerminalRegion
                                        desk={desk.clone()}
                                        shell={shown.shell.clone()}
                                        scrollback={props.scrollback}
                                        screen_reader={*choices.screen_reader}
                                        read_only={props.read_only}
                                    />
                                }
                            </ResizablePanel>
                        </ResizablePanels>
                    </ResizablePanel>
                    <ResizablePanel label={words.preview.clone()} size={35.0} min={10.0}>
                        if is_begun(View::Preview) {
                            <PreviewRegion desk={desk.clone()} port={shown.port} sandbox={props.sandbox.clone()} />
                        }
                    </ResizablePanel>
                </ResizablePanels>
            </div>
            if is_narrow { { tabs(&View::ALL, single, false) } }
            <footer class="ys-ide-status" aria-label={words.status.clone()}>
                <ConnectionStatus />
                <span class="ys-ide-space"></span>
                <MetricsBar />
            </footer>
            <Palette
                {desk}
                sought={shown.palette}
                {choices}
                commands={Rc::clone(&props.commands)}
                read_only={props.read_only}
            />
        </div>
    }
}
