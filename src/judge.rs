//! One context, from its files to what there is to say of it.

use serde::Serialize;

use crate::context::Context;
use crate::eval::Value;
use crate::finding::Finding;
use crate::image::{self, Image, Scripts};
use crate::launch::{self, Effect, Launch, LaunchStep, Serving};
use crate::rules::{self, Subject};
use crate::source::{Origin, SourceId};
use crate::syntax::dockerfile;
use crate::target::Target;

pub use crate::problem::Problem;

/// What the user asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The target's name.
    pub target: &'static str,
    /// How a fix leaves the text that it takes out of use.
    pub style: Style,
    /// Whether unsafe fixes are wanted, too.
    pub unsafe_fixes: bool,
    /// The rules whose fixes are wanted; all of them where it is empty.
    pub rules: Vec<String>,
}

/// How a fix leaves the text that it takes out of use.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Style {
    /// As a comment, with the reason above it.
    #[default]
    Comment,
    /// Not at all.
    Remove,
    /// For whoever is root, behind a condition.
    Guard,
}

/// What there is to say of one context.
#[derive(Clone, Debug)]
pub struct Judgement {
    /// The Dockerfile.
    pub dockerfile: SourceId,
    /// The images that it builds and that were judged.
    pub images: Vec<ImageSummary>,
    /// What keeps them from running, in any order.
    pub findings: Vec<Finding>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
    /// What runs when the target starts the image.
    pub trace: TraceReport,
}

/// One image, in short.
#[derive(Clone, Debug, Serialize)]
pub struct ImageSummary {
    /// The name of its stage.
    pub stage: Option<String>,
    /// The server that it starts.
    pub server: Option<ServerSummary>,
}

/// A server, in short.
#[derive(Clone, Debug, Serialize)]
pub struct ServerSummary {
    /// Its program.
    pub program: String,
    /// The port that it listens on, if that is known.
    pub port: Option<u16>,
    /// The address that it listens on, if that is known.
    pub address: Option<String>,
}

/// What the target starts. A word that is not known is `None`.
#[derive(Clone, Debug, Default)]
pub struct TraceReport {
    /// The account that the process starts as.
    pub user: String,
    /// The folder that it starts in.
    pub directory: String,
    /// ENTRYPOINT.
    pub entrypoint: Vec<Option<String>>,
    /// CMD.
    pub command: Vec<Option<String>>,
    /// What runs, in its order.
    pub steps: Vec<TraceStep>,
}

/// One command that runs.
#[derive(Clone, Debug)]
pub struct TraceStep {
    /// Where it is written; none where the base image brings it.
    pub origin: Option<Origin>,
    /// The command and its arguments.
    pub argv: Vec<Option<String>>,
    /// Whether it runs in every run of the image.
    pub reached: crate::finding::Certainty,
    /// The account that it runs as.
    pub user: String,
    /// What it does that matters.
    pub effect: TraceEffect,
    /// Whether it fails on the target.
    pub fails: bool,
    /// Why it fails, or why this is not known.
    pub why: Option<String>,
}

/// What a command does that matters. What is not known is `None`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum TraceEffect {
    /// It goes on as another account.
    SwitchUser {
        /// Which one.
        account: Option<String>,
    },
    /// It gives paths to an account.
    ChangeOwner {
        /// The account, and the group behind a colon.
        owner: Option<String>,
        /// The paths.
        paths: Vec<Option<String>>,
    },
    /// It changes permission bits.
    ChangeMode {
        /// The mode as written.
        mode: Option<String>,
        /// The paths.
        paths: Vec<Option<String>>,
    },
    /// It writes below a path.
    Write {
        /// Which one.
        path: Option<String>,
    },
    /// It listens.
    Listen {
        /// On this port.
        port: Option<u16>,
        /// On this address.
        address: Option<String>,
    },
    /// It needs root or one of root's capabilities.
    NeedsRoot,
    /// It takes the place of the process.
    Exec,
    /// It ends the process.
    Exit {
        /// With this status.
        status: Option<i32>,
    },
    /// Nothing that the target looks at.
    None,
}

