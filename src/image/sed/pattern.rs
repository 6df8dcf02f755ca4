//! Patterns of POSIX's in the words of the crate.

/// A pattern of POSIX's, basic or extended, in the words of the crate. None where the two differ.
pub(super) fn translated(pattern: &str, delimiter: char, extended: bool) -> Option<String> {
    let mut out = String::new();
    let mut characters = pattern.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        match c {
            '\\' => {
                let (_, escaped) = characters.next()?;
                match escaped {
                    '(' | ')' | '{' | '}' | '+' | '?' | '|' if !extended => out.push(escaped),
                    's' | 'S' | 'w' | 'W' | 'b' | 'B' | 'n' | 't' => out.extend(['\\', escaped]),
                    '<' | '>' => out.push_str("\\b"),
                    '0'..='9' => return None,
                    c if c == delimiter
                        && c.is_ascii_punctuation()
                        && !".*[]^$+?(){}|\\".contains(c) =>
                    {
                        out.push_str(&regex::escape(&c.to_string()));
                    }
                    other => out.push_str(&regex::escape(&other.to_string())),
                }
            }
            '[' => {
                out.push('[');
                let mut first = true;
                if characters.next_if(|(_, c)| *c == '^').is_some() {
                    out.push('^');
                }
                loop {
                    let (_, inner) = characters.next()?;
                    match inner {
                        ']' if !first => break,
                        '[' if pattern.get(at..)?.contains("[:")
                            && characters.peek().is_some_and(|(_, c)| *c == ':') =>
                        {
                            out.push('[');
                            loop {
                                let (_, c) = characters.next()?;
                                out.push(c);
                                if c == ']' {
                                    break;
                                }
                            }
                        }
                        // GNU's: everything else behind a backslash is two characters.
                        '\\' if matches!(characters.peek(), Some((_, 'n' | 't'))) => {
                            out.push('\\');
                        }
                        '\\' | '[' | ']' | '&' | '~' => out.extend(['\\', inner]),
                        _ => out.push(inner),
                    }
                    first = false;
                }
                out.push(']');
            }
            '(' | ')' | '{' | '}' | '+' | '?' | '|' if !extended => {
                out.push_str(&regex::escape(&c.to_string()));
            }
            '^' if !(extended || at == 0 || out.ends_with(['(', '|'])) => {
                out.push_str("\\^");
            }
            '$' if !(extended
                || at + 1 == pattern.len()
                || pattern[at + 1..].starts_with("\\)")) =>
            {
                out.push_str("\\$");
            }
            '*' if out.is_empty() || out == "^" || (out.ends_with('(') && !extended) => {
                out.push_str("\\*");
            }
            other => out.push(other),
        }
    }
    Some(out)
}
