//! The tree's buttons, the menu of a row, and the question before something is deleted.

use std::collections::BTreeSet;

use yew::prelude::*;
use yew_sandbox::use_connection;

use super::listing::visible;
use super::tree::{Choosing, Tree};
use crate::parts::{Dialog, IconButton, IconName, Menu, MenuItem};
use crate::paths::name_of;
use crate::ui::use_ui;

#[derive(Clone, Properties)]
pub(super) struct TreeProps {
    pub(super) tree: Tree,
}

impl PartialEq for TreeProps {
    /// Each render has a tree of its own.
    fn eq(&self, _: &Self) -> bool {
        false
    }
}

#[derive(Clone, PartialEq, Properties)]
pub(super) struct ToolbarProps {
    pub(super) read_only: bool,
    /// Does something with the tree as it is then.
    pub(super) act: Callback<fn(&Tree)>,
}

#[component]
pub(super) fn Toolbar(props: &ToolbarProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.file_tree;
    let is_connected = use_connection().state.is_connected();
    let on = |act: fn(&Tree)| props.act.reform(move |_: MouseEvent| act);
    html! {
        <div class="ys-panel-header">
            <h2 class="ys-panel-title">{ words.title.clone() }</h2>
            if !props.read_only {
                <IconButton icon={IconName::FilePlus} label={words.new_file.clone()} onclick={on(|tree| tree.begin_new(false))} />
                <IconButton icon={IconName::FolderPlus} label={words.new_folder.clone()} onclick={on(|tree| tree.begin_new(true))} />
            }
            <IconButton
                icon={IconName::Refresh}
                label={words.refresh.clone()}
                // What is known is worth more than that nothing newer can be read.
                disabled={!is_connected}
                onclick={on(|tree| tree.store.refresh(""))}
            />
            <IconButton
                icon={IconName::Collapse}
                label={words.collapse.clone()}
                onclick={on(|tree| tree.expand(BTreeSet::new()))}
            />
        </div>
    }
}

#[component]
pub(super) fn RowMenu(TreeProps { tree }: &TreeProps) -> Html {
    let is_connected = use_connection().state.is_connected();
    let Some(at) = *tree.menu else {
        return Html::default();
    };
    let words = &tree.words.file_tree;
    let keys = &tree.words.keys;
    let with_control = |key| AttrValue::from((keys.control)(key));
    let item =
        |label: &AttrValue, icon: Option<IconName>, keys: AttrValue, act: fn(&Tree)| MenuItem {
            label: label.clone(),
            icon,
            keys: (!keys.is_empty()).then_some(keys),
            disabled: false,
            on_choose: {
                let tree = tree.clone();
                Callback::from(move |()| act(&tree))
            },
        };
    let mut items = Vec::new();
    if tree.row().is_some() {
        items.push(item(&words.open, None, keys.enter.clone(), |tree| {
            if let Some(place) = tree.place {
                tree.go(place, Choosing::Only);
                tree.activate(place);
            }
        }));
    }
    if !tree.props.read_only {
        items.push(item(
            &words.new_file,
            Some(IconName::FilePlus),
            AttrValue::default(),
            |tree| tree.begin_new(false),
        ));
        items.push(item(
            &words.new_folder,
            Some(IconName::FolderPlus),
            AttrValue::default(),
            |tree| tree.begin_new(true),
        ));
        if tree.row().is_some() {
            items.push(item(
                &words.rename,
                Some(IconName::Edit),
                "F2".into(),
                Tree::begin_rename,
            ));
            items.push(item(&words.cut, None, with_control("X"), Tree::begin_cut));
        }
        items.push(MenuItem {
            disabled: tree.cut.is_empty(),
            ..item(&words.paste, None, with_control("V"), Tree::paste)
        });
    }
    if tree.row().is_some() {
        items.push(item(
            &words.copy_path,
            Some(IconName::Copy),
            AttrValue::default(),
            Tree::copy_path,
        ));
        if !tree.props.read_only {
            items.push(item(
                &words.delete,
                Some(IconName::Trash),
                keys.delete.clone(),
                Tree::begin_delete,
            ));
        }
    }
    items.push(MenuItem {
        disabled: !is_connected,
        ..item(
            &words.refresh,
            Some(IconName::Refresh),
            AttrValue::default(),
            Tree::refresh,
        )
    });
    if !tree.props.read_only {
        items.push(item(
            &words.undo,
            Some(IconName::Undo),
            with_control("Z"),
            Tree::undo,
        ));
    }
    let name = tree
        .row()
        .map(|row| visible(&row.entry().name))
        .unwrap_or_default();
    let on_close = {
        let menu = tree.menu.setter();
        Callback::from(move |()| menu.set(None))
    };
    html! { <Menu label={(words.menu)(&name)} {items} {at} {on_close} /> }
}

#[component]
pub(super) fn Asked(TreeProps { tree }: &TreeProps) -> Html {
    let Some(paths) = &*tree.asked else {
        return Html::default();
    };
    let words = &tree.words.file_tree;
    let label = match paths.first() {
        Some(path) if paths.len() == 1 => (words.delete_one)(&visible(name_of(path))),
        _ => (words.delete_many)(paths.len()),
    };
    let on_close = {
        let asked = tree.asked.setter();
        Callback::from(move |()| asked.set(None))
    };
    let cancel = on_close.reform(|_: MouseEvent| ());
    let delete = {
        let (tree, paths) = (tree.clone(), paths.clone());
        Callback::from(move |_: MouseEvent| {
            tree.asked.set(None);
            tree.delete(&paths);
        })
    };
    html! {
        <Dialog label={label.clone()} {on_close}>
            <p><strong>{ label }</strong></p>
            <p>{ words.delete_note.clone() }</p>
            <div class="ys-dialog-buttons">
                <button type="button" class="ys-button" onclick={cancel}>{ tree.words.parts.cancel.clone() }</button>
                <button type="button" class="ys-button" data-kind="danger" autofocus=true onclick={delete}>
                    { tree.words.parts.delete.clone() }
                </button>
            </div>
        </Dialog>
    }
}
