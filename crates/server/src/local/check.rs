//! Looks through a data folder without changing anything.

use std::collections::HashMap;
use std::fmt;
use std::fs::{self, File, TryLockError};
use std::path::{Path, PathBuf};

use super::catalog::Catalog;
use super::error::OpenError;
use super::format;
use super::host_tokens::HostTokens;
use super::meta::{Meta, VERSION};
use super::repair::leftovers;
use super::sessions::Sessions;
use super::store::is_id;
use crate::kept;
use crate::secret::Secret;

/// What was found in a data folder.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CheckReport {
    /// The version of its format.
    pub format: u32,
    /// How many sandboxes are whole.
    pub sandboxes: usize,
    /// Whether a server uses it now.
    pub is_in_use: bool,
    /// Everything that is not as it should be, worst first.
    pub findings: Vec<Finding>,
}

/// One thing that is not as it should be.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Finding {
    /// How bad it is.
    pub severity: Severity,
    /// Where.
    pub path: PathBuf,
    /// What, and what to do, for people.
    pub text: String,
}

/// How bad something is, worst first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// Something is lost, or cannot be served.
    Error,
    /// The next start of a server puts it right by itself.
    Note,
}

/// Looks through the data folder at `data`, while a server uses it or not.
///
/// # Errors
/// The folder cannot be read, or is of a newer version.
pub fn check(data: &Path) -> Result<CheckReport, OpenError> {
    let failed = |source| OpenError::DataDir {
        path: data.to_owned(),
        source,
    };
    fs::read_dir(data).map_err(failed)?;
    let mut check = Check {
        data,
        findings: Vec::new(),
        numbers: HashMap::new(),
    };
    let format = format::version(data)?;
    if format < format::FORMAT {
        let text = format!(
            "the format is {format}; the next start makes it {}",
            format::FORMAT
        );
        check.note(data.to_owned(), text);
    }
    check.secret();
    check.file::<Catalog>(
        data.join("catalog.json"),
        "tags and aliases are lost: restore it from a backup, or remove it",
    );
    let sandboxes = check.sandboxes().map_err(failed)?;
    let is_in_use = is_in_use(data);
    // While a server runs, what is half done is done in a moment.
    if !is_in_use {
        for leftover in leftovers(data).map_err(failed)? {
            let text = "an earlier server left it behind; the next start removes it".to_owned();
            check.note(leftover.path, text);
        }
    }
    let mut findings = check.findings;
    findings.sort();
    Ok(CheckReport {
        format,
        sandboxes,
        is_in_use,
        findings,
    })
}

struct Check<'a> {
    data: &'a Path,
    findings: Vec<Finding>,
    /// The sandbox that has a number.
    numbers: HashMap<u32, String>,
}

