//! `$(( ))` on text whose expansions were made: integers, variables, and C's operators.

/// What an expression comes to, or none where something in it is not known. `lookup` gives a
/// variable's text; `assign` is called for `=`, `+=`, `++` and their like.
pub fn evaluate(text: &str, scope: &mut dyn Scope) -> Option<i64> {
    let mut parser = Parser {
        text: text.as_bytes(),
        at: 0,
        depth: 0,
        scope,
    };
    let value = parser.comma()?;
    parser.blanks();
    (parser.at == parser.text.len()).then_some(value)
}

/// The names of the variables that an expression may set.
pub fn assigned(text: &str) -> Vec<String> {
    let name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let mut names = Vec::new();
    let mut rest = text;
    let mut before = "";
    while let Some(start) = rest.find(name) {
        let end = rest[start..]
            .find(|c| !name(c))
            .map_or(rest.len(), |len| start + len);
        let (word, behind) = (&rest[start..end], rest[end..].trim_start());
        before = [before, &rest[..start]]
            .into_iter()
            .map(str::trim_end)
            .rfind(|text| !text.is_empty())
            .unwrap_or("");
        let operator =
            behind.trim_start_matches(['+', '-', '*', '/', '%', '<', '>', '&', '|', '^']);
        let sets = (operator.starts_with('=') && !operator.starts_with("=="))
            || behind.starts_with("++")
            || behind.starts_with("--")
            || before.ends_with("++")
            || before.ends_with("--");
        if sets && !word.starts_with(|c: char| c.is_ascii_digit()) {
            names.push(word.to_owned());
        }
        rest = &rest[end..];
        before = "";
    }
    names
}

/// The variables of an expression.
pub trait Scope {
    /// A variable's number: an unset or empty one is 0; none if it is not known or no number.
    fn get(&mut self, name: &str) -> Option<i64>;
    /// Gives a variable a number.
    fn set(&mut self, name: &str, value: i64);
}

const DEEPEST: usize = 64;

struct Parser<'a> {
    text: &'a [u8],
    at: usize,
    depth: usize,
    scope: &'a mut dyn Scope,
}

/// Binary operators, loosest first.
const LEVELS: &[&[&str]] = &[
    &["||"],
    &["&&"],
    &["|"],
    &["^"],
    &["&"],
    &["==", "!="],
    &["<=", ">=", "<", ">"],
    &["<<", ">>"],
    &["+", "-"],
    &["*", "/", "%"],
    &["**"],
];

