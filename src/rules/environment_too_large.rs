//! `environment-too-large`: the platform has no room for the image's variables or command.

use super::subject::Subject;
use crate::eval::{Piece, Value};
use crate::finding::{Certainty, Finding};
use crate::source::Origin;
use crate::syntax::dockerfile::{Arguments, Keyword};
use crate::target::Target;

const RULE: &str = "environment-too-large";

/// What the platform's own variables with values that are not known take at least, and what nearly
/// every application has of services beside them: VCAP_APPLICATION and VCAP_SERVICES alone are some
/// hundred bytes each, and one service with its credentials is as much again.
const OWN: usize = 2048;

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    findings.extend(environment(subject));
    findings.extend(arguments(subject));
}

fn environment(subject: &Subject<'_>) -> Option<Finding> {
    let limit = subject.target.environment.limit? as usize;
    let variables = &subject.image.config.environment;
    let own = variables.iter().filter(|(name, _)| {
        let variable = subject.target.environment.variable(name);
        variable.is_none_or(|variable| variable.unless_set)
    });
    let image: usize = own.map(|(name, value)| size(name, value)).sum();
    let bytes = image + known(subject.target);
    let over = bytes > limit;
    if !over && bytes + OWN <= limit {
        return None;
    }
    let end = match over {
        true => "and with more the start ends",
        false => "and with VCAP_APPLICATION and VCAP_SERVICES it can be more: then the start ends",
    };
    let message = format!(
        "the variables of the image take {image} bytes of the {limit} that the environment may have, {end} with “Too much data in environment variables”."
    );
    let origin = largest(subject).unwrap_or(subject.image.base_origin);
    let mut finding = subject.finding(RULE, origin, message);
    if !over {
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
    Some(finding.help("put what is long into a file"))
}

/// `NAME=value` and the byte that ends it; of a value that is not known, what is known of it.
fn size(name: &str, value: &Value) -> usize {
    let pieces = value.pieces().iter();
    let known = pieces.map(|piece| match piece {
        Piece::Known { text, .. } => text.len(),
        _ => 0,
    });
    name.len() + 2 + known.sum::<usize>()
}

/// What the platform sets, as far as it is known.
fn known(target: &Target) -> usize {
    let set = target.environment.set.iter();
    let value = |value: &Option<String>| value.as_ref().map_or(0, String::len);
    set.map(|variable| variable.name.len() + 2 + value(&variable.value))
        .sum()
}

/// The largest pair of the image's ENVs.
fn largest(subject: &Subject<'_>) -> Option<Origin> {
    let instructions = subject.image.instructions.iter();
    let instructions = instructions.filter_map(|number| subject.instruction(*number));
    let pairs = instructions.filter_map(|instruction| match &instruction.arguments {
        Arguments::Pairs(pairs) if instruction.keyword == Keyword::Env => Some(pairs),
        _ => None,
    });
    let environment = &subject.image.config.environment;
    let largest = pairs.flatten().max_by_key(|pair| {
        let value = environment.get(pair.name.text.as_str());
        value.map_or(0, |value| size(&pair.name.text, value))
    });
    Some(Origin {
        source: subject.source,
        span: largest?.span,
    })
}

fn arguments(subject: &Subject<'_>) -> Option<Finding> {
    let limit = subject.target.start.arguments_limit? as usize;
    let launch = subject.launch?;
    let bytes: usize = launch.argv.iter().map(|word| size("", word)).sum();
    let message = format!(
        "ENTRYPOINT and CMD take {bytes} bytes, and the platform has room for {limit}: the start ends with “Too much data in args”."
    );
    let finding = subject.finding(RULE, launch.origin, message);
    (bytes > limit).then(|| finding.help("put the command into a script"))
}
