//! Files of which only the lines are known: configurations of servers, and programs in other languages
//! than the shell's.

use super::{Layout, is_continued};
use crate::source::{Source, Span};
use crate::syntax::shell::interpreter;

const MARKS: &[&str] = &["#", ";", "//"];

/// The layout of a file, line by line. `script` says that it is a shell script, which could not be parsed.
pub(super) fn layout(source: &Source, script: bool) -> Layout {
    let mut layout = Layout::plain(source);
    let mark = mark(source);
    layout.mark = mark;
    layout.whole_file = script;
    let marks = match mark {
        // `#name` is a field there.
        Some("//") => &["//"][..],
        _ => MARKS,
    };
    let text = |number: usize| source.slice(source.line_span(number));
    let count = source.line_count();
    let mut commented = vec![false; count];
    for (number, commented) in commented.iter_mut().enumerate() {
        let line = text(number);
        let inside = line
            .trim_start_matches('\u{feff}')
            .trim_start_matches([' ', '\t']);
        if marks.iter().any(|mark| inside.starts_with(mark)) {
            let span = source.line_span(number).range();
            let start = span.start + line.len() - inside.len();
            layout.comment(source, Span::new(start, span.end), count);
            *commented = true;
        }
    }
    layout.join(0..count, |number| {
        number.checked_sub(1).is_some_and(|before| {
            is_continued(text(before)) && commented.get(before) == Some(&false)
        })
    });
    layout
}

/// What begins a comment in a file, by its name; none where nothing does.
fn mark(source: &Source) -> Option<&'static str> {
    let name = source.path().rsplit('/').next().unwrap_or_default();
    let program = interpreter(source.text());
    if matches!(
        program.as_ref().map(|program| program.shell_name()),
        Some("node" | "nodejs" | "deno" | "bun")
    ) {
        return Some("//");
    }
    match name.rsplit_once('.').map(|(_, ending)| ending) {
        _ if source.is_binary() => None,
        Some("js" | "mjs" | "cjs" | "jsx" | "ts" | "mts" | "cts" | "tsx") => Some("//"),
        // Erlang's terms have `%`, which no other file here has.
        Some("json" | "xml" | "html" | "config" | "erl" | "php") => None,
        _ => Some("#"),
    }
}
