//! `fs/rename`.

use rustix::fs::{self, RenameFlags};

use super::{Outcome, Root, SandboxPath};

impl Root {
    /// Moves a file, a link or a directory. Without `overwrite` nothing may be at the new name.
    pub(crate) fn rename(
        &self,
        from: &SandboxPath,
        to: &SandboxPath,
        overwrite: bool,
    ) -> Outcome<()> {
        let (from_directory, from_name) = self.entry(from)?;
        let (to_directory, to_name) = self.entry(to)?;
        let flags = if overwrite {
            RenameFlags::empty()
        } else {
            RenameFlags::NOREPLACE
        };
        fs::renameat_with(from_directory, from_name, to_directory, to_name, flags)?;
        Ok(())
    }
}
