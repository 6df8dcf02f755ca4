//! The tree in short, for tests to compare.

use super::*;

/// One line for each statement, as nested lists.
pub(super) fn dump(script: &Script) -> String {
    let mut out = list(&script.body);
    for error in &script.errors {
        out.push_str(&format!(" !{}", error.message));
    }
    out
}

fn list(statements: &List) -> String {
    joined(
        statements,
        |s| {
            let background = if s.background { " &" } else { "" };
            format!("{}{background}", command(&s.command))
        },
        "; ",
    )
}

fn joined<T>(items: &[T], f: impl Fn(&T) -> String, between: &str) -> String {
    items.iter().map(f).collect::<Vec<_>>().join(between)
}

fn command(node: &Command) -> String {
    match node {
        Command::Simple(c) => {
            let mut all: Vec<String> = c.assignments.iter().map(assignment).collect();
            all.extend(c.words.iter().map(word));
            all.extend(c.arrays.iter().map(assignment));
            all.extend(c.redirects.iter().map(redirect));
            format!("({})", all.join(" "))
        }
        Command::Pipeline(p) => {
            let not = if p.negated { "! " } else { "" };
            format!("[{not}{}]", joined(&p.commands, command, " | "))
        }
        Command::AndOr(a) => {
            let mut out = format!("<{}", command(&a.first));
            for link in &a.rest {
                let op = match link.operator {
                    Connector::And => "&&",
                    Connector::Or => "||",
                };
                out.push_str(&format!(" {op} {}", command(&link.command)));
            }
            out + ">"
        }
        Command::Compound(c) => {
            let mut out = kind(&c.kind);
            for r in &c.redirects {
                out.push_str(&format!(" {}", redirect(r)));
            }
            out
        }
        Command::Function(f) => format!("{}() {}", f.name, command(&f.body)),
    }
}

fn kind(node: &CompoundKind) -> String {
    let number = |a: &Option<Arithmetic>| a.as_ref().map_or(String::new(), |a| word(&a.0));
    match node {
        CompoundKind::Group(l) => format!("{{{}}}", list(l)),
        CompoundKind::Subshell(l) => format!("sub{{{}}}", list(l)),
        CompoundKind::Other(l) => format!("other{{{}}}", list(l)),
        CompoundKind::If {
            branches,
            otherwise,
        } => {
            let mut out = joined(
                branches,
                |(c, b)| format!("if {{{}}} {{{}}}", list(c), list(b)),
                " el",
            );
            if let Some(body) = otherwise {
                out.push_str(&format!(" else {{{}}}", list(body)));
            }
            out
        }
        CompoundKind::While {
            until,
            condition,
            body,
        } => {
            let word = if *until { "until" } else { "while" };
            format!("{word} {{{}}} {{{}}}", list(condition), list(body))
        }
        CompoundKind::For {
            variable,
            words,
            body,
        } => {
            let over = words
                .as_ref()
                .map_or("-".to_owned(), |w| joined(w, word, " "));
            format!("for {variable} ({over}) {{{}}}", list(body))
        }
        CompoundKind::Select {
            variable,
            words,
            body,
        } => {
            let over = words
                .as_ref()
                .map_or("-".to_owned(), |w| joined(w, word, " "));
            format!("select {variable} ({over}) {{{}}}", list(body))
        }
        CompoundKind::ArithmeticFor {
            init,
            condition,
            step,
            body,
        } => format!(
            "for (({}; {}; {})) {{{}}}",
            number(init),
            number(condition),
            number(step),
            list(body)
        ),
        CompoundKind::Case { word: w, arms } => {
            let arms = joined(
                arms,
                |arm| {
                    let end = match arm.terminator {
                        CaseTerminator::Break => "",
                        CaseTerminator::FallThrough => " ;&",
                        CaseTerminator::Continue => " ;;&",
                    };
                    format!(
                        "{}) {{{}}}{end}",
                        joined(&arm.patterns, word, "|"),
                        list(&arm.body)
                    )
                },
                " ",
            );
            format!("case {} ({arms})", word(w))
        }
        CompoundKind::Test(t) => format!("[[{}]]", test(t)),
        CompoundKind::Arithmetic(a) => format!("(({}))", word(&a.0)),
    }
}

