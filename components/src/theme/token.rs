//! The names of what a theme can change.

macro_rules! tokens {
    ($($(#[$meta:meta])* $name:ident = $variable:literal,)+) => {
        /// One thing that a theme can change; a CSS variable on the page.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Token {
            $($(#[$meta])* $name,)+
        }

        impl Token {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name,)+];

            /// The CSS variable's name.
            pub fn variable(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("--ys-", $variable),)+
                }
            }
        }
    };
}

tokens! {
    /// Behind content.
    Surface = "surface",
    /// Behind headers, menus and dialogs.
    SurfaceRaised = "surface-raised",
    /// Behind what lies deeper: fields, gutters.
    SurfaceSunken = "surface-sunken",
    /// Text.
    Text = "text",
    /// Text of less weight.
    TextMuted = "text-muted",
    /// What cannot be used now.
    TextDisabled = "text-disabled",
    /// Lines between parts.
    Border = "border",
    /// Lines around what can be used: fields, buttons.
    BorderControl = "border-control",
    /// Behind what the pointer is over.
    Hover = "hover",
    /// Behind what is selected.
    Selected = "selected",
    /// Behind selected text.
    Selection = "selection",
    /// What stands out: the active tab, a primary button.
    Accent = "accent",
    /// Text on the accent.
    OnAccent = "on-accent",
    /// The ring of what has the focus.
    Focus = "focus",
    /// Links.
    Link = "link",
    /// What went well.
    Success = "success",
    /// What needs attention.
    Warning = "warning",
    /// What failed.
    Error = "error",
    /// Behind what went well.
    SuccessSurface = "success-surface",
    /// Behind what needs attention.
    WarningSurface = "warning-surface",
    /// Behind what failed.
    ErrorSurface = "error-surface",
    /// Code of no other kind.
    SyntaxPlain = "syntax-plain",
    /// Comments.
    SyntaxComment = "syntax-comment",
    /// Keywords.
    SyntaxKeyword = "syntax-keyword",
    /// Names where they are defined.
    SyntaxDefinition = "syntax-definition",
    /// Names of functions.
    SyntaxFunction = "syntax-function",
    /// Names of types.
    SyntaxType = "syntax-type",
    /// Properties and attributes.
    SyntaxProperty = "syntax-property",
    /// Tags.
    SyntaxTag = "syntax-tag",
    /// Brackets, commas, operators.
    SyntaxPunctuation = "syntax-punctuation",
    /// Constants, numbers, true and false.
    SyntaxConstant = "syntax-constant",
    /// Text in quotes.
    SyntaxString = "syntax-string",
    /// What is no valid code.
    SyntaxInvalid = "syntax-invalid",
    /// Behind the terminal.
    TerminalBackground = "terminal-background",
    /// Text in the terminal.
    TerminalForeground = "terminal-foreground",
    /// The terminal's cursor.
    TerminalCursor = "terminal-cursor",
    /// Behind selected text in the terminal.
    TerminalSelection = "terminal-selection",
    /// The terminal's black.
    TerminalBlack = "terminal-black",
    /// The terminal's red.
    TerminalRed = "terminal-red",
    /// The terminal's green.
    TerminalGreen = "terminal-green",
    /// The terminal's yellow.
    TerminalYellow = "terminal-yellow",
    /// The terminal's blue.
    TerminalBlue = "terminal-blue",
    /// The terminal's magenta.
    TerminalMagenta = "terminal-magenta",
    /// The terminal's cyan.
    TerminalCyan = "terminal-cyan",
    /// The terminal's white.
    TerminalWhite = "terminal-white",
    /// The terminal's bright black.
    TerminalBrightBlack = "terminal-bright-black",
    /// The terminal's bright red.
    TerminalBrightRed = "terminal-bright-red",
    /// The terminal's bright green.
    TerminalBrightGreen = "terminal-bright-green",
    /// The terminal's bright yellow.
    TerminalBrightYellow = "terminal-bright-yellow",
    /// The terminal's bright blue.
    TerminalBrightBlue = "terminal-bright-blue",
    /// The terminal's bright magenta.
    TerminalBrightMagenta = "terminal-bright-magenta",
    /// The terminal's bright cyan.
    TerminalBrightCyan = "terminal-bright-cyan",
    /// The terminal's bright white.
    TerminalBrightWhite = "terminal-bright-white",
    /// The family of words.
    FontBody = "font-body",
    /// The family of code.
    FontMono = "font-mono",
    /// The size of words.
    FontSize = "font-size",
    /// The size of code.
    FontSizeMono = "font-size-mono",
    /// The height of a line of words, a number.
    LineHeight = "line-height",
    /// The distance between things; half and twice of it are used too.
    Space = "space",
    /// How round corners are.
    Radius = "radius",
    /// The least width and height of what can be pressed.
    Target = "target",
    /// How long a movement takes; 0s where the user wants less motion.
    Motion = "motion",
    /// The shadow of menus and dialogs.
    Shadow = "shadow",
}

