use super::*;
use crate::syntax::dockerfile::parse;

/// What the comments of a file are about: for each the number of its line, and those that it covers,
/// all from 1.
fn covers(files: &[(&str, &str)], name: &str, purpose: Purpose) -> Vec<String> {
    let dir = tempfile::tempdir().expect("a folder");
    for (name, text) in files {
        std::fs::write(dir.path().join(name), text).expect("a file");
    }
    let context = Context::open(dir.path(), &dir.path().join("Dockerfile")).expect("a context");
    let id = context.read(name).expect("a file");
    let source = context.source(id);
    let tree = parse(context.source(context.dockerfile()).text());
    let scripts = Scripts::new(&context);
    let layout = Layout::of(&context, id, &tree, &scripts, purpose);
    let comments = layout.comments.iter().map(|comment| {
        let line = source.line_index(comment.span.start as usize) + 1;
        let lines = layout.covered(&source, comment);
        match lines.is_empty() {
            true => format!("{line}: none"),
            false => format!("{line}: {}-{}", lines.start + 1, lines.end),
        }
    });
    comments.collect()
}

fn in_script(text: &str) -> Vec<String> {
    covers(
        &[("Dockerfile", "FROM a\n"), ("run.sh", text)],
        "run.sh",
        Purpose::Read,
    )
}

fn in_dockerfile(text: &str) -> Vec<String> {
    covers(&[("Dockerfile", text)], "Dockerfile", Purpose::Read)
}

/// The lines, from 1, above which comments about each line of a script stand.
fn anchors(text: &str) -> Vec<usize> {
    let dir = tempfile::tempdir().expect("a folder");
    std::fs::write(dir.path().join("Dockerfile"), "FROM a\n").expect("a file");
    std::fs::write(dir.path().join("run.sh"), text).expect("a file");
    let context = Context::open(dir.path(), &dir.path().join("Dockerfile")).expect("a context");
    let id = context.read("run.sh").expect("a file");
    let scripts = Scripts::new(&context);
    let tree = Dockerfile::default();
    let layout = Layout::of(&context, id, &tree, &scripts, Purpose::Write);
    let lines = text.lines().enumerate();
    lines.map(|(line, _)| layout.anchor(line) + 1).collect()
}

#[test]
fn above_an_instruction_a_comment_is_about_all_of_it() {
    let text = "# one\nFROM a\n# two\n# hadolint ignore=DL3001\n\nRUN a && \\\n  b\n# three\n";
    assert_eq!(
        in_dockerfile(text),
        ["1: 2-2", "3: 6-7", "4: 6-7", "8: none"]
    );
}

#[test]
fn within_an_instruction_it_is_about_the_next_line() {
    let text = "FROM a\nRUN a && \\\n  # one\n  # two\n\n  b && \\\n  c\nRUN d\n";
    assert_eq!(in_dockerfile(text), ["3: 6-6", "4: 6-6"]);
    assert_eq!(
        in_dockerfile(&text.replace('\n', "\r\n")),
        ["3: 6-6", "4: 6-6"]
    );
}

#[test]
fn behind_words_there_are_comments_only_where_a_shell_reads_them() {
    let text = "FROM a # no\nEXPOSE 80 # no\nRUN a # diegolint: x\nRUN b \\\n c # diegolint: y";
    assert_eq!(in_dockerfile(text), ["3: 3-3", "5: 5-5"]);
    assert!(in_dockerfile("FROM a\nRUN echo '# diegolint: x'\n").is_empty());
    assert!(in_dockerfile("FROM a\nCMD [\"a\", \"# diegolint: x\"]\n").is_empty());
}

