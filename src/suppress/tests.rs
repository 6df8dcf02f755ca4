use super::*;
use crate::finding::{Certainty, Severity};
use crate::source::Span;
use crate::syntax::dockerfile::parse;

/// What comments make of findings, one for each `rule:word`, at the last place where the word stands.
fn applied(dockerfile: &str, findings: &[&str], off: &str) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("Dockerfile");
    std::fs::write(&path, dockerfile).expect("a file");
    let context = Context::open(dir.path(), &path).expect("a context");
    let source = context.source(context.dockerfile());
    let findings = findings.iter().map(|said| {
        let (rule, word) = said.split_once(':').expect("a rule and a word");
        let start = dockerfile.rfind(word).expect(word);
        Finding {
            rule: rules::name(rule).expect(rule),
            severity: Severity::Error,
            certainty: Certainty::Always,
            message: String::new(),
            help: None,
            origin: Origin {
                source: context.dockerfile(),
                span: Span::new(start, start + word.len()),
            },
            related: Vec::new(),
            fix: None,
            targets: Vec::new(),
        }
    });
    let asked = Asked {
        context: &context,
        dockerfile: &parse(dockerfile),
        scripts: &Scripts::new(&context),
        targets: &Target::all()[..1],
        is_enabled: &|rule| rule != off,
        is_told: &|_| true,
        shared: crate::judge::Shared::Nothing,
    };
    let Applied {
        findings,
        suppressed,
    } = apply(&asked, findings.collect());
    let left = findings.iter().map(|finding| {
        let words = source.slice(finding.origin.span);
        format!("{}: {words}", finding.rule)
    });
    let ignored = suppressed.iter().map(|one| {
        let reason = one.reason.as_deref().unwrap_or("-");
        format!("{} ignored: {reason}", one.finding.rule)
    });
    left.chain(ignored).collect()
}

#[test]
fn what_a_comment_names_is_not_found() {
    let text = "FROM a\n# diegolint: ignore=volume,udp-port kept elsewhere\nVOLUME /data\n";
    assert_eq!(
        applied(
            text,
            &["volume:/data", "udp-port:/data", "root-home:/data"],
            ""
        ),
        [
            "root-home: /data",
            "volume ignored: kept elsewhere",
            "udp-port ignored: kept elsewhere"
        ]
    );
}

#[test]
fn the_nearest_of_several_comments_counts() {
    let text = "# diegolint: ignore-file=volume far\nFROM a\n# diegolint: ignore=volume middle\nRUN a && \\\n  # diegolint: ignore=volume near\n  b && \\\n  c\nUSER d\n";
    assert_eq!(
        applied(text, &["volume:b", "volume:c", "volume:d"], ""),
        [
            "volume ignored: near",
            "volume ignored: middle",
            "volume ignored: far"
        ]
    );
}

#[test]
fn what_ignores_nothing_is_found_unless_nobody_looks() {
    let text = "FROM a\n# diegolint: ignore=volume,wrong-port\nVOLUME /data\n";
    assert_eq!(
        applied(text, &["wrong-port:/data"], ""),
        ["unused-ignore: volume", "wrong-port ignored: -"]
    );
    assert_eq!(
        applied(text, &["wrong-port:/data"], "volume"),
        ["wrong-port ignored: -"]
    );
    assert_eq!(
        applied(text, &["wrong-port:/data"], "unused-ignore"),
        ["wrong-port ignored: -"]
    );
}

#[test]
fn what_is_found_of_comments_can_be_ignored_for_a_file() {
    let text =
        "# diegolint: ignore-file=unused-ignore\nFROM a\n# diegolint: ignore=volume\nUSER b\n";
    assert_eq!(applied(text, &[], ""), ["unused-ignore ignored: -"]);
    let all = "# diegolint: ignore-file\nFROM a\n# diegolint: ignore=volume\nUSER b\n";
    assert_eq!(applied(all, &[], ""), ["unused-ignore ignored: -"]);
}

