//! The workspace's repository: what changed, and what to do with it.

mod changes;
mod commit_form;
mod diff;
mod words;

use yew::prelude::*;
use yew_sandbox::client::GitStatus;
use yew_sandbox::{use_connection, use_git_status, use_sandbox};

pub use words::GitPanelWords;

use self::changes::Changes;
use self::commit_form::CommitForm;
use crate::parts::{Icon, IconButton, IconName, Note, NoteKind, use_action};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "git-panel",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`GitPanel`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct GitPanelProps {
    /// Called with the path of a changed file, to open it. Without it, there is no button for that.
    #[prop_or_default]
    pub on_open: Option<Callback<String>>,

    /// Whether the repository can only be looked at. Default: no.
    #[prop_or_default]
    pub read_only: bool,

    /// What stands behind the path of a changed file. Default: nothing.
    #[prop_or_default]
    pub row_end: Option<Callback<String, Html>>,

    /// Draws what stands where nothing differs. Default: a sentence.
    #[prop_or_default]
    pub empty: Option<Callback<(), Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The branch, the changed files with their differences (2,000 lines at first, more on request), discard, commit, push and pull; live. Stable class names:
/// `ys-git`, `ys-git-file` with `data-status`, `ys-git-diff`.
#[component]
pub fn GitPanel(props: &GitPanelProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.git_panel;
    let is_connected = use_connection().state.is_connected();
    let Some(status) = use_git_status() else {
        return html! {
            <section
                class={classes!("ys-panel", "ys-git", props.class.clone())}
                style={props.style.clone()}
                aria-label={words.title.clone()}
            >
                if is_connected {
                    <Note text={words.none.clone()} />
                } else {
                    <Note kind={NoteKind::Busy} text={ui.words.parts.loading.clone()} />
                }
            </section>
        };
    };
    html! {
        <section
            class={classes!("ys-panel", "ys-git", props.class.clone())}
            style={props.style.clone()}
            aria-label={words.title.clone()}
        >
            <Branch status={status.clone()} read_only={props.read_only} />
            <div class="ys-panel-body">
                if status.conflicts {
                    <Note kind={NoteKind::Warning} text={words.conflicts.clone()} />
                }
                <Changes status={status.clone()} panel={props.clone()} />
            </div>
            if !props.read_only {
                <CommitForm enabled={changed(&status) > 0} />
            }
        </section>
    }
}

fn changed(status: &GitStatus) -> usize {
    status.changed_files.0.len() + status.deleted_files.len()
}

#[derive(Clone, PartialEq, Properties)]
struct BranchProps {
    status: GitStatus,
    read_only: bool,
}

/// The branch, and how far it is from its remote.
#[component]
fn Branch(props: &BranchProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.git_panel;
    let sandbox = use_sandbox();
    let action = use_action();
    let remote = &props.status.remote;
    let push = {
        let (git, action) = (sandbox.git(), action.clone());
        move |_: MouseEvent| action.run(git.push())
    };
    let pull = {
        let (git, action) = (sandbox.git(), action.clone());
        move |_: MouseEvent| action.run(git.pull(None, false))
    };
    let branch = props.status.branch.clone();
    html! {
        <>
            <div class="ys-panel-header">
                <Icon name={IconName::Branch} />
                <h2 class="ys-panel-title"><bdi>{ branch.unwrap_or_else(|| words.no_branch.to_string()) }</bdi></h2>
                if remote.branch.is_some() {
                    <span class="ys-git-distance">{ (words.distance)(remote.ahead, remote.behind) }</span>
                    if !props.read_only {
                        <IconButton
                            icon={IconName::Download}
                            label={words.pull.clone()}
                            disabled={action.busy}
                            onclick={pull}
                        />
                        <IconButton
                            icon={IconName::Upload}
                            label={words.push.clone()}
                            disabled={action.busy}
                            onclick={push}
                        />
                    }
                }
            </div>
            if let Some(error) = &action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
        </>
    }
}