#[test]
fn a_here_document_is_a_script_where_docker_runs_it() {
    let script = "FROM a\nRUN <<EOF\na\n# diegolint: x\nb \\\n  c\nd # diegolint: y\nEOF\n";
    assert_eq!(in_dockerfile(script), ["4: 5-6", "7: 7-7"]);
    let data = "FROM a\nRUN cat > /f <<EOF\n# diegolint: x\nb\nEOF\nRUN a # diegolint: y\n";
    assert_eq!(in_dockerfile(data), ["6: 6-6"]);
    let above = "FROM a\n# x\nRUN cat > /f <<EOF\nb\nEOF\nRUN c\n";
    assert_eq!(in_dockerfile(above), ["2: 3-5"]);
    let python = "FROM a\nRUN <<EOF\n#!/usr/bin/env python3\n# diegolint: x\nEOF\n";
    assert!(in_dockerfile(python).is_empty());
    let file = "FROM a\nCOPY <<EOF /run\n#!/bin/sh\n# diegolint: x\nexec b\nEOF\n";
    assert_eq!(in_dockerfile(file), ["3: 5-5", "4: 5-5"]);
}

#[test]
fn in_a_script_a_comment_is_about_the_block_behind_it() {
    let text = "#!/bin/sh\n# one\n\na |\n  b\nif c; then # two\n  # three\n  d \\\n    e\nfi\n";
    assert_eq!(in_script(text), ["1: 4-4", "2: 4-4", "6: 6-6", "7: 8-9"]);
    assert_eq!(in_script("#!/bin/sh\na\n# last"), ["1: 2-2", "3: none"]);
}

#[test]
fn what_is_no_comment_covers_nothing() {
    let text = "#!/bin/sh\na '\n# in a string\n'\ncat <<EOF\n# in a document\nEOF\necho \"# x\"\n";
    assert_eq!(in_script(text), ["1: 2-4"]);
}

#[test]
fn no_block_begins_within_a_piece() {
    for (text, expected) in [
        // Words over several lines, and joined lines.
        ("a 'b\nc'\nd", vec![1, 1, 3]),
        ("a \\\n  b \\\n  c\nd", vec![1, 1, 1, 4]),
        ("x=$(\n  a\n)\nb", vec![1, 1, 1, 4]),
        ("x=(\n  a\n)\nb", vec![1, 1, 1, 4]),
        // What goes on by itself can have a comment in between.
        ("a &&\n  b ||\n  c", vec![1, 2, 3]),
        ("a |\n  b", vec![1, 2]),
        // Conditions.
        ("[[ a &&\n  b ]] &&\n  c", vec![1, 1, 3]),
        ("(( 1 +\n  2 ))\nc", vec![1, 1, 3]),
        (
            "for ((i = 0;\n  i < 3;\n  i++)); do\n  a\ndone",
            vec![1, 1, 1, 4, 5],
        ),
        ("for x in a \\\n  b; do\n  c\ndone", vec![1, 1, 3, 4]),
        (
            "case \"a\nb\" in\n  a | \\\n  b) c ;;\nesac",
            vec![1, 1, 3, 3, 5],
        ),
        // Here-documents.
        ("cat <<EOF\na\nEOF\nb", vec![1, 1, 1, 4]),
        ("cat <<EOF\nEOF\nb", vec![1, 1, 3]),
        ("cat <<-EOF |\n\ta\n\tEOF\n  b\nc", vec![1, 1, 1, 4, 5]),
        (
            "while a; do\n  b\ndone <<EOF\nc\nEOF\nd",
            vec![1, 2, 3, 3, 3, 6],
        ),
        ("cat <<A <<B\na\nA\nb\nB\nc", vec![1, 1, 1, 1, 1, 6]),
        // A comment escapes nothing.
        ("a # b \\\nc", vec![1, 2]),
    ] {
        assert_eq!(anchors(text), expected, "{text}");
        assert_eq!(
            anchors(&text.replace('\n', "\r\n")),
            expected,
            "{text}, CRLF"
        );
    }
}

#[test]
fn other_files_are_read_line_by_line() {
    let files = [
        ("Dockerfile", "FROM a\n"),
        (
            "x.conf",
            "; one\na = b\n\n# two\n# three\nc = d \\\n  e\nf\n",
        ),
        ("x.js", "// one\nclass A {\n  #field = 1;\n}\n"),
    ];
    assert_eq!(
        covers(&files, "x.conf", Purpose::Read),
        ["1: 2-2", "4: 6-7", "5: 6-7"]
    );
    assert_eq!(covers(&files, "x.js", Purpose::Read), ["1: 2-2"]);
}
