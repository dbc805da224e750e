//! What differs between two commits, or between a commit and the files.

use yew_sandbox_protocol::git::{DiffItem, FileStatus, Hunk, LineRange};

use super::status::status;

/// Reads the files out of the output of `git diff --raw -z`, and gives how many parts of a patch each one has.
pub(super) fn files(raw: &[u8]) -> Vec<(DiffItem, usize)> {
    let text = String::from_utf8_lossy(raw);
    let mut fields = text.split('\0');
    let mut files = Vec::new();
    while let Some(head) = fields.next() {
        // `:100644 100644 1234567 1234567 M`
        let Some(letter) = head
            .strip_prefix(':')
            .and_then(|head| head.split(' ').nth(4))
            .and_then(|letters| letters.chars().next())
        else {
            continue;
        };
        let Some(first) = fields.next() else { break };
        let status = status(letter);
        let (path, old_path) = match status {
            FileStatus::Renamed | FileStatus::Copied => (fields.next(), Some(first)),
            _ => (Some(first), None),
        };
        let Some(path) = path else { break };
        // A file that became a link is taken away and made anew.
        let parts = if letter == 'T' { 2 } else { 1 };
        let item = DiffItem {
            status,
            path: path.to_owned(),
            old_path: old_path.map(str::to_owned),
            hunks: Vec::new(),
        };
        files.push((item, parts));
    }
    files
}

/// Puts the hunks of the output of `git diff --patch --unified=0` to the files, which come in the same order.
pub(super) fn with_hunks(files: Vec<(DiffItem, usize)>, patch: &[u8]) -> Vec<DiffItem> {
    let counts: Vec<usize> = files.iter().map(|(_, parts)| *parts).collect();
    let mut items: Vec<DiffItem> = files.into_iter().map(|(item, _)| item).collect();
    let parts = counts.iter().enumerate();
    let mut places = parts.flat_map(|(place, parts)| std::iter::repeat_n(place, *parts));
    let mut current: Option<usize> = None;
    // Lines of content begin with a sign, so only the heads themselves begin like heads.
    for line in patch.split(|byte| *byte == b'\n') {
        if line.starts_with(b"diff --git ") {
            current = places.next();
        } else if line.starts_with(b"@@ ")
            && let Some(place) = current
            && counts[place] == 1
            && let Some(hunk) = std::str::from_utf8(head(line)).ok().and_then(hunk)
        {
            items[place].hunks.push(hunk);
        }
    }
    items
}

/// The part of a hunk's first line that has the numbers.
fn head(line: &[u8]) -> &[u8] {
    let end = line[3..].windows(3).position(|part| part == b" @@");
    end.map_or(line, |end| &line[..end + 3])
}

/// Reads `@@ -1,2 +3,4`.
fn hunk(head: &str) -> Option<Hunk> {
    let (original, modified) = head.strip_prefix("@@ -")?.split_once(" +")?;
    Some(Hunk {
        original: range(original)?,
        modified: range(modified)?,
    })
}

fn range(text: &str) -> Option<LineRange> {
    let (start, count) = text.split_once(',').unwrap_or((text, "1"));
    let (start, count): (u32, u32) = (start.parse().ok()?, count.parse().ok()?);
    // Where nothing stands, git names the line before.
    let start = if count == 0 {
        start.checked_add(1)?
    } else {
        start
    };
    Some(LineRange {
        start,
        end: start.checked_add(count)?,
    })
}

/// Where a line is after the hunks; `None` where it was taken away or changed.
pub(super) fn moved(line: u32, hunks: &[Hunk]) -> Option<u32> {
    let mut shift = 0i64;
    for hunk in hunks {
        if line < hunk.original.start {
            break;
        }
        if line < hunk.original.end {
            return None;
        }
        let length = |range: LineRange| i64::from(range.end) - i64::from(range.start);
        shift += length(hunk.modified) - length(hunk.original);
    }
    u32::try_from(i64::from(line) + shift).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const RAW: &[u8] = b":100644 100644 1111111 2222222 M\0a b.txt\0:100644 120000 1111111 2222222 T\0link\0:100644 100644 1111111 2222222 R090\0old\0new\0:000000 100644 0000000 2222222 A\0added\0";
    const PATCH: &[u8] = b"diff --git a/a b.txt b/a b.txt
index 1..2
--- a/a b.txt
+++ b/a b.txt
@@ -1,2 +1 @@ fn main() @@
-diff --git a/x b/x
-@@ -9 +9 @@
+one
@@ -10,0 +10,3 @@
+1
+2
+3
diff --git a/link b/link
@@ -1 +0,0 @@
diff --git a/link b/link
@@ -0,0 +1 @@
diff --git a/old b/new
similarity index 90%
@@ -5 +5 @@
diff --git a/added b/added
@@ -0,0 +1,2 @@
";

    fn range(start: u32, end: u32) -> LineRange {
        LineRange { start, end }
    }

    #[test]
    fn hunks_go_to_their_files() {
        let items = with_hunks(files(RAW), PATCH);
        let told: Vec<_> = items
            .iter()
            .map(|item| {
                (
                    item.status,
                    item.path.as_str(),
                    item.old_path.as_deref(),
                    item.hunks.len(),
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                (FileStatus::Modified, "a b.txt", None, 2),
                (FileStatus::Modified, "link", None, 0),
                (FileStatus::Renamed, "new", Some("old"), 1),
                (FileStatus::Added, "added", None, 1),
            ]
        );
        let first = items[0].hunks[0];
        assert_eq!((first.original, first.modified), (range(1, 3), range(1, 2)));
        let second = items[0].hunks[1];
        assert_eq!(
            (second.original, second.modified),
            (range(11, 11), range(10, 13))
        );
        assert_eq!(items[3].hunks[0].original, range(1, 1));
    }

    #[test]
    fn lines_move_with_what_is_before_them() {
        let items = with_hunks(files(RAW), PATCH);
        let hunks = &items[0].hunks;
        assert_eq!(moved(1, hunks), None);
        assert_eq!(moved(3, hunks), Some(2));
        assert_eq!(moved(10, hunks), Some(9));
        assert_eq!(moved(11, hunks), Some(13));
        assert_eq!(moved(7, &[]), Some(7));
    }

    #[test]
    fn broken_output_is_passed_over() {
        assert!(files(b":1 2 3 4 R\0only").is_empty());
        assert!(files(b"x\0y").is_empty());
        let items = with_hunks(files(RAW), b"@@ -1 +1 @@\ndiff --git\n@@ -x +y @@\n@@ ");
        assert!(items.iter().all(|item| item.hunks.is_empty()));
    }
}
