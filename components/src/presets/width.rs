//! How much room there is.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// Whether an element is narrower than `limit` CSS pixels. It is taken for wide until it was measured.
#[hook]
pub(super) fn use_narrow(element: &NodeRef, limit: f64) -> bool {
    let narrow = use_state_eq(|| false);
    let (element, set) = (element.clone(), narrow.setter());
    use_effect_with((), move |()| {
        let element = element.cast::<Element>();
        let look = {
            let element = element.clone();
            move || {
                let width = element
                    .as_ref()
                    .map(|element| element.get_bounding_client_rect().width());
                // What is not shown has no width.
                if let Some(width) = width.filter(|width| *width > 0.0) {
                    set.set(width < limit);
                }
            }
        };
        look();
        let on_resize = Closure::<dyn Fn()>::new(look);
        let observer = ResizeObserver::new(on_resize.as_ref().unchecked_ref()).ok();
        if let (Some(observer), Some(element)) = (&observer, &element) {
            observer.observe(element);
        }
        move || {
            if let Some(observer) = observer {
                observer.disconnect();
            }
            drop(on_resize);
        }
    });
    *narrow
}
