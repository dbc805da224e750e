//! Who is in the sandbox.

mod words;

use yew::prelude::*;
use yew_sandbox::client::ClientInfo;
use yew_sandbox::use_clients;

pub use words::PresenceWords;

use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "presence",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`Presence`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct PresenceProps {
    /// How many are drawn; the others are counted. Default: 5.
    #[prop_or(5)]
    pub most: usize,

    /// Draws one in place of the initials that are built in.
    #[prop_or_default]
    pub avatar: Option<Callback<ClientInfo, Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// Everybody who is connected, as a list of initials in their colours with their names. Pictures are not loaded: their
/// addresses are somebody else's word. Stable class names: `ys-presence`, `ys-presence-one`.
#[component]
pub fn Presence(props: &PresenceProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let words = &ui.words.presence;
    let clients = use_clients().unwrap_or_default();
    let more = clients.len().saturating_sub(props.most);
    html! {
        <ul class={classes!("ys-presence", props.class.clone())} style={props.style.clone()} aria-label={words.title.clone()}>
            { for clients.iter().take(props.most).map(|client| {
                let name = if client.name.is_empty() { &client.username } else { &client.name };
                html! {
                    <li
                        key={client.client_id.clone()}
                        class="ys-presence-one"
                        title={name.clone()}
                        style={color(&client.color).map(|color| format!("--ys-presence-color: {color}"))}
                    >
                        if let Some(avatar) = &props.avatar {
                            { avatar.emit(client.clone()) }
                        } else {
                            <span aria-hidden="true">{ initials(name) }</span>
                            <span class="ys-unseen">{ name.clone() }</span>
                        }
                    </li>
                }
            }) }
            if more > 0 {
                <li class="ys-presence-more">{ (words.more)(more) }</li>
            }
        </ul>
    }
}

/// At most two letters.
fn initials(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_alphanumeric());
    let firsts = words.filter_map(|word| word.chars().next()).take(2);
    let initials: String = firsts.flat_map(char::to_uppercase).collect();
    if initials.is_empty() {
        "?".to_owned()
    } else {
        initials
    }
}

/// A colour by numbers; anything else is not put into a style.
fn color(text: &str) -> Option<&str> {
    let digits = text.strip_prefix('#')?;
    let fits = matches!(digits.len(), 3 | 6) && digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    fits.then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn initials_are_letters() {
        assert_eq!(initials("Ada Lovelace"), "AL");
        assert_eq!(initials("grace"), "G");
        assert_eq!(initials("<b>"), "B");
        assert_eq!(initials("…"), "?");
        assert_eq!(initials(""), "?");
    }

    #[test]
    fn colours_are_numbers() {
        assert_eq!(color("#a1B2c3"), Some("#a1B2c3"));
        assert_eq!(color("#abc"), Some("#abc"));
        for bad in ["red", "#12", "#abc; background: url(//x)", "", "#ggg"] {
            assert_eq!(color(bad), None, "{bad}");
        }
    }
}
