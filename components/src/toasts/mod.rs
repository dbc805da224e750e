//! Short messages beside the work.

mod list;
mod notices;
mod words;

use std::rc::Rc;

use gloo_timers::callback::Timeout;
use yew::prelude::*;

pub use list::{Toast, ToastId, ToastKind};
pub use notices::SandboxNotices;
pub use words::ToastsWords;

use self::list::{Change, Shown};
use crate::parts::{Icon, IconButton, IconName};
use crate::style::{StyleSheet, use_style_sheet};

pub(crate) const STYLE: StyleSheet = StyleSheet {
    name: "toasts",
    structure: include_str!("structure.css"),
    css: include_str!("style.css"),
};

/// How long a toast stays that goes by itself, in milliseconds. It waits while it is pointed at or has the focus.
const STAYS: u32 = 6_000;

/// Shows toasts; made by [`use_toasts`].
#[derive(Clone, Debug, PartialEq)]
pub struct ToastsHandle {
    change: Callback<Change>,
    next: Rc<std::cell::Cell<u32>>,
}

impl ToastsHandle {
    /// Shows `toast`.
    pub fn show(&self, toast: Toast) -> ToastId {
        let id = ToastId(self.next.get());
        self.next.set(id.0.wrapping_add(1));
        self.change.emit(Change::Show(id, toast));
        id
    }

    /// Takes a toast away, without telling it.
    pub fn take(&self, id: ToastId) {
        self.change.emit(Change::Take(id));
    }
}

/// Shows toasts in the surrounding [`Toasts`]; outside of one, they go nowhere.
#[hook]
pub fn use_toasts() -> ToastsHandle {
    let given = use_context::<ToastsHandle>();
    let nowhere = use_memo((), |()| ToastsHandle {
        change: Callback::noop(),
        next: Rc::default(),
    });
    given.unwrap_or_else(|| (*nowhere).clone())
}

/// The properties of [`Toasts`].
#[derive(Clone, Debug, PartialEq, Properties)]
pub struct ToastsProps {
    /// Draws a toast's icon and sentence in place of those that are built in. Its buttons stay.
    #[prop_or_default]
    pub toast: Option<Callback<Toast, Html>>,

    /// Classes that are added to the list.
    #[prop_or_default]
    pub class: Classes,

    /// Inline style of the list.
    #[prop_or_default]
    pub style: Option<AttrValue>,

    /// What may show toasts.
    #[prop_or_default]
    pub children: Html,
}

/// The place where [`use_toasts`] of everything inside shows its toasts: at most 5, over the lower end of the page.
///
/// The list is a live region; errors are told at once. A toast goes after 6 seconds, unless it is pointed at, has the
/// focus, is an error or offers an action. Stable class names: `ys-toasts`, `ys-toast` with `data-kind`.
#[component]
pub fn Toasts(props: &ToastsProps) -> Html {
    let ui = use_style_sheet(&STYLE);
    let shown = use_reducer_eq(Shown::default);
    let handle = {
        let dispatcher = shown.dispatcher();
        use_memo((), move |()| ToastsHandle {
            change: Callback::from(move |change| dispatcher.dispatch(change)),
            next: Rc::default(),
        })
    };
    html! {
        <ContextProvider<ToastsHandle> context={(*handle).clone()}>
            { props.children.clone() }
            <section
                class={classes!("ys-toasts", props.class.clone())}
                style={props.style.clone()}
                aria-label={ui.words.toasts.region.clone()}
                aria-live="polite"
                aria-relevant="additions"
            >
                { for shown.toasts.iter().map(|(id, toast)| html! {
                    <Item key={id.0} id={*id} toast={toast.clone()} draw={props.toast.clone()} handle={(*handle).clone()}
                        dismiss={ui.words.toasts.dismiss.clone()} />
                }) }
            </section>
        </ContextProvider<ToastsHandle>>
    }
}

#[derive(Clone, PartialEq, Properties)]
struct ItemProps {
    id: ToastId,
    toast: Toast,
    draw: Option<Callback<Toast, Html>>,
    handle: ToastsHandle,
    dismiss: AttrValue,
}

#[component]
fn Item(props: &ItemProps) -> Html {
    let held = use_state(|| false);
    let take = {
        let (id, handle) = (props.id, props.handle.clone());
        Callback::from(move |()| handle.take(id))
    };
    let dismiss = {
        let (take, told) = (take.clone(), props.toast.on_dismiss.clone());
        Callback::from(move |()| {
            take.emit(());
            told.emit(());
        })
    };
    {
        let dismiss = dismiss.clone();
        let waits = *held || props.toast.lasts();
        use_effect_with((waits, props.id), move |(waits, _)| {
            let timer = (!waits).then(|| Timeout::new(STAYS, move || dismiss.emit(())));
            move || drop(timer)
        });
    }
    let hold = {
        let held = held.clone();
        move |value: bool| held.set(value)
    };
    let (in_, out) = (hold.clone(), hold.clone());
    let (focus, blur) = (hold.clone(), hold);
    let toast = &props.toast;
    let icon = match toast.kind {
        ToastKind::Info => IconName::Info,
        ToastKind::Success => IconName::Check,
        ToastKind::Warning => IconName::Warning,
        ToastKind::Error => IconName::Error,
    };
    html! {
        <div
            class="ys-toast"
            data-kind={toast.kind.name()}
            role={(toast.kind == ToastKind::Error).then_some("alert")}
            onmouseenter={move |_| in_(true)}
            onmouseleave={move |_| out(false)}
            onfocusin={move |_| focus(true)}
            onfocusout={move |_| blur(false)}
        >
            if let Some(draw) = &props.draw {
                <div class="ys-toast-own">{ draw.emit(toast.clone()) }</div>
            } else {
                <Icon name={icon} />
                <p class="ys-toast-text">{ toast.text.clone() }</p>
            }
            if !toast.actions.is_empty() {
                <div class="ys-toast-actions">
                    { for toast.actions.iter().map(|(label, action)| {
                        let (take, action) = (take.clone(), action.clone());
                        let onclick = move |_| {
                            take.emit(());
                            action.emit(());
                        };
                        html! { <button type="button" class="ys-button" {onclick}>{ label.clone() }</button> }
                    }) }
                </div>
            }
            <IconButton
                icon={IconName::Close}
                label={props.dismiss.clone()}
                onclick={move |_| dismiss.emit(())}
            />
        </div>
    }
}
