//! The program that is the agent in each sandbox.

use std::fs;
use std::io;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use tokio::process::Command;
use tokio::time::timeout;
use yew_sandbox_agent::{AGENT_MODE, VERSION};

use super::error::OpenError;

/// How long a program may take to say its version.
const ANSWER: Duration = Duration::from_secs(10);

/// The program as it is now, kept in the data folder: a build may replace it while sandboxes run.
///
/// # Errors
/// It cannot be read or kept; or it was given and is no agent of this version.
pub(super) async fn keep(data: &Path, given: Option<&Path>) -> Result<PathBuf, OpenError> {
    let original = match given {
        Some(given) => Ok(given.to_owned()),
        None => std::env::current_exe(),
    };
    let failed = |path: &Path, source| OpenError::Agent {
        path: path.to_owned(),
        source,
    };
    let original = original.map_err(|source| failed(Path::new("the running program"), source))?;
    let (kept, beside) = (data.join("agent"), data.join("agent.new"));
    let clear = || match fs::remove_file(&beside) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    };
    let keep = || -> io::Result<()> {
        clear()?;
        let everybody = 0o555;
        let mode = fs::metadata(&original)?.permissions().mode();
        // A second name costs nothing, where it is the same disk and the sandboxes' users may run it.
        if mode & everybody != everybody || fs::hard_link(&original, &beside).is_err() {
            fs::copy(&original, &beside)?;
            fs::set_permissions(&beside, fs::Permissions::from_mode(0o755))?;
        }
        fs::rename(&beside, &kept)?;
        // Where both are one file already, renaming leaves the second name in place.
        clear()
    };
    keep().map_err(|source| failed(&original, source))?;
    // Without one it is the running program, which need not be asked.
    if given.is_some() {
        check_version(&kept)
            .await
            .map_err(|source| failed(&original, source))?;
    }
    Ok(kept)
}

/// Agents of another version start no sandbox: that shall be known before the first one.
async fn check_version(program: &Path) -> io::Result<()> {
    let mut command = Command::new(program);
    command
        .args([AGENT_MODE, "--version"])
        .env_clear()
        .stdin(Stdio::null())
        .kill_on_drop(true);
    let output = timeout(ANSWER, command.output())
        .await
        .map_err(|_| io::Error::other(format!("it said no version within {ANSWER:?}")))??;
    let said = String::from_utf8_lossy(&output.stdout);
    match said.trim().strip_prefix("yew-sandbox-agent ") {
        Some(VERSION) if output.status.success() => Ok(()),
        Some(version) if output.status.success() => Err(io::Error::other(format!(
            "it has version `{}`, and the server {VERSION}",
            version.escape_debug()
        ))),
        _ => Err(io::Error::other(format!(
            "it is no agent of version {VERSION}"
        ))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn only_an_agent_of_this_version_is_taken() {
        let folder = tempfile::tempdir().unwrap();
        let program = folder.path().join("program");
        let data = folder.path().join("data");
        fs::create_dir(&data).unwrap();
        let asked = "[ \"$1 $2\" = 'agent --version' ] || exit 3";
        for (does, outcome) in [
            (format!("echo yew-sandbox-agent {VERSION}"), None),
            (
                "echo yew-sandbox-agent 0.0.9".to_owned(),
                Some("version `0.0.9`"),
            ),
            (
                "echo something-else 1.0".to_owned(),
                Some("no agent of version"),
            ),
            ("exit 1".to_owned(), Some("no agent of version")),
            (
                format!("echo yew-sandbox-agent {VERSION}; exit 1"),
                Some("no agent of version"),
            ),
        ] {
            let text = folder.path().join("text");
            fs::write(&text, format!("#!/bin/sh\n{asked}\n{does}\n")).unwrap();
            // A file that this process has open for writing while another test starts a program could not be run.
            let install = std::process::Command::new("install")
                .args(["-m", "755"])
                .args([&text, &program])
                .status();
            assert!(install.unwrap().success());
            let kept = keep(&data, Some(&program)).await;
            match (kept, outcome) {
                (Ok(kept), None) => assert_eq!(kept, data.join("agent")),
                (Err(error), Some(part)) => {
                    let error = error.to_string();
                    assert!(error.contains(part) && error.contains("--agent"), "{error}");
                }
                (kept, _) => panic!("{does}: {kept:?}"),
            }
        }
        let missing = keep(&data, Some(&folder.path().join("missing"))).await;
        assert!(
            matches!(missing, Err(OpenError::Agent { .. })),
            "{missing:?}"
        );
    }
}
