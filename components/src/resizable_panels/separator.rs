//! The line between two panels.

use web_sys::wasm_bindgen::JsCast;
use web_sys::{Element, HtmlElement, PointerEvent};
use yew::prelude::*;

use super::Axis;

/// How far an arrow key moves a line, in percent; with Shift, five times as far.
const STEP: f64 = 2.0;

#[derive(Clone, PartialEq, Properties)]
pub(super) struct SeparatorProps {
    pub(super) axis: Axis,
    pub(super) label: AttrValue,
    pub(super) value: f64,
    pub(super) min: f64,
    pub(super) max: f64,
    pub(super) container: NodeRef,
    pub(super) is_hidden: bool,
    /// By how many percent of the container it was moved, towards the end.
    pub(super) on_move: Callback<f64>,
    pub(super) on_toggle: Option<Callback<()>>,
}

#[component]
pub(super) fn Separator(props: &SeparatorProps) -> Html {
    // Where the pointer was when the line last moved.
    let last = use_mut_ref(|| None::<f64>);

    let onpointerdown = {
        let (last, axis) = (last.clone(), props.axis);
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some(line) = target(&event) {
                // A pointer that is gone again cannot be captured; there is nothing to drag then.
                if line.set_pointer_capture(event.pointer_id()).is_ok() {
                    *last.borrow_mut() = Some(place(&event, axis));
                }
            }
        })
    };
    // Where the line lies over something that can be dragged or selected, the browser would begin with that and take the pointer away.
    let onmousedown = Callback::from(|event: MouseEvent| {
        event.prevent_default();
        let line = event.target_dyn_into::<HtmlElement>();
        if let Some(line) = line.filter(|_| event.button() == 0) {
            // The line is on the page, and takes the focus as a press would give it.
            drop(line.focus());
        }
    });
    let onpointermove = {
        let (last, axis, container) = (last.clone(), props.axis, props.container.clone());
        let on_move = props.on_move.clone();
        Callback::from(move |event: PointerEvent| {
            let Some(before) = *last.borrow() else { return };
            let Some(container) = container.cast::<Element>() else {
                return;
            };
            let now = place(&event, axis);
            let whole = length(&container, axis);
            if whole > 0.0 && now != before {
                *last.borrow_mut() = Some(now);
                on_move.emit((now - before) / whole * 100.0 * sign(&container, axis));
            }
        })
    };
    let onpointerup = Callback::from(move |_: PointerEvent| *last.borrow_mut() = None);
    let onkeydown = {
        let (axis, container) = (props.axis, props.container.clone());
        let (on_move, on_toggle) = (props.on_move.clone(), props.on_toggle.clone());
        Callback::from(move |event: KeyboardEvent| {
            let step = if event.shift_key() { STEP * 5.0 } else { STEP };
            let sign = container
                .cast::<Element>()
                .map_or(1.0, |container| sign(&container, axis));
            let delta = match (event.key().as_str(), axis) {
                ("ArrowLeft", Axis::Row) => -step * sign,
                ("ArrowRight", Axis::Row) => step * sign,
                ("ArrowUp", Axis::Column) => -step,
                ("ArrowDown", Axis::Column) => step,
                ("Home", _) => -100.0,
                ("End", _) => 100.0,
                ("Enter", _) => {
                    if let Some(on_toggle) = &on_toggle {
                        event.prevent_default();
                        on_toggle.emit(());
                    }
                    return;
                }
                _ => return,
            };
            event.prevent_default();
            on_move.emit(delta);
        })
    };
    let ondblclick = {
        let on_toggle = props.on_toggle.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(on_toggle) = &on_toggle {
                on_toggle.emit(());
            }
        })
    };

    html! {
        <div
            class="ys-resizable-line"
            role="separator"
            tabindex="0"
            hidden={props.is_hidden}
            // A line between columns stands upright.
            aria-orientation={match props.axis { Axis::Row => "vertical", Axis::Column => "horizontal" }}
            aria-label={props.label.clone()}
            aria-valuenow={format!("{:.0}", props.value)}
            aria-valuemin={format!("{:.0}", if props.on_toggle.is_some() { 0.0 } else { props.min })}
            aria-valuemax={format!("{:.0}", props.max)}
            data-axis={props.axis.name()}
            {onpointerdown}
            {onmousedown}
            {onpointermove}
            onpointerup={onpointerup.clone()}
            onpointercancel={onpointerup}
            {onkeydown}
            {ondblclick}
        />
    }
}

/// The line itself: nothing is in it, and Yew's `current_target` is the app's root, where a captured pointer would move nothing.
fn target(event: &PointerEvent) -> Option<Element> {
    event.target()?.dyn_into().ok()
}

fn place(event: &PointerEvent, axis: Axis) -> f64 {
    match axis {
        Axis::Row => f64::from(event.client_x()),
        Axis::Column => f64::from(event.client_y()),
    }
}

fn length(container: &Element, axis: Axis) -> f64 {
    let bounds = container.get_bounding_client_rect();
    match axis {
        Axis::Row => bounds.width(),
        Axis::Column => bounds.height(),
    }
}

/// -1 where a row runs from right to left.
fn sign(container: &Element, axis: Axis) -> f64 {
    let rtl = web_sys::window()
        .and_then(|window| window.get_computed_style(container).ok().flatten())
        .and_then(|style| style.get_property_value("direction").ok())
        .is_some_and(|direction| direction == "rtl");
    if axis == Axis::Row && rtl { -1.0 } else { 1.0 }
}
