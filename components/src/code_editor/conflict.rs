//! Both sides of a conflict, and what is to become of each change.

use std::rc::Rc;

use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use super::merge::{Choice, Piece, count, merged, pieces};
use crate::documents::{Conflict, Content, Resolution};
use crate::parts::{Note, NoteKind, Urgency, announce};
use crate::ui::use_ui;

/// Most changes that are chosen one by one; with more, only all at once.
const MOST_CHANGES: usize = 500;
/// Most characters of one side of a change that are shown.
const MOST_SHOWN: usize = 20_000;

#[derive(Clone, Debug, PartialEq, Properties)]
pub(super) struct ConflictViewProps {
    pub(super) path: AttrValue,
    pub(super) mine: Rc<str>,
    pub(super) conflict: Conflict,
    pub(super) on_resolve: Callback<Resolution>,
}

#[component]
pub(super) fn ConflictView(props: &ConflictViewProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.code_editor;
    let (told, write) = match &props.conflict.theirs {
        Content::Text(_) => (words.conflict, None),
        Content::Binary(_) => (words.conflict_binary, Some(&words.write_over)),
        Content::TooLarge(_) => (words.conflict_too_large, Some(&words.write_over)),
        Content::Missing | Content::Failed(_) => (words.conflict_deleted, Some(&words.write_again)),
    };
    let told = told(&props.path);
    let section = use_node_ref();
    {
        let section = section.clone();
        use_effect_with(told.clone(), move |told| {
            announce(told, Urgency::Assertive);
            if let Some(section) = section.cast() {
                take_focus(&section);
            }
        });
    }
    let resolve = |resolution: Resolution| {
        props
            .on_resolve
            .reform(move |_: MouseEvent| resolution.clone())
    };
    let body = match (&props.conflict.theirs, write) {
        (Content::Text(theirs), _) => html! {
            <Changes mine={Rc::clone(&props.mine)} theirs={Rc::clone(theirs)} on_resolve={props.on_resolve.clone()} />
        },
        (_, write) => html! {
            <div class="ys-editor-choices">
                <button type="button" class="ys-button" onclick={resolve(Resolution::Mine)}>
                    { write.cloned() }
                </button>
                <button type="button" class="ys-button" onclick={resolve(Resolution::Theirs)}>
                    { words.give_up.clone() }
                </button>
            </div>
        },
    };
    html! {
        <section ref={section} class="ys-editor-conflict" tabindex="-1" aria-label={told.clone()}>
            <Note kind={NoteKind::Warning} text={told.clone()} />
            { body }
        </section>
    }
}

