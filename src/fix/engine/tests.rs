use super::*;
use crate::finding::{Certainty, Edit, Finding, Fix};
use crate::fix::judge::Fault;
use crate::source::{Origin, SourceId, Span};

/// A toy of a judge. It reads scripts line by line, without their comments:
/// - `gosu NAME` is an error, mended by taking it out;
/// - `install gosu` without a call of gosu is a note, mended by taking the line out;
/// - `su` is a warning, mended by a `sudo` that is an error;
/// - `stubborn` is a warning, whose fix puts a word in front of it and leaves it there;
/// - `left` and `right` are warnings, each mended by becoming the other;
/// - `odd` is a warning, mended by an open quote, which does not parse;
/// - `risky` is a warning whose fix is unsafe;
/// - `. FILE` reads a further file.
fn judge(files: &Files) -> Judged {
    let mut judged = Judged::default();
    let mut queue = vec!["entrypoint.sh".to_owned()];
    while let Some(path) = queue.pop() {
        let disk: Text = Text::from(&b"exec gosu redis sleep\n"[..]);
        let text = files.get(&path).cloned().unwrap_or(disk);
        let source = SourceId(judged.sources.len() as u32);
        let content = String::from_utf8_lossy(&text).into_owned();
        judged.sources.push((path.clone(), text));
        queue.extend(read_script(source, &path, &content, &mut judged));
    }
    judged
}

fn read_script(source: SourceId, path: &str, text: &str, judged: &mut Judged) -> Vec<String> {
    let mut more = Vec::new();
    let calls = text
        .lines()
        .any(|line| !line.trim_start().starts_with('#') && line.contains("gosu "));
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let start = at;
        at += line.len();
        if line.trim_start().starts_with('#') {
            continue;
        }
        if line.matches('"').count() % 2 == 1 {
            judged.faults.push(Fault {
                path: path.to_owned(),
                message: "unclosed quote".to_owned(),
            });
        }
        if let Some(file) = line.strip_prefix(". ") {
            more.push(file.trim().to_owned());
        }
        let mut word = |rule, severity, safety, words: &str, edits: &[(usize, usize, &str)]| {
            let mut from = 0;
            while let Some(found) = line[from..].find(words) {
                let found = start + from + found;
                from = found - start + words.len();
                let origin = |a: usize, b: usize| Origin {
                    source,
                    span: Span::new(found + a, found + b),
                };
                judged.findings.push(Finding {
                    rule,
                    severity,
                    targets: Vec::new(),
                    certainty: Certainty::Always,
                    message: format!("{words} fails"),
                    help: None,
                    origin: origin(0, words.len()),
                    related: Vec::new(),
                    fix: Some(Fix {
                        title: format!("mend {words}"),
                        reason: format!("{words} cannot work"),
                        safety,
                        edits: edits
                            .iter()
                            .map(|(a, b, text)| Edit {
                                origin: origin(*a, *b),
                                replacement: (*text).to_owned(),
                            })
                            .collect(),
                    }),
                });
            }
        };
        use Safety::{Safe, Unsafe};
        use Severity::{Error, Note, Warning};
        word("wrapper", Error, Safe, "gosu redis ", &[(0, 11, "")]);
        if !calls {
            word("unused", Note, Safe, "install gosu\n", &[(0, 13, "")]);
        }
        word("su", Warning, Safe, "su -c", &[(0, 5, "sudo")]);
        word("sudo", Error, Safe, "sudo", &[]);
        word("stubborn", Warning, Safe, "stubborn", &[(0, 0, "very ")]);
        word("circle", Warning, Safe, "left", &[(0, 4, "right")]);
        word("circle", Warning, Safe, "right", &[(0, 5, "left")]);
        word("odd", Warning, Safe, "odd", &[(0, 3, "\"")]);
        word("risky", Warning, Unsafe, "risky", &[(0, 5, "calm")]);
        word("outside", Warning, Safe, "outside", &[(0, 9000, "")]);
        word(
            "twisted",
            Warning,
            Safe,
            "twisted",
            &[(0, 3, ""), (2, 5, "x")],
        );
        word("lines", Warning, Safe, "one two", &[(3, 4, "\n")]);
    }
    more
}

fn files(text: &str) -> Files {
    Files::from([("entrypoint.sh".to_owned(), Text::from(text.as_bytes()))])
}

