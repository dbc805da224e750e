//! Theme and language.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// The value and the name of each theme.
pub(crate) const THEMES: &[(&str, &str)] = &[
    ("", "System"),
    ("light", "Light"),
    ("dark", "Dark"),
    ("contrast", "High contrast"),
];

/// The value and the name of each language.
pub(crate) const LANGUAGES: &[(&str, &str)] = &[
    ("", "English"),
    ("de", "Deutsch"),
    ("mirrored", "English, mirrored"),
];

#[derive(PartialEq, Properties)]
pub(crate) struct SwitchProps {
    pub(crate) label: AttrValue,
    pub(crate) options: &'static [(&'static str, &'static str)],
    pub(crate) chosen: String,
    pub(crate) on_choose: Callback<String>,
}

#[component]
pub(crate) fn Switch(props: &SwitchProps) -> Html {
    let onchange = {
        let on_choose = props.on_choose.clone();
        Callback::from(move |event: Event| {
            if let Some(select) = event.target_dyn_into::<HtmlSelectElement>() {
                on_choose.emit(select.value());
            }
        })
    };
    html! {
        <select class="ys-field" aria-label={props.label.clone()} title={props.label.clone()} {onchange}>
            { for props.options.iter().map(|(value, name)| html! {
                <option value={*value} selected={props.chosen == *value}>{ *name }</option>
            }) }
        </select>
    }
}
