//! Whether a script stands in its file as the shell reads it.

use super::ShellText;
use super::place::{Owner, each_word};
use crate::source::Span;
use crate::syntax::shell::WordPart;

impl ShellText<'_> {
    /// Whether the file has the script's words where the tree says, in their order. It has not where
    /// the text was put together while something ran: by `printf` out of a format, or with the value
    /// of a variable that stands elsewhere. Its places are good for a report then, not for an edit.
    pub fn stands_as_read(&self) -> bool {
        let mut stands = true;
        each_word(self.list, &mut |owner, word| {
            stands &= self.text.get(word.span.range()).is_some() && parts_fit(&word.parts);
            if let Owner::Command(command) = owner {
                stands &= command.span.contains(word.span);
                let first = command.words.first();
                if first.is_some_and(|first| std::ptr::eq(first, word)) {
                    let words = command.words.windows(2);
                    stands &= words.into_iter().all(|pair| match pair {
                        [before, behind] => before.span.end <= behind.span.start,
                        _ => true,
                    });
                }
            }
        });
        stands
    }
}

/// Whether text has as much room in the file as it needs: quotes and escapes only add to it.
fn parts_fit(parts: &[WordPart]) -> bool {
    let fits = |text: &str, span: Span| text.len() <= span.range().len();
    parts.iter().all(|part| match part {
        WordPart::Literal { text, span, .. } | WordPart::SingleQuoted { text, span } => {
            fits(text, *span)
        }
        WordPart::DoubleQuoted { parts, .. } => parts_fit(parts),
        _ => true,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::SourceId;
    use crate::syntax::Joined;
    use crate::syntax::shell::{Dialect, parse, script_text};

    fn stands(text: &str, script: &Joined) -> bool {
        let parsed = parse(script, Dialect::Bash);
        assert!(parsed.errors.is_empty(), "{:?}", parsed.errors);
        let text = ShellText {
            source: SourceId(0),
            text,
            list: &parsed.body,
            continuation: None,
        };
        text.stands_as_read()
    }

    #[test]
    fn scripts_stand_in_their_own_files() {
        for text in [
            "a b; if c; then d \"$e\" 'f' g\\ h; fi\n",
            "a \\\n\tb\\\nc\n",
            "a\r\nb c\r\n",
            "cat > x <<E\na \\$b `c`\nE\nx=$(d \"`e \\\"f\\\"`\") g=(h [1]=i)\n",
            "\u{feff}a b\n",
        ] {
            assert!(stands(text, &script_text(text)), "{text:?}");
        }
    }

    #[test]
    fn a_script_that_printf_makes_does_not() {
        // Its line ends are two characters in the file, and none of it has a place of its own.
        let text = "printf 'a b\\nc d\\n' > x";
        let mut script = Joined::default();
        for at in "a b\nc d\n".char_indices().map(|(at, _)| at) {
            script.push(&"a b\nc d\n"[at..=at], 7);
        }
        assert!(!stands(text, &script));
    }

    #[test]
    fn a_script_with_words_from_elsewhere_does_not() {
        let text = "v=one; a two $v three";
        let mut script = Joined::whole("a two ", 7);
        script.push("one", 2);
        script.push(" three", 15);
        assert!(!stands(text, &script));
    }
}
