//! What is tried: an image alone, a build context, or a copy of one with its fixes.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tempfile::TempDir;

use crate::cli::VerifyArgs;
use crate::context::Context;
use crate::finding::Severity;
use crate::fix::{self, Change, Want};
use crate::judge::{Judgement, Options, judge};
use crate::manifest::Manifest;
use crate::paths::real;
use crate::problem::Problem;
use crate::programs::{Question, programs};
use crate::report::{Said, Verified};
use crate::source::SourceId;
use crate::target::{Check, Target};
use crate::verify::engine::{Engine, Failure, Image, Trial};
use crate::verify::{Configuration, explain};

/// What is tried.
pub(super) struct Candidate {
    name: String,
    fixed: bool,
    targets: Vec<Arc<Target>>,
    /// Its files, and what is said of them; none of an image alone.
    own: Option<Own>,
}

struct Own {
    context: Context,
    options: Options,
    /// On all targets.
    judgement: Judgement,
}

/// A copy of a context, which is removed when this is dropped.
pub(super) struct Copied {
    pub folder: PathBuf,
    pub dockerfile: PathBuf,
    _within: TempDir,
}

/// Why there is no copy.
pub(super) enum Uncopied {
    Stopped,
    Failed(Problem),
}

impl From<Problem> for Uncopied {
    fn from(problem: Problem) -> Self {
        Self::Failed(problem)
    }
}

impl Candidate {
    pub fn image(name: String, targets: Vec<Arc<Target>>) -> Self {
        Self {
            name,
            fixed: false,
            targets,
            own: None,
        }
    }

    pub fn context(args: &VerifyArgs, context: Context, options: Options, fixed: bool) -> Self {
        let here = args.image == Path::new(".");
        let dockerfile = context.source(context.dockerfile()).path().to_owned();
        let name = match here || args.file.is_some() {
            true => dockerfile.trim_start_matches("./").to_owned(),
            false => args.image.to_string_lossy().into_owned(),
        };
        Self {
            name,
            fixed,
            targets: options.targets.clone(),
            own: Some(Own {
                judgement: judge(&context, &options),
                context,
                options,
            }),
        }
    }

    /// What the user calls it.
    pub fn title(&self) -> String {
        match self.fixed {
            true => format!("{} with the fixes of diegolint", self.name),
            false => self.name.clone(),
        }
    }

    pub fn targets(&self) -> &[Arc<Target>] {
        &self.targets
    }

    /// What could not be read or parsed of it.
    pub fn problems(&self) -> &[Problem] {
        let own = self.own.as_ref();
        own.map_or(&[], |own| own.judgement.problems.as_slice())
    }

    /// The folder and the Dockerfile on the disk.
    pub fn places(&self) -> (PathBuf, PathBuf) {
        let own = self.own.as_ref();
        own.map(|own| {
            let dockerfile = own.context.source(own.context.dockerfile());
            let folder = own.context.root().unwrap_or(Path::new("."));
            (folder.to_owned(), dockerfile.disk().to_owned())
        })
        .unwrap_or_default()
    }

    /// The context with other bytes in some of its files.
    pub fn with_changes(&self, changes: &[(SourceId, Vec<u8>)]) -> Option<Context> {
        let own = self.own.as_ref();
        own.map(|own| own.context.with_changes(changes))
    }

    /// Copies what the engine sees of the folder, with changes.
    pub fn copy(&self, changes: &[Change], engine: &Engine) -> Result<Copied, Uncopied> {
        let (folder, dockerfile) = self.places();
        let failed = |error: &io::Error| Problem::io("a copy of the build context", error);
        let within = engine.temporary().map_err(|error| failed(&error))?;
        let to = within.path().join("context");
        let (root, real_dockerfile) = (real(&folder), real(&dockerfile));
        let is_inside = |change: &&Change| real(&change.disk).starts_with(&root);
        let (inside, outside): (Vec<Change>, Vec<Change>) = changes
            .iter()
            .cloned()
            .partition(|change| is_inside(&change));
        let want = |path: &Path| match () {
            () if engine.is_stopped() => Want::Stopped,
            () if self.is_left_out(path, &root, &real_dockerfile) => Want::LeftOut,
            () => Want::Copied,
        };
        let copied = fix::write_copy(&folder, &inside, &to, &want);
        if engine.is_stopped() {
            return Err(Uncopied::Stopped);
        }
        copied?;
        // A Dockerfile may lie elsewhere.
        let own = |change: &&Change| real(&change.disk) == real_dockerfile;
        if let Some(other) = outside.iter().find(|change| !own(change)) {
            let message =
                "it lies outside of the build context, so that its fix cannot be verified";
            return Err(Problem::of(other.disk.to_string_lossy(), message).into());
        }
        let dockerfile = match (real_dockerfile.strip_prefix(&root), outside.first()) {
            (Ok(below), _) => to.join(below),
            (Err(_), Some(change)) => {
                let file = within.path().join("Dockerfile");
                fs::write(&file, &change.after).map_err(|error| failed(&error))?;
                file
            }
            (Err(_), None) => dockerfile,
        };
        Ok(Copied {
            folder: to,
            dockerfile,
            _within: within,
        })
    }

