//! `unknown-ignore`: a comment is to ignore something, and nobody can tell what.

use super::nearest;
use crate::finding::{Finding, Safety};
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
        if malformed.is_argument {
            let message = "Docker knows no comment at the end of a line: these are words of the \
                           instruction, and ignore nothing.";
            let finding = review.finding(RULE, origin, message.to_owned());
            findings.push(finding.help("write the comment on a line of its own, above"));
            continue;
        }
        let message = "this reads as if it were to ignore something, and ignores nothing.";
        let finding = review.finding(RULE, origin, message.to_owned());
        let (help, fix) = match &malformed.correct {
            Some(correct) => {
                let title = format!("write {correct}");
                let edit = malformed.place.with(malformed.words, correct);
                let mut fix = review.fix(title, "so it is read", edit);
                // It would ignore more than anybody sees who looks at the line.
                if correct.contains("ignore-file") {
                    fix.safety = Safety::Unsafe;
                }
                (format!("did you mean {correct}?"), Some(fix))
            }
            None => {
                let title = "take the comment out".to_owned();
                let fix = review.fix(title, "it says nothing", malformed.place.removal());
                let help = "name the rules, without blanks: ignore=RULE,RULE";
                (help.to_owned(), Some(fix))
            }
        };
        findings.push(finding.help(help).fix(fix));
    }
}

/// A name that anybody may have written.
fn shown(name: &str) -> String {
    name.chars().take(60).collect()
}
