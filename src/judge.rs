//! One context, from its files to what there is to say of it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::config::Policy;
use crate::context::Context;
use crate::finding::Finding;
use crate::image::{self, Image, Scripts};
use crate::knowledge::Knowledge;
use crate::launch;
use crate::manifest::Manifest;
use crate::programs::Question;
use crate::rules::{self, Subject};
use crate::source::{Origin, SourceId};
use crate::suppress::{self, Suppressed};
use crate::syntax::dockerfile::{self, Dockerfile};
use crate::target::Target;

mod describe;

pub use crate::problem::Problem;

/// What the user asks for.
#[derive(Clone, Debug)]
pub struct Options {
    /// The targets, of which there is at least one.
    pub targets: Vec<Arc<Target>>,
    /// How a fix leaves the text that it takes out of use.
    pub style: Style,
    /// Whether unsafe fixes are wanted, too.
    pub unsafe_fixes: bool,
    /// The rules whose fixes are wanted; all of them where it is empty.
    pub rules: Vec<String>,
    /// What is said of what is found.
    pub policy: Arc<Policy>,
    /// What is known of programs and images.
    pub knowledge: &'static Knowledge,
    /// Whether comments that ignore findings count.
    pub ignores: bool,
    /// Targets that the image is for besides: what comments ignore there is not known here.
    pub elsewhere: Vec<Arc<Target>>,
    /// What the image shares with others: what comments in it are good for is not known here.
    pub shared: Shared,
}

/// Files that an image shares with others.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Shared {
    /// None, as far as it is known.
    #[default]
    Nothing,
    /// Those that it copies.
    Context,
    /// The Dockerfile, too.
    Dockerfile,
}

impl Options {
    /// To judge on some targets, where nothing else is chosen.
    pub fn on(targets: Vec<Arc<Target>>) -> Self {
        Self {
            targets,
            style: Style::default(),
            unsafe_fixes: false,
            rules: Vec::new(),
            policy: Arc::default(),
            knowledge: Knowledge::tables(),
            ignores: true,
            elsewhere: Vec::new(),
            shared: Shared::Nothing,
        }
    }
}

/// How a fix leaves the text that it takes out of use.
#[derive(
    Clone, Copy, Debug, Default, Deserialize, Eq, JsonSchema, PartialEq, Serialize, clap::ValueEnum,
)]
#[serde(rename_all = "lowercase")]
pub enum Style {
    /// As a comment, with the reason above it.
    #[default]
    Comment,
    /// Not at all.
    Remove,
    /// For whoever is root, behind a condition.
    Guard,
}

impl Style {
    /// Its name, as options and configurations have it.
    pub fn name(self) -> &'static str {
        match self {
            Style::Comment => "comment",
            Style::Remove => "remove",
            Style::Guard => "guard",
        }
    }
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
    /// What comments in the files ignore, in any order; none of it is in `findings`.
    pub suppressed: Vec<Suppressed>,
    /// What could not be read or parsed.
    pub problems: Vec<Problem>,
    /// What runs when the first of the targets starts the image.
    pub trace: TraceReport,
    /// What a client of the server that the first of the targets starts asks to find out whether it
    /// serves, where that is known.
    pub question: Option<Question>,
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
#[derive(Clone, Debug, Deserialize, PartialEq, Eq, Serialize)]
pub struct ServerSummary {
    /// Its program.
    pub program: String,
    /// The port that it listens on, if that is known.
    pub port: Option<u16>,
    /// What says so.
    pub port_by: Option<String>,
    /// The address that it listens on, if that is known.
    pub address: Option<String>,
    /// What says so.
    pub address_by: Option<String>,
}

/// What the target starts. A word that is not known is `None`.
#[derive(Clone, Debug, Default)]
pub struct TraceReport {
    /// The image that it is made from, where nothing is known of that.
    pub unknown_base: Option<String>,
    /// The account that the process starts as.
    pub user: String,
    /// The folder that it starts in.
    pub directory: String,
    /// ENTRYPOINT.
    pub entrypoint: Vec<Option<String>>,
    /// CMD.
    pub command: Vec<Option<String>>,
    /// The room on the disk that a manifest asks for, the image's layers included.
    pub disk_quota: Option<String>,
    /// The variables without which the start ends with an error.
    pub required: Vec<String>,
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
    /// How deep it stands: what a script or a wrapper runs is one deeper than itself.
    pub depth: usize,
    /// Whether it runs in every run of the image.
    pub reached: crate::finding::Certainty,
    /// The variables that have to be given for it to be reached.
    pub given: Vec<String>,
    /// The account that it runs as.
    pub user: String,
    /// What it does that matters.
    pub effect: TraceEffect,
    /// Whether it fails on the target.
    pub fails: bool,
    /// It fails if what an image or an archive has brought is closed, of which nothing is known.
    pub doubtful: bool,
    /// It fails, and the script says that it may: `|| true`.
    pub tolerated: bool,
    /// It fails, and the start is over: what stands behind it is what would run if it went on.
    pub ends: bool,
    /// Why it fails, or why this is not known: a reason each.
    pub why: Vec<String>,
}

