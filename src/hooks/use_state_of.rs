//! A state that belongs to something.

use yew::prelude::*;

/// Sets the state of [`use_state_of`] for what it was made for.
pub(crate) struct SetStateOf<O, T> {
    of: O,
    set: UseStateSetter<Option<(O, T)>>,
}

impl<O: Clone + PartialEq, T: PartialEq> SetStateOf<O, T> {
    pub(crate) fn set(&self, value: T) {
        self.set.set(Some((self.of.clone(), value)));
    }
}

/// The state of `of`. For another one it is the default again, in the same render: what belongs to a file is never given for the next.
#[hook]
pub(crate) fn use_state_of<O, T>(of: O) -> (T, SetStateOf<O, T>)
where
    O: Clone + PartialEq + 'static,
    T: Clone + Default + PartialEq + 'static,
{
    let state = use_state_eq(|| None::<(O, T)>);
    let value = match &*state {
        Some((known, value)) if *known == of => value.clone(),
        _ => T::default(),
    };
    let set = state.setter();
    (value, SetStateOf { of, set })
}
