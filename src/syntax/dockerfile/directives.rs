//! Parser directives: `# syntax=…`, `# escape=…`, `# check=…` at the top of a file.

use super::Directive;
use super::lines::Line;
use crate::source::Span;
use crate::syntax::SyntaxError;

/// Reads directives for as long as there can be any: a blank line, another comment, an unknown
/// name or an instruction ends them.
pub(super) struct DirectiveReader {
    seen: Vec<String>,
    done: bool,
}

impl DirectiveReader {
    pub fn new() -> Self {
        Self {
            seen: Vec::new(),
            done: false,
        }
    }

    /// The directive that a line is, and what is wrong with it.
    pub fn read(&mut self, line: &Line) -> Option<(Directive, Option<SyntaxError>)> {
        if self.done {
            return None;
        }
        let Some((name, value)) = name_and_value(line.text.trim_start()) else {
            self.done = true;
            return None;
        };
        let span = Span::new(line.start, line.end());
        let message = if self.seen.contains(&name) {
            Some(format!("only one {name} parser directive can be used"))
        } else if name == "escape" && value != "\\" && value != "`" {
            Some(format!(
                "invalid escape token '{value}' does not match ` or \\"
            ))
        } else {
            None
        };
        self.seen.push(name.clone());
        let directive = Directive {
            name,
            value: value.to_owned(),
            span,
        };
        Some((
            directive,
            message.map(|message| SyntaxError { message, span }),
        ))
    }
}

/// `# name = value`, where the name is one that BuildKit knows.
fn name_and_value(line: &str) -> Option<(String, &str)> {
    let (name, value) = line.strip_prefix('#')?.trim_start().split_once('=')?;
    let name = name.trim_end_matches(blank).to_ascii_lowercase();
    if !matches!(name.as_str(), "syntax" | "escape" | "check") {
        return None;
    }
    match value.trim_matches(blank) {
        // A value of nothing but blanks is its last blank.
        "" => Some((name, &value[value.len().checked_sub(1)?..])),
        value => Some((name, value)),
    }
}

fn blank(c: char) -> bool {
    matches!(c, ' ' | '\t' | '\n' | '\r' | '\u{C}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_directive_is() {
        for (line, expected) in [
            (
                "# syntax=docker/dockerfile:1",
                Some(("syntax", "docker/dockerfile:1")),
            ),
            ("#ESCAPE = ` ", Some(("escape", "`"))),
            (
                "# check=skip=all;error=true",
                Some(("check", "skip=all;error=true")),
            ),
            ("# syntax", None),
            ("# syntax=", None),
            ("# escape=  ", Some(("escape", " "))),
            ("# other=1", None),
            ("## syntax=1", None),
            ("FROM syntax=1", None),
        ] {
            let found = name_and_value(line);
            let found = found.as_ref().map(|(name, value)| (name.as_str(), *value));
            assert_eq!(found, expected, "{line:?}");
        }
    }
}
