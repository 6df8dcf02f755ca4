//! Functions, variables and their reach, scripts that run or read others.

use super::{System, check};

#[test]
fn functions_have_their_own_arguments_and_locals() {
    check(&[
        (
            "f() { a \"$1\" $#; }\nf x y; b \"$1\"",
            "z",
            "always a x 2\nalways b z",
        ),
        (
            "f() { local v=in w; v=$v$1; a $v \"[$w]\"; }\nv=out; f 1; b $v",
            "",
            "always a in1 []\nalways b out",
        ),
        ("f() { v=changed; }\nv=out; f; a $v", "", "always a changed"),
        (
            "f() { g; }; g() { v=2; }; h() { local v=1; f; a $v; }\nh; b \"[$v]\"",
            "",
            "always a 2\nalways b []",
        ),
        (
            "f() { return 1; }\nif f; then a; else b; fi; f && c || d",
            "",
            "always b\nalways d",
        ),
        (
            "f() { [ \"$1\" = x ]; }\nif f x; then a; fi; f y || b",
            "",
            "always a\nalways b",
        ),
        (
            "f() { if [ $# -gt 0 ]; then a $1; shift; f \"$@\"; fi; }\nf 1 2 3",
            "",
            "always a 1\nalways a 2\nalways a 3",
        ),
        (
            "function f { a; }\nfunction g() { b; }\nf; g",
            "",
            "always a\nalways b",
        ),
        (
            "f() { set -- x y; a \"$@\"; }\nf 1; b \"$@\"",
            "q",
            "always a x y\nalways b q",
        ),
        (
            "f() { exec \"$@\"; }\nf server x; never",
            "",
            "always server x",
        ),
        ("f() { exit 0; }\nf; never", "", ""),
        ("f() ( v=1; exit 3 )\nf; a \"[$v]\"", "", "always a []"),
        ("f() { a; }; unset -f f; f", "", "always f"),
    ]);
}

const SOURCED: &str = "_is_sourced() {\n [ \"${#FUNCNAME[@]}\" -ge 2 ] \\\n && [ \"${FUNCNAME[0]}\" = '_is_sourced' ] \\\n && [ \"${FUNCNAME[1]}\" = 'source' ]\n}\n_main() { exec \"$@\"; }\nif ! _is_sourced; then _main \"$@\"; fi\n";

#[test]
fn a_script_knows_whether_it_is_sourced() {
    assert_eq!(System::new(SOURCED).account("postgres"), "always postgres");
    let found = System::new("source /lib.sh\na")
        .with("/lib.sh", SOURCED)
        .account("x");
    assert_eq!(found, "always a");
    let found = System::new("f() { . /lib.sh; }; f; a")
        .with("/lib.sh", SOURCED)
        .account("x");
    assert_eq!(found, "always a");
    let script = "if [ \"${BASH_SOURCE[0]}\" = \"$0\" ]; then a; else b; fi";
    assert_eq!(System::new(script).account(""), "always a");
    let found = System::new("c \"$0\"; . /lib.sh")
        .with("/lib.sh", script)
        .account("");
    assert_eq!(found, "always c /entry.sh\nalways b");
    check(&[
        (
            "f() { g; }; g() { a \"${FUNCNAME[@]}\" ${#FUNCNAME[@]}; }\nf; b ${#FUNCNAME[@]}",
            "",
            "always a g f main 3\nalways b 0",
        ),
        ("(return 0 2>/dev/null) && a || b", "", "always b"),
    ]);
}

#[test]
fn what_is_sourced_runs_in_the_same_shell() {
    let mut system = System::new(". \"$(dirname \"$0\")/lib/l.sh\" 1 2\na $V \"$@\"\nf")
        .with("/lib/l.sh", "V=$#\nf() { b; }\nreturn 0\nnever");
    assert_eq!(
        system.account("x"),
        "always dirname /entry.sh\nalways a 2 x\nalways b"
    );
    let found = System::new("set -e\n. /l.sh\na")
        .with("/l.sh", "return 1")
        .account("");
    assert_eq!(found, "");
    let found = System::new(". /l.sh\na")
        .with("/l.sh", "exit 0")
        .account("");
    assert_eq!(found, "");
    let found = System::new("[ -f /unknown/env ] && . /unknown/env; a").account("");
    assert_eq!(
        found,
        "always a\ngap: what is sourced here is not part of the context: it is not followed"
    );
}

