//! The files of the workspace as a tree.

mod drag;
mod field;
mod history;
mod icons;
mod keys;
mod listing;
mod marks;
mod menu;
mod row;
mod rows;
mod store;
mod tree;
mod words;

use std::collections::BTreeSet;
use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox::{use_git_status, use_sandbox};

pub use words::FileTreeWords;

use self::drag::{Drag, place_of};
use self::field::NameField;
use self::marks::marks;
use self::menu::{Asked, RowMenu, Toolbar};
use self::row::TreeRow;
use self::store::use_store;
use self::tree::{Choosing, Naming, Paths, Tree};
use crate::parts::{Icon, IconName, Note, NoteKind, use_action, use_steady, use_virtual_rows};
use crate::paths::{name_of, parent};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "file-tree",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// The properties of [`FileTree`]. Paths are relative to the workspace.
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct FileTreeProps {
    /// Called with a file that is to be opened: pressed, or Enter on it.
    #[prop_or_default]
    pub on_open: Callback<String>,

    /// The chosen paths. Default: the tree keeps them itself.
    #[prop_or_default]
    pub selected: Option<Rc<BTreeSet<String>>>,

    /// Called with the paths that are to be the chosen ones.
    #[prop_or_default]
    pub on_select: Callback<Rc<BTreeSet<String>>>,

    /// The open folders. Default: the tree keeps them itself.
    #[prop_or_default]
    pub expanded: Option<Rc<BTreeSet<String>>>,

    /// Called with the folders that are to be the open ones.
    #[prop_or_default]
    pub on_expand: Callback<Rc<BTreeSet<String>>>,

    /// A path whose row is chosen and scrolled into sight, its folders opened, each time that it changes: the file in the
    /// editor, for instance. Default: none.
    #[prop_or_default]
    pub reveal: Option<AttrValue>,

    /// Names that are left out, wherever they are; `*` stands for any letters. Default: `.git`.
    #[prop_or_else(|| Rc::new(vec![".git".to_owned()]))]
    pub hidden: Rc<Vec<String>>,

    /// Whether files can only be looked at. Default: no.
    #[prop_or_default]
    pub read_only: bool,

    /// Called with what was moved or renamed: from, to. [`Documents::rename`](crate::Documents::rename) has open files follow.
    #[prop_or_default]
    pub on_moved: Callback<Vec<(String, String)>>,

    /// Called with what was deleted, or is gone because it was taken back that it was made.
    /// [`Documents::delete`](crate::Documents::delete) closes open files.
    #[prop_or_default]
    pub on_deleted: Callback<Vec<String>>,

    /// What stands behind the name of a path. Default: nothing.
    #[prop_or_default]
    pub row_end: Option<Callback<String, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The files, live: a folder is read when it is opened and followed as long as it is open (200 at most; others are read again by
/// Refresh, at the top and in the menu). Only rows in sight are drawn, so that 100,000 entries cost what 50 do.
///
/// A treeview by the pattern of the ARIA Authoring Practices with choice of several rows; F2 renames, Delete deletes,
/// Control with X and V moves, Control with Z takes back, Shift with F10 opens the menu. What was deleted can be brought back
/// where it was small and could be read within a second, and never over what has its name by then. Marks show how files differ
/// from the last commit. Rows can be dragged into folders. Stable class names: `ys-tree`, `ys-tree-row` with `data-kind`,
/// `data-mark`, `data-active`.
#[component]
pub fn FileTree(props: &FileTreeProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.file_tree;
    let sandbox = use_sandbox();
    let store = use_store(&props.hidden);
    let own_expanded = use_state(Paths::default);
    let own_selected = use_state(Paths::default);
    let expanded = props
        .expanded
        .clone()
        .unwrap_or_else(|| (*own_expanded).clone());
    let selected = props
        .selected
        .clone()
        .unwrap_or_else(|| (*own_selected).clone());
    {
        let store = store.clone();
        use_effect_with((store.clone(), expanded.clone()), move |(_, expanded)| {
            store.follow(expanded);
        });
    }
    let rows = store.rows(&expanded);
    let active = use_state(|| None::<String>);
    let found = use_memo(((*active).clone(), Rc::as_ptr(&rows)), |(active, _)| {
        active.as_ref().and_then(|active| rows.find(active))
    });
    // Where a row is gone, the focus stays at its place.
    let last_place = use_mut_ref(|| None::<usize>);
    let place = found
        .or_else(|| active.as_ref().and(*last_place.borrow()))
        .map(|place| place.min(rows.len().saturating_sub(1)))
        .filter(|_| rows.len() > 0);
    *last_place.borrow_mut() = place;

    let newest = use_mut_ref(<(Paths, Paths)>::default);
    newest.replace((expanded.clone(), selected.clone()));
    let scroller = use_node_ref();
    let naming = use_state(|| None::<Naming>);
    let tree = Tree {
        props: props.clone(),
        words: Rc::clone(&ui.words),
        fs: sandbox.fs(),
        store: store.clone(),
        rows: Rc::clone(&rows),
        expanded,
        selected,
        newest,
        place,
        element: scroller.clone(),
        action: use_action(),
        set_expanded: own_expanded.setter(),
        set_selected: own_selected.setter(),
        set_active: active.setter(),
        naming: naming.clone(),
        cut: use_state(Paths::default),
        asked: use_state(|| None),
        menu: use_state(|| None),
        anchor: use_mut_ref(|| None),
        opened: use_mut_ref(|| None),
        history: use_mut_ref(Default::default),
    };
    let draft = draft_place(&tree);
    let count = rows.len() + usize::from(draft.is_some());
    let shown = use_virtual_rows(&scroller, count);
    use_reveal(&tree, props.reveal.as_ref());
    {
        let shown = shown.clone();
        use_effect_with((place, draft), move |(place, draft)| {
            if let Some(place) = draft.or(*place) {
                shown.reveal(place);
            }
        });
    }
    let status = use_git_status();
    let marks = use_memo(status, |status| {
        status.as_ref().map(marks).unwrap_or_default()
    });
    let drag = Drag {
        tree: tree.clone(),
        dragged: use_state(|| None),
        target: use_state_eq(|| None),
    };
    let typed = use_mut_ref(|| (String::new(), 0.0));
    let id = use_memo((), |()| crate::code_editor::next_id());

    let act = {
        let tree = tree.clone();
        use_steady(move |act: fn(&Tree)| act(&tree))
    };
    let onkeydown = {
        let (tree, page) = (tree.clone(), shown.page);
        Callback::from(move |event: KeyboardEvent| {
            if keys::on_key(&tree, &event, page, &typed) {
                event.prevent_default();
            }
        })
    };
    let onclick = {
        let tree = tree.clone();
        Callback::from(move |event: MouseEvent| {
            let Some(place) = place_of(&event) else {
                return;
            };
            let choosing = match (event.shift_key(), event.ctrl_key() || event.meta_key()) {
                (true, _) => Choosing::Range,
                (false, true) => Choosing::Toggle,
                (false, false) => Choosing::Only,
            };
            tree.go(place, choosing);
            if choosing == Choosing::Only {
                tree.activate(place);
            }
        })
    };
    let oncontextmenu = {
        let tree = tree.clone();
        Callback::from(move |event: MouseEvent| {
            event.prevent_default();
            let place = place_of(&event);
            if let Some(place) = place {
                let is_chosen = tree
                    .rows
                    .get(place)
                    .is_some_and(|row| tree.selected.contains(&row.path()));
                tree.go(
                    place,
                    if is_chosen {
                        Choosing::Keep
                    } else {
                        Choosing::Only
                    },
                );
            }
            // The keyboard's own menu key comes without a place of the mouse.
            let at = (event.client_x(), event.client_y());
            tree.menu.set(Some(if at == (0, 0) {
                keys::corner(&tree)
            } else {
                at
            }));
        })
    };

    let row = |place: usize| {
        let row = rows.get(place)?.clone();
        let path = row.path();
        let field = match &*naming {
            Some(Naming::Renamed(renamed)) if *renamed == path => Some(html! {
                <NameField
                    name={name_of(&path).to_owned()}
                    beside={store.listing(parent(&path))}
                    on_done={let tree = tree.clone(); Callback::from(move |(name, takes_focus)| tree.name(name, takes_focus))}
                />
            }),
            _ => None,
        };
        let error = row.is_open.then(|| store.error(&path)).flatten();
        // Rows that come into sight take the elements of those that left it. One with a field is its own, wherever it moves.
        let key = match &field {
            Some(_) => "/field".to_owned(),
            None => (place % shown.slots).to_string(),
        };
        Some(html! {
            <TreeRow
                {key}
                id={format!("{id}-{place}")}
                {place}
                is_active={tree.place == Some(place)}
                is_selected={tree.selected.contains(&path)}
                is_cut={tree.cut.contains(&path)}
                is_target={drag.target.as_ref() == Some(&path)}
                is_loading={row.is_open && error.is_none() && store.listing(&path).is_none()}
                error={error.map(|error| AttrValue::from((ui.words.errors.say)(&error)))}
                mark={marks.get(&path).copied()}
                can_move={!props.read_only}
                slot={props.row_end.clone()}
                {field}
                {row}
            />
        })
    };
    let drawn = shown.range.clone().filter_map(|at| match draft {
        Some(draft) if at == draft => Some(new_row(&tree)),
        Some(draft) if at > draft => row(at - 1),
        _ => row(at),
    });
    let root_error = store.error("");
    let is_known = store.listing("").is_some();
    let retry = {
        let store = store.clone();
        move |_: MouseEvent| store.refresh("")
    };
    html! {
        <section
            class={classes!("ys-panel", "ys-tree", props.class.clone())}
            style={props.style.clone()}
            aria-label={words.title.clone()}
            aria-busy={tree.action.busy.to_string()}
        >
            <Toolbar {act} read_only={props.read_only} />
            if let Some(error) = &tree.action.error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(error)} />
            }
            if let Some(error) = root_error {
                <Note kind={NoteKind::Error} text={(ui.words.errors.say)(&error)}>
                    <button type="button" class="ys-button" onclick={retry}>{ ui.words.parts.retry.clone() }</button>
                </Note>
            } else if !is_known {
                <Note kind={NoteKind::Busy} text={words.loading.clone()} />
            } else if count == 0 {
                <Note text={words.empty.clone()} />
            }
            <div
                ref={scroller}
                class="ys-panel-body ys-tree-rows"
                role="tree"
                tabindex="0"
                hidden={!is_known || count == 0}
                aria-label={words.title.clone()}
                aria-multiselectable="true"
                aria-activedescendant={tree.place.map(|place| format!("{id}-{place}"))}
                {onkeydown}
                {onclick}
                {oncontextmenu}
                ondragstart={drag.start()}
                ondragover={drag.over()}
                ondragleave={drag.leave()}
                ondrop={drag.dropped()}
                ondragend={drag.end()}
            >
                <div role="none" style={format!("block-size:{}px", shown.height)}>
                    <div role="none" style={format!("transform:translateY({}px)", shown.before)}>
                        { for drawn }
                    </div>
                </div>
            </div>
            if tree.menu.is_some() { <RowMenu tree={tree.clone()} /> }
            if tree.asked.is_some() { <Asked {tree} /> }
        </section>
    }
}