fn fix_with(text: &str, options: &Options) -> Outcome {
    run(files(text), judge, options, |_, _| Place::Open)
}

fn plainly() -> Options {
    Options {
        style: Style::Plain,
        ..Options::default()
    }
}

fn text_of(outcome: &Outcome, path: &str) -> String {
    String::from_utf8(outcome.files[path].text.to_vec()).unwrap()
}

#[test]
fn what_a_fix_leads_to_is_mended_in_the_next_pass() {
    let outcome = fix_with("install gosu\nexec gosu redis sleep\n", &Options::default());
    assert_eq!(
        text_of(&outcome, "entrypoint.sh"),
        "# diegolint: unused: install gosu\u{20}\u{20}cannot work\n\
         # install gosu\n# diegolint: wrapper: gosu redis  cannot work\n\
         # exec gosu redis sleep\nexec sleep\n"
    );
    let passes: Vec<_> = outcome
        .applied
        .iter()
        .map(|fix| (fix.rule.as_str(), fix.pass, fix.offset))
        .collect();
    assert_eq!(passes, [("wrapper", 1, 18), ("unused", 2, 0)]);
    assert_eq!(outcome.stop, Stop::Done);
    assert_eq!(outcome.before.findings.len(), 1);
    assert!(outcome.after.findings.is_empty());
    assert!(outcome.dropped.is_empty());
}

#[test]
fn a_file_that_a_judgement_read_is_mended_too() {
    let outcome = run(files(". lib.sh\n"), judge, &plainly(), |_, _| Place::Open);
    assert_eq!(outcome.files.len(), 1);
    assert_eq!(text_of(&outcome, "lib.sh"), "exec sleep\n");
    assert_eq!(
        &*outcome.files["lib.sh"].original,
        b"exec gosu redis sleep\n"
    );
}

#[test]
fn a_fix_that_brings_up_something_is_dropped_and_the_others_are_made() {
    // text, what becomes of it, dropped rules with the start of the reason
    type Case = (
        &'static str,
        &'static str,
        &'static [(&'static str, &'static str)],
    );
    let table: &[Case] = &[
        (
            "gosu redis su -c a\nb\n",
            "su -c a\nb\n",
            &[("su", "it would bring up sudo: sudo fails")],
        ),
        (
            "odd\ngosu redis a\n",
            "odd\na\n",
            &[("odd", "entrypoint.sh could not be parsed any more")],
        ),
        (
            "su -c a\nodd\ngosu redis a\nsu -c b\n",
            "su -c a\nodd\na\nsu -c b\n",
            &[("odd", ""), ("su", ""), ("su", "")],
        ),
        (
            "stubborn\ngosu redis a\n",
            "stubborn\na\n",
            &[(
                "stubborn",
                "“mend stubborn” leaves its finding where it was",
            )],
        ),
        (
            "outside\ngosu redis a\n",
            "outside\na\n",
            &[("outside", "its edits lie outside of the file")],
        ),
        (
            "twisted\ngosu redis a\n",
            "twisted\na\n",
            &[("twisted", "its edits are in each other's way")],
        ),
    ];
    for (text, expected, dropped) in table {
        let outcome = fix_with(text, &plainly());
        assert_eq!(text_of(&outcome, "entrypoint.sh"), *expected, "{text:?}");
        assert_eq!(outcome.stop, Stop::Done, "{text:?}");
        assert_eq!(
            outcome.dropped.len(),
            dropped.len(),
            "{:?}",
            outcome.dropped
        );
        for (got, (rule, why)) in outcome.dropped.iter().zip(*dropped) {
            assert_eq!(got.rule, *rule);
            assert!(got.why.starts_with(why), "{got:?}");
        }
    }
}

#[test]
fn a_fault_that_was_there_before_is_in_nobodys_way() {
    let outcome = fix_with("echo \"\ngosu redis a\n", &plainly());
    assert_eq!(text_of(&outcome, "entrypoint.sh"), "echo \"\na\n");
}

#[test]
fn fixes_that_go_round_in_circles_are_stopped() {
    let outcome = fix_with("left\n", &plainly());
    assert_eq!(outcome.stop, Stop::Circle);
    assert_eq!(text_of(&outcome, "entrypoint.sh"), "right\n");
    let outcome = fix_with(
        "left\n",
        &Options {
            pass_limit: 0,
            ..plainly()
        },
    );
    assert_eq!(outcome.stop, Stop::PassLimit);
    assert!(outcome.files.is_empty());
}

