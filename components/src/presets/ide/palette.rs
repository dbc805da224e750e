//! Files and commands, a few letters away.

use std::cell::Cell;
use std::rc::Rc;

use gloo_events::{EventListener, EventListenerOptions};
use gloo_timers::future::TimeoutFuture;
use yew::prelude::*;
use yew_sandbox::{use_sandbox, use_tasks};

use super::choices::Choices;
use super::desk::{Act, Desk, View};
use crate::command_palette::{CommandPalette, PaletteCommand};
use crate::documents::use_documents;
use crate::paths::{name_of, parent};
use crate::ui::use_ui;

/// Most files that are offered.
const MOST_FILES: usize = 50;

/// What is looked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sought {
    File,
    Command,
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct PaletteProps {
    pub(super) desk: Desk,
    pub(super) sought: Option<Sought>,
    pub(super) choices: Choices,
    /// The page's own commands.
    pub(super) commands: Rc<Vec<PaletteCommand>>,
    pub(super) read_only: bool,
}

#[component]
pub(super) fn Palette(props: &PaletteProps) -> Html {
    let on_close = use_callback(props.desk.clone(), |(), desk| desk.act(Act::Seek(None)));
    match props.sought {
        None => html! {},
        Some(Sought::File) => html! { <Files desk={props.desk.clone()} {on_close} /> },
        Some(Sought::Command) => html! { <Commands palette={props.clone()} {on_close} /> },
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FilesProps {
    desk: Desk,
    on_close: Callback<()>,
}

#[component]
fn Files(props: &FilesProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.ide;
    let sandbox = use_sandbox();
    // The path that was looked for, and what was found.
    let found = use_state(|| (AttrValue::default(), Rc::new(Vec::<String>::new())));
    let typed = use_state_eq(AttrValue::default);
    // Only the newest answer counts.
    let newest = use_mut_ref(|| 0_u32);
    let look = {
        let (set, fs, typed) = (found.setter(), sandbox.fs(), typed.setter());
        use_callback((), move |text: AttrValue, ()| {
            typed.set(text.clone());
            let text = AttrValue::from(place_in(&text).0.to_owned());
            let number = newest.borrow().wrapping_add(1);
            *newest.borrow_mut() = number;
            let (set, newest) = (set.clone(), Rc::clone(&newest));
            let finding = fs.find_paths(&text);
            wasm_bindgen_futures::spawn_local(async move {
                let paths = finding.await.unwrap_or_default();
                if *newest.borrow() == number {
                    let paths = paths.into_iter().take(MOST_FILES).map(|found| found.path);
                    set.set((text, Rc::new(paths.collect())));
                }
            });
        })
    };
    {
        let look = look.clone();
        use_effect_with((), move |()| look.emit(AttrValue::default()));
    }
    let (sought, place) = place_in(&typed);
    // A line alone is one of the file that is shown.
    let shown = place.filter(|_| sought.is_empty());
    let shown = shown.and_then(|_| props.desk.documents.open_files().active);
    let paths = shown.as_ref().map_or(&**found.1, std::slice::from_ref);
    let commands = paths.iter().map(|path| {
        let (folder, name) = (parent(path), name_of(path));
        let run = {
            let (desk, path) = (props.desk.clone(), path.clone());
            Callback::from(move |()| {
                desk.open(&path, place);
                desk.act(Act::Go(View::Editor));
            })
        };
        PaletteCommand {
            detail: folder.to_owned().into(),
            ..PaletteCommand::new(name.to_owned(), run)
        }
    });
    html! {
        <CommandPalette
            commands={commands.collect::<Vec<_>>()}
            // Until the sandbox answers, what it found before is sorted here: a fast Enter opens what was typed.
            filters={found.0 != sought}
            on_type={look}
            on_close={props.on_close.clone()}
            title={words.go_to_file.clone()}
            placeholder={words.file_name.clone()}
        />
    }
}

#[derive(Clone, PartialEq, Properties)]
struct CommandsProps {
    palette: PaletteProps,
    on_close: Callback<()>,
}

#[component]
fn Commands(props: &CommandsProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.ide;
    let documents = use_documents();
    let sandbox = use_sandbox();
    let tasks = use_tasks();
    let desk = &props.palette.desk;
    let with_control = |key| AttrValue::from((ui.words.keys.control)(key));
    let command = |label: AttrValue, keys: AttrValue, run: Callback<()>| PaletteCommand {
        keys,
        ..PaletteCommand::new(label, run)
    };
    let mut commands = Vec::new();
    if documents.open_files().active.is_some() {
        let desk = desk.clone();
        let save = Callback::from(move |()| desk.save());
        commands.push(command(words.save.clone(), with_control("S"), save));
    }
    let save_all = {
        let documents = documents.clone();
        Callback::from(move |()| documents.save_all())
    };
    commands.push(command(
        words.save_all.clone(),
        AttrValue::default(),
        save_all,
    ));
    let to_file = {
        let desk = desk.clone();
        Callback::from(move |()| desk.act(Act::Seek(Some(Sought::File))))
    };
    commands.push(command(
        words.go_to_file.clone(),
        with_control("P"),
        to_file,
    ));
    for view in View::ALL {
        let show = {
            let desk = desk.clone();
            Callback::from(move |()| desk.act(Act::Go(view)))
        };
        let label = (words.show)(&view.name(words));
        commands.push(command(label.into(), AttrValue::default(), show));
    }
    let runnable = tasks.iter().filter(|_| !props.palette.read_only);
    for task in runnable.flat_map(|list| &list.tasks) {
        let run = {
            let (tasks, id, desk) = (sandbox.tasks(), task.id.clone(), desk.clone());
            Callback::from(move |()| {
                let (running, desk) = (tasks.run(&id), desk.clone());
                let waiting = Waiting::begin();
                wasm_bindgen_futures::spawn_local(async move {
                    // A task that cannot run says so in the list of tasks.
                    if let Ok(task) = running.await
                        && let Some(shell) = task.shell
                    {
                        desk.show_shell(shell.id);
                        // The terminal that goes out of sight would take the focus along.
                        TimeoutFuture::new(0).await;
                        if waiting.is_on() {
                            desk.act(Act::Go(View::Terminal));
                        }
                    }
                });
            })
        };
        let label = (words.run_task)(&task.name);
        commands.push(command(label.into(), AttrValue::default(), run));
    }
    commands.extend(props.palette.choices.commands(words));
    commands.extend(props.palette.commands.iter().cloned());
    html! { <CommandPalette {commands} on_close={props.on_close.clone()} /> }
}

/// Whoever waits for an answer: a key or a press anywhere ends it, and the focus is not taken from what they do.
struct Waiting {
    is_on: Rc<Cell<bool>>,
    _listeners: Option<[EventListener; 2]>,
}

impl Waiting {
    fn begin() -> Self {
        let is_on = Rc::new(Cell::new(true));
        let window = web_sys::window();
        let listeners = window.map(|window| {
            ["keydown", "pointerdown"].map(|kind| {
                let is_on = Rc::clone(&is_on);
                let options = EventListenerOptions::run_in_capture_phase();
                EventListener::new_with_options(&window, kind, options, move |_| is_on.set(false))
            })
        });
        Self {
            is_on,
            _listeners: listeners,
        }
    }

    fn is_on(&self) -> bool {
        self.is_on.get()
    }
}

/// The letters of a path, and the line and the column behind them, from 1: `app.js:12:3`.
fn place_in(typed: &str) -> (&str, Option<(u32, u32)>) {
    let mut parts = typed.split(':');
    let path = parts.next().unwrap_or_default();
    let mut number = || parts.next()?.trim().parse::<u32>().ok();
    let line = number().filter(|line| *line > 0);
    (path, line.map(|line| (line, number().unwrap_or(1).max(1))))
}

#[cfg(test)]
mod tests {
    use super::place_in;

    #[test]
    fn a_place_stands_behind_the_letters_of_a_path() {
        for (typed, expected) in [
            ("", ("", None)),
            ("app.js", ("app.js", None)),
            ("app.js:", ("app.js", None)),
            ("app.js:x", ("app.js", None)),
            ("app.js:0", ("app.js", None)),
            ("app.js:12", ("app.js", Some((12, 1)))),
            ("app.js:12:", ("app.js", Some((12, 1)))),
            ("app.js:12:3", ("app.js", Some((12, 3)))),
            (":7", ("", Some((7, 1)))),
            ("a:99999999999", ("a", None)),
        ] {
            assert_eq!(place_in(typed), expected, "{typed}");
        }
    }
}
