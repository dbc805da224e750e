//! Project commands. `cargo xtask` lists them.

mod arguments;
mod bench;
mod book;
mod build;
mod debian;
mod demo;
mod dev;
mod fuzz;
mod interrupt;
mod mend;
mod npm;
mod optimize;
mod package;
mod paths;
mod pictures;
mod process;
mod progress;
mod semver;
mod server;
mod setup;
mod sizes;
mod test;
mod tools;

use std::process::ExitCode;

use arguments::Task;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) if interrupt::was_interrupted() => {
            eprintln!("\nEnded.");
            ExitCode::from(interrupt::EXIT_CODE)
        }
        Err(error) => {
            eprintln!("\nerror: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> anyhow::Result<()> {
    let task = arguments::parse()?;
    interrupt::install()?;
    match task {
        Task::Help => {
            print!("{}", arguments::USAGE);
            Ok(())
        }
        Task::Setup(purpose) => setup::setup(purpose),
        Task::Build => build::build_from_scratch(),
        Task::Demo(options) => demo::demo(&options),
        Task::Dev(options) => dev::dev(&options),
        Task::Test(options) => test::test(&options),
        Task::Bench(options) => bench::bench(&options),
        Task::Package => package::package(),
        Task::Pictures => pictures::pictures(),
        Task::Book => book::book(),
        Task::Semver(revision) => semver::semver(revision.as_deref()),
        Task::Fuzz(options) => fuzz::fuzz(&options),
    }
}
