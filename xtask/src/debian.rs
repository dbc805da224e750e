//! Programs that come as Debian packages.

use std::path::Path;
use std::process::Command;

use anyhow::{Result, bail};
use rustix::process::geteuid;

use crate::paths::find_program;
use crate::progress::{note, run_quietly};
use crate::setup::Purpose;
use crate::tools;

/// The browser that WebKitGTK's driver starts.
pub(crate) fn mini_browser() -> String {
    let architecture = std::env::consts::ARCH;
    format!("/usr/lib/{architecture}-linux-gnu/webkit2gtk-4.1/MiniBrowser")
}

/// A package, and the program that shows that it is there.
struct Package {
    name: &'static str,
    program: &'static str,
    purpose: Purpose,
}

const PACKAGES: &[Package] = &[
    package("bubblewrap", "bwrap", Purpose::Demo),
    package("git", "git", Purpose::Demo),
    package("unzip", "unzip", Purpose::Test),
    package("vim-tiny", "vi", Purpose::Test),
    package("nodejs", "node", Purpose::Demo),
    package("npm", "npm", Purpose::Demo),
    package("chromium", "chromium", Purpose::Test),
    package("chromium-driver", "chromedriver", Purpose::Test),
    package("firefox-esr", "firefox-esr", Purpose::Test),
    package("webkit2gtk-driver", "WebKitWebDriver", Purpose::Test),
    package("xvfb", "Xvfb", Purpose::Test),
    package("xauth", "xauth", Purpose::Test),
    package("ripgrep", "rg", Purpose::Bench),
];

const fn package(name: &'static str, program: &'static str, purpose: Purpose) -> Package {
    Package {
        name,
        program,
        purpose,
    }
}

/// Installs the packages whose programs are missing.
///
/// # Errors
/// There is no right to install, no `apt-get`, or it fails; the error holds the command to run.
pub(crate) fn install(purpose: Purpose) -> Result<()> {
    if missing(purpose).is_empty() {
        note("Debian packages: there");
        return Ok(());
    }
    // apt-get does not wait for another one's list of packages.
    let _lock = tools::lock()?;
    let missing = missing(purpose);
    if missing.is_empty() {
        note("Debian packages: there");
        return Ok(());
    }
    let list = missing.join(" ");
    let by_hand = format!("apt-get update && apt-get install --yes --no-install-recommends {list}");
    if find_program("apt-get").is_none() {
        bail!("install what these Debian packages hold, then try again: {list}");
    }
    let Some(prefix) = administrator() else {
        bail!(
            "these Debian packages are missing, and this user may not install them: {list}\n\
             Run this, then try again:\n\n  sudo sh -c '{by_hand}'\n"
        );
    };
    let updated = run_quietly(
        "Updating the list of Debian packages",
        &mut apt_get(prefix, &["update"]),
    );
    // The system may be at it itself, and the list that it has may do.
    if let Err(error) = &updated {
        note(&format!("going on with the list that is there: {error:#}"));
    }
    let mut arguments = vec!["install", "--yes", "--no-install-recommends"];
    arguments.extend(&missing);
    run_quietly(
        &format!("Installing the Debian packages {list}"),
        &mut apt_get(prefix, &arguments),
    )
}

/// The packages whose programs are missing.
fn missing(purpose: Purpose) -> Vec<&'static str> {
    let wanted = PACKAGES.iter().filter(|package| package.purpose <= purpose);
    let missing = wanted.filter(|package| find_program(package.program).is_none());
    missing.map(|package| package.name).collect()
}

/// What to put in front of a command that needs root; none where there is no way without a password.
fn administrator() -> Option<&'static [&'static str]> {
    if geteuid().is_root() {
        return Some(&["env"]);
    }
    let granted = Path::new("/usr/bin/sudo").exists()
        && Command::new("sudo")
            .args(["-n", "true"])
            .output()
            .is_ok_and(|output| output.status.success());
    granted.then_some(&["sudo", "-n", "env"])
}

fn apt_get(prefix: &[&str], arguments: &[&str]) -> Command {
    let mut words = prefix
        .iter()
        .chain(&["DEBIAN_FRONTEND=noninteractive", "apt-get"]);
    let mut command = Command::new(words.next().copied().unwrap_or("env"));
    command
        .args(words)
        // Another installation may be under way: wait for it.
        .args(["-o", "DPkg::Lock::Timeout=300", "-q"])
        .args(arguments);
    command
}
