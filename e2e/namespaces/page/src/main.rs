//! Every namespace of our client, in a page, on a real server. Natively there is nothing to run.

#[cfg(target_arch = "wasm32")]
mod cases;
#[cfg(target_arch = "wasm32")]
mod check;

fn main() {}
