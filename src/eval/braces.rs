//! `{a,b}` and `{1..3}`: one word that stands for several.

use crate::source::Span;
use crate::syntax::shell::{Operation, Parameter, Word, WordPart};

/// How many words one word becomes at most; a word that would become more is left as it is.
const MOST: usize = 1_000;
/// How deep braces stand within each other.
const DEEPEST: usize = 8;
/// A word of more characters is left as it is: nobody writes one, and it would be copied for each of
/// the words that it becomes.
const LONGEST: usize = 512;

/// A character that stands without quotes, or any other part of a word.
#[derive(Clone)]
enum Token {
    Plain(char, Span),
    Part(WordPart),
}

impl Token {
    fn is(&self, wanted: char) -> bool {
        matches!(self, Token::Plain(c, _) if *c == wanted)
    }
}

/// The words that a word with braces becomes; none if it has no braces that count.
pub(super) fn expand(word: &Word) -> Option<Vec<Word>> {
    let open = |part: &WordPart| matches!(part, WordPart::Literal { text, escaped: false, .. } if text.contains('{'));
    if !word.parts.iter().any(open) {
        return None;
    }
    let tokens: Vec<Token> = word
        .parts
        .iter()
        .flat_map(tokens)
        .take(LONGEST + 1)
        .collect();
    if tokens.len() > LONGEST {
        return None;
    }
    let words = all(&tokens, 0)?;
    (words.len() != 1).then(|| {
        let words = words.iter();
        words.map(|tokens| written(tokens, word.span)).collect()
    })
}

fn tokens(part: &WordPart) -> Vec<Token> {
    let WordPart::Literal {
        text,
        escaped: false,
        span,
    } = part
    else {
        return vec![Token::Part(part.clone())];
    };
    let exact = span.range().len() == text.len();
    let place = |(at, c): (usize, char)| {
        let start = span.start as usize + at;
        let own = match exact {
            true => Span::new(start, start + c.len_utf8()),
            false => *span,
        };
        Token::Plain(c, own)
    };
    text.char_indices().map(place).collect()
}

/// A word of tokens: characters that stand beside each other are one text again.
fn written(tokens: &[Token], span: Span) -> Word {
    let mut parts: Vec<WordPart> = Vec::new();
    for token in tokens {
        match (token, parts.last_mut()) {
            (
                Token::Plain(c, at),
                Some(WordPart::Literal {
                    text,
                    escaped: false,
                    span,
                }),
            ) if span.end == at.start => {
                text.push(*c);
                *span = span.to(*at);
            }
            // The braces are gone before names are looked for: `{a,$b}c` has `$bc` in it.
            (Token::Plain(c, _), Some(WordPart::Parameter(parameter)))
                if is_bare(parameter) && (c.is_ascii_alphanumeric() || *c == '_') =>
            {
                parameter.name.push(*c);
                parameter.span.end += 1;
            }
            (Token::Plain(c, at), _) => parts.push(WordPart::Literal {
                text: c.to_string(),
                escaped: false,
                span: *at,
            }),
            (Token::Part(part), _) => parts.push(part.clone()),
        }
    }
    Word { parts, span }
}

/// Whether a parameter is written without braces: `$name`.
fn is_bare(parameter: &Parameter) -> bool {
    parameter.operation == Operation::Value
        && parameter.index.is_none()
        && parameter.span.range().len() == parameter.name.len() + 1
        && parameter
            .name
            .starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
}

/// All words; none if they are too many.
fn all(tokens: &[Token], depth: usize) -> Option<Vec<Vec<Token>>> {
    if depth > DEEPEST {
        return None;
    }
    let mut from = 0;
    while let Some(open) = tokens[from..].iter().position(|token| token.is('{')) {
        let open = from + open;
        from = open + 1;
        let Some((close, commas)) = group(tokens, open) else {
            continue;
        };
        let inside = &tokens[open + 1..close];
        let middles = if commas.is_empty() {
            let Some(range) = sequence(inside) else {
                continue;
            };
            range
        } else {
            let mut middles = Vec::new();
            let mut start = open + 1;
            for end in commas.into_iter().chain([close]) {
                middles.extend(all(&tokens[start..end], depth + 1)?);
                start = end + 1;
            }
            middles
        };
        let rest = all(&tokens[close + 1..], depth + 1)?;
        if middles.len().saturating_mul(rest.len()) > MOST {
            return None;
        }
        let mut words = Vec::new();
        for middle in &middles {
            for rest in &rest {
                words.push([&tokens[..open], middle, rest].concat());
            }
        }
        return Some(words);
    }
    Some(vec![tokens.to_vec()])
}

/// Where the brace at `open` is closed, and the commas between that belong to it.
fn group(tokens: &[Token], open: usize) -> Option<(usize, Vec<usize>)> {
    let (mut depth, mut commas) = (0, Vec::new());
    for (at, token) in tokens.iter().enumerate().skip(open) {
        if token.is('{') {
            depth += 1;
        } else if token.is('}') {
            depth -= 1;
            if depth == 0 {
                return Some((at, commas));
            }
        } else if token.is(',') && depth == 1 {
            commas.push(at);
        }
    }
    None
}

/// `1..3`, `a..e`, `01..10..3`.
fn sequence(tokens: &[Token]) -> Option<Vec<Vec<Token>>> {
    let mut text = String::new();
    let mut place: Option<Span> = None;
    for token in tokens {
        let Token::Plain(c, span) = token else {
            return None;
        };
        text.push(*c);
        place = Some(place.map_or(*span, |place| place.to(*span)));
    }
    let parts: Vec<&str> = text.split("..").collect();
    let (first, last, step) = match parts.as_slice() {
        [first, last] => (*first, *last, 1),
        [first, last, step] => (*first, *last, step.parse::<i64>().ok()?),
        _ => return None,
    };
    let letter = |text: &str| match text.as_bytes() {
        [c] if c.is_ascii_alphabetic() => Some(i64::from(*c)),
        _ => None,
    };
    let (from, to, letters) = match (letter(first), letter(last)) {
        (Some(from), Some(to)) => (from, to, true),
        _ => (first.parse().ok()?, last.parse().ok()?, false),
    };
    let step = step.unsigned_abs().max(1);
    let count = i64::abs_diff(from, to) / step;
    if count >= MOST as u64 {
        return None;
    }
    let padded = |text: &str| {
        let digits = text.trim_start_matches('-');
        digits.len() > 1 && digits.starts_with('0')
    };
    let width = match padded(first) || padded(last) {
        true => first.len().max(last.len()),
        false => 0,
    };
    let span = place.unwrap_or_default();
    let values = (0..=count).map(|round| {
        let distance = (round * step) as i64;
        let number = if from <= to {
            from + distance
        } else {
            from - distance
        };
        let text = match u8::try_from(number) {
            Ok(letter) if letters => char::from(letter).to_string(),
            _ => format!("{number:0width$}"),
        };
        vec![Token::Part(WordPart::Literal {
            text,
            escaped: true,
            span,
        })]
    });
    Some(values.collect())
}