#[cfg(test)]
mod tests {
    use super::Token;
    use crate::theme::CSS;

    #[test]
    fn each_token_has_a_value() {
        for token in Token::ALL {
            assert!(CSS.contains(&format!("{}:", token.variable())), "{token:?}");
        }
    }

    #[test]
    fn text_has_the_contrast_that_its_theme_promises() {
        let (normal, high) = CSS.split_once("[data-contrast='high']").unwrap();
        let words = Token::ALL.iter().filter(|token| is_text(**token));
        for token in words {
            for (css, least) in [(normal, 4.5), (high, 7.0)] {
                for backdrop in backdrops(*token) {
                    let (text, behind) = (pair(css, *token), pair(css, *backdrop));
                    for scheme in 0..2 {
                        let ratio = contrast(text[scheme], behind[scheme]);
                        assert!(
                            ratio >= least,
                            "{token:?} on {backdrop:?} ({scheme}): {ratio:.2}"
                        );
                    }
                }
            }
        }
    }

    /// Disabled text is exempt; a cursor and what lies behind something is no text.
    fn is_text(token: Token) -> bool {
        let name = token.variable();
        matches!(
            token,
            Token::Text | Token::TextMuted | Token::OnAccent | Token::Link
        ) || matches!(token, Token::Success | Token::Warning | Token::Error)
            || name.starts_with("--ys-syntax-")
            || (name.starts_with("--ys-terminal-")
                && !backs(token)
                && token != Token::TerminalCursor)
    }

    fn backs(token: Token) -> bool {
        matches!(token, Token::TerminalBackground | Token::TerminalSelection)
    }

    fn backdrops(token: Token) -> &'static [Token] {
        match token {
            // Behind a button that deletes is the colour of errors.
            Token::OnAccent => &[Token::Accent, Token::Error],
            // Names of files have these colours, in rows that are chosen too.
            Token::Success => &[
                Token::Surface,
                Token::SurfaceRaised,
                Token::Hover,
                Token::Selected,
                Token::SuccessSurface,
            ],
            Token::Warning => &[
                Token::Surface,
                Token::SurfaceRaised,
                Token::Hover,
                Token::Selected,
                Token::WarningSurface,
            ],
            Token::Error => &[
                Token::Surface,
                Token::SurfaceRaised,
                Token::Hover,
                Token::Selected,
                Token::ErrorSurface,
            ],
            Token::Text => &[
                Token::Surface,
                Token::SurfaceRaised,
                Token::SurfaceSunken,
                Token::Hover,
                Token::Selected,
                Token::Selection,
            ],
            Token::TextMuted => &[
                Token::Surface,
                Token::SurfaceRaised,
                Token::SurfaceSunken,
                Token::Hover,
                Token::Selected,
            ],
            token if token.variable().starts_with("--ys-terminal-") => &[Token::TerminalBackground],
            _ => &[Token::Surface],
        }
    }

    /// The light and the dark colour of `token` in `css`.
    fn pair(css: &str, token: Token) -> [[f64; 3]; 2] {
        let rest = css.split_once(&format!("{}: light-dark(", token.variable()));
        let inside = rest.unwrap().1.split_once(')').unwrap().0;
        let (light, dark) = inside.split_once(", ").unwrap();
        [rgb(light), rgb(dark)]
    }

    fn rgb(hex: &str) -> [f64; 3] {
        [1, 3, 5].map(|at| f64::from(u8::from_str_radix(&hex[at..at + 2], 16).unwrap()) / 255.0)
    }

    /// The contrast ratio of WCAG 2.2.
    fn contrast(one: [f64; 3], other: [f64; 3]) -> f64 {
        let luminance = |color: [f64; 3]| {
            let [red, green, blue] = color.map(|value| {
                if value <= 0.04045 {
                    value / 12.92
                } else {
                    ((value + 0.055) / 1.055).powf(2.4)
                }
            });
            0.2126 * red + 0.7152 * green + 0.0722 * blue
        };
        let (one, other) = (luminance(one), luminance(other));
        (one.max(other) + 0.05) / (one.min(other) + 0.05)
    }
}
