//! A context with findings of all kinds, to see what the reports make of them.

use std::sync::Arc;

use crate::config::{Overrides, Settings};
use crate::context::Context;
use crate::finding::{Certainty, Edit, Finding, Fix, Related, Safety, Severity};
use crate::judge::{ImageSummary, Judgement, ServerSummary, TraceEffect, TraceReport, TraceStep};
use crate::source::{Origin, SourceId, Span};
use crate::target::Target;

use super::{Findings, Judged, Location, Report, ReportedProblem};

const DOCKERFILE: &str = "\
FROM debian:wheezy

RUN groupadd -r keeper && useradd -r -g keeper keeper
RUN mkdir /data && \\
\t\tchown keeper:keeper /data
VOLUME /data
WORKDIR /data

COPY start.sh /start.sh
ENTRYPOINT [\"/start.sh\"]

EXPOSE 6379
CMD [ \"redis-server\" ]
";

const SCRIPT: &str = "\
#!/bin/bash
set -e

if [ \"$1\" = 'redis-server' ]; then
\tchown -R keeper .
\texec gosu keeper \"$@\"
fi

exec \"$@\"
";

/// The target that it is judged on.
pub(super) fn target() -> Arc<Target> {
    Target::all()[0].clone()
}

/// The context, in a folder that lives as long as the first value.
pub(super) fn judged() -> (tempfile::TempDir, Judged) {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("Dockerfile"), DOCKERFILE).expect("a file");
    std::fs::write(dir.path().join("start.sh"), SCRIPT).expect("a file");
    let context = Context::open(dir.path(), &dir.path().join("Dockerfile")).expect("a context");
    let script = context.read("start.sh").expect("a file");
    let dockerfile = context.dockerfile();
    let judgement = Judgement {
        dockerfile,
        images: vec![ImageSummary {
            stage: None,
            server: Some(ServerSummary {
                program: "redis-server".into(),
                port: Some(6379),
                port_by: Some("its default".into()),
                address: None,
                address_by: None,
            }),
        }],
        findings: findings(&context, dockerfile, script),
        suppressed: Vec::new(),
        problems: Vec::new(),
        trace: trace(&context, script),
        question: None,
    };
    let settings = Settings::of(None, &Overrides::default()).expect("the defaults");
    (
        dir,
        Judged {
            context,
            judgement,
            settings: Arc::new(settings),
        },
    )
}

fn place(context: &Context, source: SourceId, text: &str) -> Origin {
    let start = context.source(source).text().find(text).expect(text);
    Origin {
        source,
        span: Span::new(start, start + text.len()),
    }
}

fn findings(context: &Context, dockerfile: SourceId, script: SourceId) -> Vec<Finding> {
    let gosu = place(context, script, "gosu");
    let wrapper = place(context, script, "gosu keeper ");
    let port = place(context, dockerfile, "\"redis-server\"");
    vec![
        Finding {
            rule: "switch-user",
            severity: Severity::Error,
            targets: vec!["diego-2015".into()],
            certainty: Certainty::Always,
            message: "gosu cannot become keeper: the container's user is vcap, and the kernel \
                      refuses setgroups to it"
                .into(),
            help: Some("run the server as whoever the container runs as".into()),
            origin: gosu,
            related: vec![
                Related {
                    origin: place(context, script, "$1"),
                    message: "true, because CMD says redis-server".into(),
                },
                Related {
                    origin: port,
                    message: "this is \"$1\"".into(),
                },
            ],
            fix: Some(Fix {
                title: "run the command without gosu".into(),
                reason: "the user cannot change".into(),
                safety: Safety::Safe,
                edits: vec![Edit {
                    origin: wrapper,
                    replacement: String::new(),
                }],
            }),
        },
        Finding {
            rule: "build-chown",
            severity: Severity::Warning,
            targets: vec!["diego-2015".into()],
            certainty: Certainty::Maybe,
            message: "/data belongs to keeper, who does not run".into(),
            help: None,
            origin: place(context, dockerfile, "chown keeper:keeper /data"),
            related: Vec::new(),
            fix: Some(Fix {
                title: "let everybody write there".into(),
                reason: "any user may run".into(),
                safety: Safety::Unsafe,
                edits: vec![Edit {
                    origin: place(context, dockerfile, "chown keeper:keeper"),
                    replacement: "chmod 777".into(),
                }],
            }),
        },
        Finding {
            rule: "exposed-port",
            severity: Severity::Note,
            targets: vec!["diego-2015".into()],
            certainty: Certainty::Always,
            message: "the platform does not read EXPOSE".into(),
            help: None,
            origin: place(context, dockerfile, "EXPOSE 6379"),
            related: Vec::new(),
            fix: None,
        },
    ]
}

fn trace(context: &Context, script: SourceId) -> TraceReport {
    let words = |text: &str| {
        let words = text.split(' ');
        words
            .map(|word| (word != "?").then(|| word.to_owned()))
            .collect::<Vec<_>>()
    };
    let step = |origin: Option<Origin>, argv, reached, effect, why: Option<&str>| TraceStep {
        origin,
        argv: words(argv),
        depth: usize::from(origin.is_some()),
        reached,
        given: Vec::new(),
        user: "vcap".into(),
        effect,
        fails: why.is_some(),
        doubtful: false,
        tolerated: false,
        ends: reached == Certainty::Always && why.is_some(),
        why: why.into_iter().map(str::to_owned).collect(),
    };
    TraceReport {
        unknown_base: None,
        user: "vcap".into(),
        directory: "/data".into(),
        entrypoint: words("/start.sh"),
        command: words("redis-server"),
        disk_quota: None,
        required: Vec::new(),
        steps: vec![
            step(
                None,
                "/start.sh redis-server",
                Certainty::Always,
                TraceEffect::None,
                None,
            ),
            step(
                Some(place(context, script, "chown -R keeper .")),
                "chown -R keeper .",
                Certainty::Always,
                TraceEffect::ChangeOwner {
                    owner: Some("keeper".into()),
                    paths: words("/data"),
                },
                Some(
                    "only root may give a file to another account, and root's power over the \
                      image's files is not in the container",
                ),
            ),
            step(
                Some(place(context, script, "gosu keeper \"$@\"")),
                "gosu keeper redis-server ?",
                Certainty::Maybe,
                TraceEffect::SwitchUser {
                    account: Some("keeper".into()),
                },
                Some("setgroups: Operation not permitted"),
            ),
            step(
                Some(place(context, script, "exec \"$@\"\n")),
                "redis-server --dir /data/a-folder-with-a-long-name --appendonly no --logfile ? --save",
                Certainty::Maybe,
                TraceEffect::Listen {
                    port: Some(6379),
                    address: None,
                },
                None,
            ),
        ],
    }
}

/// The report of the fake, its paths relative.
pub(super) fn report() -> Report {
    let (dir, judged) = judged();
    let list = [judged];
    let report = Report::of(&list, &Findings::of(&list, &[]), &[], &[target()]);
    let text = serde_json::to_string(&report).expect("JSON");
    let text = text.replace(&format!("{}/", dir.path().display()), "");
    serde_json::from_str(&text).expect("a report")
}

/// A report with a path and texts that mean something in every format.
pub(super) fn awkward() -> Report {
    let mut report = report();
    let mut finding = report.findings.remove(2);
    report.findings.clear();
    finding.location = Location {
        path: "./a b/<&>'\"%#,:]]>\u{1b}|`\u{fc}\u{1f433}\nx".into(),
        line: 1,
        column: 3,
        end_line: 2,
        end_column: 1,
        byte_column: 4,
        end_byte_column: 1,
        start: 3,
        end: 9,
    };
    finding.message = "one\u{1b}[31m\ntwo & <b>\"]]>\" 100% @you #1 |`*_[x](y)\0".into();
    finding.targets = vec!["cf".into()];
    finding.help = None;
    finding.fix = None;
    finding.related.clear();
    report.files = vec![finding.location.path.clone()];
    report.findings.push(finding);
    let problem = |path: &str, line: Option<usize>, message: &str| ReportedProblem {
        path: path.into(),
        line,
        column: line.map(|_| 1),
        message: message.into(),
    };
    report.problems = vec![
        problem("a b", Some(2), "no\r good"),
        problem("none", None, "no such file or folder"),
    ];
    report.finished()
}
