//! The scripts that are started as programs.

use std::rc::Rc;

use super::subject::Subject;
use crate::eval::{ScriptText, State, normal};
use crate::image::lookup;
use crate::launch::LaunchStep;

/// A script that a command starts as a program.
pub(super) struct Started<'a> {
    /// Its path in the image.
    pub(super) path: String,
    /// Its text.
    pub(super) script: Rc<ScriptText>,
    /// The command that starts it.
    pub(super) step: &'a LaunchStep,
}

/// The scripts that the launch starts, each once.
pub(super) fn started<'a>(subject: &Subject<'a>) -> Vec<Started<'a>> {
    let mut all: Vec<Started<'a>> = Vec::new();
    let Some(launch) = subject.launch else {
        return all;
    };
    for step in &launch.steps {
        let Some(word) = step.step.argv.first().and_then(|word| word.known()) else {
            continue;
        };
        let path = if word.contains('/') {
            step.step.absolute(&word)
        } else {
            let mut state = State::new(step.step.user.clone(), "/");
            if let Some(path) = step.step.variables.get("PATH") {
                state.put("PATH", path.clone());
            }
            lookup::find(&subject.image.files, &word, &state)
        };
        let Some(path) = path.map(|path| subject.image.files.resolve(&normal(&path))) else {
            continue;
        };
        let Some(script) = subject.scripts.script(&subject.image.files, &path) else {
            continue;
        };
        if !all.iter().any(|other| other.path == path) {
            all.push(Started { path, script, step });
        }
    }
    all
}
