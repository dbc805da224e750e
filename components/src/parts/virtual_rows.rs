//! Long lists of rows of one height, of which only those in sight are drawn.

use std::ops::Range;

use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ResizeObserver};
use yew::prelude::*;

/// Rows above and below what is in sight; the range moves by half as many at once.
const MORE: usize = 16;
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
    row: f64,
    scroller: NodeRef,
    look: Callback<()>,
}

impl VirtualRows {
    /// For the `onscroll` of the element that scrolls.
    pub(crate) fn onscroll(&self) -> Callback<Event> {
        self.look.reform(|_| ())
    }

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
        let to = if top < from {
            top
        } else if top + self.row > from + sight {
            top + self.row - sight
        } else {
            return;
        };
        scroller.set_scroll_top(to.round() as i32);
        self.look.emit(());
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
            let on_resize = Closure::<dyn Fn()>::new(move || look.emit(()));
            let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, scroller.cast::<HtmlElement>()) {
                observer.observe(&element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
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
        row,
        scroller: scroller.clone(),
        look,
    }
}

fn measure(scroller: &NodeRef) -> Option<(usize, f64, f64)> {
    let scroller = scroller.cast::<HtmlElement>()?;
    let row = scroller.query_selector("[data-row]").ok()?;
    let row = row.map_or(GUESS, |row| row.get_bounding_client_rect().height());
    // One that is not shown has no height.
    let row = if row >= 1.0 { row } else { GUESS };
    let first = (f64::from(scroller.scroll_top()) / row).max(0.0) as usize;
    let sight = f64::from(scroller.client_height());
    Some((first - first % (MORE / 2), sight, row))
}
