//! A message, and the button that commits.

use yew::prelude::*;
use yew_sandbox::use_sandbox;

use crate::parts::{Note, NoteKind, Urgency, announce, use_action};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct CommitFormProps {
    /// Whether there is something to commit.
    pub(super) enabled: bool,
}

#[component]
pub(super) fn CommitForm(props: &CommitFormProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.git_panel;
    let sandbox = use_sandbox();
    let action = use_action();
    let message = use_state(String::new);
    let enabled = props.enabled && !action.busy && !message.trim().is_empty();

    let oninput = {
        let message = message.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(field) = event.target_dyn_into::<web_sys::HtmlTextAreaElement>() {
                message.set(field.value());
            }
        })
    };
    let commit = {
        let (git, action, message) = (sandbox.git(), action.clone(), message.clone());
        let told = words.committed.clone();
        Callback::from(move |()| {
            if !enabled {
                return;
            }
            let committed = (*message).clone();
            let committing = git.commit(committed.trim(), None, false);
            let (message, told) = (message.clone(), told.clone());
            action.run(async move {
                // The message stays where the commit fails, and what was typed meanwhile stays too.
                committing.await?;
                if *message == committed {
                    message.set(String::new());
                }
                announce(&told, Urgency::Polite);
                Ok(())
            });
        })
    };
    let onkeydown = {
        let commit = commit.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Enter" && (event.ctrl_key() || event.meta_key()) {
                event.prevent_default();
                commit.emit(());
            }
        })
    };
    let onsubmit = Callback::from(move |event: SubmitEvent| {
        event.prevent_default();
        commit.emit(());
    });
    html! {
        <form class="ys-git-form" {onsubmit}>
            if let Some(error) = &action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
            <textarea
                class="ys-field ys-git-message"
                rows="2"
                aria-label={words.message.clone()}
                placeholder={words.message.clone()}
                value={(*message).clone()}
                {oninput}
                {onkeydown}
            />
            <button type="submit" class="ys-button" data-kind={enabled.then_some("primary")}
                aria-disabled={(!enabled).then_some("true")}>{ words.commit.clone() }</button>
        </form>
    }
}
