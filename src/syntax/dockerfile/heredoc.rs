//! Here-documents: where BuildKit sees one announced, and what its body is.

use std::ops::Range;

use super::lexer::{Keep, Processed, process};
use super::lines::Lines;
use super::{Heredoc, Instruction, Keyword};
use crate::source::Span;
use crate::syntax::{Joined, SyntaxError};

/// A word that announces a here-document.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Marker {
    delimiter: String,
    quoted: bool,
    strip_tabs: bool,
}

/// Whether an instruction, or the one behind its ONBUILD, can have here-documents.
pub(super) fn can_have_heredocs(instruction: &Instruction) -> bool {
    use super::Arguments::{Instruction as Trigger, Json};
    let instruction = match &instruction.arguments {
        Trigger(trigger) => trigger,
        _ => instruction,
    };
    matches!(
        instruction.keyword,
        Keyword::Run | Keyword::Copy | Keyword::Add
    ) && !matches!(instruction.arguments, Json(_))
}

/// The markers in a logical line, with the range of each. A line with an open quote has none.
pub(super) fn markers(line: &str) -> Result<Vec<(Marker, Range<usize>)>, String> {
    let keep = Keep {
        quotes: true,
        escapes: true,
        unset: true,
    };
    let Ok(Processed { words, .. }) = lex(line, keep) else {
        return Ok(Vec::new());
    };
    let mut markers = Vec::new();
    for word in words {
        if let Some(marker) = marker(&word.text)? {
            markers.push((marker, word.range));
        }
    }
    Ok(markers)
}

/// The marker that a text is: digits, `<<`, perhaps `-`, and one word.
pub(super) fn marker(text: &str) -> Result<Option<Marker>, String> {
    let digits = text.trim_start_matches(|c: char| c.is_ascii_digit());
    let Some(rest) = digits.strip_prefix("<<") else {
        return Ok(None);
    };
    let stripped = rest.strip_prefix('-');
    let name = stripped
        .unwrap_or(rest)
        .trim_start_matches([' ', '\t', '\n', '\r', '\u{C}']);
    if name.is_empty() || name.contains('<') {
        return Ok(None);
    }
    let resolved = one_word(name, false)?;
    let written = one_word(name, true)?;
    let (Some(delimiter), Some(written)) = (resolved, written) else {
        return Ok(None);
    };
    Ok(Some(Marker {
        quoted: quotes(&delimiter) != quotes(&written),
        delimiter,
        strip_tabs: stripped.is_some(),
    }))
}

fn one_word(text: &str, quotes: bool) -> Result<Option<String>, String> {
    let keep = Keep {
        quotes,
        escapes: false,
        unset: true,
    };
    let mut words = lex(text, keep)?.words;
    Ok(match words.len() {
        1 => words.pop().map(|word| word.text),
        _ => None,
    })
}

/// Whatever the file's escape character is, here it is the backslash.
fn lex(text: &str, keep: Keep) -> Result<Processed, String> {
    process(text, '\\', keep, &|_| None)
}

fn quotes(text: &str) -> usize {
    text.matches(['\'', '"']).count()
}

/// Reads the body that a marker announces, up to the line that ends it.
pub(super) fn read(
    lines: &mut Lines,
    marker: Marker,
    span: Span,
) -> (Heredoc, Option<SyntaxError>) {
    let start = lines.at();
    let mut body_end = start;
    let mut terminator = None;
    while let Some(line) = lines.next() {
        let text = match marker.strip_tabs {
            true => line.text.trim_start_matches('\t'),
            false => line.text,
        };
        if text == marker.delimiter {
            terminator = Some(Span::new(line.start, line.end()));
            break;
        }
        body_end = lines.at();
    }
    let error = terminator.is_none().then(|| SyntaxError {
        message: "unterminated heredoc".into(),
        span,
    });
    let heredoc = Heredoc {
        delimiter: marker.delimiter,
        quoted: marker.quoted,
        strip_tabs: marker.strip_tabs,
        marker: span,
        body: Span::new(start, body_end),
        terminator: terminator.unwrap_or_else(|| Span::new(body_end, body_end)),
    };
    (heredoc, error)
}

/// The script of a RUN in shell form with here-documents. If its text is nothing but a marker,
/// Docker runs the body; else the shell gets the line with the bodies behind it.
pub(super) fn script(text: &Joined, heredocs: &[Heredoc], source: &str) -> Joined {
    if let (Ok(Some(_)), Some(heredoc)) = (marker(text.text()), heredocs.first()) {
        let mut script = Joined::whole("", heredoc.body.start as usize);
        push_lines(&mut script, heredoc.body, source, heredoc.strip_tabs);
        return script;
    }
    let mut script = text.clone();
    for heredoc in heredocs {
        let start = heredoc.body.start as usize;
        if source[..start].ends_with('\n') {
            script.push("\n", start - 1);
        }
        push_lines(&mut script, heredoc.body, source, false);
        let terminator = heredoc.terminator;
        script.push(&source[terminator.range()], terminator.start as usize);
    }
    script
}

/// Adds the lines of a body, without carriage returns and, if asked for, without tabs before them.
fn push_lines(script: &mut Joined, body: Span, source: &str, strip_tabs: bool) {
    let mut at = body.start as usize;
    for line in source[body.range()].split_inclusive('\n') {
        let mut text = line;
        if strip_tabs {
            text = line.trim_start_matches('\t');
        }
        let start = at + line.len() - text.len();
        match text.strip_suffix('\n') {
            Some(before) => {
                script.push(before.trim_end_matches('\r'), start);
                script.push("\n", at + line.len() - 1);
            }
            None => script.push(text, start),
        }
        at += line.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(line: &str) -> Vec<(String, bool, bool, &str)> {
        let found = markers(line).unwrap_or_default();
        let found = found.into_iter();
        found
            .map(|(m, range)| (m.delimiter, m.quoted, m.strip_tabs, &line[range]))
            .collect()
    }

    #[test]
    fn what_announces_a_heredoc() {
        for (line, expected) in [
            ("RUN <<EOF", vec![("EOF", false, false, "<<EOF")]),
            ("RUN cat <<-E >x", vec![("E", false, true, "<<-E")]),
            ("RUN cat <<'E F'", vec![("E F", true, false, "<<'E F'")]),
            ("RUN cat << \"E\"", vec![("E", true, false, "<< \"E\"")]),
            (
                "RUN 3<<A 4<<B cat",
                vec![("A", false, false, "3<<A"), ("B", false, false, "4<<B")],
            ),
            (
                "COPY <<a <<b /x/",
                vec![("a", false, false, "<<a"), ("b", false, false, "<<b")],
            ),
            ("RUN cat <<\\EOF", vec![("EOF", false, false, "<<\\EOF")]),
            ("RUN cat <<EOF>x", vec![("EOF>x", false, false, "<<EOF>x")]),
            ("RUN cat <<- EOF", vec![]),
            ("RUN cat <<<word", vec![]),
            ("RUN echo '<<EOF'", vec![]),
            ("RUN echo \"<<EOF\"", vec![]),
            ("RUN echo it's <<EOF", vec![]),
            ("RUN echo ${} <<EOF", vec![]),
            ("RUN x=$((1<<2))", vec![]),
            ("RUN cat <<''", vec![]),
            ("RUN a${b:-c}<<EOF", vec![]),
        ] {
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(name, quoted, tabs, word): (&str, _, _, _)| {
                    (name.to_owned(), quoted, tabs, word)
                })
                .collect();
            assert_eq!(found(line), expected, "{line}");
        }
    }
}
