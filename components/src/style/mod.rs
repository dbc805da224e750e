//! The components' style sheets: plain CSS files in the cascade layer `yew-sandbox`.
//!
//! A sheet has two parts. The *structure* is what a component cannot work without: where a terminal's screen lies, what scrolls, what
//! is only for screen readers. It is on every page. The looks are left out of unstyled ones.
//!
//! What a page says outside of layers wins over them, whatever its selectors. Pages that use layers themselves put
//! `yew-sandbox` first: `@layer yew-sandbox, base, components, utilities;`. Our own layer statement is put before all
//! else in the head, so that this is so from the start.

mod mount;

use yew::prelude::*;

use crate::ui::{Ui, use_ui};

/// One component's style sheet.
#[derive(Debug)]
pub(crate) struct StyleSheet {
    /// The name in `data-yew-sandbox`.
    pub(crate) name: &'static str,
    /// The rules without which it does not work. They come first, and need no token.
    pub(crate) structure: &'static str,
    /// The rules of its looks.
    pub(crate) css: &'static str,
}

/// The tokens and the parts that all components share.
const BASE: &[&StyleSheet] = &[
    &StyleSheet {
        name: "theme",
        structure: "",
        css: crate::theme::CSS,
    },
    &crate::parts::STYLE,
];

/// All style sheets, in their layer, for the head of a page that a server renders, so that nothing is seen without its style:
/// `<style data-yew-sandbox="all">…</style>`, or a file in a `<link>` and an empty element of that kind. A page that has the element
/// mounts no sheets. Themes are not in it: they are in the markup.
pub fn style_sheet() -> String {
    // In the order in which a page mounts them: what a component says wins over what all share.
    let all = BASE.iter().chain(crate::STYLES);
    let css: String = all
        .map(|sheet| format!("/* {} */{}{}", sheet.name, sheet.structure, sheet.css))
        .collect();
    format!("@layer yew-sandbox {{{css}}}")
}

/// Puts `sheet` on the page, as far as its [`Ui`] wants it, once for all that use it. It stays: a page has each sheet at most once.
#[hook]
pub(crate) fn use_style_sheet(sheet: &'static StyleSheet) -> Ui {
    let ui = use_ui();
    use_base_sheet(&ui);
    let (styled, nonce) = (ui.styled, ui.nonce.clone());
    use_memo((), move |()| mount::mount(sheet, styled, nonce.as_deref()));
    ui
}

/// Puts the tokens and the parts on the page.
#[hook]
pub(crate) fn use_base_sheet(ui: &Ui) {
    let (styled, nonce) = (ui.styled, ui.nonce.clone());
    use_memo((), move |()| {
        for sheet in BASE {
            mount::mount(sheet, styled, nonce.as_deref());
        }
    });
}
