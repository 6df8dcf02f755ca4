//! Commands that run commands.

use super::{System, check};

#[test]
fn what_a_wrapper_runs_is_a_step_of_its_own() {
    check(&[
        ("exec tini -- a x", "", "always tini -- a x\nalways a x"),
        (
            "exec dumb-init -- nice -n 5 a",
            "",
            "always dumb-init -- nice -n 5 a\nalways nice -n 5 a\nalways a",
        ),
        (
            "exec gosu redis \"$@\"",
            "a b",
            "always gosu redis a b\nalways a b",
        ),
        ("exec su-exec x:y a", "", "always su-exec x:y a\nalways a"),
        (
            "su - x -c 'a $PORT; b'",
            "",
            "always su - x -c a $PORT; b\nalways a 8080\nalways b",
        ),
        (
            "f() { a; }; v=1; su x -c 'f $v; b \"[$v]\"'",
            "",
            "always su x -c f $v; b \"[$v]\"\nalways f\nalways b []",
        ),
        (
            "sudo -u x -E a b",
            "",
            "always sudo -u x -E a b\nalways a b",
        ),
        (
            "start-stop-daemon --start --chuid x --exec /bin/a -- -f",
            "",
            "always start-stop-daemon --start --chuid x --exec /bin/a -- -f\nalways /bin/a -f",
        ),
        (
            "sh -c 'a \"$1\" $0' zero one",
            "",
            "always sh -c a \"$1\" $0 zero one\nalways a one zero",
        ),
        (
            "bash -lc 'exec a; never'\nb",
            "",
            "always bash -lc exec a; never\nalways a\nalways b",
        ),
        (
            "bash -euo pipefail -c 'false; never'\nb",
            "",
            "always bash -euo pipefail -c false; never\nalways b",
        ),
        (
            "sh -c \"a $(hostname)\"",
            "",
            "always hostname\nalways sh -c a …\ngap: this command line is put together while it runs: it is not followed",
        ),
        (
            "sh <<'EOF'\na $PORT\nEOF\nb",
            "",
            "always sh\nalways a 8080\nalways b",
        ),
        (
            "eval 'x=1; a'; eval \"b $x\"; eval exec c; never",
            "",
            "always a\nalways b 1\nalways c",
        ),
        ("exec env A=1 a", "", "always env A=1 a\nalways a"),
        (
            "command a x; builtin echo; command -v nope && b",
            "",
            "always a x\nmaybe b",
        ),
        (
            "f() { a; }; command -v f >/dev/null && b; type nope && c",
            "",
            "always b\nmaybe c",
        ),
        ("exec > >(tee log) 2>&1; a", "", "always tee log\nalways a"),
        (
            "trap 'kill $p' TERM; a & p=$!; wait $p",
            "",
            "always a\nmaybe kill …",
        ),
        (
            "timeout 5 a b; nohup c &",
            "",
            "always timeout 5 a b\nalways a b\nalways nohup c\nalways c",
        ),
    ]);
}

#[test]
fn find_and_xargs_run_commands() {
    check(&[
        (
            "find . \\! -user x -exec chown x '{}' +",
            "",
            "always find . ! -user x -exec chown x {} +\nalways chown x .",
        ),
        (
            "find -L /a /b -exec chown x {} \\;",
            "",
            "always find -L /a /b -exec chown x {} ;\nalways chown x /a /b",
        ),
        (
            "find -exec a {} +",
            "",
            "always find -exec a {} +\nalways a .",
        ),
        (
            "find /a -print0 | xargs -0 chown x",
            "",
            "always find /a -print0\nalways xargs -0 chown x\nalways chown x …",
        ),
        (
            "ls | xargs -n 1 -r chown x; ls | xargs -I '{}' cp {} /x; ls | xargs -n1 -P4 a",
            "",
            "always ls\nalways xargs -n 1 -r chown x\nalways chown x …\nalways ls\nalways xargs -I {} cp {} /x\nalways cp … /x\nalways ls\nalways xargs -n1 -P4 a\nalways a …",
        ),
    ]);
}

#[test]
fn scripts_of_the_image_are_followed() {
    let mut system = System::new("tool x; run-parts /parts; /bin.py; sh /s.sh y; exec /s.sh z")
        .with("/usr/local/bin/tool", "#!/bin/bash\na \"$1\" \"$0\"")
        .with("/parts/1", "#!/bin/sh\np1")
        .with("/parts/2", "p2")
        .with("/bin.py", "#!/usr/bin/env python\nx()")
        .with("/s.sh", "#!/usr/bin/env bash\nb $1");
    assert_eq!(
        system.account(""),
        "always tool x\nalways a x /usr/local/bin/tool\nalways run-parts /parts\nalways /parts/1\nalways p1\nalways /parts/2\nalways p2\nalways /bin.py\nalways sh /s.sh y\nalways b y\nalways /s.sh z\nalways b z\ngap: python reads this script, and no shell"
    );
}

#[test]
fn scripts_in_a_folder_are_run_or_read() {
    let mut system = System::new("for f in /init.d/*; do case \"$f\" in *.sh) . \"$f\" ;; *.py) \"$f\" ;; *) ignored ;; esac; done; echo $V; a $V")
        .with("/init.d/1.sh", "V=1")
        .with("/init.d/2.sh", "b $V")
        .with("/init.d/x.txt", "");
    assert_eq!(system.account(""), "always b 1\nalways ignored\nalways a 1");
}

#[test]
fn a_file_that_the_shell_writes_is_a_step() {
    check(&[(
        "echo x > /f; { a; } >> g; cat > h <<EOF\nEOF\n: > i",
        "",
        "always echo x\nalways \nalways a\nalways cat\nalways :",
    )]);
}
