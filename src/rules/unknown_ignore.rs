//! `unknown-ignore`: a comment is to ignore something, and nobody can tell what.

use super::nearest;
use crate::finding::Finding;
use crate::suppress::Review;

const RULE: &str = "unknown-ignore";

pub(super) fn check(review: &Review<'_>, findings: &mut Vec<Finding>) {
    for entry in &review.unknown {
        let Some(name) = entry.name() else { continue };
        let near = nearest(&name.text);
        let message = format!(
            "there is no rule {}: this ignores nothing.",
            shown(&name.text)
        );
        let finding = review.finding(RULE, entry.origin(), message);
        let (finding, fix) = match near {
            Some(near) => {
                let title = format!("call the rule {near}");
                let edit = entry.ignore.place.with(name.span, near);
                let fix = review.fix(title, "that is its name", edit);
                (finding.help(format!("did you mean {near}?")), fix)
            }
            None => {
                let title = format!("do not ignore {}", shown(&name.text));
                let fix = review.fix(title, "there is no such rule", entry.removal());
                let help = "`diegolint rules` lists the rules";
                (finding.help(help), fix)
            }
        };
        findings.push(finding.fix(Some(fix)));
    }
    for malformed in &review.malformed {
        let mut origin = malformed.place.origin;
        origin.span = malformed.words;
        let message = "this reads as if it were to ignore something, and ignores nothing.";
        let finding = review.finding(RULE, origin, message.to_owned());
        let (help, fix) = match &malformed.correct {
            Some(correct) => {
                let title = format!("write {correct}");
                let edit = malformed.place.with(malformed.words, correct);
                let fix = review.fix(title, "so it is read", edit);
                (format!("did you mean {correct}?"), fix)
            }
            None => {
                let title = "take the comment out".to_owned();
                let fix = review.fix(title, "it says nothing", malformed.place.removal());
                let help = "name the rules, without blanks: ignore=RULE,RULE";
                (help.to_owned(), fix)
            }
        };
        findings.push(finding.help(help).fix(Some(fix)));
    }
}

/// A name that anybody may have written.
fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}
