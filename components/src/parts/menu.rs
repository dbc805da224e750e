//! A menu of actions at a place on the page.

use std::cell::Cell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use wasm_bindgen_futures::spawn_local;
use web_sys::HtmlElement;
use web_sys::wasm_bindgen::JsCast;
use yew::prelude::*;

use super::{Icon, IconName, is_free, is_rtl};

/// One action of a [`Menu`].
#[derive(Clone, Debug, PartialEq)]
pub struct MenuItem {
    /// What it does, in a word or two.
    pub label: AttrValue,
    /// The picture beside it.
    pub icon: Option<IconName>,
    /// The keys that do the same, as they are shown, such as `F2`.
    pub keys: Option<AttrValue>,
    /// Whether it cannot be used now.
    pub disabled: bool,
    /// Called when it was chosen; the menu is closed then.
    pub on_choose: Callback<()>,
}

/// The properties of [`Menu`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct MenuProps {
    /// Its name.
    pub label: AttrValue,

    /// The actions.
    pub items: Vec<MenuItem>,

    /// Where its corner is, in CSS pixels from the window's upper left corner: its upper left one, or its upper right one where it is
    /// written from right to left. It moves so far that it can be seen.
    pub at: (i32, i32),

    /// Called when it was closed, with or without a choice.
    pub on_close: Callback<()>,

    /// Classes that are added.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the outermost element.
    #[prop_or_default]
    pub style: Option<AttrValue>,
}

/// A menu by the pattern of the ARIA Authoring Practices: arrow keys, Home and End, first letters; Escape, Tab or a press
/// outside closes it. The focus goes in when it opens and back when it closes, unless a press took it elsewhere. Stable class names:
/// `ys-menu`, `ys-menu-item`.
#[component]
pub fn Menu(props: &MenuProps) -> Html {
    let menu = use_node_ref();
    let was_left = use_memo((), |()| Cell::new(false));
    {
        let (menu, at) = (menu.clone(), props.at);
        let was_left = Rc::clone(&was_left);
        use_effect_with((), move |()| {
            let before = active_element();
            let menu = menu.cast::<HtmlElement>();
            if let Some(menu) = &menu {
                put(menu, at);
                go(menu, Way::First);
            }
            move || {
                let give_back = move || {
                    if let Some(before) = before
                        && is_free(menu.as_deref())
                    {
                        // One that is gone cannot have the focus.
                        drop(before.focus());
                    }
                };
                if was_left.get() {
                    spawn_local(async move {
                        // The browser is about to give the focus to what was pressed, unless somebody else has it then.
                        TimeoutFuture::new(0).await;
                        give_back();
                    });
                } else {
                    give_back();
                }
            }
        });
    }
    let onkeydown = {
        let (menu, on_close) = (menu.clone(), props.on_close.clone());
        Callback::from(move |event: KeyboardEvent| {
            let Some(menu) = menu.cast::<HtmlElement>() else {
                return;
            };
            let key = event.key();
            match key.as_str() {
                "ArrowDown" => go(&menu, Way::Next),
                "ArrowUp" => go(&menu, Way::Previous),
                "Home" => go(&menu, Way::First),
                "End" => go(&menu, Way::Last),
                "Escape" | "Tab" => on_close.emit(()),
                _ if key.chars().count() == 1
                    && !event.ctrl_key()
                    && !event.meta_key()
                    && key != " " =>
                {
                    go(&menu, Way::Letter(key));
                }
                _ => return,
            }
            event.prevent_default();
            event.stop_propagation();
        })
    };
    let onfocusout = {
        let (menu, on_close) = (menu.clone(), props.on_close.clone());
        Callback::from(move |event: FocusEvent| {
            let goes_to = event
                .related_target()
                .and_then(|to| to.dyn_into::<web_sys::Node>().ok());
            let stays = menu
                .get()
                .is_some_and(|menu| menu.contains(goes_to.as_ref()));
            if !stays {
                was_left.set(true);
                on_close.emit(());
            }
        })
    };
    let oncontextmenu = Callback::from(|event: MouseEvent| event.prevent_default());
    html! {
        <div
            ref={menu}
            class={classes!("ys-menu", props.class.clone())}
            style={props.style.clone()}
            role="menu"
            tabindex="-1"
            aria-label={props.label.clone()}
            {onkeydown}
            {onfocusout}
            {oncontextmenu}
        >
            { for props.items.iter().map(|item| {
                let onclick = {
                    let (item, on_close) = (item.clone(), props.on_close.clone());
                    Callback::from(move |_: MouseEvent| {
                        if !item.disabled {
                            on_close.emit(());
                            item.on_choose.emit(());
                        }
                    })
                };
                html! {
                    <button
                        type="button"
                        class="ys-menu-item"
                        role="menuitem"
                        tabindex="-1"
                        aria-disabled={item.disabled.then_some("true")}
                        {onclick}
                    >
                        <span class="ys-menu-icon">
                            if let Some(name) = item.icon { <Icon {name} /> }
                        </span>
                        <span class="ys-menu-label">{ item.label.clone() }</span>
                        if let Some(keys) = &item.keys { <kbd>{ keys.clone() }</kbd> }
                    </button>
                }
            }) }
        </div>
    }
}

