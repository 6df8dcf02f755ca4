//! `expr`: what it prints, in POSIX's grammar. It succeeds unless that is empty or 0.

use super::regular::{Expression, Found};

/// How deep brackets are looked into.
const DEEPEST: usize = 32;

/// What `expr` prints of its words; none where that is an error, or not known.
pub(super) fn printed(words: &[String]) -> Option<String> {
    let mut expr = Expr {
        words,
        at: 0,
        depth: 0,
    };
    let value = expr.either()?;
    (expr.at == words.len()).then_some(value)
}

/// Whether `expr` succeeds that prints this.
pub(super) fn succeeds(printed: &str) -> bool {
    !is_null(printed)
}

fn is_null(text: &str) -> bool {
    text.is_empty() || text.parse() == Ok(0)
}

struct Expr<'w> {
    words: &'w [String],
    at: usize,
    depth: usize,
}

impl Expr<'_> {
    /// The operator that stands here, if it is one of these.
    fn operator(&mut self, operators: &[&'static str]) -> Option<&'static str> {
        let word = self.words.get(self.at)?;
        let found = operators.iter().find(|operator| *word == **operator)?;
        self.at += 1;
        Some(found)
    }

    fn either(&mut self) -> Option<String> {
        let mut left = self.both()?;
        while self.operator(&["|"]).is_some() {
            let right = self.both()?;
            left = match is_null(&left) {
                false => left,
                true if right.is_empty() => "0".to_owned(),
                true => right,
            };
        }
        Some(left)
    }

    fn both(&mut self) -> Option<String> {
        let mut left = self.compared()?;
        while self.operator(&["&"]).is_some() {
            let right = self.compared()?;
            if is_null(&left) || is_null(&right) {
                left = "0".to_owned();
            }
        }
        Some(left)
    }

    fn compared(&mut self) -> Option<String> {
        let mut left = self.sum()?;
        while let Some(operator) = self.operator(&["=", "==", "!=", "<", "<=", ">", ">="]) {
            let right = self.sum()?;
            let numbers = (left.parse::<i64>(), right.parse::<i64>());
            let order = match numbers {
                (Ok(left), Ok(right)) => left.cmp(&right),
                _ => left.cmp(&right),
            };
            let holds = match operator {
                "=" | "==" => order.is_eq(),
                "!=" => order.is_ne(),
                "<" => order.is_lt(),
                "<=" => order.is_le(),
                ">" => order.is_gt(),
                _ => order.is_ge(),
            };
            left = u8::from(holds).to_string();
        }
        Some(left)
    }

    fn sum(&mut self) -> Option<String> {
        let mut left = self.product()?;
        while let Some(operator) = self.operator(&["+", "-"]) {
            let (a, b) = (left.parse::<i64>().ok()?, self.product()?.parse().ok()?);
            let sum = match operator {
                "+" => a.checked_add(b),
                _ => a.checked_sub(b),
            };
            left = sum?.to_string();
        }
        Some(left)
    }

    fn product(&mut self) -> Option<String> {
        let mut left = self.matched()?;
        while let Some(operator) = self.operator(&["*", "/", "%"]) {
            let (a, b) = (left.parse::<i64>().ok()?, self.matched()?.parse().ok()?);
            let product = match operator {
                "*" => a.checked_mul(b),
                "/" => a.checked_div(b),
                _ => a.checked_rem(b),
            };
            left = product?.to_string();
        }
        Some(left)
    }

    fn matched(&mut self) -> Option<String> {
        let mut left = self.primary()?;
        while self.operator(&[":"]).is_some() {
            left = matched(&left, &self.primary()?)?;
        }
        Some(left)
    }

    fn primary(&mut self) -> Option<String> {
        let word = self.words.get(self.at)?;
        self.at += 1;
        match word.as_str() {
            "(" if self.depth < DEEPEST => {
                self.depth += 1;
                let value = self.either()?;
                self.depth -= 1;
                self.operator(&[")"])?;
                Some(value)
            }
            "(" | ")" => None,
            // Words of GNU's, where more follows.
            "match" | "substr" | "index" | "length" | "+" if self.at < self.words.len() => {
                self.function(word)
            }
            word => Some(word.to_owned()),
        }
    }

    fn function(&mut self, name: &str) -> Option<String> {
        let text = self.primary()?;
        Some(match name {
            "match" => matched(&text, &self.primary()?)?,
            "length" => text.chars().count().to_string(),
            "index" => {
                let wanted = self.primary()?;
                let at = text.chars().position(|c| wanted.contains(c));
                at.map_or(0, |at| at + 1).to_string()
            }
            "substr" => {
                let from = self.primary()?.parse::<usize>().ok()?;
                let length = self.primary()?.parse::<usize>().ok()?;
                let from = from.checked_sub(1)?;
                text.chars().skip(from).take(length).collect()
            }
            // `+ word` takes the word as it is.
            _ => text,
        })
    }
}

/// `text : pattern`: what the first group matches, or how many characters the whole does.
fn matched(text: &str, pattern: &str) -> Option<String> {
    let pattern = extended(pattern)?;
    let mut expression = Expression::default();
    // It is held to the beginning.
    expression.push_special("^");
    expression.push_special(&pattern);
    let grouped = pattern.contains('(');
    Some(match expression.find(text)? {
        Found::No if grouped => String::new(),
        Found::No => "0".to_owned(),
        Found::Yes(groups) => {
            let groups = groups?;
            match groups.get(1) {
                Some(group) => group.clone(),
                None => groups.first()?.chars().count().to_string(),
            }
        }
    })
}

/// A basic regular expression as an extended one: what has a backslash there has none here, and the
/// other way round. None where the two have no words for each other.
fn extended(pattern: &str) -> Option<String> {
    let mut out = String::new();
    let mut chars = pattern.chars().peekable();
    // It begins with the beginning already.
    chars.next_if_eq(&'^');
    while let Some(c) = chars.next() {
        match c {
            '\\' => match chars.next()? {
                c @ ('(' | ')' | '{' | '}' | '+' | '?' | '|') => out.push(c),
                c if c.is_ascii_digit() => return None,
                c => out.extend(['\\', c]),
            },
            '(' | ')' | '{' | '}' | '+' | '?' | '|' => out.extend(['\\', c]),
            '*' if out.is_empty() || out.ends_with('(') => out.push_str("\\*"),
            '[' => {
                out.push(c);
                let mut first = true;
                loop {
                    let c = chars.next()?;
                    out.push(c);
                    match c {
                        '^' if first => continue,
                        ']' if !first => break,
                        _ => first = false,
                    }
                }
            }
            c => out.push(c),
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(line: &str) -> Option<String> {
        let words: Vec<String> = line.split(' ').map(str::to_owned).collect();
        printed(&words)
    }

    #[test]
    fn it_prints_what_the_real_one_does() {
        for (line, expected) in [
            ("apache2-foreground : apache", "6"),
            ("php-fpm : apache", "0"),
            ("-x : -", "1"),
            ("3 + 4 * 2", "11"),
            ("( 3 + 4 ) * 2", "14"),
            ("7 % 3", "1"),
            ("10 < 9", "0"),
            ("b > a", "1"),
            ("1 = 1 & 0", "0"),
            ("0 | x", "x"),
            ("v12.3 : v\\([0-9]*\\)", "12"),
            ("x12 : v\\([0-9]*\\)", ""),
            ("a+b : a+b", "3"),
            ("aab : a\\+b", "3"),
            ("length apache", "6"),
            ("substr apache 2 3", "pac"),
            ("index apache ch", "4"),
            ("length", "length"),
        ] {
            assert_eq!(of(line).as_deref(), Some(expected), "{line}");
        }
        assert!(succeeds("6") && !succeeds("0") && !succeeds(""));
    }

    #[test]
    fn what_is_wrong_or_not_known_prints_nothing() {
        for line in ["1 +", "a + 1", "1 / 0", "( 1", "x : \\(a\\)\\1", "1 2"] {
            assert_eq!(of(line), None, "{line}");
        }
    }
}
