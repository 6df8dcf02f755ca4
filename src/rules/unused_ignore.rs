//! `unused-ignore`: a comment ignores what is not there.

use crate::finding::Finding;
use crate::suppress::Review;

const RULE: &str = "unused-ignore";

pub(super) fn check(review: &Review<'_>, findings: &mut Vec<Finding>) {
    for entry in &review.unused {
        let (message, title) = match entry.name() {
            Some(name) => {
                let name = &name.text;
                let place = match entry.ignore.lines {
                    Some(_) => "the lines that this comment is about",
                    None => "this file",
                };
                (
                    format!("{name} finds nothing in {place}: there is nothing to ignore."),
                    format!("do not ignore {name} here"),
                )
            }
            None => (
                "no rule finds anything in this file: there is nothing to ignore.".to_owned(),
                "do not ignore this file".to_owned(),
            ),
        };
        let finding = review.finding(RULE, entry.origin(), message);
        let fix = (!review.may_be_of_use(entry.origin()))
            .then(|| review.fix(title, "it ignores nothing", entry.removal()));
        findings.push(finding.fix(fix));
    }
}
