//! `SandboxUi`: the tokens, and a theme of one's own.

use yew::prelude::*;
use yew_sandbox_components::{CodeViewer, SandboxUi, Theme, Token, use_ui};

use super::file_tree;
use crate::sample::SCRIPT;
use crate::story::{Group, Story};

pub(super) const STORIES: Group = Group {
    name: "SandboxUi",
    path: "sandbox-ui",
    stories: &[
        Story::new("tokens", ".story-tokens li", tokens),
        Story::new("own-theme", ".story-own .ys-viewer", own_theme),
        Story::mirrored(".story-tokens li", tokens),
    ],
};

fn tokens() -> Html {
    let is_colour = |token: &&Token| {
        let name = token.variable();
        let measures = [
            "font",
            "line-height",
            "space",
            "radius",
            "target",
            "motion",
            "shadow",
        ];
        !measures
            .iter()
            .any(|measure| name.starts_with(&format!("--ys-{measure}")))
    };
    html! {
        <ul class="story-tokens">
            { for Token::ALL.iter().filter(is_colour).map(|token| html! {
                <li>
                    <span style={format!("background: var({})", token.variable())}></span>
                    <code>{ token.variable() }</code>
                </li>
            }) }
        </ul>
    }
}

fn own_theme() -> Html {
    html! { <Own /> }
}

/// The colours of one's own, in whichever scheme is chosen.
#[component]
fn Own() -> Html {
    let ui = use_ui();
    let theme = Theme::new()
        .with(Token::Accent, "light-dark(#7c3aed, #c4b5fd)")
        .with(Token::Focus, "light-dark(#7c3aed, #c4b5fd)")
        .with(Token::Selected, "light-dark(#ede9fe, #3b2a63)")
        .with(Token::SurfaceRaised, "light-dark(#faf5ff, #1e1633)")
        .with(Token::Surface, "light-dark(#ffffff, #150f24)")
        .with(Token::Radius, "0.75rem");
    html! {
        <SandboxUi scheme={ui.scheme} contrast={ui.contrast} words={ui.words} styled={ui.styled} {theme}>
            <div class="story-own">
                { file_tree::full() }
                <div><CodeViewer code={SCRIPT} path="app.js" /></div>
                <button type="button" class="ys-button" data-kind="primary">{ "Run" }</button>
            </div>
        </SandboxUi>
    }
}
