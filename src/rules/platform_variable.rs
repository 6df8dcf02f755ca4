//! `platform-variable`: ENV sets a variable that the platform sets itself.

use super::subject::{Subject, fix};
use crate::edit;
use crate::finding::{Finding, Fix, Safety};
use crate::judge::Style;
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Instruction, Keyword};
use crate::target::Variable;

const RULE: &str = "platform-variable";

/// It has a rule of its own: what the image listens on follows from it.
const PORT: &str = "PORT";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    for number in &subject.image.instructions {
        let Some(instruction) = subject.instruction(*number) else {
            continue;
        };
        let (Keyword::Env, Arguments::Pairs(pairs)) =
            (&instruction.keyword, &instruction.arguments)
        else {
            continue;
        };
        for (index, pair) in pairs.iter().enumerate() {
            let name = pair.name.text.as_str();
            let variable = subject.target.environment.variable(name);
            let variable = variable.filter(|own| !own.unless_set && own.name != PORT);
            let Some(variable) = variable.filter(|own| !is_the_same(subject, own)) else {
                continue;
            };
            let origin = Origin {
                source: subject.source,
                span: pair.span,
            };
            let value = match &variable.value {
                Some(value) => format!(": the platform sets it to {value}"),
                None => ": the platform sets it".to_owned(),
            };
            let message = format!("{name} does not have this value in the process{value}.");
            let mended = mend(subject, *number, instruction, index);
            findings.push(
                subject
                    .finding(RULE, origin, message)
                    .help(
                        "give the variable another name, if a program of the image needs the value",
                    )
                    .fix(mended),
            );
        }
    }
}

/// Whether the image comes to the value that the platform sets.
fn is_the_same(subject: &Subject<'_>, variable: &Variable) -> bool {
    let own = subject.image.config.environment.get(&*variable.name);
    variable.value.is_some() && own.and_then(|own| own.known()) == variable.value
}

fn mend(
    subject: &Subject<'_>,
    number: usize,
    instruction: &Instruction,
    index: usize,
) -> Option<Fix> {
    let Arguments::Pairs(pairs) = &instruction.arguments else {
        return None;
    };
    let name = &pairs.get(index)?.name.text;
    // Behind a guard the image is to be for other platforms, too, and there the value counts.
    if !subject.is_own(number) || subject.style == Style::Guard {
        return None;
    }
    let behind = subject.image.own.clone().filter(|other| *other > number);
    let behind: Vec<&Instruction> = behind.filter_map(|i| subject.instruction(i)).collect();
    let is_run = |instruction: &&Instruction| instruction.keyword == Keyword::Run;
    // WORKDIR, COPY or ENV would name something else without it.
    let mut others = behind.iter().filter(|instruction| !is_run(instruction));
    if others.any(|instruction| reads(instruction.text.text(), name)) {
        return None;
    }
    let text = subject.text(subject.source);
    let pair = pairs.get(index)?;
    let edits = vec![edit::drop_pair(
        text.text(),
        subject.source,
        instruction,
        pair,
    )?];
    let title = format!("drop {name} from ENV");
    let mut mended = fix(title, "the platform sets this variable", edits)?;
    // What is built behind it sees the value.
    if behind.iter().any(is_run) {
        mended.safety = Safety::Unsafe;
    }
    Some(mended)
}

/// Whether a text reads a variable.
fn reads(text: &str, name: &str) -> bool {
    text.split('$').skip(1).any(|behind| {
        let behind = behind.strip_prefix('{').unwrap_or(behind);
        behind
            .strip_prefix(name)
            .is_some_and(|rest| !rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_'))
    })
}