/// The place of the row for something new: the first in its folder.
fn draft_place(tree: &Tree) -> Option<usize> {
    match &*tree.naming {
        Some(Naming::New { folder, .. }) if folder.is_empty() => Some(0),
        Some(Naming::New { folder, .. }) => tree.rows.find(folder).map(|place| place + 1),
        _ => None,
    }
}

/// The row for something new.
fn new_row(tree: &Tree) -> Html {
    let Some(Naming::New { folder, is_folder }) = &*tree.naming else {
        return Html::default();
    };
    let level = if folder.is_empty() {
        1
    } else {
        folder.split('/').count() + 1
    };
    html! {
        <div key="/new" class="ys-tree-row" role="treeitem" aria-selected="false" aria-level={level.to_string()} style={format!("--ys-tree-level:{level}")}>
            <span class="ys-tree-arrow"></span>
            <span class="ys-tree-icon"><Icon name={if *is_folder { IconName::Folder } else { IconName::File }} /></span>
            <NameField
                name=""
                beside={tree.store.listing(folder)}
                on_done={let tree = tree.clone(); Callback::from(move |(name, takes_focus)| tree.name(name, takes_focus))}
            />
        </div>
    }
}

/// Opens the folders of a path when it changes, and chooses it: not where it was opened here, as the user may be further.
#[hook]
fn use_reveal(tree: &Tree, path: Option<&AttrValue>) {
    let tree = tree.clone();
    use_effect_with(path.cloned(), move |path| {
        let Some(path) = path else { return };
        if tree.opened.take().as_deref() == Some(path.as_str()) {
            return;
        }
        let mut expanded = (*tree.expanded).clone();
        let mut above = path.as_str();
        while !parent(above).is_empty() {
            above = parent(above);
            expanded.insert(above.to_owned());
        }
        if expanded.len() > tree.expanded.len() {
            tree.expand(expanded);
        }
        tree.set_active.set(Some(path.to_string()));
        tree.select(BTreeSet::from([path.to_string()]));
    });
}
