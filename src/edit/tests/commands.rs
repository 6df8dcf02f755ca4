//! Which parts go with a command.

use super::*;

#[test]
fn a_command_goes_with_what_is_there_for_its_sake() {
    check(&[
        ("a && chown x && b\n", "a && b\n"),
        ("chown x && b && c\n", "b && c\n"),
        ("a && b && chown x\n", "a && b\n"),
        ("chown x || true\nb\n", "b\n"),
        ("chown x || { echo no; exit 1; }\nb\n", "b\n"),
        ("a; chown x || true; b\n", "a; b\n"),
        ("a || chown x\n", "a\n"),
        ("a || chown x && b\n", "a && b\n"),
        ("chown x || b && c\n", "c\n"),
        // The alternative is also that of what stays.
        ("a && chown x || exit 1\n", "a || exit 1\n"),
        ("set -e\n! chown x\nb\n", "set -e\nb\n"),
        ("a & chown x & b\n", "a & b\n"),
        ("a & chown x\nb\n", "a &\nb\n"),
        ("a\nchown x &\nb\n", "a\nb\n"),
        ("a; chown x & b\n", "a; b\n"),
        ("{ a; chown x & }\n", "{ a; }\n"),
    ]);
}

#[test]
fn a_test_goes_when_it_decides_on_nothing_any_more() {
    check(&[
        ("[ -d /data ] && chown x\nb\n", "b\n"),
        (
            "test -d /data && [[ $a ]] && chown x /data || true\nb\n",
            "b\n",
        ),
        ("a && [ -d /data ] && chown x\n", "a\n"),
        ("[ -d /data ] || chown x\nb\n", "b\n"),
        ("a; ! grep -q x /etc/passwd && chown x; b\n", "a; b\n"),
        // This one says something of its own.
        ("[ -d x ] && chown x || echo no\n", "[ -d x ] || echo no\n"),
        ("mkdir x && chown x || true\n", "mkdir x || true\n"),
    ]);
}

#[test]
fn compound_commands() {
    check(&[
        ("if [ \"$(id -u)\" = 0 ]; then chown x; fi\nb\n", "b\n"),
        ("if a; then chown x; fi\n", "if a; then :; fi\n"),
        ("if a; then chown x; chown y; fi\n", "if a; then :; fi\n"),
        ("if [ a ]; then chown x; b; fi\n", "if [ a ]; then b; fi\n"),
        ("if [ a ]; then b; chown x; fi\n", "if [ a ]; then b; fi\n"),
        (
            "if [ a ]; then b; else chown x; fi\n",
            "if [ a ]; then b; fi\n",
        ),
        (
            "if [ a ]; then chown x; else b; fi\n",
            "if [ a ]; then :; else b; fi\n",
        ),
        ("if [ a ]; then chown x; else chown y; fi\nb\n", "b\n"),
        (
            "if [ a ]; then b; elif [ c ]; then chown x; else chown y; fi\n",
            "if [ a ]; then b; elif [ c ]; then :; fi\n",
        ),
        (
            "if [ a ]; then\n\tif (( b )); then\n\t\tchown x\n\tfi\nfi\nc\n",
            "c\n",
        ),
        ("for f in a *.d $x; do chown x $f; done\nb\n", "b\n"),
        (
            "for f in $(make); do chown x $f; done\n",
            "for f in $(make); do :; done\n",
        ),
        ("for f in $(ls | sort); do chown x $f; done\nb\n", "b\n"),
        ("while [ a ]; do chown x; done\nb\n", "b\n"),
        ("while a; do chown x; done\n", "while a; do :; done\n"),
        (
            "find . | while read -r f; do chown x \"$f\"; done\nb\n",
            "b\n",
        ),
        ("( cd /data && chown x . )\nb\n", "b\n"),
        (
            "( cd /data && make && chown x . )\n",
            "( cd /data && make )\n",
        ),
        ("{ chown x; } && b\n", "b\n"),
        ("{ chown x; b; }\n", "{ b; }\n"),
        ("{ b; chown x; }\n", "{ b; }\n"),
        ("(b; chown x)\n", "(b)\n"),
        ("f() { chown x; }\nf\n", "f() { :; }\nf\n"),
        ("f() {\n\tchown x\n\tchown y\n}\nf\n", "f() {\n\t:\n}\nf\n"),
        (
            "f() { if [ a ]; then chown x; fi; }\nf\n",
            "f() { :; }\nf\n",
        ),
        ("f() if [ a ]; then chown x; fi\nf\n", "f() { :; }\nf\n"),
        (
            "case $1 in a) chown x ;; b) c; chown y;; *) chown z; d; esac\n",
            "case $1 in a) : ;; b) c;; *) d; esac\n",
        ),
        ("case $1 in a) chown x ;; *) ;; esac\nb\n", "b\n"),
        (
            "case $1 in\n\ta)\n\t\tb\n\t\tchown x ;;\n\tc)\n\t\tchown x\n\t\t;;\nesac\n",
            "case $1 in\n\ta)\n\t\tb\n\t\t;;\n\tc)\n\t\t:\n\t\t;;\nesac\n",
        ),
    ]);
}

