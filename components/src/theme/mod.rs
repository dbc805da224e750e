//! Colours, type and measures, as CSS variables.

mod resolve;
mod token;

use std::rc::Rc;

use stylist::ast::{Block, RuleBlockContent, ScopeContent, Sheet, StyleAttribute, ToStyleStr};
use yew::prelude::*;

pub use resolve::resolve;
pub use token::Token;

/// The values of all tokens. Those of high contrast stand in two rules.
pub(crate) const CSS: &str = concat!(
    include_str!("tokens.css"),
    ".ys-ui[data-contrast='high'] {",
    include_str!("contrast.css"),
    "}@media (prefers-contrast: more) {:root, .ys-ui[data-contrast='auto'] {",
    include_str!("contrast.css"),
    "}}",
);

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Scheme {
    /// As the user's system says, followed live.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Scheme {
    /// The name in `data-scheme`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How much contrast.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Contrast {
    /// As the user's system says, followed live.
    #[default]
    Auto,
    /// At least 4.5 to 1 for text.
    Normal,
    /// At least 7 to 1 for text, and borders that stand out.
    High,
}

impl Contrast {
    /// The name in `data-contrast`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Auto => "auto",
            Self::Normal => "normal",
            Self::High => "high",
        }
    }
}

/// Tokens that differ from the built-in ones; a theme names those it wants to change.
///
/// A value is any CSS value. `light-dark(A, B)` serves both schemes with one theme.
///
/// ```
/// use yew_sandbox_components::{Theme, Token};
///
/// let theme = Theme::new()
///     .with(Token::Accent, "light-dark(#7c3aed, #a78bfa)")
///     .with(Token::Radius, "0");
/// assert_eq!(theme.get(Token::Radius), Some("0"));
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Theme {
    tokens: Vec<(Token, AttrValue)>,
}

impl Theme {
    /// A theme that changes nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// The theme with another value for `token`. A value with `;`, `{` or `}` in it is no value and changes nothing.
    pub fn with(mut self, token: Token, value: impl Into<AttrValue>) -> Self {
        let value = value.into();
        if !value.trim().is_empty() && !value.contains([';', '{', '}']) {
            self.tokens.retain(|(other, _)| *other != token);
            self.tokens.push((token, value));
        }
        self
    }

    /// The theme's value for `token`; `None` where the built-in one holds.
    pub fn get(&self, token: Token) -> Option<&str> {
        let found = self.tokens.iter().find(|(other, _)| *other == token);
        found.map(|(_, value)| value.as_str())
    }
}

/// The variables of a theme, under a class.
pub(crate) struct ThemeStyle {
    /// Made of what the theme sets, so that a server and the page that takes over from it agree on it.
    pub(crate) class: String,
    /// The rule.
    pub(crate) css: AttrValue,
}

/// The style of `theme`; none for an empty one.
#[hook]
pub(crate) fn use_theme_style(theme: &Theme) -> Rc<Option<ThemeStyle>> {
    use_memo(theme.clone(), Theme::style)
}

impl Theme {
    fn style(&self) -> Option<ThemeStyle> {
        if self.tokens.is_empty() {
            return None;
        }
        let content: Vec<RuleBlockContent> = self
            .tokens
            .iter()
            .map(|(token, value)| {
                RuleBlockContent::StyleAttr(StyleAttribute {
                    key: token.variable().into(),
                    value: vec![value.to_string().into()].into(),
                })
            })
            .collect();
        let sheet = Sheet::from(vec![ScopeContent::Block(Block {
            condition: Vec::new().into(),
            content: content.into(),
        })]);
        let class = format!("ys-theme-{:016x}", hash(&sheet.to_style_str(None)));
        let css = sheet.to_style_str(Some(&class)).into();
        Some(ThemeStyle { class, css })
    }
}

/// FNV-1a: the same on every platform.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}
