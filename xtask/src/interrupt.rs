//! Ctrl-C and a polite kill end all that was started, not only this process.

use std::process;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM};
use signal_hook::iterator::Signals;

use crate::process::groups;

/// What a shell reports of a command that Ctrl-C ended.
pub(crate) const EXIT_CODE: u8 = 130;

/// How long children have to end by themselves.
const GRACE: Duration = Duration::from_secs(10);

static INTERRUPTED: AtomicBool = AtomicBool::new(false);

/// Whether somebody asked this run to end.
pub(crate) fn was_interrupted() -> bool {
    INTERRUPTED.load(Ordering::SeqCst)
}

/// Listens from now on. The first signal asks all children to end, so that whoever waits for one goes on and fails;
/// a second signal, or the grace period's end, kills them.
///
/// # Errors
/// The system refuses the handlers.
pub(crate) fn install() -> Result<()> {
    let mut signals =
        Signals::new([SIGINT, SIGTERM, SIGHUP]).context("listening for Ctrl-C failed")?;
    thread::spawn(move || {
        let mut arrivals = signals.forever();
        arrivals.next();
        INTERRUPTED.store(true, Ordering::SeqCst);
        groups::ask_all_to_end();
        thread::spawn(|| {
            thread::sleep(GRACE);
            give_up();
        });
        arrivals.next();
        give_up();
    });
    Ok(())
}

fn give_up() -> ! {
    groups::kill_all();
    process::exit(EXIT_CODE.into());
}
