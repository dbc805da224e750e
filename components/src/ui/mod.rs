//! What all components share: the theme, the words, whether they bring their style.

mod common;
#[cfg(feature = "test")]
mod marked;
mod words;

use std::rc::Rc;

use yew::prelude::*;
use yew_sandbox::ProviderWords;

pub use common::{ErrorWords, KeyWords};
#[cfg(feature = "test")]
pub(crate) use marked::{marked, plain};
pub(crate) use words::words;
pub use words::{Direction, Words};

use crate::parts::use_kept_focus;
use crate::style::use_base_sheet;
use crate::theme::{Contrast, Scheme, Theme, use_theme_style};

/// The properties of [`SandboxUi`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct SandboxUiProps {
    /// Light or dark. Default: as the user's system says, followed live.
    #[prop_or_default]
    pub scheme: Scheme,

    /// How much contrast. Default: as the user's system says, followed live.
    #[prop_or_default]
    pub contrast: Contrast,

    /// Tokens that differ from the built-in ones. Default: none.
    #[prop_or_default]
    pub theme: Theme,

    /// The language. Two tables are equal only when they are the same one: make it once (`use_memo`), not in each render. Default: English.
    #[prop_or_default]
    pub words: Option<Rc<Words>>,

    /// Whether the components bring their looks. Without them, the stable class names and the attributes are there, and the few rules
    /// without which a component does not work: where a terminal's screen or a kept preview lies, how the parts of a preset lie, what
    /// scrolls, what is only for screen readers. One choice for the whole page. Default: they do.
    #[prop_or(true)]
    pub styled: bool,

    /// The nonce of the page's content security policy for style elements. Default: none.
    #[prop_or_default]
    pub nonce: Option<AttrValue>,

    /// The address of the folder with the JavaScript modules of `CodeEditor`, `CodeViewer` and `Terminal` (`js/dist` of this
    /// crate), for pages that are built without the features `editor`, `viewer` and `terminal`. Default: the page's own.
    #[prop_or_default]
    pub modules: Option<AttrValue>,

    /// Classes that are added to the element around the children.
    #[prop_or_default]
    pub class: Classes,

    /// The components.
    #[prop_or_default]
    pub children: Html,
}

/// Gives theme, language and style to the components inside. They work without it too, in English and in the colours
/// of the page's own `color-scheme`.
///
/// It stands inside or outside of [`SandboxProvider`](yew_sandbox::SandboxProvider), and may be nested: the inner one
/// replaces the outer one for what is inside. Its element (class `ys-ui`) takes no part in the layout. Where what has the focus
/// is taken off the page, its nearest neighbour inside gets it.
#[component]
pub fn SandboxUi(props: &SandboxUiProps) -> Html {
    let words = use_memo((), |()| Rc::new(Words::default()));
    let words = props.words.clone().unwrap_or_else(|| Rc::clone(&words));
    let ui = Ui {
        scheme: props.scheme,
        contrast: props.contrast,
        theme: props.theme.clone(),
        words: Rc::clone(&words),
        styled: props.styled,
        nonce: props.nonce.clone(),
        modules: props.modules.clone(),
    };
    use_base_sheet(&ui);
    let root = use_node_ref();
    use_kept_focus(&root);
    let theme = use_theme_style(&props.theme);
    let theme = (*theme).as_ref();
    html! {
        <ContextProvider<Ui> context={ui}>
            <ContextProvider<ProviderWords> context={words.of_provider()}>
                <div
                    ref={root}
                    class={classes!("ys-ui", theme.map(|theme| theme.class.clone()), props.class.clone())}
                    style="display: contents"
                    data-scheme={props.scheme.name()}
                    data-contrast={props.contrast.name()}
                    dir={words.direction.name()}
                    lang={words.language.clone()}
                >
                    if let Some(theme) = theme {
                        <style nonce={props.nonce.clone()}>{ theme.css.clone() }</style>
                    }
                    { props.children.clone() }
                </div>
            </ContextProvider<ProviderWords>>
        </ContextProvider<Ui>>
    }
}

/// What [`SandboxUi`] gives to the components inside.
#[derive(Clone, Debug, PartialEq)]
pub struct Ui {
    /// Light or dark.
    pub scheme: Scheme,
    /// How much contrast.
    pub contrast: Contrast,
    /// Tokens that differ from the built-in ones.
    pub theme: Theme,
    /// The language.
    pub words: Rc<Words>,
    /// Whether the components bring their looks.
    pub styled: bool,
    /// The nonce for style elements.
    pub nonce: Option<AttrValue>,
    /// Where the JavaScript modules lie.
    pub modules: Option<AttrValue>,
}

/// The surrounding [`SandboxUi`]'s settings, or the defaults where there is none.
#[hook]
pub fn use_ui() -> Ui {
    let given = use_context::<Ui>();
    let default = use_memo(given.is_none(), |missing| missing.then(Ui::default));
    given.or_else(|| (*default).clone()).unwrap_or_default()
}

impl Default for Ui {
    fn default() -> Self {
        Self {
            scheme: Scheme::default(),
            contrast: Contrast::default(),
            theme: Theme::default(),
            words: Rc::new(Words::default()),
            styled: true,
            nonce: None,
            modules: None,
        }
    }
}
