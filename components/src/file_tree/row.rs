//! One row, as it is drawn.

use yew::prelude::*;

use super::icons::icon;
use super::listing::visible;
use super::marks::Mark;
use super::rows::Row;
use crate::parts::{Icon, IconName};
use crate::ui::use_ui;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct TreeRowProps {
    pub(super) id: AttrValue,
    pub(super) place: usize,
    pub(super) row: Row,
    pub(super) is_active: bool,
    pub(super) is_selected: bool,
    pub(super) is_cut: bool,
    pub(super) is_target: bool,
    /// Whether its folder could not be read, and why.
    pub(super) error: Option<AttrValue>,
    pub(super) is_loading: bool,
    pub(super) mark: Option<Mark>,
    pub(super) can_move: bool,
    pub(super) slot: Option<Callback<String, Html>>,
    /// A field in place of the name.
    pub(super) field: Option<Html>,
}

#[component]
pub(super) fn TreeRow(props: &TreeRowProps) -> Html {
    let ui = use_ui();
    let words = &ui.words.file_tree;
    let entry = props.row.entry();
    let (name, kind) = icon(&entry.name, entry.is_folder, props.row.is_open);
    let (position, size) = props.row.position();
    let expanded = entry
        .is_folder
        .then_some(if props.row.is_open { "true" } else { "false" });
    html! {
        <div
            id={props.id.clone()}
            class="ys-tree-row"
            role="treeitem"
            data-row={props.place.to_string()}
            data-kind={kind}
            data-active={props.is_active.then_some("")}
            data-cut={props.is_cut.then_some("")}
            data-target={props.is_target.then_some("")}
            data-mark={props.mark.map(Mark::name)}
            aria-level={props.row.level.to_string()}
            aria-posinset={position.to_string()}
            aria-setsize={size.to_string()}
            aria-expanded={expanded}
            aria-selected={if props.is_selected { "true" } else { "false" }}
            aria-busy={props.is_loading.then_some("true")}
            draggable={(props.can_move && props.field.is_none()).then_some("true")}
            style={format!("--ys-tree-level:{}", props.row.level)}
        >
            <span class="ys-tree-arrow">
                if entry.is_folder {
                    <Icon name={if props.row.is_open { IconName::ChevronDown } else { IconName::ChevronRight }} />
                }
            </span>
            <span class="ys-tree-icon"><Icon {name} /></span>
            if let Some(field) = &props.field {
                { field.clone() }
            } else {
                <bdi class="ys-tree-name" title={entry.name.clone()}>{ visible(&entry.name) }</bdi>
                if entry.is_link { <span class="ys-tree-note">{ words.link.clone() }</span> }
                if let Some(error) = &props.error {
                    <span class="ys-tree-error" title={error.clone()}>
                        <Icon name={IconName::Error} />
                        <span class="ys-unseen">{ error.clone() }</span>
                    </span>
                }
                if let Some(slot) = &props.slot { { slot.emit(props.row.path()) } }
                if let Some(mark) = props.mark {
                    <span class="ys-tree-mark" aria-hidden="true">{ mark.letter() }</span>
                    <span class="ys-unseen">{ mark.word(words) }</span>
                }
            }
        </div>
    }
}
