//! Changes as people and `patch` read them.

use std::borrow::Cow;
use std::ops::Range;
use std::time::{Duration, Instant};

use similar::{Algorithm, DiffTag, capture_diff_slices_deadline, group_diff_ops};

/// How many lines around a change are shown.
const CONTEXT: usize = 3;

/// How long the shortest diff is looked for. Only texts of many thousand lines that differ nearly
/// everywhere take longer; theirs is a longer one, and as right.
const PATIENCE: Duration = Duration::from_secs(1);

/// What a piece of a unified diff is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// One of the two lines with the file's name.
    File,
    /// The line with a hunk's extent.
    Hunk,
    /// A line that stays.
    Kept,
    /// A line that goes.
    Removed,
    /// A line that comes.
    Added,
}

/// The unified diff of one file, line by line with their line ends; nothing if the two are the
/// same. Lines are given as they are, whatever their encoding; a last line without a line end is
/// marked as `diff` does. The path is quoted as Git quotes it, if it has to be.
pub fn unified(path: &str, old: &[u8], new: &[u8]) -> Vec<(Part, Vec<u8>)> {
    if old == new {
        return Vec::new();
    }
    let old: Vec<&[u8]> = old.split_inclusive(|b| *b == b'\n').collect();
    let new: Vec<&[u8]> = new.split_inclusive(|b| *b == b'\n').collect();
    let until = Some(Instant::now() + PATIENCE);
    let ops = capture_diff_slices_deadline(Algorithm::Myers, &old, &new, until);

    let path = relative(path);
    let mut out = Vec::new();
    for (sign, side) in [("---", "a"), ("+++", "b")] {
        let line = format!("{sign} {}\n", header_name(side, path));
        out.push((Part::File, line.into_bytes()));
    }
    for hunk in group_diff_ops(ops, CONTEXT) {
        let (Some(first), Some(last)) = (hunk.first(), hunk.last()) else {
            continue;
        };
        let removed = first.old_range().start..last.old_range().end;
        let added = first.new_range().start..last.new_range().end;
        let head = format!("@@ -{} +{} @@\n", extent(&removed), extent(&added));
        out.push((Part::Hunk, head.into_bytes()));
        for op in &hunk {
            if op.tag() == DiffTag::Equal {
                put_lines(Part::Kept, b' ', &old, op.old_range(), &mut out);
            } else {
                put_lines(Part::Removed, b'-', &old, op.old_range(), &mut out);
                put_lines(Part::Added, b'+', &new, op.new_range(), &mut out);
            }
        }
    }
    out
}