/// Judges one context: parses its Dockerfile, models the image, traces the launch and asks the rules.
pub fn judge(context: &Context, options: &Options) -> Judgement {
    let source = context.dockerfile();
    let text = context.source(source);
    let dockerfile = dockerfile::parse(text.text());
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(
        text.invalid_utf8()
            .map(|at| Problem::at(&text, at, "this byte is not UTF-8")),
    );
    problems.extend(
        dockerfile
            .errors
            .iter()
            .map(|e| Problem::at(&text, e.span.start as usize, e.message.clone())),
    );
    let mut judgement = Judgement {
        dockerfile: source,
        images: Vec::new(),
        findings: Vec::new(),
        problems,
        trace: TraceReport::default(),
    };
    let Some(target) = Target::named(options.target) else {
        return judgement;
    };
    let scripts = Scripts::new(context);
    let Some(image) = image::build(context, source, &dockerfile, &scripts) else {
        return judgement;
    };
    let launch = launch::launch(&image, target, &scripts);
    judgement.images.push(ImageSummary {
        stage: image.stage.clone(),
        server: launch
            .as_ref()
            .and_then(|launch| launch.serving.as_ref())
            .map(summary),
    });
    judgement.trace = trace(&image, launch.as_ref());
    if image.is_windows() {
        return judgement;
    }
    judgement.findings = rules::check(&Subject {
        context,
        dockerfile: &dockerfile,
        source,
        image: &image,
        scripts: &scripts,
        launch: launch.as_ref(),
        target,
        style: options.style,
    });
    judgement
}

fn summary(serving: &Serving) -> ServerSummary {
    let primary = serving.listening.primary();
    ServerSummary {
        program: serving.server.name.clone(),
        port: primary.and_then(|listener| listener.port_number()),
        address: primary.and_then(|listener| listener.address.value.clone()),
    }
}

fn trace(image: &Image, launch: Option<&Launch>) -> TraceReport {
    let Some(launch) = launch else {
        return TraceReport::default();
    };
    let words = |command: Option<&image::Command>| {
        command.map_or_else(Vec::new, |command| {
            command.argv.iter().map(Value::known).collect()
        })
    };
    TraceReport {
        user: launch.user.to_string(),
        directory: launch.directory.clone(),
        entrypoint: words(image.config.entrypoint.as_ref()),
        command: words(image.config.command.as_ref()),
        steps: launch.steps.iter().map(step).collect(),
    }
}

fn step(step: &LaunchStep) -> TraceStep {
    let argv = step.step.texts();
    let text = |indexes: &[usize]| {
        indexes
            .iter()
            .map(|i| argv.get(*i).cloned().flatten())
            .collect()
    };
    let effect = match &step.effect {
        Effect::SwitchUser(switch) => {
            let words: Vec<Option<&str>> = argv.iter().map(Option::as_deref).collect();
            let account = switch.account.as_ref().and_then(|part| part.text(&words));
            TraceEffect::SwitchUser {
                account: account.map(str::to_owned),
            }
        }
        Effect::ChangeOwner { owner, paths } => TraceEffect::ChangeOwner {
            owner: owner.clone(),
            paths: text(paths),
        },
        Effect::ChangeMode { mode, paths } => TraceEffect::ChangeMode {
            mode: mode.clone(),
            paths: text(paths),
        },
        Effect::Write => TraceEffect::Write {
            path: step.writes.first().map(|written| written.path.clone()),
        },
        Effect::Listen => TraceEffect::Listen {
            port: None,
            address: None,
        },
        Effect::NeedsRoot => TraceEffect::NeedsRoot,
        Effect::Exec => TraceEffect::Exec,
        Effect::None => TraceEffect::None,
    };
    TraceStep {
        origin: Some(step.step.origin),
        argv,
        reached: step.step.certainty,
        user: step.step.user.to_string(),
        effect,
        fails: step.fails.is_some(),
        why: step.fails.clone(),
    }
}
