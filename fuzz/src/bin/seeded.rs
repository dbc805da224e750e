//! Feeds a target with its corpus and so many inputs of a seed: `fuzz-seeded TARGET CORPUS SEED INPUTS`.
//!
//! The first input that breaks a promise ends it with a failure, and is printed in base 16.

use std::fmt::Write as _;
use std::fs;
use std::path::Path;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

use yew_sandbox_fuzz::{Decoder, Dispatcher, Http, Mutator, Target, jail};

/// What the target took last.
static LAST: Mutex<Vec<u8>> = Mutex::new(Vec::new());

fn main() -> ExitCode {
    if let Err(error) = jail::enter() {
        eprintln!("bubblewrap does not start: {error}");
        return ExitCode::FAILURE;
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [target, corpus, seed, inputs] = arguments.as_slice() else {
        eprintln!("usage: fuzz-seeded TARGET CORPUS SEED INPUTS");
        return ExitCode::FAILURE;
    };
    let (Ok(seed), Ok(inputs)) = (seed.parse(), inputs.parse()) else {
        eprintln!("the seed and the count of inputs are numbers");
        return ExitCode::FAILURE;
    };
    end_at_a_panic();
    let run = match target.as_str() {
        "decoder" => run::<Decoder>,
        "dispatcher" => run::<Dispatcher>,
        "http" => run::<Http>,
        _ => {
            eprintln!("the targets are decoder, dispatcher and http");
            return ExitCode::FAILURE;
        }
    };
    match run(corpus.as_ref(), seed, inputs) {
        Ok(told) => {
            println!("{told}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("the corpus {corpus} cannot be read: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run<T: Target>(corpus: &Path, seed: u64, inputs: usize) -> std::io::Result<String> {
    let mut files: Vec<_> = fs::read_dir(corpus)?
        .map(|entry| Ok(entry?.path()))
        .collect::<std::io::Result<_>>()?;
    files.sort();
    let kept: Vec<_> = files.iter().map(fs::read).collect::<Result<_, _>>()?;
    let count = kept.len() + inputs;
    let mut mutator = Mutator::new(seed, kept.clone());
    let mut target = T::new();
    let begun = Instant::now();
    let made = (0..inputs).map(|_| mutator.input());
    for input in kept.into_iter().chain(made) {
        LAST.lock()
            .unwrap_or_else(PoisonError::into_inner)
            .clone_from(&input);
        target.take(&input);
    }
    Ok(format!("{count} inputs in {:?}", begun.elapsed()))
}

/// Whichever thread or task panics, and whoever would catch it.
fn end_at_a_panic() {
    let usual = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        usual(panic);
        let mut input = String::new();
        for byte in LAST.lock().unwrap_or_else(PoisonError::into_inner).iter() {
            let _ = write!(input, "{byte:02x}");
        }
        eprintln!("the input was {input}");
        std::process::exit(1);
    }));
}
