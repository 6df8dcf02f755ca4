use serde_json::{Value, json};

use super::super::{Findings, fake};
use super::*;
use crate::source::{Origin, Span};
use crate::syntax::Joined;
use crate::syntax::dockerfile::{Flag, Heredoc, JsonArray, Keyword, Text};

/// Whether a report is what the schema says of it.
fn assert_valid(kind: &str, report: &Value) {
    let schema = include_str!("../../../docs/diegolint.schema.json");
    let mut schema: Value = serde_json::from_str(schema).expect("a schema");
    schema["anyOf"] = json!([{ "$ref": format!("#/$defs/{kind}") }]);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    if let Err(error) = validator.validate(report) {
        panic!("{kind}: {error} at {}\n{report:#}", error.instance_path());
    }
}

/// A report, with the folder of the fake taken out of its paths.
fn value(text: &str, dir: &tempfile::TempDir) -> Value {
    let prefix = format!("{}/", dir.path().display());
    serde_json::from_str(&text.replace(&prefix, "")).expect("JSON")
}

#[test]
fn check_says_all_of_a_finding() {
    let (dir, judged) = fake::judged();
    let list = [judged];
    let report = value(
        &check(&Report::of(
            &list,
            &Findings::of(&list, &[]),
            &[],
            &[fake::target()],
        )),
        &dir,
    );
    assert_valid("check", &report);
    assert_eq!(report["tool"]["version"], env!("CARGO_PKG_VERSION"));
    assert_eq!(
        report["images"],
        json!([{
            "dockerfile": "Dockerfile",
            "stage": null,
            "server": {
                "program": "redis-server",
                "port": 6379, "port_by": "its default",
                "address": null, "address_by": null,
            },
        }])
    );
    let rules: Vec<_> = (0..3)
        .map(|i| report["findings"][i]["rule"].clone())
        .collect();
    assert_eq!(rules, ["build-chown", "exposed-port", "switch-user"]);
    let finding = &report["findings"][2];
    assert_eq!(
        finding["location"],
        json!({
            "path": "start.sh", "line": 6, "column": 7, "end_line": 6, "end_column": 11,
            "byte_column": 7, "end_byte_column": 11,
            "start": 80, "end": 84,
        })
    );
    assert_eq!(finding["related"][1]["location"]["path"], "Dockerfile");
    assert_eq!(
        finding["fix"],
        json!({
            "title": "run the command without gosu",
            "safety": "safe",
            "edits": [{
                "path": "start.sh", "line": 6, "column": 7, "end_line": 6, "end_column": 19,
                "byte_column": 7, "end_byte_column": 19,
                "start": 80, "end": 92, "replacement": "",
            }],
            "whole": null,
        })
    );
    assert_eq!(
        report["summary"],
        json!({ "files": 2, "errors": 1, "warnings": 1, "notes": 1, "fixable": 1 })
    );
}

#[test]
fn a_shared_file_is_reported_once() {
    let (dir, first) = fake::judged();
    let (_other, second) = fake::judged();
    let open = || {
        let context = Context::open(dir.path(), &dir.path().join("Dockerfile")).expect("a context");
        context.read("start.sh").expect("a file");
        context
    };
    let list = [first, second].map(|judged| Judged {
        context: open(),
        ..judged
    });
    let summary = Findings::of(&list, &[]).summary();
    assert_eq!((summary.files, summary.errors, summary.fixable), (2, 1, 1));
}

#[test]
fn trace_says_what_is_not_known() {
    let (dir, judged) = fake::judged();
    let report = value(&trace(&[(fake::target(), vec![judged])]), &dir);
    assert_valid("trace", &report);
    let steps = &report["images"][0]["steps"];
    assert_eq!(steps[0]["location"], Value::Null);
    assert_eq!(
        steps[2]["argv"],
        json!(["gosu", "keeper", "redis-server", null])
    );
    assert_eq!(
        steps[2]["effect"],
        json!({ "kind": "switch-user", "account": "keeper" })
    );
    assert_eq!(
        steps[3]["effect"],
        json!({ "kind": "listen", "port": 6379, "address": null })
    );
}

#[test]
fn every_effect_is_in_the_schema() {
    let (dir, mut judged) = fake::judged();
    let effects = [
        TraceEffect::ChangeMode {
            mode: Some("777".into()),
            paths: vec![None],
        },
        TraceEffect::Write { path: None },
        TraceEffect::NeedsRoot,
        TraceEffect::Exec,
        TraceEffect::Exit { status: Some(1) },
        TraceEffect::None,
    ];
    for effect in effects {
        judged.judgement.trace.steps[0].effect = effect;
        let traced = [(fake::target(), vec![judged])];
        let text = trace(&traced);
        let [(_, mut list)] = traced;
        judged = list.remove(0);
        assert_valid("trace", &value(&text, &dir));
    }
}

