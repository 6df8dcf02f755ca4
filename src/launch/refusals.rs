//! Scripts that the kernel does not start: it has no right to, it finds no interpreter, or there is
//! no file.

use std::rc::Rc;

use super::LaunchStep;
use super::identity::Identity;
use super::started::is_own_script;
use crate::eval::{ScriptText, User};
use crate::image::{Image, Node, Scripts};
use crate::programs::parse_packages;
use crate::source::Origin;
use crate::syntax::shell::{Interpreter, interpreter};
use crate::target::Target;

/// A script that a step starts as a program, and that the kernel refuses.
#[derive(Clone, Debug)]
pub struct Refusal {
    /// Its path in the image.
    pub path: String,
    /// Its text, if there is one.
    pub script: Option<Rc<ScriptText>>,
    /// Why.
    pub why: Why,
}

/// Why the kernel does not start a script.
#[derive(Clone, Debug)]
pub enum Why {
    /// Its bits do not let the process execute it.
    Mode {
        /// They.
        mode: u32,
        /// What put it there.
        made: Option<Origin>,
    },
    /// Its first line ends with a carriage return.
    CarriageReturn(Interpreter),
    /// The image does not have what its first line names.
    NoInterpreter(Interpreter, String),
    /// It has no such line, and no shell is there to read it.
    NoLine,
    /// The context does not have the file, so that the build ends with an error.
    NotInContext(String),
    /// Nothing puts it into the image.
    Nowhere,
}

impl Refusal {
    /// What is said, and why.
    pub fn words(&self) -> String {
        let path = &self.path;
        match &self.why {
            Why::Mode { mode, .. } => {
                format!(
                    "{path}: Permission denied (it has mode {:04o})",
                    mode & 0o7777
                )
            }
            Why::CarriageReturn(_) => format!(
                "{path}: no such file or directory (its first line ends with a carriage return)"
            ),
            Why::NoInterpreter(_, name) => {
                format!("{path}: no such file or directory ({name} is not in the image)")
            }
            Why::NoLine => format!("{path}: exec format error (it has no #! line)"),
            Why::NotInContext(name) => format!(
                "{path}: no such file or directory ({name} is not in the context: it was not read)"
            ),
            Why::Nowhere => {
                format!("{path}: no such file or directory (nothing puts it into the image)")
            }
        }
    }
}

/// Why the kernel does not start what a step starts; nothing where it does, or where that is not
/// known. `opened` says that what starts it has set the bits.
pub(super) fn refusals(
    image: &Image,
    target: &Target,
    scripts: &Scripts<'_>,
    step: &LaunchStep,
    path: String,
    opened: bool,
) -> Vec<Refusal> {
    let mut all = Vec::new();
    let Some(script) = scripts.script(&image.files, &path) else {
        let why = missing_from_context(image, &path)
            .or_else(|| is_nowhere(image, scripts, step, &path).then_some(Why::Nowhere));
        let refusal = |why| Refusal {
            path,
            script: None,
            why,
        };
        return why.map(refusal).into_iter().collect();
    };
    let mut refuse = |why: Why| {
        all.push(Refusal {
            path: path.clone(),
            script: Some(script.clone()),
            why,
        });
    };
    let node = image.files.get(&path);
    let user = &step.step.user;
    let identity = Identity::new(image, target, user);
    if let Some(node) = node.filter(|node| !opened && !may_execute(identity, user, node)) {
        let (mode, made) = (node.mode, node.made);
        refuse(Why::Mode { mode, made });
    }
    let text = scripts.written(&script);
    match interpreter(&text) {
        None => {
            // A program that is no script has no such line. A shell that starts the file reads it
            // itself.
            let parsed = script.tree();
            let binary = text.contains('\0') || text.starts_with("\x7fELF");
            let known = parsed.errors.is_empty() && !parsed.body.is_empty() && !binary;
            if known && step.step.written.is_none() {
                refuse(Why::NoLine);
            }
        }
        Some(first) if first.crlf => refuse(Why::CarriageReturn(first)),
        Some(first) => {
            if let Some(name) = missing_interpreter(image, &first) {
                refuse(Why::NoInterpreter(first, name));
            }
        }
    }
    all
}

/// A file that an instruction was to put there, which the context does not have.
fn missing_from_context(image: &Image, path: &str) -> Option<Why> {
    if image.files.get(path).is_some() || image.is_built_above() {
        return None;
    }
    let missing = image.missing.iter().find(|missing| missing.at == path)?;
    Some(Why::NotInContext(missing.path.clone()))
}

/// Whether no instruction puts the script there that the image starts with: nothing else in the build
/// speaks of it, and nothing brings files that are not known.
fn is_nowhere(image: &Image, scripts: &Scripts<'_>, step: &LaunchStep, path: &str) -> bool {
    let first = step.step.behind.is_none()
        && step.step.argv.first().is_some_and(|word| {
            word.origin().is_some() && word.known().is_some_and(|word| is_own_script(&word))
        });
    let empty_base = image.base.is_some_and(|base| base.entrypoint.is_empty());
    if !first || !empty_base || !scripts.has_context() || image.files.get(path).is_some() {
        return false;
    }
    let name = path.rsplit('/').next().unwrap_or_default();
    let copied = image.copies.iter().any(|copied| {
        copied.unknown
            || copied
                .paths
                .iter()
                .any(|path| path.ends_with(&format!("/{name}")))
    });
    let unpacked = image.steps.iter().any(|build| {
        matches!(
            build.step.program().as_deref(),
            Some("tar" | "unzip" | "git" | "cp" | "mv" | "make" | "ln" | "install" | "rsync")
        )
    });
    let beyond = (image.missing.iter())
        .any(|missing| missing.path.contains(['*', '?', '[']) || missing.path.ends_with(name));
    !copied && !unpacked && !beyond && !image.speaks_of(name)
}

fn may_execute(identity: Identity<'_>, user: &User, node: &Node) -> bool {
    match user {
        // Where root passes over bits, one of them is enough.
        User::Root => node.mode & 0o111 != 0,
        User::Account(_) => identity.bits(node) & 0o1 != 0,
    }
}

/// The interpreter, if the base is known not to have it and nothing in the build brings it.
fn missing_interpreter(image: &Image, first: &Interpreter) -> Option<String> {
    let base = image.base.filter(|base| base.complete)?;
    let name = first.shell_name();
    let shell = matches!(name, "bash" | "dash" | "ksh" | "zsh" | "ash" | "sh");
    // `env` is there, but looks for another one.
    let itself = !first.path.ends_with("/env") && image.files.get(&first.path).is_some();
    let there = itself
        || base
            .shells
            .iter()
            .any(|path| path.rsplit('/').next() == Some(name));
    let brought = image.steps.iter().any(|build| {
        let texts = build.step.texts();
        let words: Vec<Option<&str>> = texts.iter().map(Option::as_deref).collect();
        // A package that is not known by its name can bring it, too.
        parse_packages(&words).is_some_and(|packages| {
            packages.names.iter().any(|i| {
                words
                    .get(*i)
                    .copied()
                    .flatten()
                    .is_none_or(|word| word.split(['=', '<', '>', '~']).next() == Some(name))
            })
        })
    });
    let folders = ["/bin", "/usr/bin", "/usr/local/bin"];
    let mut places = folders.iter().map(|folder| format!("{folder}/{name}"));
    let copied =
        places.any(|place| image.files.get(&place).is_some() || image.may_be_copied(&place));
    let path = match first.path.ends_with("/env") {
        true => name.to_owned(),
        false => first.path.clone(),
    };
    (shell && !there && !brought && !copied).then_some(path)
}
