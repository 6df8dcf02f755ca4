use super::*;

fn change(original: &str, from: &str, to: &str, rule: &str) -> Change {
    let start = original.find(from).expect("the text to change is there");
    Change {
        start,
        end: start + from.len(),
        text: to.as_bytes().to_vec(),
        why: vec![Reason {
            rule: rule.to_owned(),
            reason: format!("{rule} fails"),
        }],
    }
}

fn insert(original: &str, before: &str, text: &str, rule: &str) -> Change {
    let mut change = change(original, before, text, rule);
    change.end = change.start;
    change
}

fn comment(original: &str, changes: &[Change]) -> String {
    comment_in(original, changes, |_| Place::Open)
}

fn comment_in(original: &str, changes: &[Change], place: impl Fn(usize) -> Place) -> String {
    String::from_utf8(render(original.as_bytes(), changes, Style::Comment, place)).unwrap()
}

fn plain(original: &str, changes: &[Change]) -> String {
    let out = render(original.as_bytes(), changes, Style::Plain, |_| Place::Open);
    String::from_utf8(out).unwrap()
}

#[test]
fn one_change_leaves_the_line_and_the_reason_above_it() {
    // original, from, to, expected
    let table = [
        (
            "set -e\nexec gosu redis \"$@\"\n",
            "gosu redis ",
            "",
            "set -e\n# diegolint: r: r fails\n# exec gosu redis \"$@\"\nexec \"$@\"\n",
        ),
        // A line taken out whole, by its words, and with the line end before it.
        (
            "a\n  b c\nd\n",
            "  b c\n",
            "",
            "a\n  # diegolint: r: r fails\n  # b c\nd\n",
        ),
        (
            "a\n  b c\nd\n",
            "b c",
            "",
            "a\n  # diegolint: r: r fails\n  # b c\nd\n",
        ),
        (
            "a\n  b c\nd\n",
            "\n  b c",
            "",
            "a\n  # diegolint: r: r fails\n  # b c\nd\n",
        ),
        // Blank lines beside it are not the fix's.
        (
            "a\n\nb\n\nc\n",
            "b\n",
            "",
            "a\n\n# diegolint: r: r fails\n# b\n\nc\n",
        ),
        (
            "a\n\nb\n\nc\n",
            "b",
            "",
            "a\n\n# diegolint: r: r fails\n# b\n\nc\n",
        ),
        (
            "a\n\nb\n\nc\n",
            "\nb",
            "",
            "a\n\n# diegolint: r: r fails\n# b\n\nc\n",
        ),
        // Blank lines within it stay blank, and blank lines that are put in are meant.
        (
            "a\n\nb\n",
            "a\n\nb",
            "c",
            "# diegolint: r: r fails\n# a\n#\n# b\nc\n",
        ),
        (
            "a\nb\n",
            "a",
            "c\n\nd",
            "# diegolint: r: r fails\n# a\nc\n\nd\nb\n",
        ),
        // Lines in a replacement that stay what they are.
        (
            "a\nb\nc\n",
            "a\nb\nc\n",
            "a\nB\nc\n",
            "a\n# diegolint: r: r fails\n# b\nB\nc\n",
        ),
        (
            "a\nb\nc\n",
            "a\n",
            "a\nx\n",
            "a\n# diegolint: r: r fails\nx\nb\nc\n",
        ),
        // Two lines joined.
        (
            "a \\\n b\nc\n",
            "\\\n ",
            "",
            "# diegolint: r: r fails\n# a \\\n # b\na b\nc\n",
        ),
        (
            "a \\\n b\nc\n",
            " \\\n",
            "",
            "# diegolint: r: r fails\n# a \\\n # b\na b\nc\n",
        ),
        // No line end at the end of the file.
        ("a\nb", "b", "c", "a\n# diegolint: r: r fails\n# b\nc"),
        ("a\nb", "b", "", "a\n# diegolint: r: r fails\n# b"),
        ("a\nb", "\nb", "", "a\n# diegolint: r: r fails\n# b"),
        ("a\nb", "b", "b\nc", "a\nb\n# diegolint: r: r fails\nc"),
        ("a\nb", "b", "b\n", "a\n# diegolint: r: r fails\n# b\nb\n"),
        // Line ends of the other kind.
        (
            "a\r\nb\r\nc\r\n",
            "b",
            "x",
            "a\r\n# diegolint: r: r fails\r\n# b\r\nx\r\nc\r\n",
        ),
        (
            "a\r\n\tb",
            "b",
            "",
            "a\r\n\t# diegolint: r: r fails\r\n\t# b",
        ),
        // A byte order mark stays the first thing, whether an edit covers it or not.
        (
            "\u{FEFF}FROM a\n",
            "a",
            "b",
            "\u{FEFF}# diegolint: r: r fails\n# FROM a\nFROM b\n",
        ),
        (
            "\u{FEFF}FROM a\n",
            "\u{FEFF}FROM a",
            "FROM b",
            "\u{FEFF}# diegolint: r: r fails\n# FROM a\nFROM b\n",
        ),
        // So does the line that names the interpreter.
        (
            "#!/bin/sh\nb\n",
            "sh",
            "bash",
            "#!/bin/bash\n# diegolint: r: r fails\n# #!/bin/sh\nb\n",
        ),
        // Words that are no ASCII.
        (
            "é ü\nß\n",
            "ü",
            "ö",
            "# diegolint: r: r fails\n# é ü\né ö\nß\n",
        ),
    ];
    for (original, from, to, expected) in table {
        let out = comment(original, &[change(original, from, to, "r")]);
        assert_eq!(out, expected, "{original:?}: {from:?} -> {to:?}");
    }
}

