//! Theme, direction and style.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::address::{Address, Theme};

#[derive(PartialEq, Properties)]
pub(crate) struct SwitchesProps {
    pub(crate) address: Address,
}

#[component]
pub(crate) fn Switches(props: &SwitchesProps) -> Html {
    let address = &props.address;
    let themes = Theme::NAMES.map(|(theme, _, name)| Choice {
        name,
        to: Address {
            theme,
            ..address.clone()
        },
    });
    let directions = [("Left to right", false), ("Right to left", true)];
    let directions = directions.map(|(name, is_mirrored)| Choice {
        name,
        to: Address {
            is_mirrored,
            ..address.clone()
        },
    });
    let styles = [("Styled", false), ("Unstyled", true)];
    let styles = styles.map(|(name, is_unstyled)| Choice {
        name,
        to: Address {
            is_unstyled,
            ..address.clone()
        },
    });
    html! {
        <>
            <Switch label="Theme" address={address.clone()} choices={themes.to_vec()} />
            <Switch label="Direction" address={address.clone()} choices={directions.to_vec()} />
            // A page has its style sheets for good, so this one begins anew.
            <Switch label="Style" address={address.clone()} choices={styles.to_vec()} reloads=true />
        </>
    }
}

/// What can be chosen, and the address that it leads to.
#[derive(Clone, PartialEq)]
struct Choice {
    name: &'static str,
    to: Address,
}

#[derive(PartialEq, Properties)]
struct SwitchProps {
    label: &'static str,
    address: Address,
    choices: Vec<Choice>,
    #[prop_or_default]
    reloads: bool,
}

#[component]
fn Switch(props: &SwitchProps) -> Html {
    let onchange = {
        let (choices, reloads) = (props.choices.clone(), props.reloads);
        Callback::from(move |event: Event| {
            let select = event.target_dyn_into::<HtmlSelectElement>();
            let chosen = select.and_then(|select| usize::try_from(select.selected_index()).ok());
            let (Some(choice), Some(window)) = (
                chosen.and_then(|chosen| choices.get(chosen)),
                web_sys::window(),
            ) else {
                return;
            };
            // Where a browser refuses, all stays as it was.
            let moved = window.location().set_hash(&choice.to.hash());
            if reloads && moved.is_ok() {
                drop(window.location().reload());
            }
        })
    };
    html! {
        <select class="ys-field" aria-label={props.label} title={props.label} {onchange}>
            { for props.choices.iter().map(|choice| html! {
                <option selected={choice.to == props.address}>{ choice.name }</option>
            }) }
        </select>
    }
}