fn test(node: &Test) -> String {
    match node {
        Test::Unary(op, w) => format!("{op} {}", word(w)),
        Test::Binary(a, op, b) => format!("{} {op} {}", word(a), word(b)),
        Test::And(a, b) => format!("({} && {})", test(a), test(b)),
        Test::Or(a, b) => format!("({} || {})", test(a), test(b)),
        Test::Not(a) => format!("!({})", test(a)),
        Test::Word(w) => word(w),
    }
}

fn assignment(a: &Assignment) -> String {
    let index = a
        .index
        .as_ref()
        .map_or(String::new(), |i| format!("[{}]", word(i)));
    let op = if a.append { "+=" } else { "=" };
    let value = match &a.value {
        AssignmentValue::Scalar(w) => word(w),
        AssignmentValue::Array(elements) => {
            let element = |(key, value): &(Option<Word>, Word)| match key {
                Some(key) => format!("[{}]={}", word(key), word(value)),
                None => word(value),
            };
            format!("({})", joined(elements, element, " "))
        }
    };
    format!("{}{index}:{op}{value}", a.name)
}

fn redirect(r: &Redirect) -> String {
    let descriptor = r.descriptor.map_or(String::new(), |d| d.to_string());
    let kind = match r.kind {
        RedirectKind::Read => "<",
        RedirectKind::Write => ">",
        RedirectKind::Append => ">>",
        RedirectKind::ReadWrite => "<>",
        RedirectKind::Duplicate => "dup",
        RedirectKind::WriteBoth => "both>",
        RedirectKind::HereDocument => "<<",
        RedirectKind::HereString => "<<<",
    };
    format!("{descriptor}{kind}{}", word(&r.target))
}

pub(super) fn word(w: &Word) -> String {
    parts(&w.parts)
}

/// Escaped text is `\{…}`, single quotes `'…'`, double ones `"…"`; the rest is as in the shell, with
/// `$(…)` around the commands' dump.
fn parts(list_of: &[WordPart]) -> String {
    joined(
        list_of,
        |part| match part {
            WordPart::Literal { text, escaped, .. } => {
                let text = text.replace('\n', "⏎").replace('\t', "⇥");
                if *escaped {
                    format!("\\{{{text}}}")
                } else {
                    text
                }
            }
            WordPart::SingleQuoted { text, .. } => {
                format!("'{}'", text.replace('\n', "⏎").replace('\t', "⇥"))
            }
            WordPart::DoubleQuoted { parts: inner, .. } => format!("\"{}\"", parts(inner)),
            WordPart::Parameter(p) => parameter(p),
            WordPart::Command { body, .. } => format!("$({})", list(&body.0)),
            WordPart::Process { body, .. } => format!("<({})", list(&body.0)),
            WordPart::Arithmetic { expression, .. } => format!("$(({}))", word(&expression.0)),
        },
        "",
    )
}

fn parameter(p: &Parameter) -> String {
    let indirect = if p.indirect { "!" } else { "" };
    let index = p
        .index
        .as_ref()
        .map_or(String::new(), |i| format!("[{}]", word(i)));
    let operation = match &p.operation {
        Operation::Value => String::new(),
        Operation::Length => " len".to_owned(),
        Operation::Default {
            kind,
            colon,
            word: w,
        } => {
            let kind = match kind {
                DefaultKind::Use => "-",
                DefaultKind::Assign => "=",
                DefaultKind::Error => "?",
                DefaultKind::Alternative => "+",
            };
            format!(" {}{kind} {}", if *colon { ":" } else { "" }, word(w))
        }
        Operation::TrimPrefix { longest, pattern } => {
            format!(" {} {}", if *longest { "##" } else { "#" }, word(pattern))
        }
        Operation::TrimSuffix { longest, pattern } => {
            format!(" {} {}", if *longest { "%%" } else { "%" }, word(pattern))
        }
        Operation::Replace {
            kind,
            pattern,
            with,
        } => {
            format!(" {kind:?} {} -> {}", word(pattern), word(with))
        }
        Operation::Substring { offset, length } => format!(
            " :{}{}",
            word(&offset.0),
            length
                .as_ref()
                .map_or(String::new(), |l| format!(":{}", word(&l.0)))
        ),
        Operation::Case { upper, all } => format!(" upper={upper} all={all}"),
        Operation::Other => " other".to_owned(),
    };
    format!("${{{indirect}{}{index}{operation}}}", p.name)
}