#[test]
fn lines_that_are_put_in_get_the_reason_alone() {
    let table = [
        (
            "a\n  b\n",
            "  b",
            "  x\n  y\n",
            "a\n  # diegolint: r: r fails\n  x\n  y\n  b\n",
        ),
        (
            "a\n  b\n",
            "\n  b",
            "\n  x",
            "a\n  # diegolint: r: r fails\n  x\n  b\n",
        ),
        // Within a line it is a change of the line.
        (
            "a\n  b\n",
            "b",
            "x ",
            "a\n  # diegolint: r: r fails\n  # b\n  x b\n",
        ),
        ("a\nb", "b", "x\n", "a\n# diegolint: r: r fails\nx\nb"),
    ];
    for (original, before, text, expected) in table {
        let out = comment(original, &[insert(original, before, text, "r")]);
        assert_eq!(out, expected, "{original:?}: {text:?} before {before:?}");
    }
    for (original, expected) in [
        ("a\n", "a\n# diegolint: r: r fails\nx\n"),
        ("", "# diegolint: r: r fails\nx\n"),
    ] {
        let mut end = insert(original, "", "x\n", "r");
        (end.start, end.end) = (original.len(), original.len());
        assert_eq!(comment(original, &[end]), expected);
    }
}

#[test]
fn neighbours_share_a_block_if_they_share_their_reason() {
    let original = "FROM redis\nRUN one\nRUN two\nUSER redis\nCMD three\n";
    let out = comment(
        original,
        &[
            change(original, "one", "1", "a"),
            change(original, "two", "2", "a"),
            change(original, "USER redis\n", "", "b"),
        ],
    );
    assert_eq!(
        out,
        "FROM redis\n# diegolint: a: a fails\n# RUN one\n# RUN two\nRUN 1\nRUN 2\n\
         # diegolint: b: b fails\n# USER redis\nCMD three\n"
    );
}

