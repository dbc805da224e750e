//! Linux error numbers: a number on the wire, a name and a kind for people.

use crate::error::ErrorKind;

/// The number, its name, and the kind that it belongs to.
const TABLE: [(i32, &str, ErrorKind); 22] = [
    (1, "EPERM", ErrorKind::PermissionDenied),
    (2, "ENOENT", ErrorKind::NotFound),
    (5, "EIO", ErrorKind::Other),
    (12, "ENOMEM", ErrorKind::Other),
    (13, "EACCES", ErrorKind::PermissionDenied),
    (16, "EBUSY", ErrorKind::Other),
    (17, "EEXIST", ErrorKind::AlreadyExists),
    (18, "EXDEV", ErrorKind::Other),
    (20, "ENOTDIR", ErrorKind::NotADirectory),
    (21, "EISDIR", ErrorKind::IsADirectory),
    (22, "EINVAL", ErrorKind::InvalidPath),
    (23, "ENFILE", ErrorKind::RateLimited),
    (24, "EMFILE", ErrorKind::RateLimited),
    (26, "ETXTBSY", ErrorKind::Other),
    (27, "EFBIG", ErrorKind::TooLarge),
    (28, "ENOSPC", ErrorKind::NoSpace),
    (30, "EROFS", ErrorKind::ReadOnly),
    (36, "ENAMETOOLONG", ErrorKind::InvalidPath),
    (39, "ENOTEMPTY", ErrorKind::NotEmpty),
    (40, "ELOOP", ErrorKind::InvalidPath),
    (95, "EOPNOTSUPP", ErrorKind::Unsupported),
    (122, "EDQUOT", ErrorKind::NoSpace),
];

pub(crate) fn name(errno: i32) -> Option<&'static str> {
    find(errno).map(|(_, name, _)| *name)
}

pub(crate) fn kind(errno: i32) -> ErrorKind {
    find(errno).map_or(ErrorKind::Other, |(_, _, kind)| *kind)
}

fn find(errno: i32) -> Option<&'static (i32, &'static str, ErrorKind)> {
    TABLE.iter().find(|(number, _, _)| *number == errno)
}
