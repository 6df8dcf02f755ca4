//! Commands that stay for root.

use super::*;

#[track_caller]
fn guarded(text: &str, name: &str, instead: Option<&str>, after: &str) {
    let (script, continuation) = read(text);
    let commands = named(text, &script, name);
    let shell = shell_text(text, &script, continuation);
    let edits = guard_command(&shell, &commands[0], instead).expect("a guard");
    let found = apply(text, &edits);
    assert_eq!(found, after);
    assert_parses(&found);
}

#[test]
fn lines_get_an_if() {
    guarded(
        "a\n\tchown -R x . || true # all\nb\n",
        "chown",
        None,
        "a\n\tif [ \"$(id -u)\" = 0 ]; then\n\t\tchown -R x . || true # all\n\tfi\nb\n",
    );
    guarded(
        "if a; then\n  chown x\nfi\n",
        "chown",
        None,
        "if a; then\n  if [ \"$(id -u)\" = 0 ]; then\n    chown x\n  fi\nfi\n",
    );
    guarded(
        "a\r\nexec gosu x \"$@\"\r\n",
        "exec",
        Some("exec \"$@\""),
        "a\r\nif [ \"$(id -u)\" = 0 ]; then\r\n\texec gosu x \"$@\"\r\nfi\r\nexec \"$@\"\r\n",
    );
    guarded(
        "a\nexec gosu x \"$@\"",
        "exec",
        Some("exec \"$@\""),
        "a\nif [ \"$(id -u)\" = 0 ]; then\n\texec gosu x \"$@\"\nfi\nexec \"$@\"",
    );
    guarded(
        "f() {\n    gosu x make\n}\n",
        "gosu",
        Some("make"),
        "f() {\n    if [ \"$(id -u)\" = 0 ]; then\n        gosu x make\n    else\n        make\n    fi\n}\n",
    );
    guarded(
        "chpasswd <<EOF\nx\nEOF\nb\n",
        "chpasswd",
        None,
        "if [ \"$(id -u)\" = 0 ]; then\n\tchpasswd <<EOF\nx\nEOF\nfi\nb\n",
    );
    guarded(
        "echo x | chpasswd\n",
        "chpasswd",
        None,
        "if [ \"$(id -u)\" = 0 ]; then\n\techo x | chpasswd\nfi\n",
    );
}

#[test]
fn shared_lines_get_a_group() {
    guarded(
        "a && chown x && b\n",
        "chown",
        None,
        "a && { [ \"$(id -u)\" != 0 ] || chown x; } && b\n",
    );
    guarded(
        "[ a ] && exec gosu x \"$@\"\nb\n",
        "exec",
        Some("exec \"$@\""),
        "[ a ] && if [ \"$(id -u)\" = 0 ]; then exec gosu x \"$@\"; else exec \"$@\"; fi\nb\n",
    );
    guarded(
        "RUN a; \\\n\tchown x; \\\n\tb\n",
        "chown",
        None,
        "RUN a; \\\n\t{ [ \"$(id -u)\" != 0 ] || chown x; }; \\\n\tb\n",
    );
    guarded(
        "a \\\n\t&& chown x\n",
        "chown",
        None,
        "a \\\n\t&& { [ \"$(id -u)\" != 0 ] || chown x; }\n",
    );
    guarded(
        "if [ \"$1\" = x ]; then chown x; fi\n",
        "chown",
        None,
        "if [ \"$1\" = x ]; then { [ \"$(id -u)\" != 0 ] || chown x; }; fi\n",
    );
}

#[test]
fn a_substitution_is_left_alone() {
    let text = "a=$(chown x)\n";
    let (script, _) = read(text);
    let commands = named(text, &script, "chown");
    let shell = shell_text(text, &script, None);
    assert_eq!(guard_command(&shell, &commands[0], None), None);
}

#[test]
fn both_read_the_same_here_document() {
    guarded(
        "{\n\tgosu x psql -1 <<-EOF\n\t\ty\n\tEOF\n}\n",
        "gosu",
        Some("psql -1"),
        "{\n\tif [ \"$(id -u)\" = 0 ]; then\n\t\tgosu x psql -1\n\telse\n\t\tpsql -1\n\tfi <<-EOF\n\t\ty\n\tEOF\n}\n",
    );
    guarded(
        "gosu x psql <<A >log || b\ny\nA\n",
        "gosu",
        Some("psql >log"),
        "if [ \"$(id -u)\" = 0 ]; then gosu x psql >log; else psql >log; fi <<A || b\ny\nA\n",
    );
}

#[test]
fn what_runs_instead_keeps_its_place_in_a_pipeline_and_a_list() {
    guarded(
        "echo x | gosu y cat\n",
        "gosu",
        Some("cat"),
        "echo x | if [ \"$(id -u)\" = 0 ]; then gosu y cat; else cat; fi\n",
    );
    guarded(
        "gosu y make || true\n",
        "gosu",
        Some("make"),
        "if [ \"$(id -u)\" = 0 ]; then gosu y make; else make; fi || true\n",
    );
}