#[test]
fn lines_put_in_beside_a_change_are_told_apart_from_it() {
    let original = "a\nb\nc\n";
    let out = comment(
        original,
        &[
            insert(original, "b\n", "x\n", "put"),
            change(original, "b", "B", "change"),
            insert(original, "c\n", "y\n", "put"),
        ],
    );
    assert_eq!(
        out,
        "a\n# diegolint: put: put fails\nx\n# diegolint: change: change fails\n# b\nB\n\
         # diegolint: put: put fails\ny\nc\n"
    );
}

#[test]
fn a_line_inside_of_an_instruction_is_commented_where_it_stands() {
    let original = "RUN set -e \\\n    && chown redis /data \\\n    && echo done\n";
    let out = comment(
        original,
        &[change(original, "    && chown redis /data \\\n", "", "r")],
    );
    assert_eq!(
        out,
        "RUN set -e \\\n    # diegolint: r: r fails\n    # && chown redis /data \\\n    && echo done\n"
    );
}

#[test]
fn where_a_comment_would_be_part_of_a_statement_it_goes_above_the_statement() {
    let original = "a\nfind . \\\n  ! -user redis \\\n  -exec chown redis {} +\nb\n";
    let place = |line| {
        if (1..4).contains(&line) {
            Place::Within(1)
        } else {
            Place::Open
        }
    };
    let out = comment_in(
        original,
        &[change(original, "chown redis", "true", "r")],
        place,
    );
    assert_eq!(
        out,
        "a\n# diegolint: r: r fails\n# find . \\\n  # ! -user redis \\\n  # -exec chown redis {} +\n\
         find . \\\n  ! -user redis \\\n  -exec true {} +\nb\n"
    );
    // Two changes of one statement are one block, with what stands between them.
    let out = comment_in(
        original,
        &[
            insert(original, "  ! -user", "  -type f \\\n", "put"),
            change(original, "chown redis", "true", "r"),
        ],
        place,
    );
    assert_eq!(
        out,
        "a\n# diegolint: put: put fails\n# diegolint: r: r fails\n\
         # find . \\\n  # ! -user redis \\\n  # -exec chown redis {} +\n\
         find . \\\n  -type f \\\n  ! -user redis \\\n  -exec true {} +\nb\n"
    );
}

#[test]
fn a_statement_in_a_statement_leads_up_to_the_outer_one() {
    let original = "0\n1\n2\n3\n";
    let out = comment_in(
        original,
        &[change(original, "3", "x", "r")],
        |line| match line {
            3 => Place::Within(2),
            2 => Place::Within(1),
            _ => Place::Open,
        },
    );
    assert_eq!(out, "0\n# diegolint: r: r fails\n# 1\n# 2\n# 3\n1\n2\nx\n");
}

#[test]
fn a_file_without_comments_gets_none() {
    let original = "{\n  \"a\": 1,\n  \"b\": 2\n}";
    let out = comment_in(
        original,
        &[
            change(original, "1", "3", "r"),
            change(original, "2\n}", "2\n}\n", "r"),
        ],
        |_| Place::Closed,
    );
    assert_eq!(out, "{\n  \"a\": 3,\n  \"b\": 2\n}\n");
}

#[test]
fn plain_style_keeps_nothing_and_drops_lines_that_became_blank() {
    let table = [
        ("a\n  b c\nd\n", "b c", "", "a\nd\n"),
        ("a\n\nb\n\nc\n", "b\n", "", "a\n\n\nc\n"),
        ("a\n  b c\nd\n", "b ", "", "a\n  c\nd\n"),
        ("a\nb", "\nb", "", "a"),
        ("a\nb\n", "b", "b\n\n", "a\nb\n\n\n"),
        ("\u{FEFF}a\n", "a", "b", "\u{FEFF}b\n"),
    ];
    for (original, from, to, expected) in table {
        let out = plain(original, &[change(original, from, to, "r")]);
        assert_eq!(out, expected, "{original:?}: {from:?} -> {to:?}");
    }
}

