//! Changes as a unified diff that `git apply` and `patch -p1` take, byte for byte.

use similar::{Algorithm, DiffOp, capture_diff_slices, group_diff_ops};

use crate::fix::Change;

/// Unchanged lines around a change.
const CONTEXT: usize = 3;

/// The diff of some files.
pub fn unified(changes: &[Change], color: bool) -> Vec<u8> {
    let mut output = Vec::new();
    for change in changes {
        file(change, color, &mut output);
    }
    output
}

fn file(change: &Change, color: bool, output: &mut Vec<u8>) {
    let before: Vec<&[u8]> = change.before.split_inclusive(|b| *b == b'\n').collect();
    let after: Vec<&[u8]> = change.after.split_inclusive(|b| *b == b'\n').collect();
    let ops = capture_diff_slices(Algorithm::Myers, &before, &after);
    let name = name(&change.path);
    // A file that is new has no bytes before.
    let from = if change.before.is_empty() {
        "/dev/null".to_owned()
    } else {
        format!("a/{name}")
    };
    paint("1", format!("--- {from}\n").as_bytes(), color, output);
    paint("1", format!("+++ b/{name}\n").as_bytes(), color, output);
    for group in group_diff_ops(ops, CONTEXT) {
        hunk(&group, &before, &after, color, output);
    }
}

fn hunk(ops: &[DiffOp], before: &[&[u8]], after: &[&[u8]], color: bool, output: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (ops.first(), ops.last()) else {
        return;
    };
    let old = range(first.old_range().start, last.old_range().end);
    let new = range(first.new_range().start, last.new_range().end);
    paint(
        "36",
        format!("@@ -{old} +{new} @@\n").as_bytes(),
        color,
        output,
    );
    for op in ops {
        let lines = |from: &[&[u8]], range: std::ops::Range<usize>| -> Vec<Vec<u8>> {
            from.get(range)
                .unwrap_or_default()
                .iter()
                .map(|l| l.to_vec())
                .collect()
        };
        if let DiffOp::Equal { .. } = op {
            put(b' ', "", lines(before, op.old_range()), color, output);
            continue;
        }
        put(b'-', "31", lines(before, op.old_range()), color, output);
        put(b'+', "32", lines(after, op.new_range()), color, output);
    }
}

/// Lines with their sign, and what diff says of a line without an end.
fn put(sign: u8, code: &str, lines: Vec<Vec<u8>>, color: bool, output: &mut Vec<u8>) {
    for line in lines {
        let mut text = vec![sign];
        text.extend_from_slice(&line);
        if !line.ends_with(b"\n") {
            text.extend_from_slice(b"\n\\ No newline at end of file\n");
        }
        paint(code, &text, color && !code.is_empty(), output);
    }
}

fn paint(code: &str, text: &[u8], color: bool, output: &mut Vec<u8>) {
    if !color {
        output.extend_from_slice(text);
        return;
    }
    // The style ends before the line does, or the rest of the terminal's line takes it on.
    let end = text.len() - usize::from(text.ends_with(b"\n"));
    let (line, rest) = text.split_at(end);
    output.extend_from_slice(format!("\x1b[{code}m").as_bytes());
    output.extend_from_slice(line);
    output.extend_from_slice(b"\x1b[0m");
    output.extend_from_slice(rest);
}

/// A range of lines as diff writes it: a single line has no count, an empty range starts before.
fn range(start: usize, end: usize) -> String {
    match end.saturating_sub(start) {
        1 => format!("{}", start + 1),
        0 => format!("{start},0"),
        length => format!("{},{length}", start + 1),
    }
}

/// The path without what a patch must not lead through.
fn name(path: &str) -> &str {
    let mut name = path;
    while let Some(rest) = ["./", "../", "/"].iter().find_map(|p| name.strip_prefix(p)) {
        name = rest;
    }
    name
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn diff(path: &str, before: &[u8], after: &[u8]) -> String {
        let change = Change {
            source: SourceId(0),
            path: path.into(),
            before: before.to_vec(),
            after: after.to_vec(),
        };
        unified(&[change], false).escape_ascii().to_string()
    }

    #[test]
    fn bytes_stay_as_they_are() {
        assert_eq!(
            diff("./c/start.sh", b"a\r\n\xff\x1b\nc", b"a\r\nb\nc"),
            "--- a/c/start.sh\\n+++ b/c/start.sh\\n@@ -1,3 +1,3 @@\\n a\\r\\n-\\xff\\x1b\\n+b\\n c\\n\
             \\\\ No newline at end of file\\n"
        );
    }

    #[test]
    fn what_is_far_apart_is_in_two_hunks() {
        let before: String = (1..=20).map(|n| format!("{n}\n")).collect();
        let after = before.replace("2\n3\n", "2\n").replace("19\n", "19\nnew\n");
        let text = diff("/x/Dockerfile", before.as_bytes(), after.as_bytes());
        assert!(text.starts_with("--- a/x/Dockerfile\\n+++ b/x/Dockerfile\\n@@ -1,6 +1,5 @@"));
        assert!(
            text.contains("@@ -17,4 +16,5 @@\\n 17\\n 18\\n 19\\n+new\\n 20\\n"),
            "{text}"
        );
    }

    #[test]
    fn a_new_file_comes_from_nowhere() {
        assert_eq!(
            diff("a", b"", b"x\n"),
            "--- /dev/null\\n+++ b/a\\n@@ -0,0 +1 @@\\n+x\\n"
        );
    }
}
