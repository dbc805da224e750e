//! `Menu`.

use yew::prelude::*;
use yew_sandbox_components::{IconName, Menu, MenuItem};

use crate::sample::LONG;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "Menu",
    path: "menu",
    stories: &[
        Story::new("actions", "[role=menuitem]", actions),
        Story::new("long-names", "[role=menuitem]", long_names),
        Story::mirrored("[role=menuitem]", actions),
    ],
};

#[derive(PartialEq, Properties)]
struct OpenProps {
    items: Vec<MenuItem>,
}

/// A menu, and the button that opens it again.
#[component]
fn Open(props: &OpenProps) -> Html {
    let at = use_state(|| Some((80, 160)));
    let open = {
        let at = at.setter();
        move |event: MouseEvent| at.set(Some((event.client_x(), event.client_y())))
    };
    let on_close = {
        let at = at.setter();
        Callback::from(move |()| at.set(None))
    };
    html! {
        <>
            <button type="button" class="ys-button" onclick={open}>{ "Actions" }</button>
            if let Some(at) = *at {
                <Menu label="Actions" items={props.items.clone()} {at} {on_close} />
            }
        </>
    }
}

fn item(label: &str, icon: Option<IconName>, keys: &str, disabled: bool) -> MenuItem {
    MenuItem {
        label: label.to_owned().into(),
        icon,
        keys: (!keys.is_empty()).then(|| keys.to_owned().into()),
        disabled,
        on_choose: Callback::noop(),
    }
}

fn actions() -> Html {
    let items = vec![
        item("Open", Some(IconName::File), "Enter", false),
        item("Rename", None, "F2", false),
        item("Copy path", Some(IconName::Copy), "", false),
        item("Paste", None, "Ctrl+V", true),
        item("Delete", Some(IconName::Trash), "Delete", false),
    ];
    html! { <Open {items} /> }
}

fn long_names() -> Html {
    let items = vec![
        item(LONG, Some(IconName::File), "Ctrl+Shift+Alt+F12", false),
        item(
            "فتح الملف في محرر النصوص",
            Some(IconName::Folder),
            "F2",
            false,
        ),
    ];
    html! { <Open {items} /> }
}
