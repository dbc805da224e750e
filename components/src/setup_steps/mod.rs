//! The steps that prepare the sandbox.

mod words;

use yew::prelude::*;
use yew_sandbox::client::{SetupProgress, SetupState, SetupStep, StepOutcome};
use yew_sandbox::{use_sandbox, use_setup};

pub use words::SetupStepsWords;

use crate::parts::{Icon, IconButton, IconName, Note, NoteKind, use_action};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "setup-steps",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`SetupSteps`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SetupStepsProps {
    /// Called with the id of a step's shell, to show its output. Without it, there is no button for that.
    #[prop_or_default]
    pub on_open_shell: Option<Callback<String>>,

    /// Whether steps can only be looked at. Default: no.
    #[prop_or_default]
    pub read_only: bool,

    /// Draws a step in place of the row that is built in.
    #[prop_or_default]
    pub step: Option<Callback<SetupStep, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The steps in order and how far they are, live: skip one, go back to one, run all again. Nothing where there are no
/// steps. Stable class names: `ys-setup`, `ys-setup-step` with `data-state` (`waiting`, `running`, `done`, `failed`,
/// `skipped`).
#[component]
pub fn SetupSteps(props: &SetupStepsProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.setup_steps;
    let sandbox = use_sandbox();
    let action = use_action();
    let Some(progress) = use_setup().filter(|progress| !progress.steps.is_empty()) else {
        return Html::default();
    };
    let is_running = progress.state == SetupState::InProgress;
    let run_all = {
        let (setup, action) = (sandbox.setup(), action.clone());
        Callback::from(move |_: MouseEvent| {
            let running = setup.run();
            action.run(async move { running.await.map(drop) });
        })
    };
    let steps = progress.steps.iter().enumerate().map(|(index, step)| {
        let state = state(&progress, index, step);
        if let Some(draw) = &props.step {
            return html! {
                <li
                    key={index}
                    class="ys-setup-step"
                    data-state={state.name()}
                    aria-current={(state == State::Running).then_some("step")}
                >
                    { draw.emit(step.clone()) }
                </li>
            };
        }
        let number = u32::try_from(index).unwrap_or(u32::MAX);
        let skip = {
            let (setup, action) = (sandbox.setup(), action.clone());
            move |_: MouseEvent| {
                let skipping = setup.skip(number);
                action.run(async move { skipping.await.map(drop) });
            }
        };
        let again = {
            let (setup, action) = (sandbox.setup(), action.clone());
            move |_: MouseEvent| {
                let running = setup.run_from(number);
                action.run(async move { running.await.map(drop) });
            }
        };
        let shell = step.shell_id.clone().zip(props.on_open_shell.clone());
        let waits = matches!(state, State::Waiting | State::Running);
        html! {
            <li
                key={index}
                class="ys-setup-step"
                data-state={state.name()}
                aria-current={(state == State::Running).then_some("step")}
            >
                <Icon name={state.icon()} class="ys-setup-icon" />
                <span class="ys-setup-name"><bdi>{ step.name.clone() }</bdi></span>
                <span class="ys-setup-state">{ state.word(words) }</span>
                if let Some((shell, open)) = shell {
                    <IconButton
                        icon={IconName::Terminal}
                        label={(words.open)(&step.name)}
                        onclick={move |_| open.emit(shell.clone())}
                    />
                }
                if !props.read_only && waits && is_running {
                    <button type="button" class="ys-button" onclick={skip}>{ words.skip.clone() }</button>
                }
                if !props.read_only && state == State::Failed {
                    <button type="button" class="ys-button" onclick={again}>{ ui.words.parts.retry.clone() }</button>
                }
            </li>
        }
    });
    html! {
        <div class={classes!("ys-setup", props.class.clone())} style={props.style.clone()}>
            <ol class="ys-setup-list" aria-label={words.title.clone()}>{ for steps }</ol>
            if let Some(error) = &action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
            if !props.read_only && !is_running {
                <button type="button" class="ys-button" onclick={run_all}>{ words.run_again.clone() }</button>
            }
        </div>
    }
}

#[derive(Clone, Copy, PartialEq)]
enum State {
    Waiting,
    Running,
    Done,
    Failed,
    Skipped,
}

impl State {
    fn name(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Running => "running",
            Self::Done => "done",
            Self::Failed => "failed",
            Self::Skipped => "skipped",
        }
    }

    fn icon(self) -> IconName {
        match self {
            Self::Waiting => IconName::Dot,
            Self::Running => IconName::Play,
            Self::Done => IconName::Check,
            Self::Failed => IconName::Error,
            Self::Skipped => IconName::Minus,
        }
    }

    fn word(self, words: &SetupStepsWords) -> AttrValue {
        match self {
            Self::Waiting => words.waiting.clone(),
            Self::Running => words.running.clone(),
            Self::Done => words.done.clone(),
            Self::Failed => words.failed.clone(),
            Self::Skipped => words.skipped.clone(),
        }
    }
}

fn state(progress: &SetupProgress, index: usize, step: &SetupStep) -> State {
    match step.finish_status {
        Some(StepOutcome::Succeeded) => State::Done,
        Some(StepOutcome::Skipped) => State::Skipped,
        Some(_) => State::Failed,
        None => {
            let is_current = usize::try_from(progress.current_step_index) == Ok(index);
            if is_current && progress.state == SetupState::InProgress {
                State::Running
            } else {
                State::Waiting
            }
        }
    }
}
