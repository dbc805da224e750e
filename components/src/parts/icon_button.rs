//! A button that shows an icon only.

use yew::prelude::*;

use super::{Icon, IconName};

/// The properties of [`IconButton`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct IconButtonProps {
    /// What it shows.
    pub icon: IconName,

    /// What it does, for people who do not see the icon, and as its tooltip.
    pub label: AttrValue,

    /// Called when it is pressed.
    #[prop_or_default]
    pub onclick: Callback<MouseEvent>,

    /// Whether it cannot be used now. It keeps the focus then (`aria-disabled`). Default: it can.
    #[prop_or_default]
    pub disabled: bool,

    /// For a button that stays pressed: whether it is. Default: it does not stay.
    #[prop_or_default]
    pub pressed: Option<bool>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// A button of at least the size of a target, with a name. Stable class name: `ys-icon-button`.
#[component]
pub fn IconButton(props: &IconButtonProps) -> Html {
    let onclick = {
        let (disabled, onclick) = (props.disabled, props.onclick.clone());
        Callback::from(move |event: MouseEvent| {
            if !disabled {
                onclick.emit(event);
            }
        })
    };
    html! {
        <button
            type="button"
            class={classes!("ys-icon-button", props.class.clone())}
            style={props.style.clone()}
            aria-label={props.label.clone()}
            title={props.label.clone()}
            aria-disabled={props.disabled.then_some("true")}
            aria-pressed={props.pressed.map(|pressed| if pressed { "true" } else { "false" })}
            {onclick}
        >
            <Icon name={props.icon} />
        </button>
    }
}
