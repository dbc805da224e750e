//! What is in a folder, in the order in which it is shown. Pure.

use std::cmp::Ordering;
use std::iter::Peekable;

use yew_sandbox::client::{DirEntry, FileType};

/// Longest name of a file, in bytes, as on Linux.
const MOST_NAME: usize = 255;

/// A file or a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    pub(super) name: String,
    pub(super) is_folder: bool,
    pub(super) is_link: bool,
}

/// A folder's content, in order.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Listing {
    /// The folder; empty: the root.
    pub(super) folder: String,
    pub(super) entries: Vec<Entry>,
}

impl Listing {
    /// Folders first, then by name; what is hidden is left out.
    pub(super) fn new(folder: &str, entries: Vec<DirEntry>, hidden: &[String]) -> Self {
        let mut entries: Vec<Entry> = entries
            .into_iter()
            .filter(|entry| !hidden.iter().any(|pattern| matches(pattern, &entry.name)))
            .map(|entry| Entry {
                name: entry.name,
                is_folder: entry.file_type == FileType::Directory,
                is_link: entry.is_symlink,
            })
            .collect();
        entries.sort_unstable_by(|one, other| {
            (other.is_folder.cmp(&one.is_folder)).then_with(|| compare(&one.name, &other.name))
        });
        Self {
            folder: folder.to_owned(),
            entries,
        }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name)
    }
}

/// What is wrong with a name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NameFault {
    Empty,
    Slash,
    Dots,
    TooLong,
    Taken,
}

/// A name for something in a folder, or what is wrong with it.
pub(super) fn check_name(
    name: &str,
    listing: Option<&Listing>,
    own: Option<&str>,
) -> Result<(), NameFault> {
    if name.is_empty() {
        Err(NameFault::Empty)
    } else if name.contains(['/', '\0']) {
        Err(NameFault::Slash)
    } else if name == "." || name == ".." {
        Err(NameFault::Dots)
    } else if name.len() > MOST_NAME {
        Err(NameFault::TooLong)
    } else if own != Some(name) && listing.is_some_and(|listing| listing.has(name)) {
        Err(NameFault::Taken)
    } else {
        Ok(())
    }
}

/// A name as it is shown: what would be invisible, or would turn the text around, is made visible.
pub(super) fn visible(name: &str) -> String {
    let mut shown = String::with_capacity(name.len());
    for character in name.chars() {
        match character {
            '\0'..='\u{1f}' => shown.extend(char::from_u32(0x2400 + u32::from(character))),
            '\u{7f}' => shown.push('\u{2421}'),
            '\u{80}'..='\u{9f}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => shown.push_str(&format!("<U+{:04X}>", u32::from(character))),
            _ => shown.push(character),
        }
    }
    shown
}

/// A name's pattern: `*` stands for any letters.
fn matches(pattern: &str, name: &str) -> bool {
    let Some((begin, rest)) = pattern.split_once('*') else {
        return pattern == name;
    };
    let Some(mut name) = name.strip_prefix(begin) else {
        return false;
    };
    let mut parts: Vec<&str> = rest.split('*').collect();
    let end = parts.pop().unwrap_or_default();
    for part in parts {
        match name.split_once(part) {
            Some((_, after)) => name = after,
            None => return false,
        }
    }
    name.ends_with(end)
}

/// Names in the order of people: letters whatever their case, numbers by their value.
fn compare(one: &str, other: &str) -> Ordering {
    // What both begin with tells nothing, but for the digits of a number that is not over.
    let alike = one.bytes().zip(other.bytes()).take_while(|(a, b)| a == b);
    let alike = &one.as_bytes()[..alike.count()];
    let begin = alike.iter().rposition(|byte| !byte.is_ascii_digit());
    let begin = begin.map_or(0, |at| at + 1);
    let mut left = one.bytes().skip(begin).peekable();
    let mut right = other.bytes().skip(begin).peekable();
    loop {
        let ordering = match (left.peek().copied(), right.peek().copied()) {
            (None, None) => return one.cmp(other),
            (None, _) => return Ordering::Less,
            (_, None) => return Ordering::Greater,
            (Some(a), Some(b)) if a.is_ascii_digit() && b.is_ascii_digit() => {
                number(&mut left).cmp(&number(&mut right))
            }
            (Some(a), Some(b)) => {
                left.next();
                right.next();
                a.to_ascii_lowercase().cmp(&b.to_ascii_lowercase())
            }
        };
        if ordering != Ordering::Equal {
            return ordering;
        }
    }
}

fn number(bytes: &mut Peekable<impl Iterator<Item = u8>>) -> u64 {
    let mut value = 0_u64;
    while let Some(digit) = bytes.next_if(u8::is_ascii_digit) {
        value = value
            .saturating_mul(10)
            .saturating_add(u64::from(digit - b'0'));
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(name: &str, file_type: FileType) -> DirEntry {
        DirEntry {
            name: name.into(),
            file_type,
            is_symlink: false,
        }
    }

    #[test]
    fn folders_come_first_and_numbers_count() {
        let names = ["b10", "B2", "a", "b02", "Z", ".git", "x.pyc"];
        let mut entries: Vec<DirEntry> = names.map(|name| entry(name, FileType::File)).into();
        entries.push(entry("z", FileType::Directory));
        let hidden = [".git".to_owned(), "*.pyc".to_owned()];
        let listing = Listing::new("", entries, &hidden);
        let names: Vec<&str> = listing
            .entries
            .iter()
            .map(|entry| entry.name.as_str())
            .collect();
        assert_eq!(names, ["z", "a", "B2", "b02", "b10", "Z"]);
    }

    #[test]
    fn names_that_begin_alike_are_told_apart() {
        for (less, more) in [
            ("file9", "file10"),
            ("file19", "file110"),
            ("2", "10"),
            ("a", "a1"),
            ("größe", "grüße"),
            ("A1", "a2"),
            ("Ab", "aC"),
            ("a01", "a1"),
        ] {
            assert_eq!(compare(less, more), Ordering::Less, "{less} {more}");
            assert_eq!(compare(more, less), Ordering::Greater, "{more} {less}");
        }
        assert_eq!(compare("same1", "same1"), Ordering::Equal);
    }

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, does) in [
            ("*.pyc", "a.pyc", true),
            ("*.pyc", "a.pyc.txt", false),
            ("a*b*c", "a-b-c", true),
            ("a*b*c", "acb", false),
            ("*", "", true),
            (".git", ".github", false),
        ] {
            assert_eq!(matches(pattern, name), does, "{pattern} {name}");
        }
    }

    #[test]
    fn names_are_checked() {
        let listing = Listing::new("", vec![entry("a", FileType::File)], &[]);
        let check = |name: &str, own| check_name(name, Some(&listing), own);
        assert_eq!(check("b", None), Ok(()));
        assert_eq!(check("a", Some("a")), Ok(()));
        assert_eq!(check("a", None), Err(NameFault::Taken));
        assert_eq!(check("", None), Err(NameFault::Empty));
        assert_eq!(check("..", None), Err(NameFault::Dots));
        assert_eq!(check("x/y", None), Err(NameFault::Slash));
        assert_eq!(check(&"ü".repeat(128), None), Err(NameFault::TooLong));
    }

    #[test]
    fn nothing_in_a_name_stays_unseen() {
        assert_eq!(visible("a\nb\u{7f}"), "a\u{240a}b\u{2421}");
        assert_eq!(visible("x\u{202e}gpj.exe"), "x<U+202E>gpj.exe");
        assert_eq!(visible("größe <b>"), "größe <b>");
    }
}
