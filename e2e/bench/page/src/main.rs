//! Our side of the benchmark, in a page. Natively there is nothing to run.

#[cfg(target_arch = "wasm32")]
mod faults;
#[cfg(target_arch = "wasm32")]
mod rows;

fn main() {}
