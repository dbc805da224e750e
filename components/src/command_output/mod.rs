//! What a command printed, with its colours.

mod ansi;
mod draw;
mod words;

use web_sys::Element;
use yew::prelude::*;

pub use words::CommandOutputWords;

use self::ansi::Screen;
use self::draw::Row;
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "command-output",
    structure: "",
    css: include_str!("style.css"),
};

/// The properties of [`CommandOutput`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct CommandOutputProps {
    /// What was printed so far. Escape sequences become colours; all others are left out.
    pub text: AttrValue,

    /// Its name for people who do not see it. Default: "Output".
    #[prop_or_default]
    pub label: Option<AttrValue>,

    /// Whether new lines are announced (role `log`). Default: they are. Leave it out where floods are likely.
    #[prop_or(true)]
    pub announces: bool,

    /// Draws what stands there while nothing was printed. Default: nothing.
    #[prop_or_default]
    pub empty: Option<Callback<(), Html>>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// The output of a command: at most the newest 5,000 lines, scrolled to the end unless the user scrolled up.
///
/// Nothing in the output becomes markup, a link or a command: it is text with colours. Stable class names: `ys-output`,
/// `ys-output-line`, and on text with a look of its own `ys-output-piece` with `ys-output-bold`, `ys-output-italic`,
/// `ys-output-underline`, `ys-output-strike` and the variables `--ys-output-color`, `--ys-output-backdrop`.
#[component]
pub fn CommandOutput(props: &CommandOutputProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let screen = use_screen(&props.text);
    let place = use_node_ref();
    // Whether the end is in view, so that new lines scroll into it.
    let follows = use_mut_ref(|| true);
    let onscroll = {
        let follows = follows.clone();
        Callback::from(move |event: Event| {
            if let Some(place) = event.target_dyn_into::<Element>() {
                let rest = place.scroll_height() - place.client_height() - place.scroll_top();
                *follows.borrow_mut() = rest < 24;
            }
        })
    };
    {
        let place = place.clone();
        use_effect_with(props.text.clone(), move |_| {
            if let Some(place) = place.cast::<Element>().filter(|_| *follows.borrow()) {
                place.set_scroll_top(place.scroll_height());
            }
        });
    }
    let label = props.label.clone();
    let label = label.unwrap_or_else(|| ui.words.command_output.label.clone());
    // One node without a key among the lines would draw them all again with each new one.
    let shown: Html = match &props.empty {
        Some(empty) if screen.is_empty() => empty.emit(()),
        _ => {
            let rows = screen.iter();
            rows.map(|line| html! { <Row key={line.number} line={line.clone()} /> })
                .collect()
        }
    };
    html! {
        <div
            ref={place}
            class={classes!("ys-output", props.class.clone())}
            style={props.style.clone()}
            role={if props.announces { "log" } else { "region" }}
            aria-label={label}
            // What scrolls can be reached by keyboard.
            tabindex="0"
            dir="ltr"
            {onscroll}
        >
            { shown }
        </div>
    }
}

/// What of `text` comes behind `before`: all of that is at its beginning, or its end is, where the oldest was dropped meanwhile. `None` where `text` is
/// another one.
fn newer<'a>(before: &str, text: &'a str) -> Option<&'a str> {
    /// So much of the beginning is looked for, and at so many places.
    const START: usize = 200;
    if let Some(new) = text.strip_prefix(before) {
        return Some(new);
    }
    let start = &text[..text.floor_char_boundary(START)];
    let first = start.chars().next()?;
    // The end that is looked for is no longer than the text.
    let mut from = before.ceil_char_boundary(before.len().saturating_sub(text.len()));
    for _ in 0..START {
        let at = from + before[from..].find(start)?;
        if let Some(new) = text.strip_prefix(&before[at..]) {
            return Some(new);
        }
        from = at + first.len_utf8();
    }
    None
}

/// The lines of `text`. What only grew is not read again.
#[hook]
fn use_screen(text: &AttrValue) -> Vec<ansi::Line> {
    let known = use_mut_ref(|| (String::new(), Screen::default()));
    let mut known = known.borrow_mut();
    let (before, screen) = &mut *known;
    match newer(before, text) {
        Some(new) => screen.push(new),
        None => *screen = Screen::of(text),
    }
    if before.len() != text.len() || before != text.as_str() {
        before.clear();
        before.push_str(text);
    }
    screen.lines().collect()
}

#[cfg(test)]
mod tests {
    use super::newer;

    /// Each piece of a long output drew, and announced, all of it again.
    #[test]
    fn what_lost_its_beginning_goes_on() {
        let lines: String = (0..1000).map(|number| format!("line {number}\n")).collect();
        let (before, text) = (&lines[..5000], &lines[1000..6000]);
        assert_eq!(newer(before, text), Some(&lines[5000..6000]));
        assert_eq!(newer(before, &lines[..6000]), Some(&lines[5000..6000]));
        assert_eq!(newer(before, before), Some(""));
        assert_eq!(newer("", "new"), Some("new"));
        assert_eq!(newer(before, ""), None);
        assert_eq!(newer(before, "another"), None);
        let alike = "ü\n".repeat(500);
        assert_eq!(newer(&alike, &format!("{}x", &alike[300..])), Some("x"));
    }
}