#[test]
fn unsafe_fixes_and_other_rules_wait_to_be_asked_for() {
    let text = "risky\ngosu redis a\n";
    let only = |rule: &str| Options {
        only: Some(BTreeSet::from([rule.to_owned()])),
        unsafe_too: true,
        ..plainly()
    };
    let table = [
        (plainly(), "risky\na\n"),
        (only("risky"), "calm\ngosu redis a\n"),
        (only("wrapper"), "risky\na\n"),
        (
            Options {
                unsafe_too: true,
                ..plainly()
            },
            "calm\na\n",
        ),
    ];
    for (options, expected) in table {
        let outcome = fix_with(text, &options);
        assert_eq!(text_of(&outcome, "entrypoint.sh"), expected, "{options:?}");
    }
}

#[test]
fn rules_come_to_their_turn_in_the_order_given() {
    let order = |rules: &[&str]| {
        let options = Options {
            order: rules.iter().map(|rule| (*rule).to_owned()).collect(),
            unsafe_too: true,
            ..plainly()
        };
        let outcome = fix_with("risky\ngosu redis a\nrisky\n", &options);
        let rules: Vec<String> = outcome.applied.into_iter().map(|fix| fix.rule).collect();
        rules.join(" ")
    };
    assert_eq!(order(&[]), "risky risky wrapper");
    assert_eq!(order(&["wrapper"]), "wrapper risky risky");
    assert_eq!(order(&["wrapper", "risky"]), "wrapper risky risky");
}

#[test]
fn a_replacement_takes_the_line_ends_of_its_file() {
    let outcome = fix_with("a\r\none two\r\n", &plainly());
    assert_eq!(text_of(&outcome, "entrypoint.sh"), "a\r\none\r\ntwo\r\n");
}

#[test]
fn comments_that_would_change_the_meaning_are_left_out() {
    // In this file a comment is an error.
    let strict = |files: &Files| {
        let mut judged = judge(files);
        let has_comment = files["entrypoint.sh"].contains(&b'#');
        if has_comment {
            judged.faults.push(Fault {
                path: "entrypoint.sh".to_owned(),
                message: "no comments here".to_owned(),
            });
        }
        judged
    };
    let outcome = run(
        files("gosu redis a\n. lib.sh\n"),
        strict,
        &Options::default(),
        |_, _| Place::Open,
    );
    assert_eq!(text_of(&outcome, "entrypoint.sh"), "a\n. lib.sh\n");
    assert!(!outcome.files["entrypoint.sh"].styled);
    assert!(outcome.files["lib.sh"].styled);
    assert!(text_of(&outcome, "lib.sh").starts_with("# diegolint: wrapper"));
    assert!(outcome.after.faults.is_empty());
}

#[test]
fn nothing_to_mend_is_nothing_changed() {
    let outcome = fix_with("exec \"$@\"\n", &Options::default());
    assert!(outcome.files.is_empty());
    assert_eq!(outcome.stop, Stop::Done);
}

#[test]
fn fixed_once_is_fixed_for_good() {
    let mut state = 0x1234_5678_9ABC_DEF1_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    let lines = [
        "exec gosu redis a",
        "install gosu",
        "su -c b",
        "  gosu redis gosu redis c",
        "odd",
        "stubborn",
        "risky gosu redis ",
        "one two",
        "",
        "# gosu redis",
        "plain",
    ];
    for round in 0..400 {
        let ending = ["\n", "\r\n"][below(2)];
        let chosen: Vec<&str> = (0..below(8)).map(|_| lines[below(lines.len())]).collect();
        let mut text = chosen.join(ending);
        if below(2) == 0 {
            text.push_str(ending);
        }
        let options = Options {
            style: [Style::Comment, Style::Plain][round % 2],
            unsafe_too: true,
            ..Options::default()
        };
        let first = fix_with(&text, &options);
        let Some(fixed) = first.files.get("entrypoint.sh") else {
            let untouched = !chosen.iter().any(|line| line.starts_with("exec gosu"));
            assert!(untouched, "{text:?}");
            continue;
        };
        assert!(fixed.styled);
        let fixed = String::from_utf8(fixed.text.to_vec()).unwrap();
        let again = fix_with(&fixed, &options);
        assert!(
            again.files.is_empty(),
            "{text:?} {fixed:?} {:?}",
            again.applied
        );
    }
}
