//! The version of all that lies in a data folder, and the way from each to the next.
//!
//! | version | what it is |
//! | --- | --- |
//! | 1 | that of the first release, which did not write it down |
//! | 2 | `DATA/format` says the version |

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::Path;

use super::error::OpenError;

/// The version that this server writes.
pub(crate) const FORMAT: u32 = 2;
/// The file that says it.
pub(crate) const NAME: &str = "format";
/// Each makes a folder of the next version out of one of its own place, counted from 1. What it has done before it was
/// interrupted does no harm when it is done again.
const MIGRATIONS: [fn(&Path) -> io::Result<()>; (FORMAT - 1) as usize] = [say_nothing_new];

/// The version of a folder; that of a new one where nothing is in it yet.
pub(crate) fn version(data: &Path) -> Result<u32, OpenError> {
    let path = data.join(NAME);
    let text = match fs::read_to_string(&path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let is_first = data.join("sandboxes").exists() || data.join("secret").exists();
            return Ok(if is_first { 1 } else { FORMAT });
        }
        text => text.map_err(|source| OpenError::DataDir {
            path: path.clone(),
            source,
        })?,
    };
    let version = text.trim().parse().ok().filter(|version| *version > 0);
    match version {
        Some(version) if version <= FORMAT => Ok(version),
        Some(version) => Err(OpenError::Newer {
            path: data.to_owned(),
            version,
        }),
        None => Err(OpenError::DataDir {
            path,
            source: io::Error::new(io::ErrorKind::InvalidData, "it holds no version"),
        }),
    }
}

/// Makes a folder one of this server's version. The caller holds it.
pub(crate) fn migrate(data: &Path) -> Result<(), OpenError> {
    let failed = |source| OpenError::DataDir {
        path: data.to_owned(),
        source,
    };
    let before = version(data)?;
    for version in before..FORMAT {
        MIGRATIONS[version as usize - 1](data).map_err(failed)?;
        write(data, version + 1).map_err(failed)?;
        tracing::info!(
            from = version,
            to = version + 1,
            "the data folder has a newer format now"
        );
    }
    if before == FORMAT && !data.join(NAME).exists() {
        write(data, FORMAT).map_err(failed)?;
    }
    Ok(())
}

/// From 1 to 2 only the version itself is new.
fn say_nothing_new(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Whole or not at all, also where the machine stops.
fn write(data: &Path, version: u32) -> io::Result<()> {
    let beside = data.join("format.new");
    let mut file = File::create(&beside)?;
    writeln!(file, "{version}")?;
    file.sync_all()?;
    fs::rename(beside, data.join(NAME))?;
    File::open(data)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_folder_becomes_one_of_this_version() {
        let data = tempfile::tempdir().unwrap();
        assert_eq!(version(data.path()).unwrap(), FORMAT, "a new one");
        fs::create_dir(data.path().join("sandboxes")).unwrap();
        assert_eq!(version(data.path()).unwrap(), 1, "one of the first release");
        migrate(data.path()).unwrap();
        let format = data.path().join(NAME);
        assert_eq!(fs::read_to_string(&format).unwrap(), format!("{FORMAT}\n"));
        assert_eq!(version(data.path()).unwrap(), FORMAT);
        migrate(data.path()).unwrap();
    }

    #[test]
    fn a_newer_folder_and_nonsense_are_refused_and_left_as_they_are() {
        let data = tempfile::tempdir().unwrap();
        let format = data.path().join(NAME);
        fs::write(&format, "99\n").unwrap();
        let refused = migrate(data.path()).unwrap_err();
        assert!(
            matches!(refused, OpenError::Newer { version: 99, .. }),
            "{refused}"
        );
        for nonsense in ["", "0", "two", "-1"] {
            fs::write(&format, nonsense).unwrap();
            let refused = migrate(data.path()).unwrap_err();
            assert!(matches!(refused, OpenError::DataDir { .. }), "{refused}");
            assert_eq!(fs::read_to_string(&format).unwrap(), nonsense);
        }
    }
}