fn put_lines(
    part: Part,
    sign: u8,
    lines: &[&[u8]],
    range: Range<usize>,
    out: &mut Vec<(Part, Vec<u8>)>,
) {
    for line in lines.get(range).unwrap_or_default() {
        let mut text = vec![sign];
        text.extend_from_slice(line);
        if !line.ends_with(b"\n") {
            text.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
        out.push((part, text));
    }
}

/// The path without what a patch must not lead through.
fn relative(path: &str) -> &str {
    let mut name = path;
    while let Some(rest) = ["./", "../", "/"].iter().find_map(|p| name.strip_prefix(p)) {
        name = rest;
    }
    name
}

/// A hunk's lines as `first,count`. No lines are those behind the line before.
fn extent(lines: &Range<usize>) -> String {
    match lines.len() {
        0 => format!("{},0", lines.start),
        1 => format!("{}", lines.start + 1),
        count => format!("{},{count}", lines.start + 1),
    }
}

/// The file's name in a header line.
fn header_name(side: &str, path: &str) -> String {
    match quote(path) {
        Cow::Owned(quoted) => format!("\"{side}/{quoted}\""),
        // Without the tab, `patch` would take the name up to the first blank.
        Cow::Borrowed(path) if path.contains(' ') => format!("{side}/{path}\t"),
        Cow::Borrowed(path) => format!("{side}/{path}"),
    }
}

fn quote(path: &str) -> Cow<'_, str> {
    let special = |c: char| c.is_ascii_control() || c == '"' || c == '\\';
    if !path.contains(special) {
        return Cow::Borrowed(path);
    }
    let mut out = String::new();
    for c in path.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            c if c.is_ascii_control() => out.push_str(&format!("\\{:03o}", u32::from(c))),
            c => out.push(c),
        }
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(path: &str, old: &[u8], new: &[u8]) -> Vec<u8> {
        unified(path, old, new)
            .into_iter()
            .flat_map(|(_, text)| text)
            .collect()
    }

    fn diff(old: &[u8], new: &[u8]) -> String {
        String::from_utf8_lossy(&bytes("Dockerfile", old, new)).into_owned()
    }

    #[test]
    fn a_hunk_shows_three_lines_around_the_change() {
        assert_eq!(
            diff(
                b"1\n2\n3\n4\n5\n6\n7\n8\n9\n",
                b"1\n2\n3\n4\nfive\n6\n7\n8\n9\n"
            ),
            "--- a/Dockerfile\n+++ b/Dockerfile\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n"
        );
    }

    #[test]
    fn changes_far_apart_are_hunks_of_their_own() {
        let old: String = (1..=30).map(|i| format!("{i}\n")).collect();
        let new = old.replace("\n2\n", "\n").replace("\n29\n", "\nx\ny\n");
        let text = diff(old.as_bytes(), new.as_bytes());
        let heads: Vec<_> = text.lines().filter(|line| line.starts_with("@@")).collect();
        assert_eq!(heads, ["@@ -1,5 +1,4 @@", "@@ -26,5 +25,6 @@"]);
    }

    #[test]
    fn line_ends_and_their_absence_are_shown_as_they_are() {
        let head = "--- a/Dockerfile\n+++ b/Dockerfile\n";
        let table: [(&[u8], &[u8], &str); 5] = [
            (
                b"a\r\nb\r\n",
                b"a\r\nc\r\n",
                "@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n",
            ),
            (
                b"a\nb",
                b"a\nc",
                "@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
            ),
            (
                b"b",
                b"b\n",
                "@@ -1 +1 @@\n-b\n\\ No newline at end of file\n+b\n",
            ),
            (b"", b"a\n", "@@ -0,0 +1 @@\n+a\n"),
            (b"a\n", b"", "@@ -1 +0,0 @@\n-a\n"),
        ];
        for (old, new, expected) in table {
            assert_eq!(diff(old, new), format!("{head}{expected}"));
        }
        assert_eq!(diff(b"a", b"a"), "");
    }

    #[test]
    fn bytes_that_are_no_text_pass_through() {
        let out = bytes("f", b"\xFF\xFE\nold\n", b"\xFF\xFE\nnew\n");
        assert!(out.windows(4).any(|bytes| bytes == b" \xFF\xFE\n"));
    }

    #[test]
    fn names_are_those_below_the_folder_that_a_patch_is_put_to() {
        for path in ["./c/start.sh", "../c/start.sh", "/c/start.sh"] {
            let out = bytes(path, b"a\n", b"b\n");
            assert!(
                out.starts_with(b"--- a/c/start.sh\n+++ b/c/start.sh\n"),
                "{path}"
            );
        }
    }

    #[test]
    fn names_are_quoted_where_they_have_to_be() {
        assert_eq!(header_name("a", "3.0/Dockerfile"), "a/3.0/Dockerfile");
        assert_eq!(
            header_name("a", "my image/Dockerfile"),
            "a/my image/Dockerfile\t"
        );
        assert_eq!(header_name("b", "a\"b\\c\td"), "\"b/a\\\"b\\\\c\\td\"");
        assert_eq!(header_name("b", "a\u{1}"), "\"b/a\\001\"");
    }

    #[test]
    fn very_long_texts_without_a_common_line_take_no_ages() {
        let old: String = (0..20_000).map(|i| format!("RUN {i}\n")).collect();
        let new: String = (0..20_000)
            .map(|i| format!("# RUN {i}\nRUN x{i}\n"))
            .collect();
        let start = Instant::now();
        let out = diff(old.as_bytes(), new.as_bytes());
        assert!(start.elapsed() < 20 * PATIENCE);
        assert_eq!(
            out.lines().filter(|line| line.starts_with("-RUN")).count(),
            20_000
        );
        assert_eq!(
            out.lines().filter(|line| line.starts_with('+')).count(),
            40_001
        );
    }
}