/// Takes the focus where what had it has just left the page: the editor, or the choices of another kind of conflict. A button would have
/// been given it otherwise, and the next key of whoever is typing would press that.
fn take_focus(section: &HtmlElement) {
    let focused = section
        .owner_document()
        .and_then(|page| page.active_element());
    let is_lost =
        |focused: &Element| focused.local_name() == "body" || section.contains(Some(focused));
    if focused.as_ref().is_none_or(is_lost) {
        // It is on the page, and takes the focus.
        drop(section.focus());
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ChangesProps {
    mine: Rc<str>,
    theirs: Rc<str>,
    on_resolve: Callback<Resolution>,
}

#[component]
fn Changes(props: &ChangesProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.code_editor;
    let pieces = use_memo(
        (Rc::clone(&props.mine), Rc::clone(&props.theirs)),
        |(mine, theirs)| pieces(mine, theirs),
    );
    let changes = count(&pieces);
    // Not a state: two choices before anything is drawn are two, and another text has other changes at once.
    let update = use_force_update();
    let chosen = use_mut_ref(|| (Rc::clone(&pieces), Vec::<Choice>::new()));
    if !Rc::ptr_eq(&chosen.borrow().0, &pieces) {
        chosen.replace((Rc::clone(&pieces), Vec::new()));
    }
    let choices = chosen.borrow().1.clone();
    let all = |choice: Choice| {
        let (pieces, on_resolve) = (Rc::clone(&pieces), props.on_resolve.clone());
        Callback::from(move |_: MouseEvent| {
            on_resolve.emit(match choice {
                Choice::Mine => Resolution::Mine,
                Choice::Theirs => Resolution::Theirs,
                Choice::Both => Resolution::Text(merged(&pieces, &vec![choice; changes]).into()),
            });
        })
    };
    let save = {
        let (chosen, on_resolve) = (Rc::clone(&chosen), props.on_resolve.clone());
        Callback::from(move |_: MouseEvent| {
            let text = merged(&chosen.borrow().0, &chosen.borrow().1);
            on_resolve.emit(Resolution::Text(text.into()));
        })
    };
    let mut number = 0;
    let rows = pieces.iter().map(|piece| match piece {
        Piece::Same(same) => html! {
            <p class="ys-editor-same">{ (words.same)(same.lines().count()) }</p>
        },
        Piece::Change { mine, theirs } => {
            let place = number;
            number += 1;
            let choose = {
                let (chosen, update) = (Rc::clone(&chosen), update.clone());
                Callback::from(move |choice| {
                    let choices = &mut chosen.borrow_mut().1;
                    choices.resize(changes, Choice::default());
                    choices[place] = choice;
                    update.force_update();
                })
            };
            html! {
                <Change
                    mine={mine.clone()}
                    theirs={theirs.clone()}
                    {place}
                    count={changes}
                    choice={choices.get(place).copied().unwrap_or_default()}
                    {choose}
                />
            }
        }
    });
    html! {
        <>
            <div class="ys-editor-choices">
                <button type="button" class="ys-button" onclick={all(Choice::Mine)}>{ words.all_mine.clone() }</button>
                <button type="button" class="ys-button" onclick={all(Choice::Theirs)}>{ words.all_theirs.clone() }</button>
                <button type="button" class="ys-button" onclick={all(Choice::Both)}>{ words.all_both.clone() }</button>
                if changes <= MOST_CHANGES {
                    <button type="button" class="ys-button" data-kind="primary" onclick={save}>
                        { words.save_chosen.clone() }
                    </button>
                }
            </div>
            if changes <= MOST_CHANGES {
                <div class="ys-editor-changes">{ for rows }</div>
            }
        </>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ChangeProps {
    mine: String,
    theirs: String,
    place: usize,
    count: usize,
    choice: Choice,
    choose: Callback<Choice>,
}

/// One change: both sides, and the choice as radio buttons.
#[component]
fn Change(props: &ChangeProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.code_editor;
    let group = use_memo((), |()| super::options::next_id());
    let side = |name: &'static str, text: &str, is_kept: bool| {
        let shown: String = text.chars().take(MOST_SHOWN).collect();
        html! {
            <pre class="ys-editor-side" data-side={name} data-kept={is_kept.to_string()} dir="ltr">
                if shown.is_empty() { <em>{ words.nothing_here.clone() }</em> } else { { shown } }
            </pre>
        }
    };
    let choices = [
        (Choice::Mine, &words.mine),
        (Choice::Theirs, &words.theirs),
        (Choice::Both, &words.both),
    ];
    html! {
        <fieldset class="ys-editor-change">
            <legend>{ (words.change)(props.place + 1, props.count) }</legend>
            <div class="ys-editor-choices">
                { for choices.into_iter().map(|(choice, name)| html! {
                    <label>
                        <input
                            type="radio"
                            name={group.to_string()}
                            checked={props.choice == choice}
                            onchange={props.choose.reform(move |_: Event| choice)}
                        />
                        { name.clone() }
                    </label>
                }) }
            </div>
            <div class="ys-editor-sides">
                { side("mine", &props.mine, props.choice != Choice::Theirs) }
                { side("theirs", &props.theirs, props.choice != Choice::Mine) }
            </div>
        </fieldset>
    }
}