enum Way {
    First,
    Last,
    Next,
    Previous,
    Letter(String),
}

fn go(menu: &HtmlElement, way: Way) {
    let Ok(found) = menu.query_selector_all("[role=menuitem]") else {
        return;
    };
    let items: Vec<HtmlElement> = (0..found.length())
        .filter_map(|place| found.item(place)?.dyn_into().ok())
        .collect();
    let Some(last) = items.len().checked_sub(1) else {
        return;
    };
    let active = active_element();
    let here = items.iter().position(|item| active.as_ref() == Some(item));
    let to = match way {
        Way::First => 0,
        Way::Last => last,
        Way::Next => here.map_or(0, |here| if here == last { 0 } else { here + 1 }),
        Way::Previous => here.map_or(last, |here| here.checked_sub(1).unwrap_or(last)),
        Way::Letter(letter) => {
            let letter = letter.to_lowercase();
            let from = here.map_or(0, |here| here + 1);
            let mut places = (0..items.len()).map(|step| (from + step) % items.len());
            let begins = |place: &usize| {
                let label = items[*place]
                    .query_selector(".ys-menu-label")
                    .ok()
                    .flatten();
                let text = label
                    .and_then(|label| label.text_content())
                    .unwrap_or_default();
                text.to_lowercase().starts_with(&letter)
            };
            match places.find(begins) {
                Some(place) => place,
                None => return,
            }
        }
    };
    // One that is gone cannot have the focus.
    drop(items[to].focus());
}

/// Puts the menu where it can be seen as a whole.
fn put(menu: &HtmlElement, (x, y): (i32, i32)) {
    let size = menu.get_bounding_client_rect();
    let Some(window) = web_sys::window() else {
        return;
    };
    let side =
        |value: Result<wasm_bindgen::JsValue, _>| value.ok().and_then(|value| value.as_f64());
    let width = side(window.inner_width()).unwrap_or(f64::MAX);
    let height = side(window.inner_height()).unwrap_or(f64::MAX);
    let fit = |at: i32, size: f64, room: f64| f64::from(at).min(room - size - 4.0).max(4.0);
    let style = menu.style();
    // It opens towards the end of the line.
    let x = if is_rtl(menu) {
        x.saturating_sub(size.width() as i32)
    } else {
        x
    };
    let (left, top) = (fit(x, size.width(), width), fit(y, size.height(), height));
    // A place that is refused leaves the menu in the corner.
    drop(style.set_property("left", &format!("{left}px")));
    drop(style.set_property("top", &format!("{top}px")));
}

fn active_element() -> Option<HtmlElement> {
    web_sys::window()?
        .document()?
        .active_element()?
        .dyn_into()
        .ok()
}
