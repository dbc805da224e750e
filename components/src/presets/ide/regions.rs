//! Editor, terminals and preview in their places. Each reads what it shows itself, so that it alone renders again for that.

use std::rc::Rc;

use wasm_bindgen::JsValue;
use yew::prelude::*;

use super::cursor::cursor;
use super::desk::{Act, Desk, Goal, View};
use super::focus::{enter, is_within};
use crate::code_editor::{CodeEditor, EditorKeys};
use crate::documents::use_active_file;
use crate::file_tabs::FileTabs;
use crate::parts::Note;
use crate::preview::Preview;
use crate::search_panel::Place;
use crate::terminal_tabs::TerminalTabs;
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct EditorProps {
    pub(super) desk: Desk,
    pub(super) goal: Goal,
    pub(super) wish: (u32, Option<View>),
    pub(super) on_place: Callback<Place>,
    pub(super) read_only: bool,
    pub(super) wrap: bool,
    pub(super) keys: EditorKeys,
}

#[component]
pub(super) fn EditorRegion(props: &EditorProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.ide;
    let active = use_active_file();
    // The file whose editor gets the focus: it comes after the file was read.
    let awaited = use_mut_ref(|| None::<AttrValue>);
    {
        let (awaited, active) = (Rc::clone(&awaited), active.clone());
        // The focus goes into the region after this.
        use_effect_with(props.wish, move |(_, view)| {
            awaited.replace(active.filter(|_| *view == Some(View::Editor)));
        });
    }
    let onfocusin = {
        let (awaited, at) = (Rc::clone(&awaited), at(&props.desk, View::Editor));
        Callback::from(move |event: FocusEvent| {
            if is_within(event.target(), ".ys-editor") {
                awaited.take();
            }
            at.emit(event);
        })
    };
    // Who has gone somewhere else meanwhile stays there.
    let onfocusout = {
        let awaited = Rc::clone(&awaited);
        Callback::from(move |event: FocusEvent| {
            let next = event.related_target();
            if next.is_some() && !is_within(next, "[data-region=editor]") {
                awaited.take();
            }
        })
    };
    let view = use_mut_ref(|| None::<JsValue>);
    let told = use_mut_ref(|| None::<Place>);
    let look = {
        let view = Rc::clone(&view);
        let dependencies = (props.desk.clone(), active.clone(), props.on_place.clone());
        use_callback(dependencies, move |(), (desk, active, on_place)| {
            let (Some(path), Some((line, column))) =
                (active, view.borrow().as_ref().and_then(cursor))
            else {
                return;
            };
            let place = Place {
                path: path.to_string(),
                line: line.into(),
                column: column.into(),
            };
            desk.act(Act::Moved(line, column));
            if told.borrow().as_ref() != Some(&place) {
                told.replace(Some(place.clone()));
                on_place.emit(place);
            }
        })
    };
    {
        // One editor may go on with another file; it has its text by now.
        let look = look.clone();
        use_effect_with(active.clone(), move |_| look.emit(()));
    }
    let on_view = {
        let dependencies = (props.desk.root.clone(), active.clone(), look.clone());
        use_callback(dependencies, move |given: JsValue, (root, active, look)| {
            view.replace(Some(given));
            if awaited.take().is_some_and(|path| Some(path) == *active) {
                enter(root, View::Editor.region());
            }
            look.emit(());
        })
    };
    let goal = &props.goal;
    let reveal = goal
        .place
        .filter(|_| active.as_deref() == Some(&*goal.path));
    html! {
        <section
            class="ys-ide-region ys-ide-editor"
            data-region="editor"
            tabindex="-1"
            aria-label={words.editor.clone()}
            {onfocusin}
            {onfocusout}
            onkeyup={look.reform(|_: KeyboardEvent| ())}
            onpointerup={look.reform(|_: PointerEvent| ())}
        >
            <FileTabs />
            if let Some(path) = active {
                <CodeEditor
                    {path}
                    {reveal}
                    read_only={props.read_only}
                    wrap={props.wrap}
                    keys={props.keys}
                    {on_view}
                />
            } else {
                <Note text={words.no_file.clone()} />
            }
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TerminalProps {
    pub(super) desk: Desk,
    pub(super) shell: Option<String>,
    pub(super) scrollback: u32,
    pub(super) screen_reader: bool,
    pub(super) read_only: bool,
}

#[component]
pub(super) fn TerminalRegion(props: &TerminalProps) -> Html {
    let ui = use_ui();
    let on_show = use_callback(props.desk.clone(), |shell, desk| {
        desk.act(Act::Shell(shell));
    });
    // F6 has reached the work place before.
    let on_leave = use_callback((), |_: bool, ()| ());
    html! {
        <section
            class="ys-ide-region"
            data-region="terminal"
            tabindex="-1"
            aria-label={ui.words.ide.terminal.clone()}
            onfocusin={at(&props.desk, View::Terminal)}
        >
            <TerminalTabs
                show={props.shell.clone().map(AttrValue::from)}
                {on_show}
                {on_leave}
                scrollback={props.scrollback}
                screen_reader={props.screen_reader}
                read_only={props.read_only}
            />
        </section>
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct PreviewProps {
    pub(super) desk: Desk,
    pub(super) port: Option<u16>,
    pub(super) sandbox: AttrValue,
}

#[component]
pub(super) fn PreviewRegion(props: &PreviewProps) -> Html {
    let on_port = use_callback(props.desk.clone(), |port, desk| desk.act(Act::Port(port)));
    html! {
        // The preview is a region with a name itself.
        <div
            class="ys-ide-region"
            data-region="preview"
            tabindex="-1"
            onfocusin={at(&props.desk, View::Preview)}
        >
            <Preview keep="preview" sandbox={props.sandbox.clone()} port={props.port} {on_port} />
        </div>
    }
}

/// Tells the desk where the focus is.
pub(super) fn at(desk: &Desk, view: View) -> Callback<FocusEvent> {
    let desk = desk.clone();
    Callback::from(move |_: FocusEvent| desk.act(Act::At(view)))
}
