//! What the program prints for programs is what docs/diegolint.schema.json says.

use std::fs;
use std::path::Path;

use assert_cmd::Command;
use serde_json::{Value, json};

/// What a command prints, after the schema has been asked about it.
fn valid(kind: &str, dir: &Path, args: &[&str]) -> Value {
    let output = Command::cargo_bin("diegolint")
        .expect("the program")
        .current_dir(dir)
        .args(args)
        .args(["--format", "json"])
        .output()
        .expect("it runs");
    let report: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let schema = include_str!("../docs/diegolint.schema.json");
    let mut schema: Value = serde_json::from_str(schema).expect("a schema");
    schema["anyOf"] = json!([{ "$ref": format!("#/$defs/{kind}") }]);
    let validator = jsonschema::validator_for(&schema).expect("a schema");
    if let Err(error) = validator.validate(&report) {
        panic!("{args:?}: {error} at {}\n{report:#}", error.instance_path());
    }
    report
}

#[test]
fn reports_are_what_the_schema_says() {
    let dir = tempfile::tempdir().expect("a folder");
    let dockerfile = "\
FROM debian:wheezy AS server
RUN groupadd -r keeper && useradd -r -g keeper keeper
RUN mkdir /data \\
    && chown keeper /data
VOLUME /data
COPY start.sh /
EXPOSE 6379
ENTRYPOINT [\"/start.sh\"]
CMD [\"redis-server\"]
";
    let script = "#!/bin/sh\nset -e\nchown keeper .\nexec gosu keeper \"$@\"\n";
    fs::create_dir(dir.path().join("redis")).expect("a folder");
    fs::write(dir.path().join("redis/Dockerfile"), dockerfile).expect("a file");
    fs::write(dir.path().join("redis/start.sh"), script).expect("a file");

    let report = valid("check", dir.path(), &["check", "redis"]);
    assert_eq!(report["targets"], json!(["diego-2015"]));
    assert_eq!(report["findings"][0]["targets"], json!(["diego-2015"]));
    assert_eq!(report["images"][0]["server"]["program"], "redis-server");
    let report = valid("trace", dir.path(), &["trace", "redis"]);
    assert_eq!(report["images"][0]["dockerfile"], "redis/Dockerfile");
    let report = valid("parse", dir.path(), &["parse", "redis/Dockerfile"]);
    assert_eq!(report["path"], "redis/Dockerfile");
    valid("rules", dir.path(), &["rules"]);
    valid("targets", dir.path(), &["targets"]);
}

#[test]
fn there_is_a_report_of_no_inputs_too() {
    let dir = tempfile::tempdir().expect("a folder");
    let report = valid("check", dir.path(), &["check", "."]);
    assert_eq!(report["summary"]["files"], 0);
    let report = valid("trace", dir.path(), &["trace", "."]);
    assert_eq!(report["images"], json!([]));
}
