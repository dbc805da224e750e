//! The page's stack.

fn main() {
    let target = std::env::var("CARGO_CFG_TARGET_ARCH");
    if target.is_ok_and(|target| target == "wasm32") {
        // A client and what it is asked for need a part of the 1 MiB that the linker sets aside.
        println!("cargo::rustc-link-arg-bins=-zstack-size=262144");
    }
    println!("cargo::rerun-if-changed=build.rs");
}
