//! A line on the page.

use yew::prelude::*;

use super::ansi::{Color, Line, Look};

const NAMES: [&str; 16] = [
    "black",
    "red",
    "green",
    "yellow",
    "blue",
    "magenta",
    "cyan",
    "white",
    "bright-black",
    "bright-red",
    "bright-green",
    "bright-yellow",
    "bright-blue",
    "bright-magenta",
    "bright-cyan",
    "bright-white",
];

#[derive(Clone, PartialEq, Properties)]
pub(super) struct RowProps {
    pub(super) line: Line,
}

#[component]
pub(super) fn Row(props: &RowProps) -> Html {
    html! {
        <div class="ys-output-line">
            { for props.line.pieces.iter().map(|piece| {
                if piece.look == Look::default() {
                    html! { { piece.text.clone() } }
                } else {
                    html! { <span class={class(piece.look)} style={style(piece.look)}>{ piece.text.clone() }</span> }
                }
            }) }
            { "\n" }
        </div>
    }
}

fn class(look: Look) -> Classes {
    classes!(
        "ys-output-piece",
        look.bold.then_some("ys-output-bold"),
        look.italic.then_some("ys-output-italic"),
        look.underline.then_some("ys-output-underline"),
        look.strike.then_some("ys-output-strike"),
    )
}

/// The colours, as variables that the class reads, so that a page's plain rules win over them. They are made of numbers and names of our
/// own only.
fn style(look: Look) -> Option<String> {
    let (front, back) = colours(look);
    let front = if look.hidden {
        Some("transparent".to_owned())
    } else {
        front
    };
    let front = front.map(|front| format!("--ys-output-color:{front};"));
    let back = back.map(|back| format!("--ys-output-backdrop:{back};"));
    let css = front.unwrap_or_default() + &back.unwrap_or_default();
    (!css.is_empty()).then_some(css)
}

const FOREGROUND: &str = "var(--ys-terminal-foreground)";
const BACKGROUND: &str = "var(--ys-terminal-background)";

/// The colours of the text and of what is behind it, where they are not the usual ones. Text can be read, whatever a program asked
/// for: each of the theme's colours stands out from the terminal's background, as text or behind text in the colour of that background.
fn colours(look: Look) -> (Option<String>, Option<String>) {
    let (front, back) = if look.inverse {
        (look.backdrop, look.color)
    } else {
        (look.color, look.backdrop)
    };
    match back {
        Some(Color::Named(index)) => (Some(BACKGROUND.to_owned()), Some(named(index))),
        Some(Color::Rgb(red, green, blue)) => (
            Some(readable_on(red, green, blue).to_owned()),
            Some(format!("rgb({red} {green} {blue})")),
        ),
        None if look.inverse => (Some(BACKGROUND.to_owned()), Some(FOREGROUND.to_owned())),
        None => (text(front, look), None),
    }
}

/// Bold text of the first eight colours is bright, as in most terminals. Faint text without a colour is grey.
fn text(color: Option<Color>, look: Look) -> Option<String> {
    match color {
        Some(Color::Named(index)) if look.bold && index < 8 => Some(named(index + 8)),
        Some(Color::Named(index)) => Some(named(index)),
        // Dark enough on a light theme, light enough on a dark one. A browser that cannot do that shows the usual colour.
        Some(Color::Rgb(red, green, blue)) => Some(format!(
            "light-dark(oklch(from rgb({red} {green} {blue}) min(l, 0.45) c h), \
             oklch(from rgb({red} {green} {blue}) max(l, 0.78) c h))"
        )),
        None => look.dim.then(|| named(8)),
    }
}

fn named(index: u8) -> String {
    format!("var(--ys-terminal-{})", NAMES[usize::from(index % 16)])
}

/// Black or white, whichever stands out more.
fn readable_on(red: u8, green: u8, blue: u8) -> &'static str {
    let part = |value: u8| (f64::from(value) / 255.0).powf(2.2);
    let luminance = 0.2126 * part(red) + 0.7152 * part(green) + 0.0722 * part(blue);
    // Where both stand out alike.
    if luminance > 0.18 { "#000" } else { "#fff" }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn css(look: impl FnOnce(&mut Look)) -> String {
        let mut plain = Look::default();
        look(&mut plain);
        style(plain).unwrap_or_default()
    }

    #[test]
    fn text_on_a_colour_has_the_colour_of_the_background() {
        let asked = css(|look| {
            look.color = Some(Color::Named(0));
            look.backdrop = Some(Color::Named(2));
        });
        let shown = "--ys-output-color:var(--ys-terminal-background);\
                     --ys-output-backdrop:var(--ys-terminal-green);";
        assert_eq!(asked, shown);
        let inverse = css(|look| {
            look.color = Some(Color::Named(2));
            look.inverse = true;
        });
        assert_eq!(inverse, shown);
    }

    #[test]
    fn text_on_any_colour_is_black_or_white() {
        let on = |red, green, blue| css(|look| look.backdrop = Some(Color::Rgb(red, green, blue)));
        assert!(on(255, 255, 0).starts_with("--ys-output-color:#000;"));
        assert!(on(0, 0, 200).starts_with("--ys-output-color:#fff;"));
    }

    #[test]
    fn faint_text_is_grey_and_not_thin() {
        assert_eq!(
            css(|look| look.dim = true),
            "--ys-output-color:var(--ys-terminal-bright-black);"
        );
        let coloured = css(|look| {
            look.dim = true;
            look.color = Some(Color::Named(1));
        });
        assert_eq!(coloured, "--ys-output-color:var(--ys-terminal-red);");
    }

    #[test]
    fn what_is_no_colour_is_a_class() {
        let look = Look {
            bold: true,
            strike: true,
            ..Look::default()
        };
        assert_eq!(
            class(look).to_string(),
            "ys-output-piece ys-output-bold ys-output-strike"
        );
        assert_eq!(style(look), None);
        let hidden = css(|look| look.hidden = true);
        assert_eq!(hidden, "--ys-output-color:transparent;");
    }
}
