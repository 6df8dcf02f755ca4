use super::*;
use crate::source::Sources;

fn read(text: &str) -> Result<Option<Manifest>, Problem> {
    let sources = Sources::default();
    let source = Source::new(
        "manifest.yml".to_owned(),
        "manifest.yml".into(),
        text.as_bytes().to_vec(),
    );
    let id = sources.add(source);
    parse(id, &sources.get(id))
}

fn manifest(text: &str) -> Manifest {
    read(text).expect("YAML").expect("an application")
}

#[test]
fn what_counts_for_the_web_process_is_read() {
    let manifest = manifest(
        "applications:
- name: shop
  docker: {image: registry.example/shop:1}
  command: /shop serve
  disk_quota: 512M
  health-check-type: http
  health-check-http-endpoint: /health
  health-check-invocation-timeout: 5
  timeout: soon
  no-route: true
  env:
    WORKERS: 4
    GREETING: \"hé\"
    TOKEN: ((token))
  processes:
  - type: worker
    command: /shop work
  - type: web
    timeout: 120
    health-check-type: process
    user: vcap
",
    );
    let text = |said: &Option<Said>| said.as_ref().map(|said| said.text.clone());
    assert_eq!(text(&manifest.command).as_deref(), Some("/shop serve"));
    assert_eq!(
        text(&manifest.health_check_type).as_deref(),
        Some("process")
    );
    assert_eq!(text(&manifest.user).as_deref(), Some("vcap"));
    let check = HealthCheck {
        page: Some("/health".to_owned()),
        seconds_to_answer: Some(5),
        seconds_to_start: Some(120),
    };
    assert_eq!(manifest.check, check);
    assert!(manifest.no_route);
    assert_eq!(manifest.disk_quota.as_deref(), Some("512M"));
    let variables = manifest.environment.iter();
    let variables = variables.map(|(name, said)| (name.as_str(), said.text.as_str()));
    assert_eq!(
        variables.collect::<Vec<_>>(),
        [("WORKERS", "4"), ("GREETING", "hé")]
    );
}

#[test]
fn without_one_application_of_docker_nothing_is_said() {
    assert_eq!(read("applications:\n- name: a\n  path: .\n").unwrap(), None);
    assert_eq!(read("").unwrap(), None);
    let two = "applications:\n- docker: {image: a}\n- docker: {image: b}\n";
    assert_eq!(read(two).unwrap(), None);
}

#[test]
fn what_is_no_yaml_is_a_problem_with_its_place() {
    let problem = read("applications:\n- name: \"a\n").unwrap_err();
    assert!(
        problem.to_string().starts_with("manifest.yml:"),
        "{problem}"
    );
}

#[test]
fn a_health_check_that_nobody_knows_is_a_problem_with_its_place() {
    let with = |kind: &str| {
        format!("applications:\n- docker: {{image: a}}\n  health-check-type: {kind}\n")
    };
    let problem = read(&with("tcp")).expect_err("no such type");
    let text = problem.to_string();
    assert!(text.starts_with("manifest.yml:3:22: "), "{text}");
    assert!(text.contains("port, http, process"), "{text}");
    for known in ["port", "http", "process", "none", "((kind))"] {
        assert!(read(&with(known)).is_ok(), "{known}");
    }
}

#[test]
fn it_changes_the_target_as_far_as_that_offers_it() {
    let manifest = manifest(
        "applications:\n- docker: {image: a}\n  health-check-type: process\n  no-route: true\n",
    );
    let cf = Target::named("cf").unwrap();
    assert!(cf.is_asked() && !manifest.chosen(cf).is_asked());
    let old = Target::named("diego-2015").unwrap();
    assert!(manifest.chosen(old).is_asked());
}
