//! The one way in which a hook reads a value of the client.

use yew::prelude::*;
use yew_sandbox_client::{MaybeSend, Watch};

use crate::platform::subscribe;

/// The value of `watch`. The component renders again when that value changes, and for nothing else.
#[hook]
pub(crate) fn use_watch<T>(watch: &Watch<T>) -> T
where
    T: Clone + PartialEq + MaybeSend + 'static,
{
    let value = watch.get();
    let update = use_force_update();
    let shown = use_mut_ref(|| None);
    *shown.borrow_mut() = Some(value.clone());
    use_effect_with(watch.clone(), move |watch| {
        let subscription = {
            let update = update.clone();
            let shown = shown.clone();
            subscribe(watch, move |value| {
                if shown.borrow().as_ref() != Some(value) {
                    update.force_update();
                }
            })
        };
        // Between the render and this effect the value may have changed already.
        if shown.borrow().as_ref() != Some(&watch.get()) {
            update.force_update();
        }
        move || drop(subscription)
    });
    value
}
