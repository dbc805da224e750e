//! Callbacks that stay the same.

use std::rc::Rc;

use yew::prelude::*;

/// A callback that is always the same one, and does what the last render says: whoever is given it renders again for other reasons only.
/// It is for what happens later, not for what is called while something is drawn.
#[hook]
pub(crate) fn use_steady<T: 'static>(act: impl Fn(T) + 'static) -> Callback<T> {
    let newest = use_mut_ref(|| None::<Rc<dyn Fn(T)>>);
    newest.replace(Some(Rc::new(act)));
    use_callback((), move |value, ()| {
        // What it does may draw anew, and replace it.
        let newest = newest.borrow().clone();
        if let Some(act) = newest {
            act(value);
        }
    })
}
