//! `cargo xtask fuzz dispatcher`

#![no_main]

use std::cell::RefCell;

use libfuzzer_sys::fuzz_target;
use yew_sandbox_fuzz::{Dispatcher, Target, jail};

thread_local! {
    static TARGET: RefCell<Dispatcher> = RefCell::new(Target::new());
}

fuzz_target!(
    init: {
        if let Err(error) = jail::enter() {
            panic!("bubblewrap does not start: {error}");
        }
    },
    |input: &[u8]| TARGET.with_borrow_mut(|target| target.take(input))
);
