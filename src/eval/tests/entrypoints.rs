//! What entrypoint scripts really write, each in a line or two.

use super::System;

/// What a script comes to that bash runs, on a system with a few files.
fn bash(script: &str, arguments: &str) -> String {
    system(&format!("#!/bin/bash\n{script}")).account(arguments)
}

fn system(script: &str) -> System {
    System::new(script)
        .with("/usr/local/bin/child.sh", "#!/bin/sh\nchild \"$@\"")
        .with("/parts.d/10-a.sh", "#!/bin/sh\npart-a")
        .with("/parts.d/20-b.sh", "part-b")
        .with("/plain.d/10a", "#!/bin/sh\nplain")
        .with("/plain.d/20b.bak", "#!/bin/sh\nold")
        .with("/lib/l.sh", "LIB=1\nlibrary")
        .with("/lists/names", "one\ntwo three\n")
}

fn check(table: &[(&str, &str, &str)]) {
    let mut wrong = Vec::new();
    for (script, arguments, expected) in table {
        let found = bash(script, arguments);
        if found != *expected {
            wrong.push(format!(
                "--- {script}\n[{arguments}]\nexpected:\n{expected}\nfound:\n{found}\n"
            ));
        }
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

#[test]
fn traps_may_run_until_another_program_takes_the_place_of_the_shell() {
    check(&[
        ("trap 'c x' EXIT\na", "", "always a\nmaybe c x"),
        (
            "trap 'c' EXIT TERM; trap - EXIT; a",
            "",
            "always a\nmaybe c",
        ),
        ("trap c EXIT; trap - EXIT; a", "", "always a"),
        ("trap c 0; trap 0; a", "", "always a"),
        ("trap '' TERM; a", "", "always a"),
        (
            "c() { d; }; trap c TERM INT; a; exec b",
            "",
            "always a\nalways b",
        ),
        (
            "trap \"c $1\" SIGTERM; a & wait $!",
            "q",
            "always a\nmaybe c q",
        ),
        ("(trap c EXIT; a); b", "", "always a\nmaybe c\nalways b"),
        ("trap c EXIT; (a); b", "", "always a\nalways b\nmaybe c"),
        (
            "set -e; trap 'c $?' EXIT; a; false; b",
            "",
            "always a\nmaybe c 1",
        ),
        (
            "trap \"$(hostname)\" EXIT; a",
            "",
            "always hostname\nalways a\ngap: this command line is put together while it runs: it is not followed",
        ),
    ]);
}

#[test]
fn what_is_read_is_known_where_the_text_is() {
    check(&[
        (
            "while read -r x y; do c \"$x\" \"$y\"; done <<EOF\none two $PORT\nfour\nEOF\nd",
            "",
            "always c one two 8080\nalways c four \nalways d",
        ),
        (
            "while IFS= read -r x || [ -n \"$x\" ]; do c \"$x\"; done < /lists/names",
            "",
            "always c one\nalways c two three",
        ),
        (
            "IFS=: read -r x y <<< 'a:b:c'; c \"$x\" \"$y\"",
            "",
            "always c a b:c",
        ),
        ("read x <<< \"$1\" && a \"$x\"", "q", "always a q"),
        (
            "mapfile -t l < /lists/names; a \"${l[@]}\"",
            "",
            "always a one two three",
        ),
        (
            "readarray -t l <<< $'x y\\nz'; a ${#l[@]} \"${l[1]}\"",
            "",
            "always a 2 z",
        ),
        (
            "IFS=, read -ra l <<< 'a,b c'; for p in \"${l[@]}\"; do x \"$p\"; done",
            "",
            "always x a\nalways x b c",
        ),
        ("echo a b | { read x y; c $y; }", "", "always c b"),
        ("read x < /unknown; c $x", "", "always c …"),
        (
            "read \"$(hostname)\"; [ -n \"$X\" ] && a",
            "",
            "always hostname\nmaybe a",
        ),
        (
            "x=$(cat <<EOF\nhello $PORT\nEOF\n); a \"$x\"",
            "",
            "always cat\nalways a hello 8080",
        ),
        (
            "x=$(</lists/names); a \"$x\"",
            "",
            "always a one\ntwo three",
        ),
        (
            "while read -r l; do a $l; ssh h; done <<< 'x'",
            "",
            "always a x\nalways ssh h\nmaybe a …",
        ),
    ]);
}

#[test]
fn lists_of_files_are_followed_where_the_folder_is_known() {
    check(&[
        (
            "for f in /parts.d/*; do case \"$f\" in *.sh) . \"$f\" ;; *) skip ;; esac; done; x",
            "",
            "always part-a\nalways part-b\nalways x",
        ),
        (
            "find /parts.d/ -follow -type f -print | sort -V | while read -r f; do case \"$f\" in *.sh) \"$f\" ;; esac; done; x",
            "",
            "always find /parts.d/ -follow -type f -print\nalways sort -V\nalways /parts.d/10-a.sh\nalways part-a\nalways /parts.d/20-b.sh\nalways part-b\nalways x",
        ),
        (
            "for f in $(ls /parts.d); do /parts.d/$f; done",
            "",
            "always ls /parts.d\nalways /parts.d/10-a.sh\nalways part-a\nalways /parts.d/20-b.sh\nalways part-b",
        ),
        (
            "find /parts.d -type f -name '2*' -exec sh {} \\;",
            "",
            "always find /parts.d -type f -name 2* -exec sh {} ;\nalways sh /parts.d/20-b.sh\nalways part-b",
        ),
        (
            "find /unknown -name '*.sh' -exec sh {} \\;",
            "",
            "always find /unknown -name *.sh -exec sh {} ;\ngap: the files that are found here are not known: they are not followed",
        ),
        (
            "run-parts /plain.d",
            "",
            "always run-parts /plain.d\nalways /plain.d/10a\nalways plain",
        ),
        (
            "run-parts /parts.d; a",
            "",
            "always run-parts /parts.d\nalways a",
        ),
        (
            "run-parts /unknown.d; a",
            "",
            "always run-parts /unknown.d\nalways a\ngap: the files of this folder are not known: they are not followed",
        ),
        (
            "for f in /unknown/*; do \"$f\"; done",
            "",
            "maybe …\ngap: which command this is is only known while it runs: it is not followed",
        ),
        (
            "echo a b | xargs child.sh x",
            "",
            "always xargs child.sh x\nalways child.sh x a b\nalways child x a b",
        ),
        (
            "hostname | xargs -I{} child.sh {}",
            "",
            "always hostname\nalways xargs -I{} child.sh {}\nalways child.sh …\nalways child …",
        ),
    ]);
}

#[test]
fn files_beside_the_script_are_found() {
    check(&[
        (
            ". \"$(dirname \"$0\")/lib/l.sh\"; x $LIB",
            "",
            "always dirname /entry.sh\nalways library\nalways x 1",
        ),
        (
            "D=\"$(cd \"$(dirname \"${BASH_SOURCE[0]}\")\" && pwd)\"; . \"$D/lib/l.sh\"; x $LIB",
            "",
            "always dirname /entry.sh\nalways library\nalways x 1",
        ),
        (
            ". \"${BASH_SOURCE%/*}/lib/l.sh\"; x $LIB",
            "",
            "always library\nalways x 1",
        ),
        (
            ". ${0%/*}/lib/l.sh; x $LIB",
            "",
            "always library\nalways x 1",
        ),
        (
            "h=`dirname $(readlink -f $0)`; source $h/lib/l.sh; x $LIB",
            "",
            "always readlink -f /entry.sh\nalways dirname /entry.sh\nalways library\nalways x 1",
        ),
        ("cd /lib; . ./l.sh", "", "always library"),
        (
            "pushd /lib >/dev/null; . ./l.sh; popd; . ./l.sh",
            "",
            "always library\ngap: what is sourced here is not part of the context: it is not followed",
        ),
    ]);
}

#[test]
fn what_bash_adds_to_words_and_variables() {
    check(&[
        (
            "a {x,y}.c {1..3} p{a,b{c,d}}q {s} {a..c} {08..10}",
            "",
            "always a x.c y.c 1 2 3 paq pbcq pbdq {s} a b c 08 09 10",
        ),
        (
            "a '{x,y}' \"{x,y}\" \\{x,y} $PORT{1,2}",
            "",
            "always a {x,y} {x,y} {x,y} 80801 80802",
        ),
        (
            "for i in {1..2}; do x $i; done",
            "",
            "always x 1\nalways x 2",
        ),
        (
            "x=1; f() { local -n r=$1; r=2; }; f x; a $x",
            "",
            "always a 2",
        ),
        (
            "f() { declare -n r=\"$1\"; b \"$r\"; }; y=v; f y",
            "",
            "always b v",
        ),
        (
            "declare -A m=([a]=1 [b]='two x'); x \"${m[a]}\" \"${m[b]}\" ${#m[@]}; m[c]=3; y \"${m[c]}\" \"${m[d]:-none}\"",
            "",
            "always x 1 two x 2\nalways y 3 none",
        ),
        (
            "declare -A m; m[x]=1; for k in \"${!m[@]}\"; do b $k \"${m[$k]}\"; done; unset 'm[x]'; c ${#m[@]}",
            "",
            "always b x 1\nalways c 0",
        ),
        (
            "declare -A m=([a]=1); [[ -v m[a] ]] && x; [[ -v m[b] ]] || y",
            "",
            "always x\nalways y",
        ),
        (
            "a=(x y); a \"${!a[@]}\"; a[1]+=z; a+=(w); b \"${a[@]}\"",
            "",
            "always a 0 1\nalways b x yz w",
        ),
        ("a=(a b); a[5]=z; x \"${a[@]}\"", "", "always x …"),
        (
            "IFS=,; for p in $1; do x $p; done",
            "a,b",
            "always x a\nalways x b",
        ),
        (
            "IFS=,; set -- $1; unset IFS; a \"$1\" \"$2\" $#; IFS=-; b \"$*\"",
            "x,y",
            "always a x y 2\nalways b x-y",
        ),
        (
            "a $((2 ** 3)) $((i += 4)) $((i /= 2)) $i",
            "",
            "always a 8 4 2 2",
        ),
        ("printf -v v '%s/%s' a b; x $v", "", "always x a/b"),
        (
            "shopt -s nullglob; x=abC; a ${x,,} ${x^^} ${x^} ${x//b/-} ${x/#a/q} ${x@Q}",
            "",
            "always a abc ABC AbC a-C qbC …",
        ),
    ]);
    // A POSIX shell has no braces.
    let found = system("#!/bin/sh\na {x,y}\nbash -c 'b {x,y}'\nsh -c 'c {x,y}'").account("");
    assert_eq!(
        found,
        "always a {x,y}\nalways bash -c b {x,y}\nalways b x y\nalways sh -c c {x,y}\nalways c {x,y}"
    );
}

#[test]
fn regular_expressions_decide_where_both_sides_are_known() {
    check(&[
        (
            "[[ $1 =~ ^([a-z]+)-([0-9]+)$ ]] && x \"${BASH_REMATCH[1]}\" \"${BASH_REMATCH[2]}\" \"${BASH_REMATCH[0]}\"",
            "abc-12",
            "always x abc 12 abc-12",
        ),
        (
            "if [[ \"$PORT\" =~ ^[0-9]+$ ]]; then a; else b; fi",
            "",
            "always a",
        ),
        (
            "re='^f'; [[ foo =~ $re ]] && c; [[ axb =~ \"a.b\" ]] || e; [[ a.b =~ a\\.b ]] && d",
            "",
            "always c\nalways e\nalways d",
        ),
        (
            "[[ $(hostname) =~ x ]] && a \"${BASH_REMATCH[0]}\"",
            "",
            "always hostname\nmaybe a …",
        ),
    ]);
}

#[test]
fn options_are_taken_apart() {
    check(&[
        (
            "while getopts 'ab:' o; do case $o in a) x ;; b) y $OPTARG ;; *) z ;; esac; done; shift $((OPTIND - 1)); r \"$@\"",
            "-a -b v rest",
            "always x\nalways y v\nalways r rest",
        ),
        (
            "while getopts ab:c o; do x $o ${OPTARG-}; done; y $OPTIND",
            "-abv -c",
            "always x a\nalways x b v\nalways x c\nalways y 3",
        ),
        (
            "while getopts :a o; do x $o ${OPTARG-}; done",
            "-q -a -- -b",
            "always x ? q\nalways x a",
        ),
        ("while getopts a o; do x; done", "-a $(x)", "always x"),
    ]);
}

#[test]
fn inits_and_wrappers_run_what_stands_behind_them() {
    for script in [
        "exec tini -- child.sh a",
        "exec /usr/bin/tini -g -- child.sh a",
        "exec dumb-init -- child.sh a",
        "exec dumb-init child.sh a",
        "exec catatonit -- child.sh a",
        "exec /init child.sh a",
        "/sbin/my_init --quiet -- child.sh a",
        "exec nice -n 10 child.sh a",
        "exec ionice -c 3 child.sh a",
        "exec numactl --interleave=all child.sh a",
        "exec env -i X=1 child.sh a",
        "env X=1 child.sh a",
        "su -c 'child.sh a' redis",
        "su - redis -c 'child.sh a'",
        "sh -c 'child.sh \"$1\"' _ a",
        "bash -lc 'child.sh a'",
        "x='child.sh a'; eval \"$x\"",
        "time child.sh a",
    ] {
        let found = bash(script, "");
        assert!(found.ends_with("always child a"), "{script}\n{found}");
    }
    for line in [
        "#!/usr/bin/dumb-init /bin/sh",
        "#!/sbin/tini -- bash",
        "#!/usr/bin/env bash",
        "#!/usr/bin/env -S bash -e",
        "#!/usr/bin/env -S tini -- bash",
    ] {
        let found = system(&format!("{line}\nchild.sh a")).account("");
        assert!(found.ends_with("always child a"), "{line}\n{found}");
    }
    let found = system("#!/usr/bin/python\nchild.sh a").account("");
    assert_eq!(found, "gap: python reads this script, and no shell");
}

#[test]
fn what_cannot_be_followed_is_said() {
    let gap = |script: &str| {
        let found = bash(script, "");
        let gaps = found.lines().filter(|line| line.starts_with("gap: "));
        gaps.map(str::to_owned).collect::<Vec<_>>()
    };
    for (script, why) in [
        ("select x in a b; do c; done", "menu"),
        ("coproc server", "coprocess"),
        ("coproc N { server; }", "coprocess"),
        ("eval \"$(x)\"", "put together"),
        (". /unknown/env", "not part of the context"),
        ("\"$(x)\" y", "which command"),
        ("sh -c \"$(x)\"", "put together"),
    ] {
        let gaps = gap(script);
        assert!(
            gaps.len() == 1 && gaps[0].contains(why),
            "{script}: {gaps:?}"
        );
    }
    // Their commands are steps all the same.
    check(&[
        (
            "coproc server; a",
            "",
            "always server\nalways a\ngap: what a coprocess says and hears is not followed",
        ),
        (
            "select x in a b; do c $x; break; done; d",
            "",
            "maybe c …\nalways d\ngap: what is chosen from this menu is not known: it is not followed further",
        ),
    ]);
}

#[test]
fn what_is_not_followed_may_have_set_any_variable() {
    let sourced = "gap: what is sourced here is not part of the context: it is not followed";
    for (script, expected) in [
        ("[ -n \"$NEW\" ] && a", "maybe a"),
        ("[ -z \"${NEW+x}\" ] && a", "maybe a"),
        ("[[ -v NEW ]] && a", "maybe a"),
        ("case \"$NEW\" in x) a ;; *) b ;; esac", "maybe a\nmaybe b"),
        ("a \"${NEW:-x}\"", "always a …"),
        ("set -u; a $NEW", "always a …"),
        ("a ${NEW:?message}", "always a …"),
        ("(( NEW > 0 )) && a", "maybe a"),
        ("for x in \"${NEW[@]}\"; do a; done", "maybe a"),
        // What is set already, by the platform above all, stays as it is.
        ("[ \"$PORT\" = 8080 ] && a", "always a"),
        ("NEW=; [ -n \"$NEW\" ] || a", "always a"),
        ("f() { local NEW; [ -n \"$NEW\" ] || a; }; f", "always a"),
    ] {
        let found = bash(&format!(". /unknown/env\n{script}"), "");
        assert_eq!(found, format!("{expected}\n{sourced}"), "{script}");
    }
    check(&[
        (
            "eval \"$(x)\"; [ -n \"$NEW\" ] && a",
            "",
            "always x\nmaybe a\ngap: this command line is put together while it runs: it is not followed",
        ),
        (
            "export $(cat /unknown/env); [ -n \"$NEW\" ] && a",
            "",
            "always cat /unknown/env\nmaybe a",
        ),
        (
            "printf -v \"$(x)\" y; [ -n \"$NEW\" ] && a",
            "",
            "always x\nmaybe a",
        ),
        (
            ". /etc/os-release; [ \"$ID\" = debian ] && a; [ -n \"$NEW\" ] || b",
            "",
            "maybe a\nalways b\ngap: what is sourced here is not part of the context: it is not followed",
        ),
    ]);
}

#[test]
fn the_shell_s_own_ways_to_end() {
    check(&[
        ("set -u; d $Q; e", "", "always d …\nalways e\nrequired: Q"),
        (
            ": \"${Q:?must be set}\"; a $Q",
            "",
            "always a …\nrequired: Q",
        ),
        (": ${X:=y}; a $X ${X:+set} ${Y:+set}", "", "always a y set"),
        ("set -o pipefail; set -e; false | a; b", "", "always a"),
        (
            "f() { for x in 1 2; do false; done; }; if f; then a; else b; fi",
            "",
            "always b",
        ),
        (
            "f() { while [ -z \"$x\" ]; do x=1; false; done; }; f && a || b",
            "",
            "always b",
        ),
        (
            "f() { case x in x) false ;& y) ;; esac; }; f && a || b",
            "",
            "always a",
        ),
        (
            "exec > >(tee /log) 2>&1; a",
            "",
            "always tee /log\nalways a",
        ),
        (
            "diff <(a) <(b)",
            "",
            "always a\nalways b\nalways diff /dev/fd/… /dev/fd/…",
        ),
        (
            "hash foo 2>/dev/null && a; command -v foo && b; type foo && c",
            "",
            "maybe a\nmaybe b\nmaybe c",
        ),
        ("a & b; wait; c", "", "always a\nalways b\nalways c"),
        (
            "until [ -n \"$x\" ]; do x=1; r; done; a",
            "",
            "always r\nalways a",
        ),
        (
            "a=(); a+=(x 'y z'); a+=(\"$@\"); exec \"${a[@]}\"",
            "p",
            "always x y z p",
        ),
    ]);
}
