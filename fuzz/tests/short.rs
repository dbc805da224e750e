//! The short run of each target: its corpus, and inputs of a seed, in a jail.
#![allow(clippy::unwrap_used)]

use std::path::Path;
use std::process::Command;

fn holds(target: &str, inputs: usize) {
    let corpus = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("corpus")
        .join(target);
    let run = Command::new(env!("CARGO_BIN_EXE_fuzz-seeded"))
        .arg(target)
        .arg(corpus)
        .args(["1", &inputs.to_string()])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    let complaint = String::from_utf8_lossy(&run.stderr);
    assert!(run.status.success(), "{told}\n{complaint}");
    assert!(told.contains("inputs in"), "{told}");
}

#[test]
fn the_decoder_survives_a_short_run() {
    holds("decoder", 20_000);
}

#[test]
fn an_agent_survives_a_short_run() {
    holds("dispatcher", 1_000);
}

#[test]
fn the_http_surface_survives_a_short_run() {
    holds("http", 5_000);
}
