//! The files that differ from the last commit.

use yew::prelude::*;
use yew_sandbox::client::{FileStatus, GitItem, GitStatus};
use yew_sandbox::use_sandbox;

use super::GitPanelProps;
use super::diff::Diff;
use super::words::GitPanelWords;
use crate::parts::{Dialog, IconButton, IconName, Note, NoteKind, use_action};
use crate::ui::use_ui;

/// Most files that are listed.
const MOST_LISTED: usize = 500;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct ChangesProps {
    pub(super) status: GitStatus,
    pub(super) panel: GitPanelProps,
}

#[component]
pub(super) fn Changes(props: &ChangesProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.git_panel;
    let files = files(&props.status);
    if files.is_empty() {
        return match &props.panel.empty {
            Some(empty) => empty.emit(()),
            None => html! { <Note text={words.clean.clone()} /> },
        };
    }
    let more = files.len().saturating_sub(MOST_LISTED);
    html! {
        <>
            <ul class="ys-git-files" aria-label={words.changes.clone()}>
                { for files.into_iter().take(MOST_LISTED).map(|file| html! {
                    <File key={file.path.clone()} file={file.clone()} panel={props.panel.clone()} />
                }) }
            </ul>
            if more > 0 {
                <p class="ys-git-more">{ (words.more)(more) }</p>
            }
        </>
    }
}

/// A file and how it differs.
#[derive(Clone, PartialEq)]
struct Changed {
    path: String,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Added,
    Changed,
    Deleted,
    Renamed,
    Conflicted,
}

impl Kind {
    fn of(item: &GitItem, is_deleted: bool) -> Self {
        let has = |status: FileStatus| item.index == status || item.working_tree == status;
        if item.is_conflicted {
            Self::Conflicted
        } else if is_deleted || has(FileStatus::Deleted) {
            Self::Deleted
        } else if has(FileStatus::Added) || has(FileStatus::Untracked) {
            Self::Added
        } else if has(FileStatus::Renamed) {
            Self::Renamed
        } else {
            Self::Changed
        }
    }

    /// A letter, as git writes it.
    fn letter(self) -> &'static str {
        match self {
            Self::Added => "A",
            Self::Changed => "M",
            Self::Deleted => "D",
            Self::Renamed => "R",
            Self::Conflicted => "!",
        }
    }

    fn word(self, words: &GitPanelWords) -> AttrValue {
        match self {
            Self::Added => words.added.clone(),
            Self::Changed => words.changed.clone(),
            Self::Deleted => words.deleted.clone(),
            Self::Renamed => words.renamed.clone(),
            Self::Conflicted => words.conflicted.clone(),
        }
    }
}

/// Sorted by path; a file is listed once.
fn files(status: &GitStatus) -> Vec<Changed> {
    let changed = status.changed_files.0.iter().map(|(_, item)| (item, false));
    let deleted = status.deleted_files.iter().map(|item| (item, true));
    let mut files: Vec<Changed> = changed
        .chain(deleted)
        .map(|(item, is_deleted)| Changed {
            path: item.path.clone(),
            kind: Kind::of(item, is_deleted),
        })
        .collect();
    files.sort_by(|one, other| one.path.cmp(&other.path));
    files.dedup_by(|one, other| one.path == other.path);
    files
}

#[derive(Clone, PartialEq, Properties)]
struct FileProps {
    file: Changed,
    panel: GitPanelProps,
}

#[component]
fn File(props: &FileProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.git_panel;
    let sandbox = use_sandbox();
    let action = use_action();
    let is_open = use_state(|| false);
    let asks = use_state(|| false);
    let Changed { path, kind } = &props.file;

    let toggle = {
        let is_open = is_open.clone();
        move |_: MouseEvent| is_open.set(!*is_open)
    };
    let ask = {
        let asks = asks.clone();
        move |_: MouseEvent| asks.set(true)
    };
    let close = {
        let asks = asks.clone();
        Callback::from(move |()| asks.set(false))
    };
    let discard = {
        let (git, action, path, close) =
            (sandbox.git(), action.clone(), path.clone(), close.clone());
        move |_: MouseEvent| {
            close.emit(());
            let discarding = git.discard(Some(vec![path.clone()]));
            action.run(async move { discarding.await.map(drop) });
        }
    };
    let panel = &props.panel;
    let open = panel.on_open.clone().filter(|_| *kind != Kind::Deleted);
    let is_busy = action.busy;
    html! {
        <li class="ys-git-file" data-status={kind.letter()} aria-busy={is_busy.then_some("true")}>
            <div class="ys-git-row">
                <button type="button" class="ys-git-path" aria-expanded={if *is_open { "true" } else { "false" }} onclick={toggle}>
                    <span class="ys-git-letter" aria-hidden="true">{ kind.letter() }</span>
                    <bdi>{ path.clone() }</bdi>
                    <span class="ys-unseen">{ kind.word(words) }</span>
                </button>
                if let Some(row_end) = &panel.row_end { { row_end.emit(path.clone()) } }
                if let Some(open) = open {
                    <IconButton
                        icon={IconName::File}
                        label={(words.open)(path)}
                        onclick={let path = path.clone(); move |_| open.emit(path.clone())}
                    />
                }
                if !panel.read_only {
                    <IconButton icon={IconName::Undo} label={(words.discard)(path)} disabled={is_busy} onclick={ask} />
                }
            </div>
            if let Some(error) = &action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
            if *is_open {
                <Diff path={path.clone()} has_old={*kind != Kind::Added} has_new={*kind != Kind::Deleted} />
            }
            if *asks {
                <Dialog label={(words.discard)(path)} on_close={close.clone()}>
                    <p>{ (words.discard_asks)(path) }</p>
                    <div class="ys-dialog-buttons">
                        <button type="button" class="ys-button" autofocus=true onclick={move |_| close.emit(())}>
                            { ui.words.parts.cancel.clone() }
                        </button>
                        <button type="button" class="ys-button" data-kind="danger" onclick={discard}>
                            { words.discard_does.clone() }
                        </button>
                    </div>
                </Dialog>
            }
        </li>
    }
}