    /// Whether the engine sees nothing of a path.
    fn is_left_out(&self, path: &Path, root: &Path, dockerfile: &Path) -> bool {
        let Some(own) = &self.own else { return false };
        let name = path.to_string_lossy();
        let disk = root.join(path);
        match disk.is_dir() {
            true => own.context.is_ignored_whole(&name) && !dockerfile.starts_with(&disk),
            // These two it reads itself.
            false => {
                let read = disk == dockerfile || name.ends_with(".dockerignore");
                !read && own.context.is_ignored(&name)
            }
        }
    }

    /// Tries it on a target. What is wrong with a file beside it is a problem.
    pub fn on(
        &self,
        target: &Arc<Target>,
        args: &VerifyArgs,
        engine: &Engine,
        image: &Image<'_>,
        asked: &Option<Question>,
    ) -> Result<Result<Verified, Problem>, Failure> {
        let mut configuration = image.configuration.clone();
        let manifest = match self.manifest(target) {
            Ok(manifest) => manifest,
            Err(problem) => return Ok(Err(problem)),
        };
        let mut chosen = Arc::clone(target);
        if let Some(manifest) = &manifest {
            chosen = manifest.chosen(target);
            manifest.configure(&mut configuration, &chosen);
        }
        if asked.is_some() && (chosen.ports.check == Check::None || chosen.ports.asks_http) {
            let asks = match chosen.ports.asks_http {
                true => "asks for a page",
                false => "asks for no port",
            };
            let message = format!(
                "the health check of {} {asks}, and nothing else",
                target.name
            );
            return Ok(Err(Problem::of("--payload, --expect", message)));
        }
        let judgement = self.own.as_ref().map(|own| {
            let options = Options {
                targets: vec![Arc::clone(target)],
                ..own.options.clone()
            };
            judge(&own.context, &options)
        });
        let known = match &judgement {
            Some(judgement) => known(judgement, &configuration, &chosen),
            None => of_command(&configuration),
        };
        // The health check's own question comes before that of a client.
        let known = known.filter(|_| !chosen.ports.asks_http);
        let question = asked.as_ref().or(known.as_ref());
        let what = format!("waiting for {} on {}", self.title(), target.name);
        let tried = Trial {
            engine,
            image,
            configuration: &configuration,
            target: &chosen,
            variables: &args.variables,
            question,
            timeout: args.timeout,
            what: &what,
        }
        .run()?;
        let findings = judgement.as_ref().map_or(&[][..], |own| &own.findings);
        let explained = explain(findings, &tried.verdict, &tried.seen);
        let is_other = |finding: &&crate::finding::Finding| {
            finding.severity == Severity::Error
                && !explained.is_some_and(|own| std::ptr::eq(own, *finding))
        };
        let said = |finding| Some(Said::of(&self.own.as_ref()?.context, finding));
        let mut errors: Vec<Said> = (findings.iter().filter(is_other))
            .filter_map(said)
            .collect();
        errors.sort_by(|a, b| a.location.cmp(&b.location));
        let required = judgement.iter().flat_map(|own| &own.trace.required);
        let is_given = |name: &&String| {
            args.variables.iter().any(|(given, _)| given == *name)
                || configuration.environment.contains_key(*name)
        };
        Ok(Ok(Verified {
            image: self.name.clone(),
            dockerfile: self.own.as_ref().map(|own| {
                let dockerfile = own.context.source(own.context.dockerfile());
                dockerfile.path().to_owned()
            }),
            fixed: self.fixed,
            target: target.name.to_string(),
            explained: explained.and_then(said),
            errors,
            required: required.filter(|name| !is_given(name)).cloned().collect(),
            tried,
        }))
    }

    fn manifest(&self, target: &Target) -> Result<Option<Manifest>, Problem> {
        match (&self.own, &target.images.manifest) {
            (Some(own), Some(name)) => Manifest::beside(&own.context, name),
            _ => Ok(None),
        }
    }
}

/// What a client asks the server that is started, if that listens where it is asked.
fn known(
    judgement: &Judgement,
    configuration: &Configuration,
    target: &Target,
) -> Option<Question> {
    let server = judgement.images.first()?.server.as_ref()?;
    let counts = target.port(configuration.exposed.iter().copied());
    let is_there = server.port.is_none() || server.port == counts;
    judgement.question.clone().filter(|_| is_there)
}

/// What a client asks the server that the image's own command starts.
fn of_command(configuration: &Configuration) -> Option<Question> {
    let whole = [&configuration.entrypoint, &configuration.command];
    let whole: Vec<&str> = whole.into_iter().flatten().map(String::as_str).collect();
    let command: Vec<&str> = configuration.command.iter().map(String::as_str).collect();
    [whole, command].into_iter().find_map(|argv| {
        let argv: Vec<Option<&str>> = argv.into_iter().map(Some).collect();
        programs().server(&argv)?.question()
    })
}
