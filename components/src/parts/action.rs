//! Operations that a press of a button begins.

use std::cell::Cell;
use std::future::Future;
use std::rc::Rc;

use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;
use yew_sandbox::Error;

/// What became of the operations of [`use_action`].
#[derive(Clone, Debug)]
pub(crate) struct Action {
    /// Whether one is under way.
    pub(crate) busy: bool,
    /// Why the last one failed.
    pub(crate) error: Option<Rc<Error>>,
    shown: UseStateSetter<(bool, Option<Rc<Error>>)>,
    newest: Rc<Cell<u32>>,
    is_there: Rc<Cell<bool>>,
}

impl Action {
    /// Begins an operation. Only the newest one counts for `busy` and `error`.
    pub(crate) fn run(&self, operation: impl Future<Output = Result<(), Error>> + 'static) {
        let number = self.newest.get().wrapping_add(1);
        self.newest.set(number);
        self.shown.set((true, None));
        let (shown, newest) = (self.shown.clone(), Rc::clone(&self.newest));
        let is_there = Rc::clone(&self.is_there);
        spawn_local(async move {
            let error = operation.await.err().map(Rc::new);
            if is_there.get() && newest.get() == number {
                shown.set((false, error));
            }
        });
    }
}

/// Runs operations and tells what became of them, for as long as the component is there.
#[hook]
pub(crate) fn use_action() -> Action {
    let shown = use_state(|| (false, None));
    let newest = use_memo((), |()| Rc::new(Cell::new(0)));
    let is_there = use_memo((), |()| Rc::new(Cell::new(true)));
    {
        let is_there = Rc::clone(&is_there);
        use_effect_with((), move |()| move || is_there.set(false));
    }
    Action {
        busy: shown.0,
        error: shown.1.clone(),
        shown: shown.setter(),
        newest: Rc::clone(&newest),
        is_there: Rc::clone(&is_there),
    }
}
