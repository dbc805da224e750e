//! How a file differs from the last commit.

use std::rc::Rc;

use futures_util::future::{FutureExt, abortable};
use similar::{ChangeTag, TextDiff};
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use yew::prelude::*;
use yew_sandbox::client::WatchOptions;
use yew_sandbox::{Error, ErrorKind, Sandbox, use_git_status, use_sandbox};

use crate::parts::{Note, NoteKind};
use crate::ui::use_ui;

/// Largest file that is compared, in bytes.
const MOST_BYTES: usize = 512 * 1024;
/// Most lines that are shown at first, and how many more at a time.
const MOST_LINES: usize = 2_000;
/// Lines around a change.
const AROUND: usize = 3;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct DiffProps {
    pub(super) path: String,
    /// Whether the last commit has the file.
    pub(super) has_old: bool,
    /// Whether the workspace has it.
    pub(super) has_new: bool,
}

#[derive(Clone, Debug, PartialEq)]
enum Shown {
    Loading,
    Lines(Rc<Vec<Line>>),
    TooLarge,
    Binary,
    Failed(Rc<Error>),
}

#[derive(Clone, Debug, PartialEq)]
struct Line {
    kind: LineKind,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum LineKind {
    Same,
    Added,
    Removed,
    /// Where lines are left out.
    Cut,
}

/// Compared again whenever the repository's state changes, or the file: a changed file that changes further leaves that state as it is.
#[component]
pub(super) fn Diff(props: &DiffProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.git_panel;
    let sandbox = use_sandbox();
    let status = use_git_status();
    let shown = use_state_eq(|| Shown::Loading);
    {
        let set = shown.setter();
        use_effect_with(
            (sandbox, props.clone(), status),
            move |(sandbox, props, _)| {
                let (sandbox, props) = (sandbox.clone(), props.clone());
                let (task, abort) = abortable(async move {
                    let watching = sandbox.fs().watch(&props.path, WatchOptions::default());
                    // A file that is gone cannot be followed, and does not change.
                    let mut events = watching.await.ok();
                    loop {
                        set.set(compare(&sandbox, &props).await);
                        let Some(events) = &mut events else { return };
                        if events.next().await.is_none() {
                            return;
                        }
                        // One comparison answers all events that have gathered.
                        while let Some(Some(_)) = events.next().now_or_never() {}
                    }
                });
                spawn_local(async move {
                    let _ = task.await;
                });
                move || abort.abort()
            },
        );
    }
    let text = use_node_ref();
    let most = use_state_eq(|| MOST_LINES);
    let show_more = {
        let (text, most) = (text.clone(), most.clone());
        move |_: MouseEvent| {
            // The button may go: who pressed it goes on reading.
            if let Some(text) = text.cast::<HtmlElement>() {
                drop(text.focus());
            }
            most.set(*most + MOST_LINES);
        }
    };
    match &*shown {
        Shown::Loading => {
            html! { <Note kind={NoteKind::Busy} text={ui.words.parts.loading.clone()} /> }
        }
        Shown::TooLarge => html! { <Note text={words.too_large.clone()} /> },
        Shown::Binary => html! { <Note text={words.binary.clone()} /> },
        Shown::Failed(error) => {
            html! { <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} /> }
        }
        Shown::Lines(lines) => html! {
            <>
            <pre ref={text.clone()} class="ys-git-diff" tabindex="0" dir="ltr" aria-label={(words.diff)(&props.path)}>
                { for lines.iter().take(*most).map(|line| {
                    let (name, mark) = match line.kind {
                        LineKind::Same => ("same", " "),
                        LineKind::Added => ("added", "+"),
                        LineKind::Removed => ("removed", "-"),
                        LineKind::Cut => ("cut", "…"),
                    };
                    html! { <span class="ys-git-line" data-kind={name}>{ mark }{ &line.text }{ "\n" }</span> }
                }) }
            </pre>
            if lines.len() > *most {
                <div class="ys-git-rest">
                    <span>{ (words.lines)(*most, lines.len()) }</span>
                    <button type="button" class="ys-button" onclick={show_more}>{ words.more_lines.clone() }</button>
                </div>
            }
            </>
        },
    }
}

async fn compare(sandbox: &Sandbox, props: &DiffProps) -> Shown {
    let old = async {
        if !props.has_old {
            return Ok(String::new());
        }
        match sandbox.git().content("HEAD", &props.path).await {
            // A repository without a commit, or a file that was renamed.
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(String::new()),
            other => other,
        }
    };
    let new = async {
        if !props.has_new {
            return Ok(String::new());
        }
        sandbox.fs().read_text(&props.path).await
    };
    let (old, new) = futures_util::future::join(old, new).await;
    match (old, new) {
        (Ok(old), Ok(new)) if old.len().max(new.len()) > MOST_BYTES => Shown::TooLarge,
        (Ok(old), Ok(new)) => Shown::Lines(Rc::new(lines(&old, &new))),
        (Err(error), _) | (_, Err(error)) => match error.kind() {
            ErrorKind::InvalidText => Shown::Binary,
            _ => Shown::Failed(Rc::new(error)),
        },
    }
}

fn lines(old: &str, new: &str) -> Vec<Line> {
    let diff = TextDiff::from_lines(old, new);
    let mut lines = Vec::new();
    for (index, group) in diff.grouped_ops(AROUND).iter().enumerate() {
        if index > 0 {
            lines.push(Line {
                kind: LineKind::Cut,
                text: String::new(),
            });
        }
        for change in group
            .iter()
            .flat_map(|operation| diff.iter_changes(operation))
        {
            lines.push(Line {
                kind: match change.tag() {
                    ChangeTag::Equal => LineKind::Same,
                    ChangeTag::Insert => LineKind::Added,
                    ChangeTag::Delete => LineKind::Removed,
                },
                text: change.value().trim_end_matches(['\n', '\r']).to_owned(),
            });
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_stand_with_what_is_around_them() {
        let old: String = (0..40).map(|number| format!("line {number}\n")).collect();
        let new = old.replace("line 5\n", "five\n").replace("line 30\n", "");
        let shown: Vec<String> = lines(&old, &new)
            .iter()
            .map(|line| match line.kind {
                LineKind::Same => "=".to_owned(),
                LineKind::Added => format!("+{}", line.text),
                LineKind::Removed => format!("-{}", line.text),
                LineKind::Cut => "…".to_owned(),
            })
            .collect();
        assert_eq!(shown.join(""), "===-line 5+five===…===-line 30===");
    }

    #[test]
    fn same_texts_have_no_lines() {
        assert!(lines("a\n", "a\n").is_empty());
        assert_eq!(lines("", "<b>\n").len(), 1);
    }
}
