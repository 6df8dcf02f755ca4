use super::*;
use crate::finding::Certainty;
use crate::fix::compose::Change;
use crate::fix::judge::Fault;
use crate::source::{Origin, SourceId, Span};
use Severity::{Error, Note, Warning};

/// A judgement on one file, with findings of one rule about words of it.
fn judged(text: &str, findings: &[(Severity, &'static str)]) -> Judged {
    let finding = |(severity, words): &(Severity, &'static str)| {
        let start = text.find(words).unwrap();
        Finding {
            rule: "rule",
            severity: *severity,
            targets: Vec::new(),
            certainty: Certainty::Always,
            message: format!("about {words}"),
            help: None,
            origin: Origin {
                source: SourceId(0),
                span: Span::new(start, start + words.len()),
            },
            related: Vec::new(),
            fix: None,
        }
    };
    Judged {
        sources: vec![("f".to_owned(), text.as_bytes().into())],
        suppressed: Vec::new(),
        findings: findings.iter().map(finding).collect(),
        faults: Vec::new(),
    }
}

/// What the change of "two" into "2 2" brings up in "one two three".
fn brought_up(
    before: &[(Severity, &'static str)],
    after: &[(Severity, &'static str)],
) -> Vec<String> {
    let old = "one two three";
    let change = Change {
        start: 4,
        end: 7,
        text: b"2 2".to_vec(),
        why: Vec::new(),
    };
    let pass = BTreeMap::from([("f".to_owned(), Composed::of(old.as_bytes(), &[change]))]);
    let (before, after) = (judged(old, before), judged("one 2 2 three", after));
    regressions(&before, &after, &pass)
}

#[test]
fn a_pass_may_bring_up_notes_and_nothing_else() {
    type Findings = &'static [(Severity, &'static str)];
    // before, after, what is new
    let table: &[(Findings, Findings, &[&str])] = &[
        (&[], &[(Note, "one")], &[]),
        (
            &[],
            &[(Warning, "one")],
            &["it would bring up rule: about one"],
        ),
        (
            &[],
            &[(Error, "three")],
            &["it would bring up rule: about three"],
        ),
        // The same place, whatever the severity; but a note is not an error's forerunner.
        (&[(Warning, "three")], &[(Error, "three")], &[]),
        (
            &[(Note, "three")],
            &[(Warning, "three")],
            &["it would bring up rule: about three"],
        ),
        // The same place, about more or fewer words.
        (&[(Error, "one")], &[(Error, "one 2")], &[]),
        // Within what was replaced, one stands for one.
        (&[(Error, "two")], &[(Error, "2")], &[]),
        (&[(Error, "one two")], &[(Error, "2 2")], &[]),
        (
            &[(Error, "two")],
            &[(Error, "2 "), (Error, "2 2")],
            &["it would bring up rule: about 2 2"],
        ),
        // What is gone is nobody's forerunner elsewhere.
        (
            &[(Error, "one")],
            &[(Error, "three")],
            &["it would bring up rule: about three"],
        ),
    ];
    for (before, after, new) in table {
        assert_eq!(brought_up(before, after), *new, "{before:?} {after:?}");
    }
}

#[test]
fn words_that_moved_are_the_same_words() {
    let before = judged("a chown b", &[(Error, "chown")]);
    let after = judged("chown a b", &[(Error, "chown")]);
    let change = |start, end, text: &str| Change {
        start,
        end,
        text: text.as_bytes().to_vec(),
        why: Vec::new(),
    };
    let edits = [change(0, 0, "chown "), change(2, 8, "")];
    let pass = BTreeMap::from([("f".to_owned(), Composed::of(b"a chown b", &edits))]);
    assert!(regressions(&before, &after, &pass).is_empty());
}

#[test]
fn a_file_may_not_have_more_faults_than_before() {
    let fault = |path: &str, message: &str| Fault {
        path: path.to_owned(),
        message: message.to_owned(),
    };
    let with = |faults: Vec<Fault>| Judged {
        faults,
        ..Judged::default()
    };
    let before = with(vec![fault("a", "one"), fault("b", "two")]);
    let other_words = with(vec![fault("a", "uno")]);
    assert!(new_faults(&before, &other_words).is_empty());
    let one_more = with(vec![fault("a", "one"), fault("a", "three")]);
    assert_eq!(
        new_faults(&before, &one_more),
        ["a could not be parsed any more: three"]
    );
}

#[test]
fn a_warning_may_come_behind_what_is_no_less_bad_about_the_same_words() {
    let of = |rule, severity| {
        let mut judged = judged("serverd &", &[(severity, "serverd")]);
        judged.findings[0].rule = rule;
        judged
    };
    let left = of("left", Error);
    let pass = BTreeMap::new();
    assert!(regressions(&left, &of("kept", Warning), &pass).is_empty());
    assert_eq!(regressions(&left, &of("kept", Error), &pass).len(), 1);
    let warned = of("left", Warning);
    assert!(regressions(&warned, &of("kept", Warning), &pass).is_empty());
    let noted = of("left", Note);
    assert_eq!(regressions(&noted, &of("kept", Warning), &pass).len(), 1);
    let mut both = of("kept", Warning);
    both.findings.extend(of("left", Error).findings);
    assert_eq!(regressions(&left, &both, &pass).len(), 1);
}
