//! `diegolint verify`

mod candidate;

use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use self::candidate::{Candidate, Uncopied};
use super::inputs::{Input, Opened, Request};
use super::progress::Progress;
use super::{Outcome, inputs};
use crate::cli::{Format, Inputs, Selection, VerifyArgs};
use crate::fix::{self, FixOutcome};
use crate::judge::Options;
use crate::problem::Problem;
use crate::programs::Question;
use crate::report::{Terminal, Verified, fix_text, verify_json, verify_text};
use crate::target::Target;
use crate::verify::INSIDE;
use crate::verify::engine::{Build, Engine, Failure, Image, Stop, find};

/// What is said where the program for containers is missing.
const NO_PROGRAM: &str = "this build of diegolint cannot verify: it was made without the program that \
                          goes into containers, which needs Linux and a static libc (Debian: libc6-dev)";

pub(super) fn run(args: &VerifyArgs, terminal: &Terminal) -> Outcome {
    let mut outcome = tried(args, terminal);
    if args.format == Format::Json && outcome.output.is_empty() && !outcome.stopped {
        let report = verify_json::verify(None, &[], false, &outcome.problems);
        outcome.output = report.into_bytes();
    }
    outcome
}

fn tried(args: &VerifyArgs, terminal: &Terminal) -> Outcome {
    let mut outcome = Outcome::default();
    let mut found = match Subject::of(args) {
        Ok(found) => found,
        Err(problems) => {
            outcome.problems = problems;
            return outcome;
        }
    };
    if INSIDE.is_empty() {
        return Outcome::refused(Problem::of("verify", NO_PROGRAM));
    }
    let progress = Rc::new(Progress::detect());
    let said = Rc::clone(&progress);
    let engine = Stop::on_signals()
        .map_err(Failure::Failed)
        .and_then(|stop| {
            let waiting = Box::new(move |what: &str, since| said.say(what, since));
            find(args.engine.as_deref(), &stop, waiting)
        });
    let mut engine = match engine {
        Ok(engine) => engine,
        Err(Failure::Stopped) => return stopped(outcome),
        Err(Failure::Failed(why)) => return Outcome::refused(Problem::of("verify", why)),
    };
    engine.options.clone_from(&args.engine_options);
    engine.build_options.clone_from(&args.build_options);
    let mut verifying = Verifying {
        args,
        engine: &engine,
        question: question(args),
        verified: Vec::new(),
        built: Vec::new(),
        outcome,
    };
    let went = verifying.all(&mut found);
    let Verifying {
        verified,
        built,
        mut outcome,
        ..
    } = verifying;
    drop(built);
    progress.clear();
    for command in engine.left() {
        let left = format!("could not be removed; this does it: {command}\n");
        outcome.remarks.push_str(&left);
    }
    if let Err(Failure::Stopped) = went {
        return stopped(outcome);
    }
    // With fixes, it is about what they come to.
    let with_fixes = verified.iter().any(|one| one.fixed);
    let mut counted = verified.iter().filter(|one| one.fixed == with_fixes);
    let healthy = outcome.problems.is_empty() && counted.all(Verified::is_healthy);
    outcome.found = !healthy;
    let output = match args.format {
        Format::Json => {
            let own = Some((engine.name, engine.version.as_str()));
            verify_json::verify(own, &verified, healthy, &outcome.problems)
        }
        Format::Text => (verified.iter())
            .map(|one| verify_text::verified(one, terminal))
            .collect(),
    };
    outcome.output = output.into_bytes();
    outcome
}

fn stopped(mut outcome: Outcome) -> Outcome {
    outcome.stopped = true;
    outcome.problems.clear();
    outcome
        .remarks
        .push_str("stopped: what was started is removed again\n");
    outcome
}

/// What the user wants to be asked.
fn question(args: &VerifyArgs) -> Option<Question> {
    if args.payload.is_none() && args.expect.is_none() {
        return None;
    }
    Some(Question {
        send: args.payload.clone().unwrap_or_default(),
        expect: args.expect.clone().unwrap_or_default(),
    })
}

/// What is to be verified.
enum Subject {
    Context(Box<Input>),
    Image(String, Vec<Arc<Target>>),
}

impl Subject {
    fn of(args: &VerifyArgs) -> Result<Self, Vec<Problem>> {
        let path = &args.image;
        let inputs = Inputs {
            paths: vec![path.clone()],
            file: args.file.clone().or_else(|| usual_dockerfile(path)),
            platform: args.platform.clone(),
            configuration: args.configuration.clone(),
        };
        let overrides = inputs::overrides(&args.platform, args.style, None);
        let request = Request::new(&inputs, &Selection::default(), overrides);
        if path == Path::new("-") || args.file.as_deref() == Some(Path::new("-")) {
            let message = "it takes a build context, not the standard input";
            return Err(vec![Problem::of("-", message)]);
        }
        if !path.exists() {
            return Self::image(args, &request);
        }
        let Opened {
            mut inputs,
            problems,
            ..
        } = inputs::open(&request);
        if !problems.is_empty() {
            return Err(problems);
        }
        if inputs.len() > 1 {
            let count = inputs.len();
            let message = format!("{count} Dockerfiles here: say which one is to be verified");
            return Err(vec![Problem::of(path.to_string_lossy(), message)]);
        }
        match inputs.pop() {
            Some(input) => Ok(Self::Context(Box::new(input))),
            None => {
                let message = "no Dockerfile is to be judged here";
                Err(vec![Problem::of(path.to_string_lossy(), message)])
            }
        }
    }

