//! `cargo xtask fuzz`: the long runs, guided by what code an input reaches.

use std::fs;
use std::process::Command;

use anyhow::{Context, Result};

use crate::paths;
use crate::process::run;
use crate::progress::title;

/// Something that takes hostile bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Target {
    /// The protocol's decoder.
    Decoder,
    /// An agent that runs.
    Dispatcher,
    /// The server's HTTP surface.
    Http,
}

impl Target {
    pub(crate) const ALL: [Self; 3] = [Self::Decoder, Self::Dispatcher, Self::Http];

    /// The name on the command line.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Decoder => "decoder",
            Self::Dispatcher => "dispatcher",
            Self::Http => "http",
        }
    }

    /// How many inputs a run has where nobody says another number.
    fn inputs(self) -> u64 {
        match self {
            Self::Decoder => 10_000_000,
            Self::Dispatcher | Self::Http => 1_000_000,
        }
    }
}

/// Options of `fuzz`.
#[derive(Debug, Default)]
pub(crate) struct FuzzOptions {
    /// The targets to run, never empty.
    pub(crate) targets: Vec<Target>,
    /// How many inputs each; none: the target's own number.
    pub(crate) inputs: Option<u64>,
}

/// Builds the programs and runs them, one after the other. What they learn, and what breaks a promise, stays in
/// `target/fuzz-runs/TARGET`; the latter belongs into `fuzz/corpus/TARGET` with its repair.
///
/// # Errors
/// A build fails, or an input breaks a promise.
pub(crate) fn fuzz(options: &FuzzOptions) -> Result<()> {
    let source = paths::root().join("fuzz");
    title("Building what is fuzzed");
    let mut build = Command::new("cargo");
    build
        .args(["build", "--locked", "--package", "yew-sandbox-fuzz"])
        .args(["--profile", "fuzz", "--features", "libfuzzer"])
        .env("RUSTC_WORKSPACE_WRAPPER", source.join("rustc.sh"))
        .current_dir(paths::root());
    for target in &options.targets {
        build.arg("--bin").arg(format!("fuzz-{}", target.name()));
    }
    run(&mut build)?;
    for target in &options.targets {
        let name = target.name();
        title(&format!("Fuzzing: {name}"));
        let keep = paths::target().join("fuzz-runs").join(name);
        let learnt = keep.join("corpus");
        fs::create_dir_all(&learnt)
            .with_context(|| format!("{} cannot be made", learnt.display()))?;
        let inputs = options.inputs.unwrap_or_else(|| target.inputs());
        let program = paths::target().join("fuzz").join(format!("fuzz-{name}"));
        run(Command::new(program)
            .arg(&learnt)
            .arg(source.join("corpus").join(name))
            .arg(format!("-runs={inputs}"))
            .arg(format!("-dict={}", source.join("words.dict").display()))
            .arg(format!("-artifact_prefix={}/found-", keep.display()))
            // An input is small; the longest that an answer may take is less than half a minute.
            .args(["-max_len=4096", "-timeout=30", "-print_final_stats=1"])
            .env("YEW_SANDBOX_FUZZ_KEEP", &keep))?;
    }
    Ok(())
}