#[test]
fn pipelines() {
    check(&[
        (
            "find . ! -user x -print0 | xargs -0 chown x\nchown a\nb\n",
            "find . ! -user x -print0 | xargs -0 chown x\nb\n",
        ),
        ("echo x | chown x\nb\n", "b\n"),
        ("a && printf x | cat | chown x && b\n", "a && b\n"),
    ]);
    let xargs = without("find . -print0 | xargs -0 chown x; b\n", "xargs");
    assert_eq!(xargs.as_deref(), Some("b\n"));
}

#[test]
fn what_cannot_go_safely_stays() {
    for text in [
        "a=$(chown x)\n",
        "echo `chown x`\n",
        "if chown x; then b; fi\n",
        "while ! chown x; do b; done\n",
        "make | chown x\n",
        "find . -delete | chown x\n",
        "echo a > file | chown x\n",
        "chown x | tee log\n",
        "! chown x && exit 1\n",
        "cat <<EOF\n$(chown x)\nEOF\n",
    ] {
        assert_eq!(without(text, "chown"), None, "{text:?}");
    }
}

#[test]
fn a_text_that_is_not_as_its_tree_says_stays() {
    let (script, _) = read("a; chown x; b\n");
    let commands = named("a; chown x; b\n", &script, "chown");
    let other = shell_text("a| chown x| b\n", &script, None);
    assert_eq!(drop_commands(&other, &commands), None);
}

#[test]
fn nothing_is_left() {
    for text in [
        "chown x\n",
        "chown x; chown y && chown z || true\n",
        "RUN chown x\n",
        "RUN set -eux; \\\n\tchown x; \\\n\tchown y\n",
        "RUN cd /data && chown x . && chown y .\n",
    ] {
        assert_eq!(
            without(text, "chown").as_deref(),
            Some("nothing"),
            "{text:?}"
        );
    }
    // In a script the directory matters to what starts it with `.`, and to nothing here; it stays.
    check(&[("cd /data\nchown x .\n", "cd /data\n")]);
}

#[test]
fn commands_of_another_text_do_not_go() {
    let (script, _) = read("a\nchown x\n");
    let (other, _) = read("if b; then some; thing; else chown x; fi\n");
    let commands = named(
        "if b; then some; thing; else chown x; fi\n",
        &other,
        "chown",
    );
    let text = shell_text("a\nchown x\n", &script, None);
    assert_eq!(drop_commands(&text, &commands), None);
    assert_eq!(drop_commands(&text, &[]), Some(Dropped::Edits(Vec::new())));
}

#[test]
fn a_command_may_fail() {
    for (before, after) in [
        ("ulimit -n 9\n", Some("ulimit -n 9 || true\n")),
        (
            "echo -9 >/proc/self/oom_adj ulimit # all\n",
            Some("echo -9 >/proc/self/oom_adj ulimit || true # all\n"),
        ),
        (
            "f() { if a; then ulimit -n 9; fi; }\n",
            Some("f() { if a; then ulimit -n 9 || true; fi; }\n"),
        ),
        (
            "ulimit -n 9 && exec x\n",
            Some("{ ulimit -n 9 || true; } && exec x\n"),
        ),
        ("a && ulimit -n 9\n", Some("a && ulimit -n 9 || true\n")),
        ("a || ulimit -n 9\n", None),
        ("ulimit -n 9 | a\n", None),
        ("! ulimit -n 9\n", None),
        ("x=$(ulimit -n 9)\n", None),
    ] {
        let (script, continuation) = read(before);
        let name = if before.starts_with("echo") {
            "echo"
        } else {
            "ulimit"
        };
        let commands = named(before, &script, name);
        let command = commands.first().expect("a command");
        let edits = let_fail(&shell_text(before, &script, continuation), command);
        let found = edits.map(|edits| apply(before, &edits));
        assert_eq!(found.as_deref(), after, "from {before:?}");
    }
}
