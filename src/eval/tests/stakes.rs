//! Whether the start ends where a command fails.

use super::System;

/// The programs of which the start ends if they fail.
fn ending(script: &str) -> Vec<String> {
    let mut system = System::new(script)
        .with(
            "/usr/local/bin/careful.sh",
            "#!/bin/sh\nset -e\nchown q /q\ng",
        )
        .with("/usr/local/bin/careless.sh", "#!/bin/sh\nchown q /q\ng");
    let trace = system.start("/entry.sh");
    let steps = trace.steps().iter().skip(1);
    steps
        .filter(|step| step.ends_start)
        .filter_map(|step| step.program())
        .collect()
}

#[test]
fn set_e_ends_the_start_where_nothing_catches_a_failure() {
    for (script, expected) in [
        ("chown a /a; b", &[][..]),
        ("set -e; chown a /a; b", &["chown", "b"]),
        ("set -e; chown a /a || true; b", &["b"]),
        ("set -e; chown a /a || :; b", &["b"]),
        ("set -e; chown a /a && b; c", &["b", "c"]),
        ("set -e; a && chown b /b; c", &["chown", "c"]),
        ("set -e; if chown a /a; then b; fi", &["b"]),
        (
            "set -e; while chown a /a; do b; break; done; c",
            &["b", "c"],
        ),
        ("set -e; ! chown a /a; b", &["b"]),
        ("set -e; (chown a /a; b)", &["chown", "b"]),
        ("set -e; (chown a /a; b) || true", &[]),
        ("set -e; { chown a /a; } || true; b", &["b"]),
        ("set -e; f() { chown a /a; b; }; f", &["chown", "b"]),
        ("set -e; f() { chown a /a; b; }; f || true", &[]),
        ("set -e; f() { chown a /a; b; }; if f; then c; fi", &["c"]),
        ("set -e; chown a /a & b", &["b"]),
        ("set -e; chown a /a | b", &["b"]),
        ("set -eo pipefail; chown a /a | b", &["chown", "b"]),
        ("set -e; set +e; chown a /a; set -e; b", &["b"]),
        ("set -e; x=\"$(chown a /a; b)\"; c", &["c"]),
        ("set -e; trap 'c' EXIT; chown a /a", &["chown"]),
    ] {
        assert_eq!(ending(script), expected, "{script}");
    }
}

#[test]
fn so_do_exit_behind_a_failure_and_programs_that_take_the_place_of_the_shell() {
    for (script, expected) in [
        ("chown a /a || exit 1; b", &["chown"][..]),
        ("chown a /a || exit 0; b", &[]),
        ("chown a /a || { c; exit 1; }; b", &["chown"]),
        ("chown a /a || { c; }; b", &[]),
        ("die() { c; exit 1; }\nchown a /a || die no\nb", &["chown"]),
        ("f() { chown a /a || return 1; b; }; f; c", &[]),
        (
            "set -e; f() { chown a /a || return 1; b; }; f; c",
            &["chown", "b", "c"],
        ),
        ("set -e; f() { chown a /a || return 1; }; f || c", &[]),
        ("exec a", &["a"]),
        ("a; exec gosu redis b", &["gosu", "b"]),
        ("exec a || b", &["a"]),
        ("(exec a); b", &[]),
    ] {
        assert_eq!(ending(script), expected, "{script}");
    }
}

#[test]
fn what_a_program_runs_in_its_turn_ends_what_its_own_failure_ends() {
    for (script, expected) in [
        ("set -e; env A=b chown a /a", &["env", "chown"][..]),
        ("env A=b chown a /a; b", &[]),
        ("set -e; careful.sh; b", &["careful.sh", "chown", "g", "b"]),
        ("careful.sh; b", &[]),
        ("set -e; careful.sh || true; b", &["b"]),
        ("set -e; careless.sh; b", &["careless.sh", "b"]),
        ("exec careful.sh", &["careful.sh", "chown", "g"]),
        (
            "set -e; find /a -exec chown a {} +; b",
            &["find", "chown", "b"],
        ),
        ("set -e; find /a -exec chown a {} \\; ; b", &["find", "b"]),
        ("set -e; sh -c 'chown a /a; b'; c", &["sh", "c"]),
        ("set -e; sh -ec 'chown a /a; b'", &["sh", "chown", "b"]),
    ] {
        assert_eq!(ending(script), expected, "{script}");
    }
}