#[test]
fn parse_gives_arguments_as_words() {
    let text = "RUN --mount=type=cache <<E\nbody\nE\nCMD [\"a\", \"b\"]\n";
    let source = Source::new("Dockerfile".into(), "Dockerfile".into(), text.into());
    let piece = |text: &str, start| Text {
        text: text.into(),
        span: Span::new(start, start + text.len()),
    };
    let instruction = |keyword, first_line, last_line, arguments| Instruction {
        keyword,
        keyword_span: Span::default(),
        span: Span::default(),
        first_line,
        last_line,
        flags: Vec::new(),
        text: Joined::default(),
        arguments,
        heredocs: Vec::new(),
    };
    let mut run = instruction(
        Keyword::Run,
        1,
        3,
        Arguments::Shell(Joined::whole("<<E", 23)),
    );
    run.text = Joined::whole("<<E", 23);
    run.flags.push(Flag {
        name: "mount".into(),
        value: Some(piece("type=cache", 12)),
        span: Span::new(4, 22),
    });
    run.heredocs.push(Heredoc {
        delimiter: "E".into(),
        quoted: false,
        strip_tabs: false,
        marker: Span::new(23, 26),
        body: Span::new(27, 32),
        terminator: Span::new(32, 33),
    });
    let words = vec![piece("a", 39), piece("b", 44)];
    let array = JsonArray {
        words,
        span: Span::new(38, 48),
    };
    let cmd = instruction(Keyword::Cmd, 4, 4, Arguments::Json(array));
    let from = instruction(
        Keyword::From,
        5,
        5,
        Arguments::From {
            image: piece("a", 0),
            name: Some(piece("web", 0)),
        },
    );
    let mut unknown = instruction(Keyword::Unknown("RNU".into()), 6, 6, Arguments::None);
    unknown.text = Joined::whole("make", 0);
    let dockerfile = Dockerfile {
        instructions: vec![run, cmd, from, unknown],
        ..Dockerfile::default()
    };
    let report: Value = serde_json::from_str(&parse(&source, &dockerfile)).expect("JSON");
    assert_valid("parse", &report);
    assert_eq!(
        report["instructions"],
        json!([
            {
                "keyword": "RUN", "start_line": 1, "end_line": 3,
                "flags": ["--mount=type=cache"], "json": false, "arguments": ["<<E"],
                "heredocs": [{
                    "delimiter": "E", "quoted": false, "strip_tabs": false, "body": "body\n",
                }],
            },
            {
                "keyword": "CMD", "start_line": 4, "end_line": 4,
                "flags": [], "json": true, "arguments": ["a", "b"], "heredocs": [],
            },
            {
                "keyword": "FROM", "start_line": 5, "end_line": 5,
                "flags": [], "json": false, "arguments": ["a", "AS", "web"], "heredocs": [],
            },
            {
                "keyword": "RNU", "start_line": 6, "end_line": 6,
                "flags": [], "json": false, "arguments": ["make"], "heredocs": [],
            },
        ])
    );
    assert_eq!(
        crate::report::parse_text::parse(&source, &dockerfile),
        "\
1-3  RUN         --mount=type=cache <<E
                 <<E, 1 line
  4  CMD
  5  FROM
  6  RNU         make
"
    );
}

#[test]
fn rules_are_listed_with_their_summaries() {
    let page = Page {
        name: "volume",
        summary: "VOLUME",
        text: "# volume",
    };
    let report: Value = serde_json::from_str(&rules(&[page])).expect("JSON");
    assert_valid("rules", &report);
    assert_eq!(
        report["rules"],
        json!([{
            "name": "volume",
            "summary": "VOLUME",
            "severities": {
                "cf": "note",
                "diego-2015": "warning",
                "lattice": "warning",
                "openshift": "note"
            }
        }])
    );
}

#[test]
fn places_are_where_the_text_is() {
    let (_dir, judged) = fake::judged();
    let context = &judged.context;
    let origin = Origin {
        source: context.dockerfile(),
        span: Span::new(0, 20),
    };
    let location = Location::of(context, origin);
    assert_eq!((location.line, location.column), (1, 1));
    assert_eq!((location.end_line, location.end_column), (3, 1));
}
