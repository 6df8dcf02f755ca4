//! `bare-command`: the first word of the command is a name that is not looked up.

use super::subject::{Subject, fix};
use crate::edit;
use crate::eval::{State, User, Variable};
use crate::finding::{Certainty, Finding, Fix};
use crate::image::lookup;

const RULE: &str = "bare-command";

pub(super) fn check(subject: &Subject<'_>, findings: &mut Vec<Finding>) {
    let Some(launch) = subject.launch.filter(|_| !subject.target.start.path_lookup) else {
        return;
    };
    let Some((word, name)) = launch
        .argv
        .first()
        .and_then(|word| Some((word, word.known()?)))
    else {
        return;
    };
    if name.contains('/') {
        return;
    }
    let message = format!(
        "{name} is not looked up in PATH: the platform executes the first word as it is, fails, and ends with status 0 and no message."
    );
    let own = word.origin();
    let mut finding = subject.finding(RULE, own.unwrap_or(subject.image.base_origin), message);
    if own.is_none() {
        // The base's command, as far as its image of today is known.
        finding.lower();
        finding.certainty = Certainty::Maybe;
    }
    findings.push(
        finding
            .help("name the program by its path")
            .fix(mend(subject, &name)),
    );
}

fn mend(subject: &Subject<'_>, name: &str) -> Option<Fix> {
    let origin = subject.launch?.argv.first()?.origin()?;
    let (array, index) = subject.element(origin)?;
    let text = subject.text(subject.source);
    let reason = "the first word is not looked up in PATH here";
    match found(subject, name) {
        Some(path) => {
            let edits = edit::json_replace(array, text.text(), subject.source, index, None, &path)?;
            fix(
                format!("name {name} by its path, {path}"),
                reason,
                vec![edits],
            )
        }
        None => {
            let edits = edit::json_insert(
                array,
                text.text(),
                subject.source,
                index,
                &["/usr/bin/env".to_owned()],
            );
            fix(format!("have /usr/bin/env look {name} up"), reason, edits)
        }
    }
}

/// Where the build or the base has the program.
fn found(subject: &Subject<'_>, name: &str) -> Option<String> {
    let mut state = State::new(User::Root, "/");
    if let Some(path) = subject.image.config.environment.get("PATH") {
        state.put("PATH", Variable::exported(path.clone()));
    }
    lookup::find(&subject.image.files, name, &state)
}
