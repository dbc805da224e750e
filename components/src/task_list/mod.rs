//! The sandbox's tasks, to start and to stop.

mod words;

use yew::prelude::*;
use yew_sandbox::client::{ShellStatus, Task, TaskList as Tasks};
use yew_sandbox::{use_sandbox, use_tasks};

pub use words::TaskListWords;

use crate::parts::{IconButton, IconName, Note, NoteKind, use_action};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "task-list",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`TaskList`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct TaskListProps {
    /// Called with the id of a task's shell, to show its output. Without it, there is no button for that.
    #[prop_or_default]
    pub on_open_shell: Option<Callback<String>>,

    /// Called with a port of a task, to show its preview. Without it, there is no button for that.
    #[prop_or_default]
    pub on_open_port: Option<Callback<u16>>,

    /// Whether tasks can only be looked at. Default: no.
    #[prop_or_default]
    pub read_only: bool,

    /// Draws what stands behind a task's buttons.
    #[prop_or_default]
    pub extra: Option<Callback<Task, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The tasks of `.codesandbox/tasks.json`, live: run, stop, restart, their output and their ports; and what is wrong with
/// the file. Stable class names: `ys-tasks`, `ys-task` with `data-state` (`idle`, `running`, `done`, `failed`).
#[component]
pub fn TaskList(props: &TaskListProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.task_list;
    let class = classes!("ys-tasks", props.class.clone());
    let style = props.style.clone();
    let Some(list) = use_tasks() else {
        return html! {
            <div {class} {style}>
                <Note kind={NoteKind::Busy} text={ui.words.parts.loading.clone()} />
            </div>
        };
    };
    let wrong = wrong(&list).map(|text| {
        html! { <Note kind={NoteKind::Warning} text={(words.broken)(&text)} /> }
    });
    html! {
        <div {class} {style}>
            { wrong }
            if list.tasks.is_empty() {
                <Note text={words.none.clone()} />
            }
            <ul class="ys-tasks-list" aria-label={words.title.clone()}>
                { for list.tasks.iter().map(|task| html! {
                    <Row key={task.id.clone()} task={task.clone()} list={props.clone()} />
                }) }
            </ul>
        </div>
    }
}

fn wrong(list: &Tasks) -> Option<String> {
    let first = list.validation_errors.first();
    list.file_error.clone().or_else(|| first.cloned())
}

#[derive(Clone, PartialEq, Properties)]
struct RowProps {
    task: Task,
    list: TaskListProps,
}

#[component]
fn Row(props: &RowProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.task_list;
    let sandbox = use_sandbox();
    let action = use_action();
    let task = &props.task;
    let state = state(task);
    let is_running = state == State::Running;

    let press = |what: fn(yew_sandbox::client::Tasks, String, crate::parts::Action)| {
        let (tasks, id, action) = (sandbox.tasks(), task.id.clone(), action.clone());
        Callback::from(move |_: MouseEvent| what(tasks.clone(), id.clone(), action.clone()))
    };
    let run = press(|tasks, id, action| {
        let running = tasks.run(&id);
        action.run(async move { running.await.map(drop) });
    });
    let stop = press(|tasks, id, action| action.run(tasks.stop(&id)));
    let restart = press(|tasks, id, action| {
        let running = tasks.restart(&id);
        action.run(async move { running.await.map(drop) });
    });
    let shell = task.shell.as_ref().zip(props.list.on_open_shell.clone());
    let told = match state {
        State::Idle => words.idle.clone(),
        State::Running => words.running.clone(),
        State::Done => words.done.clone(),
        State::Failed(code) => (words.failed)(code).into(),
    };
    html! {
        <li class="ys-task" data-state={state.name()} aria-busy={action.busy.then_some("true")}>
            <div class="ys-task-text">
                <span class="ys-task-name"><bdi>{ task.name.clone() }</bdi></span>
                <code class="ys-task-command" dir="ltr">{ task.command.clone() }</code>
                <span class="ys-task-state" role="status">{ told }</span>
            </div>
            <div class="ys-task-buttons">
                if let Some(open) = props.list.on_open_port.clone() {
                    { for task.ports.iter().map(|port| {
                        let (number, open) = (port.port, open.clone());
                        html! {
                            <button type="button" class="ys-button" onclick={move |_| open.emit(number)}>
                                { (words.open_port)(number) }
                            </button>
                        }
                    }) }
                }
                if let Some((shell, open)) = shell {
                    <IconButton
                        icon={IconName::Terminal}
                        label={(words.open)(&task.name)}
                        onclick={let id = shell.id.clone(); move |_| open.emit(id.clone())}
                    />
                }
                if !props.list.read_only {
                    if is_running {
                        <IconButton icon={IconName::Refresh} label={(words.restart)(&task.name)} onclick={restart} />
                        <IconButton icon={IconName::Stop} label={(words.stop)(&task.name)} onclick={stop} />
                    } else {
                        <IconButton icon={IconName::Play} label={(words.run)(&task.name)} onclick={run} />
                    }
                }
                { props.list.extra.as_ref().map(|extra| extra.emit(task.clone())).unwrap_or_default() }
            </div>
            if let Some(error) = &action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
        </li>
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Idle,
    Running,
    Done,
    Failed(i32),
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Idle => "idle",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed(_) => "failed",
        }
    }
}

fn state(task: &Task) -> State {
    let Some(shell) = &task.shell else {
        return State::Idle;
    };
    match shell.status {
        ShellStatus::Running | ShellStatus::Restarting => State::Running,
        ShellStatus::Finished => State::Done,
        ShellStatus::Killed => State::Idle,
        _ => State::Failed(shell.exit_code.unwrap_or(1)),
    }
}
