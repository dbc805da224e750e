//! What is in an archive.

use std::ffi::CStr;
use std::fs::File;
use std::io::{self, Write};

use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{self, FileType, Mode, OFlags, Stat};
use rustix::io::Errno;
use zip::write::{SimpleFileOptions, StreamWriter, ZipWriter};
use zip::{CompressionMethod, DateTime};

use super::Download;
use crate::files::{Fault, MAX_DEPTH, Outcome, Root, each_entry, is_temporary, open_child};

/// Most entries of an archive: their list is kept until its end.
const MOST_ENTRIES: usize = 100_000;
/// Archives of one file from here on need 64-bit sizes.
const LARGE: i64 = i32::MAX as i64;

/// An archive that is being written.
struct Archive<'a, W: Write> {
    writer: ZipWriter<StreamWriter<W>>,
    download: &'a Download,
    /// The path of the directory as clients see it.
    visible: String,
    entries: usize,
}

/// Writes an archive of a file, or of what is in a directory. Links are kept where they stay inside; pipes and
/// devices are left out.
pub(super) fn write<W: Write>(root: &Root, download: &Download, to: W) -> io::Result<()> {
    let flags = OFlags::RDONLY | OFlags::NONBLOCK | OFlags::NOCTTY;
    let top = root.open(&download.path, flags)?;
    let status = fs::fstat(&top)?;
    let mut archive = Archive {
        writer: ZipWriter::new_stream(to).set_auto_large_file(),
        download,
        visible: root.visible(&download.path),
        entries: 0,
    };
    match FileType::from_raw_mode(status.st_mode) {
        FileType::Directory => archive
            .directory(top.as_fd(), "", MAX_DEPTH)
            .map_err(into_error)?,
        FileType::RegularFile => {
            let normal = download.path.normal();
            let name = normal.names().last().unwrap_or("file").to_owned();
            archive.file(top, &status, &name)?;
        }
        _ => return Err(Errno::INVAL.into()),
    }
    archive.writer.finish().map_err(io::Error::from)?;
    Ok(())
}

impl<W: Write> Archive<'_, W> {
    fn directory(&mut self, directory: BorrowedFd<'_>, path: &str, depth: usize) -> Outcome<()> {
        let depth = depth.checked_sub(1).ok_or(Fault::System(Errno::LOOP))?;
        each_entry(directory, |name, kind| {
            if is_temporary(name.to_bytes()) {
                return Ok(());
            }
            let below = match path {
                "" => name.to_string_lossy().into_owned(),
                path => format!("{path}/{}", name.to_string_lossy()),
            };
            let visible = format!("{}/{below}", self.visible.trim_end_matches('/'));
            if self.download.excludes.contain(&below, &visible) {
                return Ok(());
            }
            match self.entry(directory, name, kind, &below, depth) {
                // It went away, or became something else, while the archive was made.
                Err(fault) if matches!(fault.errno(), Errno::NOENT | Errno::LOOP) => Ok(()),
                outcome => outcome,
            }
        })
    }

    fn entry(
        &mut self,
        parent: BorrowedFd<'_>,
        name: &CStr,
        kind: FileType,
        path: &str,
        depth: usize,
    ) -> Outcome<()> {
        match kind {
            FileType::Directory => {
                let directory = open_child(parent, name)?;
                let options = self.options(&fs::fstat(&directory)?)?;
                self.writer
                    .add_directory(path, options)
                    .map_err(io::Error::from)?;
                self.directory(directory.as_fd(), path, depth)
            }
            FileType::RegularFile => {
                let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::CLOEXEC;
                let file = fs::openat(parent, name, flags, Mode::empty())?;
                let status = fs::fstat(&file)?;
                Ok(self.file(file, &status, path)?)
            }
            FileType::Symlink => {
                let target = fs::readlinkat(parent, name, Vec::new())?;
                let Some(target) = target.to_str().ok().filter(|to| stays_inside(path, to)) else {
                    return Ok(());
                };
                let status = fs::statat(parent, name, fs::AtFlags::SYMLINK_NOFOLLOW)?;
                let options = self.options(&status)?;
                let added = self.writer.add_symlink(path, target, options);
                Ok(added.map_err(io::Error::from)?)
            }
            _ => Ok(()),
        }
    }

    fn file(&mut self, file: OwnedFd, status: &Stat, path: &str) -> io::Result<()> {
        let options = self.options(status)?;
        self.writer.start_file(path, options)?;
        io::copy(&mut File::from(file), &mut self.writer)?;
        Ok(())
    }

    /// What is told of an entry beside its name; counts it.
    fn options(&mut self, status: &Stat) -> io::Result<SimpleFileOptions> {
        self.entries += 1;
        if self.entries > MOST_ENTRIES {
            let message = format!("an archive has at most {MOST_ENTRIES} entries");
            return Err(io::Error::other(message));
        }
        Ok(SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .large_file(status.st_size >= LARGE)
            .last_modified_time(date(status.st_mtime))
            .unix_permissions(status.st_mode & 0o777))
    }
}

/// Whether a link at a path of the archive leads to a place in the archive, by its own text. A name on the way may be another link, so that nobody
/// knows where a `..` behind it leads.
fn stays_inside(path: &str, target: &str) -> bool {
    if target.starts_with('/') {
        return false;
    }
    let names = target.split('/').filter(|name| !matches!(*name, "" | "."));
    let mut names = names.skip_while({
        let mut depth = path.matches('/').count();
        move |name| {
            let is_up = *name == ".." && depth > 0;
            depth = depth.saturating_sub(1);
            is_up
        }
    });
    names.all(|name| name != "..")
}

/// A time in seconds since 1970 as archives have it, in UTC.
fn date(seconds: i64) -> DateTime {
    let (days, rest) = (seconds.div_euclid(86_400), seconds.rem_euclid(86_400));
    let (year, month, day) = civil(days);
    let part = |value: i64| u8::try_from(value).unwrap_or_default();
    let (hour, minute, second) = (rest / 3600, rest / 60 % 60, rest % 60);
    DateTime::from_date_and_time(
        u16::try_from(year).unwrap_or_default(),
        part(month),
        part(day),
        part(hour),
        part(minute),
        part(second),
    )
    .unwrap_or_default()
}

/// Year, month and day of a day counted from 1970, in the calendar of today.
fn civil(days: i64) -> (i64, i64, i64) {
    // Years that begin in March have their leap day at the end; an era is 400 of them.
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year, month, day)
}

fn into_error(fault: Fault) -> io::Error {
    fault.errno().into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_have_their_dates() {
        assert_eq!(civil(0), (1970, 1, 1));
        assert_eq!(civil(19_782), (2024, 2, 29));
        assert_eq!(civil(19_783), (2024, 3, 1));
        assert_eq!(civil(-1), (1969, 12, 31));
        assert_eq!(date(1_709_210_096).to_string(), "2024-02-29 12:34:56");
        assert_eq!(date(-5), DateTime::default());
    }

    #[test]
    fn links_that_lead_outside_are_told_by_their_text() {
        for (path, target, stays) in [
            ("link", "file", true),
            ("a/link", "../file", true),
            ("a/link", "../../file", false),
            ("link", "../file", false),
            ("link", "a/../../file", false),
            ("link", "s/s/../../etc/passwd", false),
            ("a/link", ".././/b/./c", true),
            ("link", "/etc/passwd", false),
        ] {
            assert_eq!(stays_inside(path, target), stays, "{path} {target}");
        }
    }
}