impl TraceStep {
    /// Whether it fails in a start that is told nothing, and the script does not let it.
    pub fn is_fault(&self) -> bool {
        self.fails && !self.tolerated && self.given.is_empty()
    }
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
    let _entered = options.knowledge.enter();
    let source = context.dockerfile();
    let text = context.source(source);
    let dockerfile = dockerfile::parse(text.text());
    let mut problems: Vec<Problem> = Vec::new();
    problems.extend(
        text.invalid_utf8()
            .map(|at| Problem::at(&text, at, "this byte is not UTF-8")),
    );
    // The builder stops at the first error, too; what comes behind it is often its consequence.
    problems.extend(
        dockerfile
            .errors
            .first()
            .map(|error| Problem::at(&text, error.span.start as usize, error.message.clone())),
    );
    let mut judgement = Judgement {
        dockerfile: source,
        images: Vec::new(),
        findings: Vec::new(),
        suppressed: Vec::new(),
        problems,
        trace: TraceReport::default(),
        question: None,
    };
    // There is no image of what the builder refuses.
    if !dockerfile.errors.is_empty() {
        return judgement;
    }
    let scripts = Scripts::new(context);
    let Some(image) = image::build(context, source, &dockerfile, &scripts) else {
        return judgement;
    };
    for target in &options.targets {
        let name = target.images.manifest.as_deref();
        let manifest = name.map_or(Ok(None), |name| Manifest::beside(context, name));
        let manifest = manifest.unwrap_or_else(|problem| {
            judgement.problems.push(problem);
            None
        });
        let disk_quota = manifest.as_ref().and_then(|one| one.disk_quota.clone());
        let pushed = manifest.map(|manifest| {
            let (mut image, target) = (image.clone(), manifest.chosen(target));
            manifest.apply(&mut image, &target);
            (image, target)
        });
        let (image, target) = match &pushed {
            Some((image, target)) => (image, target),
            None => (&image, target),
        };
        let started = Started {
            context,
            dockerfile: &dockerfile,
            scripts: &scripts,
            image,
            target,
        };
        let first = judgement.images.is_empty();
        started.judge(&mut judgement, options.style);
        if first {
            judgement.trace.disk_quota = disk_quota;
        }
    }
    let policy = &options.policy;
    judgement.findings = policy.apply(context, std::mem::take(&mut judgement.findings));
    if options.ignores {
        let targets = &options.targets;
        let asked = suppress::Asked {
            context,
            dockerfile: &dockerfile,
            scripts: &scripts,
            targets,
            shared: options.shared,
            is_enabled: &|rule| policy.is_on(rule) && has_rule(targets, rule),
            is_told: &|rule| !has_rule(&options.elsewhere, rule),
        };
        let applied = suppress::apply(&asked, std::mem::take(&mut judgement.findings));
        // With what is found of the comments.
        judgement.findings = policy.apply(context, applied.findings);
        judgement.suppressed = applied.suppressed;
    }
    judgement
}

/// Whether a rule is for one of the targets.
fn has_rule(targets: &[Arc<Target>], rule: &str) -> bool {
    targets.iter().any(|target| target.severity(rule).is_some())
}

/// An image that a target starts.
struct Started<'a> {
    context: &'a Context,
    dockerfile: &'a Dockerfile,
    scripts: &'a Scripts<'a>,
    image: &'a Image,
    target: &'a Target,
}

impl Started<'_> {
    /// Adds what there is to say of it.
    fn judge(&self, judgement: &mut Judgement, style: Style) {
        let (image, target) = (self.image, self.target);
        let launch = launch::launch(image, target, self.scripts);
        let launch = launch.as_ref();
        if judgement.images.is_empty() {
            judgement.images.push(ImageSummary {
                stage: image.stage.clone(),
                server: launch.and_then(describe::server),
            });
            judgement.trace = describe::trace(image, self.scripts, launch, target);
            let serving = launch.and_then(|launch| launch.serving.as_ref());
            judgement.question = serving.and_then(|serving| serving.server.question());
        }
        let subject = Subject::new(
            self.context,
            self.dockerfile,
            image,
            self.scripts,
            launch,
            target,
            style,
        );
        for finding in rules::check(&subject) {
            let findings = &mut judgement.findings;
            let new = |known: &Finding| known.targets.contains(&target.name);
            match findings
                .iter_mut()
                .find(|f| !new(f) && f.says_the_same(&finding))
            {
                Some(known) => known.join(finding),
                None => findings.push(finding),
            }
        }
    }
}
