//! What a launch comes to: a program that is known, or why not.

use diegolint::context::Context;
use diegolint::eval::{Piece, Reason, Value};
use diegolint::finding::Certainty;
use diegolint::image::{self, Content, Image, NodeKind, Scripts, lookup};
use diegolint::launch::{self, Launch, LaunchStep};
use diegolint::programs::programs;
use diegolint::syntax::dockerfile;
use diegolint::syntax::shell::interpreter;
use diegolint::target::Target;

/// What a launch comes to.
pub enum Ending {
    /// Nothing is modelled of these images.
    Windows,
    /// A server of the tables.
    Server,
    /// A shell, that reads its commands from somebody who is not there.
    Shell,
    /// Another program that the tables know.
    Known,
    /// Anything else.
    Unknown {
        /// Why it is not known.
        reason: String,
        /// The program or image that this is about, or nothing.
        what: String,
    },
}

const SHELLS: &[&str] = &["sh", "bash", "dash", "ash", "ksh", "zsh", "fish"];

/// How the start of a context's image ends; nothing if it has no image.
pub fn of(context: &Context) -> Option<Ending> {
    let source = context.dockerfile();
    let text = context.source(source);
    let parsed = dockerfile::parse(text.text());
    let target = Target::all().first()?;
    let scripts = Scripts::new(context);
    let image = image::build(context, source, &parsed, &scripts)?;
    if image.is_windows() {
        return Some(Ending::Windows);
    }
    let launch = launch::launch(&image, target, &scripts);
    Some(match &launch {
        None => without_command(&image),
        Some(launch) if launch.serving.is_some() => Ending::Server,
        Some(launch) => last_program(launch, &image, &scripts),
    })
}

fn unknown(reason: &str, what: impl Into<String>) -> Ending {
    Ending::Unknown {
        reason: reason.to_owned(),
        what: what.into(),
    }
}

fn without_command(image: &Image) -> Ending {
    match (&image.base, image.base_name.as_deref()) {
        (Some(base), _) => unknown("no command here or in a base that is known", &base.name),
        (None, Some("scratch")) => unknown("no command, and made from scratch", ""),
        (None, Some(name)) => unknown("no command here, in a base that is not known", short(name)),
        (None, None) => unknown("no command here, in a base that the build is told", ""),
    }
}

/// An image's name without registry, tag and digest.
fn short(image: &str) -> &str {
    let name = image.split('@').next().unwrap_or(image);
    let slash = name.rfind('/').map_or(0, |at| at + 1);
    let end = name[slash..].find(':').map_or(name.len(), |at| slash + at);
    &name[..end]
}

/// A launch that comes to no server of the tables.
fn last_program(launch: &Launch, image: &Image, scripts: &Scripts<'_>) -> Ending {
    let plain = launch.steps.iter().enumerate();
    let plain = plain.filter(|(_, step)| step.step.given.is_empty());
    let last = plain.max_by_key(|(number, step)| {
        let sure = step.step.certainty == Certainty::Always;
        (takes_over(step, &launch.steps), sure, *number)
    });
    let Some((_, step)) = last else {
        return unknown("nothing that is known to run", "");
    };
    let Some(word) = step.step.argv.first() else {
        return unknown("nothing that is known to run", "");
    };
    let Some(path) = word.known() else {
        return unknown(why(word), "");
    };
    let name = path.rsplit('/').next().unwrap_or_default();
    if SHELLS.contains(&name) && step.step.argv.len() == 1 {
        return Ending::Shell;
    }
    let tables = programs();
    if tables.command(name).is_some() {
        return Ending::Known;
    }
    let found = if path.contains('/') {
        step.step.absolute(&path)
    } else {
        let mut state = diegolint::eval::State::new(step.step.user.clone(), "/");
        if let Some(variable) = step.step.variables.get("PATH") {
            state.put("PATH", variable.clone());
        }
        lookup::find(&image.files, &path, &state)
    };
    let missing = image
        .missing
        .iter()
        .any(|m| m.path.rsplit('/').next() == Some(name));
    if missing {
        return unknown("a script or program that the context has not", "");
    }
    if let Some(found) = &found
        && let Some(script) = scripts.script(&image.files, found)
    {
        return in_the_image(script.text.text(), launch);
    }
    let node = found.as_ref().and_then(|path| image.files.get(path));
    match node.map(|node| &node.kind) {
        Some(NodeKind::File(Content::Context(_))) => {
            unknown("a program of the context that is no script", "")
        }
        Some(NodeKind::File(_) | NodeKind::Unknown | NodeKind::Link(_)) => {
            unknown("a program that the build makes", "")
        }
        _ if tables.wrapper(name).is_some() || tables.switcher(name).is_some() => {
            unknown("a wrapper around something that is not known", name)
        }
        _ if SHELLS.contains(&name) => unknown("a script that is not in the context", ""),
        _ if name.ends_with(".sh") || name.contains("entrypoint") => {
            let base = image.base_name.as_deref().map_or("", short);
            unknown("a script of the base image", base)
        }
        _ => unknown("a program that is in no table", name),
    }
}

/// A file of the image whose text is known, and that was not followed, or led nowhere.
fn in_the_image(text: &str, launch: &Launch) -> Ending {
    let first = interpreter(text);
    if let Some(first) = &first
        && !first.shell_name().ends_with("sh")
    {
        return unknown("a script in another language", first.shell_name());
    }
    match launch.gaps.first() {
        Some(gap) => unknown(&gap.why, ""),
        None => unknown("a script that starts nothing", ""),
    }
}

/// Whether a step, or the wrapper that it is behind, takes the place of the process.
fn takes_over(step: &LaunchStep, steps: &[LaunchStep]) -> bool {
    let mut at = Some(step);
    for _ in 0..steps.len() {
        let Some(step) = at else { break };
        if step.step.exec {
            return true;
        }
        at = step.step.behind.and_then(|behind| steps.get(behind));
    }
    false
}

/// Why the word that names the program is not known.
fn why(word: &Value) -> &'static str {
    let reason = word.pieces().iter().find_map(|piece| match piece {
        Piece::Unknown(reason) => Some(reason),
        Piece::Known { .. } => None,
    });
    match reason {
        Some(Reason::Given(_)) => "a program that a variable names, which is given at the start",
        Some(Reason::Output | Reason::Edited(_) | Reason::Program(_) | Reason::Id { .. }) => {
            "a program that another program names"
        }
        Some(Reason::Branches) => "a program that depends on a condition",
        Some(Reason::Elsewhere(_)) => "a program that something outside of the context names",
        Some(Reason::Words) | None => "a program in words that are not known",
    }
}