#[test]
fn no_comment_ignores_what_is_found_of_itself() {
    for (text, left) in [
        (
            "FROM a\n# diegolint: ignore=unused-ignore\nUSER b\n",
            "unused-ignore: unused-ignore",
        ),
        (
            "# diegolint: ignore-file=unused-ignore\nFROM a\n",
            "unused-ignore: unused-ignore",
        ),
        (
            "# diegolint: ignore-file=unused-ignore,nonsense\nFROM a\n",
            "unknown-ignore: nonsense",
        ),
        (
            "# diegolint: ignore-file\nFROM a\n",
            "unused-ignore: ignore-file",
        ),
    ] {
        let found = applied(text, &[], "");
        assert_eq!(found.first().map(String::as_str), Some(left), "{text}");
        assert!(
            found.iter().all(|said| !said.contains("ignored")),
            "{found:?}"
        );
    }
}

#[test]
fn all_of_a_file_is_ignored() {
    let text = "FROM a\n# diegolint: ignore-file vendored\nVOLUME /data\nUSER b\n";
    assert_eq!(
        applied(text, &["volume:/data", "root-home:b"], ""),
        ["volume ignored: vendored", "root-home ignored: vendored"]
    );
}

/// A Dockerfile as the fixes of what is found of its comments leave it, each made alone.
fn fixes(dockerfile: &str, finding: &str) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    let path = dir.path().join("Dockerfile");
    std::fs::write(&path, dockerfile).expect("a file");
    let context = Context::open(dir.path(), &path).expect("a context");
    let asked = Asked {
        context: &context,
        dockerfile: &parse(dockerfile),
        scripts: &Scripts::new(&context),
        targets: &Target::all()[..1],
        is_enabled: &|_| true,
        is_told: &|_| true,
        shared: crate::judge::Shared::Nothing,
    };
    let found = apply(&asked, Vec::new()).findings;
    let found = found.into_iter().filter(|one| one.rule == finding);
    let edits = found.flat_map(|one| one.fix.expect("a fix").edits);
    edits
        .map(|edit| {
            let mut text = dockerfile.to_owned();
            text.replace_range(edit.origin.span.range(), &edit.replacement);
            text
        })
        .collect()
}

#[test]
fn a_rule_goes_out_of_the_list_and_the_comment_with_the_last_one() {
    let three = "FROM a\n# diegolint: ignore=swich-user,volume,wrong-port x\nUSER b\n";
    assert_eq!(
        fixes(three, "unused-ignore"),
        [
            "FROM a\n# diegolint: ignore=swich-user,wrong-port x\nUSER b\n",
            "FROM a\n# diegolint: ignore=swich-user,volume x\nUSER b\n",
        ]
    );
    let both = "FROM a\r\n  # diegolint: ignore=volume,wrong-port x\r\nUSER b\r\n";
    assert_eq!(
        fixes(both, "unused-ignore"),
        ["FROM a\r\nUSER b\r\n", "FROM a\r\nUSER b\r\n"]
    );
    let last = "FROM a\n# diegolint: ignore=volume";
    assert_eq!(fixes(last, "unused-ignore"), ["FROM a"]);
    let behind = "FROM a\nRUN b  # diegolint: ignore=volume x\n";
    assert_eq!(fixes(behind, "unused-ignore"), ["FROM a\nRUN b\n"]);
    let mark = "\u{feff}# diegolint: ignore-file=volume\nFROM a\n";
    assert_eq!(fixes(mark, "unused-ignore"), ["\u{feff}FROM a\n"]);
}

#[test]
fn what_is_nearly_right_is_put_right() {
    for (before, after) in [
        ("ignore=swich-user,volume x", "ignore=switch-user,volume x"),
        ("ignroe: volume x", "ignore=volume x"),
        ("ignorefile=volume x", "ignore-file=volume x"),
    ] {
        let text = |words| format!("FROM a\n# diegolint: {words}\nUSER b\n");
        assert_eq!(fixes(&text(before), "unknown-ignore"), [text(after)]);
    }
    for gone in ["ignore", "ignore=DL3008"] {
        let text = format!("FROM a\n# diegolint: {gone}\nUSER b\n");
        assert_eq!(fixes(&text, "unknown-ignore"), ["FROM a\nUSER b\n"]);
    }
}
