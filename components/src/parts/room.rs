//! How much room an element has.

use wasm_bindgen::prelude::*;
use web_sys::{Element, ResizeObserver};
use yew::prelude::*;

/// What `read` makes of the width and the height of an element in CSS pixels, now and whenever they change; `None` before they were
/// measured. Where `read` gives `None`, the value stays. What is not shown has no width and no height.
#[hook]
pub(crate) fn use_room<T>(
    element: &NodeRef,
    read: impl Fn(f64, f64) -> Option<T> + 'static,
) -> Option<T>
where
    T: Clone + PartialEq + 'static,
{
    let room = use_state_eq(|| None);
    let (element, set) = (element.clone(), room.setter());
    use_effect_with((), move |()| {
        let element = element.cast::<Element>();
        let look = {
            let element = element.clone();
            move || {
                let bounds = element.as_ref().map(Element::get_bounding_client_rect);
                let value = bounds.and_then(|bounds| read(bounds.width(), bounds.height()));
                if value.is_some() {
                    set.set(value);
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
    (*room).clone()
}
