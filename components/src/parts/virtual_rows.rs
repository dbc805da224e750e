//! Long lists of rows of one height, of which only those in sight are drawn.

use std::ops::Range;

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::prelude::*;
use web_sys::{Event, HtmlElement, Node, ResizeObserver, Window};
use yew::prelude::*;

/// Rows above and below what is in sight; the range moves by half as many at once.
const MORE: usize = 8;
/// What a row is taken for until one was measured, in CSS pixels.
const GUESS: f64 = 28.0;
/// What a list is taken for until it was measured, in CSS pixels.
const GUESSED_SIGHT: f64 = 600.0;

/// What [`use_virtual_rows`] gives.
#[derive(Clone)]
pub(crate) struct VirtualRows {
    /// The rows to draw.
    pub(crate) range: Range<usize>,
    /// The height of all rows, in CSS pixels.
    pub(crate) height: f64,
    /// Where the first row to draw begins, in CSS pixels.
    pub(crate) before: f64,
    /// How many rows are in sight.
    pub(crate) page: usize,
    /// Most rows that are drawn at a time: a row's place modulo this tells rows that are drawn at the same time apart.
    pub(crate) slots: usize,
    row: f64,
    scroller: NodeRef,
    look: Callback<()>,
}

impl VirtualRows {
    /// Scrolls as little as brings a row into sight.
    pub(crate) fn reveal(&self, place: usize) {
        let Some(scroller) = self.scroller.cast::<HtmlElement>() else {
            return;
        };
        let top = self.row * place as f64;
        let (from, sight) = (
            f64::from(scroller.scroll_top()),
            f64::from(scroller.client_height()),
        );
        let by = hidden_by(top - from, self.row, sight);
        if by != 0.0 {
            scroller.set_scroll_top((from + by).round() as i32);
        }
        // The page follows whoever uses the keyboard. A row that is shown for another reason leaves it where it is.
        let has_focus = scroller.matches(":focus-within").unwrap_or(false);
        if let Some((window, height)) = window().filter(|_| has_focus) {
            let at = scroller.get_bounding_client_rect().top() + top;
            let at = at - f64::from(scroller.scroll_top());
            let by = hidden_by(at, self.row, height);
            if by != 0.0 {
                window.scroll_by_with_x_and_y(0.0, by);
            }
        }
        self.look.emit(());
    }
}

/// By how much what is at a place, and is so long, is out of sight: less than 0 before it, more than 0 behind it.
pub(super) fn hidden_by(at: f64, length: f64, sight: f64) -> f64 {
    if at < 0.0 {
        at
    } else {
        (at + length - sight).max(0.0)
    }
}

/// Draws rows in the element of `scroller`: its first descendant with `data-row` tells how high they all are.
#[hook]
pub(crate) fn use_virtual_rows(scroller: &NodeRef, count: usize) -> VirtualRows {
    // The first row in sight, in steps; how many are in sight; how high a row is.
    let seen = use_state_eq(|| (0_usize, GUESSED_SIGHT, GUESS));
    let look = {
        let (seen, scroller) = (seen.setter(), scroller.clone());
        use_callback((), move |(), ()| {
            if let Some(measured) = measure(&scroller) {
                seen.set(measured);
            }
        })
    };
    {
        let (scroller, look) = (scroller.clone(), look.clone());
        use_effect_with(count == 0, move |_| {
            look.emit(());
            let listeners = listen(&scroller, &look);
            let on_resize = Closure::<dyn Fn()>::new(move || look.emit(()));
            let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, scroller.cast::<HtmlElement>()) {
                observer.observe(&element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop(listeners);
                drop(on_resize);
            }
        });
    }
    let (first, sight, row) = *seen;
    let page = (sight / row).ceil().max(1.0) as usize;
    let start = first.saturating_sub(MORE).min(count.saturating_sub(page));
    let end = (first + page + 2 * MORE).min(count);
    VirtualRows {
        range: start..end,
        height: row * count as f64,
        before: row * start as f64,
        page,
        slots: page + 3 * MORE,
        row,
        scroller: scroller.clone(),
        look,
    }
}

/// Looks again when the element scrolls, or anything that it lies in, and when the window has another height.
fn listen(scroller: &NodeRef, look: &Callback<()>) -> Option<[EventListener; 2]> {
    let window = web_sys::window()?;
    let on_scroll = {
        let (scroller, look) = (scroller.clone(), look.clone());
        move |event: &Event| {
            let scrolled = event.target().and_then(|it| it.dyn_into::<Node>().ok());
            if scrolled.is_some_and(|it| it.contains(scroller.get().as_ref())) {
                look.emit(());
            }
        }
    };
    let look = look.clone();
    Some([
        // Scrolling does not bubble; it is caught on its way down.
        EventListener::new_with_options(
            &window,
            "scroll",
            EventListenerOptions::run_in_capture_phase(),
            on_scroll,
        ),
        EventListener::new(&window, "resize", move |_| look.emit(())),
    ])
}

fn measure(scroller: &NodeRef) -> Option<(usize, f64, f64)> {
    let scroller = scroller.cast::<HtmlElement>()?;
    let row = scroller.query_selector("[data-row]").ok()?;
    let row = row.map_or(GUESS, |row| row.get_bounding_client_rect().height());
    // One that is not shown has no height.
    let row = if row >= 1.0 { row } else { GUESS };
    // Where nothing bounds its height it is as high as all its rows, and only the window tells which of them are in sight.
    let above = (-scroller.get_bounding_client_rect().top()).max(0.0);
    let most = window().map_or(GUESSED_SIGHT, |(_, height)| height);
    let sight = f64::from(scroller.client_height()).min(most);
    let first = ((f64::from(scroller.scroll_top()) + above) / row).max(0.0) as usize;
    Some((first - first % (MORE / 2), sight, row))
}

/// The window and its height in CSS pixels.
fn window() -> Option<(Window, f64)> {
    let window = web_sys::window()?;
    let height = window.inner_height().ok()?.as_f64()?;
    Some((window, height))
}