impl Check<'_> {
    fn error(&mut self, path: PathBuf, text: impl Into<String>) {
        self.findings.push(Finding {
            severity: Severity::Error,
            path,
            text: text.into(),
        });
    }

    fn note(&mut self, path: PathBuf, text: String) {
        self.findings.push(Finding {
            severity: Severity::Note,
            path,
            text,
        });
    }

    fn secret(&mut self) {
        let path = self.data.join("secret");
        if !path.exists() {
            let text =
                "there is none; the next start makes one, and sandboxes of before are nobody's";
            if self.data.join("sandboxes").exists() {
                self.error(path, text);
            }
            return;
        }
        if let Err(error) = Secret::load_or_create(&path) {
            self.error(path, format!("{error}: restore it from a backup"));
        }
    }

    /// A file that may be missing.
    fn file<T: serde::de::DeserializeOwned>(&mut self, path: PathBuf, what_to_do: &str) {
        if let Err(error) = kept::read::<T>(&path)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            self.error(path, format!("it cannot be read: {error}; {what_to_do}"));
        }
    }

    fn sandboxes(&mut self) -> std::io::Result<usize> {
        let folder = self.data.join("sandboxes");
        if !folder.exists() {
            return Ok(0);
        }
        let mut whole = 0;
        for entry in fs::read_dir(&folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let Some(id) = name.to_str().filter(|id| is_id(id)) else {
                continue;
            };
            let before = self.findings.len();
            self.sandbox(id, &entry.path());
            whole += usize::from(self.findings.len() == before);
        }
        Ok(whole)
    }

    fn sandbox(&mut self, id: &str, folder: &Path) {
        let path = folder.join("meta.json");
        match kept::read::<Meta>(&path) {
            // It was deleted while we looked.
            Err(_) if !folder.exists() => return,
            Err(error) => {
                let text = format!(
                    "it cannot be read: {error}; the sandbox is left out until it is restored"
                );
                self.error(path, text);
            }
            Ok(meta) if meta.version != VERSION => {
                self.error(
                    path,
                    format!("version {} is not known to this server", meta.version),
                );
            }
            Ok(meta) => {
                if let Some(other) = self.numbers.insert(meta.number, id.to_owned()) {
                    let text = format!(
                        "its number {} is also that of {other}: both would have one system user",
                        meta.number
                    );
                    self.error(path, text);
                }
            }
        }
        if !folder.join("root").is_dir() {
            self.error(
                folder.join("root"),
                "its files are missing: restore them from a backup",
            );
        }
        let anew = "remove it: sessions are made anew";
        self.file::<Sessions>(folder.join("sessions.json"), anew);
        let anew = "remove it: its preview tokens are lost";
        self.file::<HostTokens>(folder.join("host-tokens.json"), anew);
    }
}

fn is_in_use(data: &Path) -> bool {
    let lock = File::open(data.join("lock"));
    // Shared: it disturbs no other one who only looks.
    lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)))
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let severity = match self.severity {
            Severity::Error => "error",
            Severity::Note => "note",
        };
        write!(f, "{severity}: {}: {}", self.path.display(), self.text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::local::store::Store;

    fn texts(data: &Path) -> Vec<String> {
        let report = check(data).unwrap();
        report.findings.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn a_sound_folder_has_no_findings() {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path()).unwrap();
        Secret::load_or_create(&data.path().join("secret")).unwrap();
        store.create(&Meta::new(None), |_| Ok(())).unwrap();
        let report = check(data.path()).unwrap();
        assert_eq!((report.sandboxes, report.is_in_use), (1, true));
        assert_eq!(report.findings, []);
        drop(store);
        assert!(!check(data.path()).unwrap().is_in_use);
        assert!(check(&data.path().join("nowhere")).is_err());
    }

    #[test]
    fn everything_that_is_wrong_is_found_and_left_as_it_is() {
        let data = tempfile::tempdir().unwrap();
        let store = Store::open(data.path()).unwrap();
        let create = || store.create(&Meta::new(None), |_| Ok(())).unwrap();
        let ids = [create(), create(), create(), create()];
        let at = |id: &str, name: &str| store.folder(id).join(name);
        fs::write(at(&ids[0], "meta.json"), "{").unwrap();
        fs::write(at(&ids[1], "sessions.json"), "[1]").unwrap();
        fs::remove_dir(at(&ids[1], "root")).unwrap();
        fs::write(at(&ids[3], "meta.json.new"), "").unwrap();
        fs::write(data.path().join("secret"), "short").unwrap();
        fs::write(data.path().join("catalog.json"), "").unwrap();
        fs::create_dir(data.path().join("sandboxes/aaaaaaaaaaaaaaaa.making")).unwrap();
        drop(store);
        let all = texts(data.path());
        for expected in [
            "meta.json: it cannot be read",
            "sessions.json: it cannot be read",
            "root: its files are missing",
            "its number 0 is also that of",
            "secret: it does not hold 32 bytes",
            "catalog.json: it cannot be read",
            "note: ",
            "aaaaaaaaaaaaaaaa.making: an earlier server",
            "meta.json.new: an earlier server",
        ] {
            assert!(
                all.iter().any(|text| text.contains(expected)),
                "{expected}: {all:#?}"
            );
        }
        assert!(all[0].starts_with("error"), "worst first: {all:#?}");
        assert_eq!(texts(data.path()), all, "nothing was changed");
    }
}