impl Parser<'_> {
    fn comma(&mut self) -> Option<i64> {
        let mut value = self.assignment()?;
        while self.eat(",") {
            value = self.assignment()?;
        }
        Some(value)
    }

    fn assignment(&mut self) -> Option<i64> {
        let start = self.at;
        if let Some(name) = self.name() {
            for operator in ["=", "+=", "-=", "*=", "/=", "%="] {
                if self.eat(operator) && !self.text[self.at..].starts_with(b"=") {
                    let right = self.nested(Self::assignment)?;
                    let value = match operator {
                        "=" => right,
                        "+=" => self.scope.get(&name)?.wrapping_add(right),
                        "-=" => self.scope.get(&name)?.wrapping_sub(right),
                        operator => apply(
                            operator.trim_end_matches('='),
                            self.scope.get(&name)?,
                            right,
                        )?,
                    };
                    self.scope.set(&name, value);
                    return Some(value);
                }
            }
        }
        self.at = start;
        self.ternary()
    }

    fn ternary(&mut self) -> Option<i64> {
        let condition = self.binary(0)?;
        if !self.eat("?") {
            return Some(condition);
        }
        let yes = self.nested(Self::assignment)?;
        if !self.eat(":") {
            return None;
        }
        let no = self.nested(Self::assignment)?;
        Some(if condition != 0 { yes } else { no })
    }

    fn binary(&mut self, level: usize) -> Option<i64> {
        let Some(operators) = LEVELS.get(level) else {
            return self.unary();
        };
        let mut left = self.binary(level + 1)?;
        'more: loop {
            for operator in *operators {
                if self.operator(operator) {
                    let right = self.binary(level + 1)?;
                    left = apply(operator, left, right)?;
                    continue 'more;
                }
            }
            return Some(left);
        }
    }

    fn unary(&mut self) -> Option<i64> {
        for (sign, step) in [("++", 1), ("--", -1)] {
            if self.eat(sign) {
                let name = self.name()?;
                let value = self.scope.get(&name)?.wrapping_add(step);
                self.scope.set(&name, value);
                return Some(value);
            }
        }
        if self.eat("!") {
            return Some(i64::from(self.nested(Self::unary)? == 0));
        }
        if self.eat("-") {
            return Some(self.nested(Self::unary)?.wrapping_neg());
        }
        if self.eat("+") {
            return self.nested(Self::unary);
        }
        if self.eat("~") {
            return Some(!self.nested(Self::unary)?);
        }
        if self.eat("(") {
            let value = self.nested(Self::comma)?;
            return self.eat(")").then_some(value);
        }
        if let Some(name) = self.name() {
            let value = self.scope.get(&name)?;
            for (sign, step) in [("++", 1), ("--", -1)] {
                if self.eat(sign) {
                    self.scope.set(&name, value.wrapping_add(step));
                }
            }
            return Some(value);
        }
        self.number()
    }

    fn nested(&mut self, inner: fn(&mut Self) -> Option<i64>) -> Option<i64> {
        self.depth += 1;
        let value = if self.depth > DEEPEST {
            None
        } else {
            inner(self)
        };
        self.depth -= 1;
        value
    }

    fn number(&mut self) -> Option<i64> {
        self.blanks();
        let start = self.at;
        while self
            .text
            .get(self.at)
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'#')
        {
            self.at += 1;
        }
        let digits = std::str::from_utf8(&self.text[start..self.at]).ok()?;
        if let Some(hex) = digits
            .strip_prefix("0x")
            .or_else(|| digits.strip_prefix("0X"))
        {
            i64::from_str_radix(hex, 16).ok()
        } else if let Some((base, rest)) = digits.split_once('#') {
            let base = base.parse().ok().filter(|base| (2..=36).contains(base))?;
            i64::from_str_radix(rest, base).ok()
        } else if digits.len() > 1 && digits.starts_with('0') {
            i64::from_str_radix(&digits[1..], 8).ok()
        } else {
            digits.parse().ok()
        }
    }

    fn name(&mut self) -> Option<String> {
        self.blanks();
        let start = self.at;
        let first = *self.text.get(start)?;
        if !(first.is_ascii_alphabetic() || first == b'_') {
            return None;
        }
        while self
            .text
            .get(self.at)
            .is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_')
        {
            self.at += 1;
        }
        Some(String::from_utf8_lossy(&self.text[start..self.at]).into_owned())
    }

    /// A binary operator, unless it is the beginning of a longer one.
    fn operator(&mut self, operator: &str) -> bool {
        self.blanks();
        let rest = &self.text[self.at..];
        let longer = match operator {
            "|" => rest.starts_with(b"||"),
            "&" => rest.starts_with(b"&&"),
            "<" => rest.starts_with(b"<<"),
            ">" => rest.starts_with(b">>"),
            "*" => rest.starts_with(b"**"),
            _ => false,
        };
        !longer && self.eat(operator)
    }

    fn eat(&mut self, token: &str) -> bool {
        self.blanks();
        let found = self.text[self.at..].starts_with(token.as_bytes());
        if found {
            self.at += token.len();
        }
        found
    }

    fn blanks(&mut self) {
        while self.text.get(self.at).is_some_and(u8::is_ascii_whitespace) {
            self.at += 1;
        }
    }
}

fn apply(operator: &str, left: i64, right: i64) -> Option<i64> {
    Some(match operator {
        "||" => i64::from(left != 0 || right != 0),
        "&&" => i64::from(left != 0 && right != 0),
        "|" => left | right,
        "^" => left ^ right,
        "&" => left & right,
        "==" => i64::from(left == right),
        "!=" => i64::from(left != right),
        "<=" => i64::from(left <= right),
        ">=" => i64::from(left >= right),
        "<" => i64::from(left < right),
        ">" => i64::from(left > right),
        "<<" => left.checked_shl(u32::try_from(right).ok()?)?,
        ">>" => left.checked_shr(u32::try_from(right).ok()?)?,
        "+" => left.wrapping_add(right),
        "-" => left.wrapping_sub(right),
        "*" => left.wrapping_mul(right),
        "**" => left.wrapping_pow(u32::try_from(right).ok()?),
        "/" => left.checked_div(right)?,
        _ => left.checked_rem(right)?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashMap;

    impl Scope for HashMap<String, i64> {
        fn get(&mut self, name: &str) -> Option<i64> {
            Some(HashMap::get(self, name).copied().unwrap_or(0))
        }
        fn set(&mut self, name: &str, value: i64) {
            self.insert(name.to_owned(), value);
        }
    }

    #[test]
    fn expressions_come_to_what_the_shell_makes_of_them() {
        for (text, expected) in [
            ("1 + 2 * 3", Some(7)),
            ("(1 + 2) * 3", Some(9)),
            ("x = 4, x++ + x", Some(9)),
            ("x == 0", Some(1)),
            ("0x1F & 010", Some(8)),
            ("1 ? 2 : 3", Some(2)),
            ("!0 && 2 > 1", Some(1)),
            ("1 / 0", None),
            ("1 +", None),
            ("", None),
            ("8080 >= 1024", Some(1)),
        ] {
            assert_eq!(evaluate(text, &mut HashMap::new()), expected, "{text}");
        }
    }

    #[test]
    fn deep_nesting_is_refused_not_followed() {
        let text = "(".repeat(100_000);
        assert_eq!(evaluate(&text, &mut HashMap::new()), None);
    }
}
