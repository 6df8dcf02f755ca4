//! `diegolint explain`

use super::Outcome;
use crate::cli::ExplainArgs;
use crate::problem::Problem;
use crate::report::{Terminal, page};
use crate::rules::{self, Page, pages};

pub(super) fn run(args: &ExplainArgs, terminal: &Terminal) -> Outcome {
    match find(&args.rule) {
        Ok(found) => Outcome {
            output: page::explain(found.text, terminal).into_bytes(),
            ..Outcome::default()
        },
        Err(problem) => Outcome {
            problems: vec![problem],
            ..Outcome::default()
        },
    }
}

/// The page of a rule, or a problem that names the rules with similar names.
pub(super) fn find(rule: &str) -> Result<&'static Page, Problem> {
    if let Some(page) = pages().iter().find(|page| page.name == rule) {
        return Ok(page);
    }
    let similar: Vec<&str> = pages()
        .iter()
        .map(|page| page.name)
        .filter(|name| is_similar(name, rule))
        .collect();
    let meant = rules::nearest(rule).filter(|_| similar.is_empty());
    let similar: Vec<&str> = similar.into_iter().chain(meant).collect();
    let message = if similar.is_empty() {
        "no such rule: `diegolint rules` lists them".to_owned()
    } else {
        format!("no such rule: did you mean {}?", similar.join(", "))
    };
    Err(Problem::of(rule, message))
}

/// Whether the two share a word, as in `switch-user` and `user`.
fn is_similar(name: &str, rule: &str) -> bool {
    let rule = rule.to_ascii_lowercase();
    let mut words = rule.split(['-', '_', ' ']).filter(|word| word.len() > 2);
    words.any(|word| name.split('-').any(|own| own.starts_with(word)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_that_share_a_word_are_similar() {
        assert!(is_similar("switch-user", "user"));
        assert!(is_similar("switch-user", "Switch_Users") || is_similar("switch-user", "switch"));
        assert!(!is_similar("switch-user", "port"));
        assert!(!is_similar("switch-user", ""));
    }
}
