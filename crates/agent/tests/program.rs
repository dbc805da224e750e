//! The program on its own command line.

#![allow(clippy::unwrap_used, reason = "a test fails by panicking")]

use std::process::{Command, Output, Stdio};

use yew_sandbox_agent::VERSION;

fn run(arguments: &[&str]) -> Output {
    let mut program = Command::new(env!("CARGO_BIN_EXE_yew-sandbox-agent"));
    program.args(arguments).stdin(Stdio::null());
    program.output().unwrap()
}

#[test]
fn it_tells_its_version() {
    // A server asks the second way: its own program is an agent in that mode only.
    for arguments in [&["--version"][..], &["agent", "--version"]] {
        let output = run(arguments);
        assert!(output.status.success());
        let said = String::from_utf8(output.stdout).unwrap();
        assert_eq!(said, format!("yew-sandbox-agent {VERSION}\n"));
    }
}

/// Without its arguments, with one that it does not know, and with an input that is no link.
#[test]
fn what_makes_no_agent_says_how_to_start_one() {
    for arguments in [
        &[][..],
        &["agent"],
        &["agent", "--root", "/", "--speed", "3"],
        &["agent", "--root", "/"],
    ] {
        let output = run(arguments);
        assert!(!output.status.success(), "{arguments:?}");
        let said = String::from_utf8(output.stderr).unwrap();
        assert!(said.starts_with("error: "), "{said}");
        assert!(
            said.contains("Start the agent through the server"),
            "{said}"
        );
    }
}
