//! Theme and language.

use web_sys::HtmlSelectElement;
use yew::prelude::*;

/// What the switches say.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct SwitchWords {
    pub(crate) theme: &'static str,
    pub(crate) language: &'static str,
    pub(crate) system: &'static str,
    pub(crate) light: &'static str,
    pub(crate) dark: &'static str,
    pub(crate) contrast: &'static str,
    pub(crate) mirrored: &'static str,
}

pub(crate) const ENGLISH: SwitchWords = SwitchWords {
    theme: "Theme",
    language: "Language",
    system: "System",
    light: "Light",
    dark: "Dark",
    contrast: "High contrast",
    mirrored: "English, mirrored",
};

impl SwitchWords {
    /// The value and the name of each theme.
    pub(crate) fn themes(&self) -> Vec<Choice> {
        vec![
            ("", self.system),
            ("light", self.light),
            ("dark", self.dark),
            ("contrast", self.contrast),
        ]
    }

    /// The value and the name of each language. A language is named by itself, so that who speaks it finds it.
    pub(crate) fn languages(&self) -> Vec<Choice> {
        vec![
            ("", "English"),
            ("de", "Deutsch"),
            ("mirrored", self.mirrored),
        ]
    }
}

/// The value of an option, and its name.
pub(crate) type Choice = (&'static str, &'static str);

#[derive(PartialEq, Properties)]
pub(crate) struct SwitchProps {
    pub(crate) label: AttrValue,
    pub(crate) options: Vec<Choice>,
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
