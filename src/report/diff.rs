//! Changes as a unified diff that `git apply` and `patch -p1` take, byte for byte.

use crate::fix::Change;
use crate::fix::diff::{self, Part};

/// The diff of some files; `color` is for people alone.
pub fn unified(changes: &[Change], color: bool) -> Vec<u8> {
    let mut output = Vec::new();
    for change in changes {
        for (part, text) in diff::unified(&change.path, &change.before, &change.after) {
            match code(part).filter(|_| color) {
                Some(code) => paint(code, &text, &mut output),
                None => output.extend_from_slice(&text),
            }
        }
    }
    output
}

/// The terminal's code for the colour that `git diff` gives such a line.
fn code(part: Part) -> Option<&'static str> {
    match part {
        Part::File => Some("1"),
        Part::Hunk => Some("36"),
        Part::Removed => Some("31"),
        Part::Added => Some("32"),
        Part::Kept => None,
    }
}

fn paint(code: &str, text: &[u8], output: &mut Vec<u8>) {
    // The style ends before the line does, or the rest of the terminal's line takes it on.
    let end = text.len() - usize::from(text.ends_with(b"\n"));
    let (line, rest) = text.split_at(end);
    output.extend_from_slice(format!("\x1b[{code}m").as_bytes());
    output.extend_from_slice(line);
    output.extend_from_slice(b"\x1b[0m");
    output.extend_from_slice(rest);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;

    fn change(path: &str, before: &[u8], after: &[u8]) -> Change {
        Change {
            source: SourceId(0),
            path: path.into(),
            disk: path.into(),
            before: before.to_vec(),
            after: after.to_vec(),
        }
    }

    #[test]
    fn files_follow_each_other_and_a_file_that_stays_is_not_shown() {
        let changes = [
            change("a", b"1\n", b"2\n"),
            change("b", b"1\n", b"1\n"),
            change("c", b"1\r\n\xff\n", b"1\r\n"),
        ];
        assert_eq!(
            unified(&changes, false),
            b"--- a/a\n+++ b/a\n@@ -1 +1 @@\n-1\n+2\n\
              --- a/c\n+++ b/c\n@@ -1,2 +1 @@\n 1\r\n-\xff\n"
        );
    }

    #[test]
    fn colours_end_with_the_line_and_change_nothing_else() {
        let changes = [change("a", b"0\n-- 1\n", b"0\n++ 2")];
        let coloured = String::from_utf8(unified(&changes, true)).expect("text");
        assert!(coloured.contains("\n 0\n\x1b[31m--- 1\x1b[0m\n\x1b[32m+++ 2\n"));
        let mut plain = coloured;
        for code in ["1", "31", "32", "36", "0"] {
            plain = plain.replace(&format!("\x1b[{code}m"), "");
        }
        assert_eq!(plain.as_bytes(), unified(&changes, false));
    }
}