    /// An image's name, if it can be one.
    fn image(args: &VerifyArgs, request: &Request<'_>) -> Result<Self, Vec<Problem>> {
        let name = args.image.to_string_lossy().into_owned();
        let refused = |message: &str| Err(vec![Problem::of(name.clone(), message)]);
        let is_path = name.starts_with(['.', '/', '~', '-']) || name.ends_with('/');
        if is_path || name.is_empty() {
            return refused("no such file or folder");
        }
        if args.file.is_some() {
            return refused("no such folder");
        }
        if args.fix {
            return refused("not found here, and what is fixed is a build context, no image");
        }
        let mut problems = Vec::new();
        let targets = request.targets(&mut problems);
        match problems.is_empty() {
            true => Ok(Self::Image(name, targets)),
            false => Err(problems),
        }
    }
}

/// The Dockerfile that an engine takes of a folder, whatever lies below it.
fn usual_dockerfile(folder: &Path) -> Option<PathBuf> {
    let names = ["Dockerfile", "Containerfile"];
    let mut files = names.iter().map(|name| folder.join(name));
    files.find(|file| file.is_file())
}

/// All that is tried, one after the other.
struct Verifying<'a> {
    args: &'a VerifyArgs,
    engine: &'a Engine,
    question: Option<Question>,
    verified: Vec<Verified>,
    /// What was built. It is removed at the end: the next build begins with the same steps.
    built: Vec<Image<'a>>,
    outcome: Outcome,
}

impl<'a> Verifying<'a> {
    fn all(&mut self, subject: &mut Subject) -> Result<(), Failure> {
        match subject {
            Subject::Image(name, targets) => {
                let candidate = Candidate::image(name.clone(), targets.clone());
                let image = self.engine.image(name).map_err(|failure| match failure {
                    Failure::Failed(words) => Failure::Failed(format!(
                        "there is no such path, and no such image: {words}"
                    )),
                    Failure::Stopped => Failure::Stopped,
                });
                self.image(&candidate, image)
            }
            Subject::Context(input) => self.context(input),
        }
    }

    fn context(&mut self, input: &Input) -> Result<(), Failure> {
        let args = self.args;
        let options = Options {
            unsafe_fixes: args.unsafe_fixes,
            ..input.settings.options()
        };
        let fixed = args.fix.then(|| fix::fix_context(&input.context, &options));
        let context = input.context.with_changes(&[]);
        let original = Candidate::context(args, context, options.clone(), false);
        if !original.problems().is_empty() {
            inputs::add_problems(&mut self.outcome.problems, original.problems());
            return Ok(());
        }
        let (folder, dockerfile) = original.places();
        self.build(&original, &folder, &dockerfile)?;
        let Some(fixed) = fixed.filter(|_| self.outcome.problems.is_empty()) else {
            return Ok(());
        };
        self.outcome.remarks = fix_text::summary(std::iter::once(&fixed), true);
        if fixed.changes.is_empty() {
            return Ok(());
        }
        self.fixed(&original, &fixed, options)
    }

    /// A copy of the context with its fixes.
    fn fixed(
        &mut self,
        original: &Candidate,
        fixed: &FixOutcome,
        options: Options,
    ) -> Result<(), Failure> {
        let copied = match original.copy(&fixed.changes, self.engine) {
            Ok(copied) => copied,
            Err(Uncopied::Stopped) => return Err(Failure::Stopped),
            Err(Uncopied::Failed(problem)) => {
                self.outcome.problems.push(problem);
                return Ok(());
            }
        };
        let changes = fixed.changes.iter();
        let after: Vec<_> = changes.map(|c| (c.source, c.after.clone())).collect();
        let Some(context) = original.with_changes(&after) else {
            return Ok(());
        };
        let candidate = Candidate::context(self.args, context, options, true);
        self.build(&candidate, &copied.folder, &copied.dockerfile)
    }

    fn build(
        &mut self,
        candidate: &Candidate,
        folder: &Path,
        dockerfile: &Path,
    ) -> Result<(), Failure> {
        let what = format!("building {}", candidate.title());
        let image = self.engine.build(&Build {
            context: folder,
            dockerfile,
            arguments: &self.args.build_arguments,
            what: &what,
        });
        self.image(candidate, image)
    }

    /// Tries an image on all targets.
    fn image(
        &mut self,
        candidate: &Candidate,
        image: Result<Image<'a>, Failure>,
    ) -> Result<(), Failure> {
        let tried = image.and_then(|image| {
            for target in candidate.targets() {
                let one = candidate.on(target, self.args, self.engine, &image, &self.question);
                match one? {
                    Ok(one) => self.verified.push(one),
                    Err(problem) => self.outcome.problems.push(problem),
                }
            }
            self.built.push(image);
            Ok(())
        });
        match tried {
            Err(Failure::Failed(words)) => {
                self.failed(candidate, &words);
                Ok(())
            }
            other => other,
        }
    }

    /// Says what the engine could not do: in one line, and all of its words below.
    fn failed(&mut self, candidate: &Candidate, words: &str) {
        let mut lines = words.lines();
        let first = lines.next().unwrap_or_default().trim_end_matches(':');
        let last = lines.clone().next_back();
        let message = match last {
            Some(last) => format!("{first}: {last}"),
            None => first.to_owned(),
        };
        let problem = Problem::of(candidate.title(), message);
        self.outcome.problems.push(problem);
        if lines.clone().count() > 1 {
            self.outcome.remarks.push_str(&verify_text::quoted(lines));
        }
    }
}
