//! Requests.

use yew_sandbox_protocol::fs::{Copy, MakeDir, ReadDir, Remove, Rename, Stat};

pub(crate) fn rename(from: &str, to: &str, overwrite: Option<bool>) -> Rename {
    Rename {
        from: from.into(),
        to: to.into(),
        overwrite,
    }
}

pub(crate) fn copy(from: &str, to: &str, recursive: bool, overwrite: bool) -> Copy {
    Copy {
        from: from.into(),
        to: to.into(),
        recursive: Some(recursive),
        overwrite: Some(overwrite),
    }
}

pub(crate) fn make_directory(path: &str, recursive: bool) -> MakeDir {
    MakeDir {
        path: path.into(),
        recursive: Some(recursive),
    }
}

pub(crate) fn remove(path: &str, recursive: bool) -> Remove {
    Remove {
        path: path.into(),
        recursive: Some(recursive),
    }
}

pub(crate) fn stat(path: &str) -> Stat {
    Stat { path: path.into() }
}

pub(crate) fn list(path: &str) -> ReadDir {
    ReadDir { path: path.into() }
}