#[test]
fn a_reason_cannot_break_out_of_its_line() {
    let mut broken = change("a\n", "a", "b", "r");
    broken.why[0].reason = "one\ntwo\r\nthree".to_owned();
    let out = comment("a\n", &[broken]);
    assert_eq!(out, "# diegolint: r: one two  three\n# a\nb\n");
}

/// Takes the annotations out again: what is left must be the plain text.
#[test]
fn annotations_only_add_lines() {
    let mut state = 0x2545_F491_4F6C_DD1D_u64;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit as u64) as usize
    };
    let words = ["a", "bb", " ", "\n", "\n", "ccc", "\\\n"];
    for _ in 0..5_000 {
        let original: String = (0..below(20)).map(|_| words[below(7)]).collect();
        let mut changes: Vec<Change> = Vec::new();
        let mut at = 0;
        loop {
            let start = at + below(6);
            let end = start + below(5);
            if end > original.len() {
                break;
            }
            changes.push(Change {
                start,
                end,
                text: ["", "x", "y\n", "\nz"][below(4)].as_bytes().to_vec(),
                why: vec![Reason {
                    rule: "r".to_owned(),
                    reason: String::new(),
                }],
            });
            at = end + 1;
        }
        let anchor = below(4);
        let text = comment_in(&original, &changes, |line| {
            if line > anchor && line < anchor + 3 {
                Place::Within(anchor)
            } else {
                Place::Open
            }
        });
        let left: String = text
            .split_inclusive('\n')
            .filter(|line| !line.trim_start().starts_with('#'))
            .collect();
        let expected = plain(&original, &changes);
        // A last line may have got its line end, or lost it, beside a comment.
        assert_eq!(
            left.strip_suffix('\n').unwrap_or(&left),
            expected.strip_suffix('\n').unwrap_or(&expected),
            "{original:?} {changes:?} {text:?}"
        );
    }
}

#[test]
fn a_statement_of_very_many_changed_lines_is_one_block() {
    let original = "x \\\ny \\\n".repeat(20_000);
    let changes: Vec<Change> = (0..20_000)
        .map(|i| Change {
            start: i * 8,
            end: i * 8 + 1,
            text: b"z".to_vec(),
            why: Vec::new(),
        })
        .collect();
    let out = comment_in(&original, &changes, |_| Place::Within(0));
    let commented = out
        .lines()
        .take_while(|line| line.starts_with("# "))
        .count();
    assert_eq!(commented, 39_999);
    assert!(out.ends_with("z \\\ny \\\n"));
}

#[test]
fn comments_have_the_line_ends_that_the_text_comes_to_have() {
    let original = "#!/bin/sh\r\na\r\nb\r\nc\r\n";
    let returns = original.match_indices('\r').map(|(at, _)| Change {
        start: at,
        end: at + 1,
        text: Vec::new(),
        why: change(original, "#", "", "ends").why,
    });
    let mut changes: Vec<Change> = returns.collect();
    // The line of b goes as a whole, its carriage return with it.
    changes[2] = change(original, "b\r\n", "", "r");
    let after = comment(original, &changes);
    assert!(after.contains("# b\n"), "{after:?}");
    assert!(!after.contains('\r'), "{after:?}");
}

#[test]
fn of_a_comment_nobody_needs_a_copy() {
    let original = "#!/bin/sh\n# ignore a\nb\n# c\n";
    let out = comment(original, &[change(original, "ignore a", "ignore b", "r")]);
    assert_eq!(out, "#!/bin/sh\n# ignore b\nb\n# c\n");
    let out = comment(original, &[change(original, "# ignore a\n", "", "r")]);
    assert_eq!(out, "#!/bin/sh\nb\n# c\n");
    // The line that names the interpreter is none.
    let out = comment(original, &[change(original, "/bin/sh", "/bin/ash", "r")]);
    assert!(
        out.contains("# #!/bin/sh") || out.contains("r fails"),
        "{out}"
    );
}