#[test]
fn a_script_that_runs_itself_again_is_followed() {
    check(&[
        (
            "if [ \"$1\" = again ]; then shift; exec \"$@\"; fi\nexec gosu x \"$0\" again \"$@\"",
            "a b",
            "always gosu x /entry.sh again a b\nalways /entry.sh again a b\nalways a b",
        ),
        (
            "if [ -z \"$AGAIN\" ]; then AGAIN=1 exec \"$BASH_SOURCE\" \"$@\"; fi\nexec \"$@\"",
            "a",
            "always /entry.sh a\nalways a",
        ),
    ]);
}

#[test]
fn variables_reach_as_far_as_they_should() {
    check(&[
        (
            "(x=1; a $x); b \"[$x]\"; { y=1; }; c $y",
            "",
            "always a 1\nalways b []\nalways c 1",
        ),
        (
            "echo q | while read -r l; do x=1; a \"$l\"; done; b \"[$x]\"",
            "",
            "always a q\nalways b []",
        ),
        (
            "x=1 sh -c 'a $x'; b \"[$x]\"",
            "",
            "always sh -c a $x\nalways a 1\nalways b []",
        ),
        (
            "x=1; sh -c 'a \"[$x]\"'; export x; sh -c 'b $x'; export y=2; sh -c 'c $y'; unset x; d \"[$x]\"",
            "",
            "always sh -c a \"[$x]\"\nalways a []\nalways sh -c b $x\nalways b 1\nalways sh -c c $y\nalways c 2\nalways d []",
        ),
        (
            "export x; x=1; sh -c 'a $x'",
            "",
            "always sh -c a $x\nalways a 1",
        ),
        (
            "set -a; x=1; set +a; y=2; sh -c 'a $x \"[$y]\"'",
            "",
            "always sh -c a $x \"[$y]\"\nalways a 1 []",
        ),
        (
            "env X=Y sh -c 'a $X'; b \"[$X]\"",
            "",
            "always env X=Y sh -c a $X\nalways sh -c a $X\nalways a Y\nalways b []",
        ),
        (
            "env -i A=1 sh -c 'a \"[$PORT]\" $A'",
            "",
            "always env -i A=1 sh -c a \"[$PORT]\" $A\nalways sh -c a \"[$PORT]\" $A\nalways a [] 1",
        ),
        (
            "env -u PORT sh -c 'a \"[$PORT]\"'; b $PORT",
            "",
            "always env -u PORT sh -c a \"[$PORT]\"\nalways sh -c a \"[$PORT]\"\nalways a []\nalways b 8080",
        ),
        ("a & x=1 & wait; b \"[$x]\"", "", "always a\nalways b []"),
        (
            "readonly R=1; declare D=2; typeset T=3; a $R $D $T; f() { declare L=4; declare -g G=5; export E=6; }; f; b \"[$L]\" $G $E",
            "",
            "always a 1 2 3\nalways b [] 5 6",
        ),
        ("x=a; x+=b; export x+=c; d $x", "", "always d abc"),
        (
            "read -r -p prompt x y < f; a \"$x\" \"$y\"; read z; b \"$z\"; read; c \"$REPLY\"",
            "",
            "always a … …\nalways b …\nalways c …",
        ),
        (
            "i=1; let i++ 'j = i + 1'; ((k = j * 2, i += 5)); a $i $j $k",
            "",
            "always a 7 3 6",
        ),
        (
            "i=1; (( i = $(hostname) + 1 )); a $i; j=1; (( j += i )); b $j",
            "",
            "always hostname\nalways a …\nalways b …",
        ),
        (
            "declare -F f >/dev/null; f() { declare -p PORT; a $PORT; }; f",
            "",
            "always a 8080",
        ),
    ]);
}
