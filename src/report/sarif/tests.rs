use serde_json::{Value, json};

use super::super::{Suppressed, SuppressedBy, fake};
use super::*;

fn run(report: &Report) -> Value {
    let log: Value = serde_json::from_str(&check(report)).expect("JSON");
    log["runs"][0].clone()
}

#[test]
fn a_result_has_its_places_and_its_fix() {
    let report = fake::report();
    let run = run(&report);
    let result = &run["results"][2];
    let rule = result["ruleIndex"].as_u64().expect("a number") as usize;
    assert_eq!(run["tool"]["driver"]["rules"][rule]["id"], "switch-user");
    assert_eq!(result["level"], "error");
    assert_eq!(
        result["locations"],
        json!([{ "physicalLocation": {
            "artifactLocation": { "uri": "start.sh" },
            "region": { "startLine": 6, "startColumn": 7, "endLine": 6, "endColumn": 11 },
        }}])
    );
    assert_eq!(result["relatedLocations"][1]["id"], 2);
    assert_eq!(
        result["relatedLocations"][1]["message"]["text"],
        "this is \"$1\""
    );
    assert_eq!(
        result["partialFingerprints"],
        json!({ "diegolint/v1": report.findings[2].fingerprint })
    );
    assert_eq!(
        result["fixes"],
        json!([{
            "description": { "text": "run the command without gosu" },
            "artifactChanges": [{
                "artifactLocation": { "uri": "start.sh" },
                "replacements": [{
                    "deletedRegion":
                        { "startLine": 6, "startColumn": 7, "endLine": 6, "endColumn": 19 },
                    "insertedContent": { "text": "" },
                }],
            }],
            "properties": { "safety": "safe" },
        }])
    );
    assert_eq!(run["results"][0]["properties"]["certainty"], "maybe");
    assert_eq!(run["results"][0]["properties"].get("help"), None);
    assert_eq!(run["invocations"], json!([{ "executionSuccessful": true }]));
}

#[test]
fn all_rules_are_described() {
    let mut report = fake::report();
    report.targets = vec!["lattice".into(), "cf".into()];
    let run = run(&report);
    let rules = run["tool"]["driver"]["rules"].as_array().expect("a list");
    assert_eq!(rules.len(), registry::pages().len());
    for (rule, page) in rules.iter().zip(registry::pages()) {
        assert_eq!(rule["id"], page.name);
        assert_eq!(rule["help"]["markdown"], page.text);
        let description = rule["fullDescription"]["text"].as_str().unwrap_or_default();
        assert!(description.ends_with(['.', ':']), "{description}");
        let of = |name: &str| crate::target::Target::named(name)?.severity(page.name);
        let worst = of("lattice").max(of("cf"));
        assert_eq!(rule["defaultConfiguration"]["enabled"], worst.is_some());
        assert_eq!(
            rule["defaultConfiguration"]["level"].as_str(),
            worst.map(words::severity)
        );
    }
}

#[test]
fn what_is_suppressed_raises_no_alert() {
    let mut report = fake::report();
    let finding = report.findings.remove(0);
    report.suppressed = vec![Suppressed {
        by: SuppressedBy::Comment,
        location: Some(finding.location.clone()),
        reason: Some("it is meant".into()),
        finding,
    }];
    let results = run(&report)["results"].clone();
    assert_eq!(results.as_array().map(Vec::len), Some(2));
}

#[test]
fn problems_are_notifications() {
    let run = run(&fake::awkward());
    let invocation = &run["invocations"][0];
    assert_eq!(invocation["executionSuccessful"], false);
    assert_eq!(
        invocation["toolExecutionNotifications"][0],
        json!({
            "level": "error",
            "message": { "text": "no\r good" },
            "locations": [{ "physicalLocation": {
                "artifactLocation": { "uri": "a%20b" },
                "region": { "startLine": 2, "startColumn": 1 },
            }}],
        })
    );
    assert_eq!(
        run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
        "a%20b/%3C%26%3E%27%22%25%23%2C%3A%5D%5D%3E%1B%7C%60%C3%BC%F0%9F%90%B3%0Ax"
    );
}

#[test]
fn of_too_many_results_the_worst_are_kept() {
    let mut report = fake::report();
    let [warning, _, error] = report.findings.clone().try_into().expect("three");
    report.findings = vec![warning; MOST_RESULTS];
    report.findings.push(error);
    let (results, left_out) = results(&report);
    assert_eq!((results.len(), left_out), (MOST_RESULTS, 1));
    assert_eq!(results[0].level, "error");
}
