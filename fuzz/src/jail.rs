//! A place where what is fed can break nothing: agents run programs, and inputs name them.

use std::env;
use std::io;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

/// Set inside.
const INSIDE: &str = "YEW_SANDBOX_FUZZ_INSIDE";
/// The one folder inside that can be written, in memory.
pub const SCRATCH: &str = "/dev/shm";

/// Starts this process anew inside, with its arguments; inside it returns.
///
/// Inside, all files are there for reading, except [`SCRATCH`] and the folder that the variable
/// `YEW_SANDBOX_FUZZ_KEEP` names. There is no network and no other process, and `bash` is `cat`: it echoes on a terminal, and runs
/// nothing.
///
/// # Errors
/// Bubblewrap cannot be started.
pub fn enter() -> io::Result<()> {
    if env::var_os(INSIDE).is_some() {
        return Ok(());
    }
    let mut command = Command::new("bwrap");
    command
        .args(["--unshare-all", "--die-with-parent"])
        .args(["--ro-bind", "/", "/", "--proc", "/proc", "--dev", "/dev"])
        .args(["--size", "1073741824", "--tmpfs", SCRATCH])
        .args(["--ro-bind", "/usr/bin/cat", "/usr/bin/bash"])
        .args(["--setenv", "TMPDIR", SCRATCH, "--setenv", INSIDE, "1"]);
    if let Some(keep) = env::var_os("YEW_SANDBOX_FUZZ_KEEP") {
        command.arg("--bind").arg(&keep).arg(&keep);
    }
    command.arg("--").arg(env::current_exe()?);
    Err(command.args(env::args_os().skip(1)).exec())
}

/// Whether this process is inside.
pub fn is_inside() -> bool {
    env::var_os(INSIDE).is_some() && Path::new(SCRATCH).is_dir()
}
