//! Every account comes to its end, and what is not looked at is said.

use super::System;

/// An exponential one would not come to its end.
fn account(script: &str) -> String {
    System::new(script).account("")
}

#[test]
fn many_unknown_conditions_in_a_row() {
    let mut script = String::new();
    for i in 0..30 {
        script += &format!("if grep -q {i} f; then V{i}=1; fi\n");
    }
    script += "exec a $V3\n";
    let found = account(&script);
    assert!(found.contains("always grep -q 29 f"), "{found}");
    assert!(found.contains(" a"), "{found}");
    assert!(!found.contains("gap"), "{found}");
}

/// The commands behind so many conditions that not every run is followed by itself.
fn behind_many_conditions(begin: &str, more: impl Fn(u32) -> String, end: &str) -> Vec<String> {
    let mut script = format!("{begin}\n");
    for i in 0..12 {
        script += &format!("if grep -q {i} f; then {}; fi\n", more(i));
    }
    let found = account(&format!("{script}{end}\n"));
    let runs = found.lines().filter(|line| !line.contains(" grep "));
    runs.map(|line| line.split_once(' ').unwrap().1.to_owned())
        .collect()
}

#[test]
fn what_runs_have_in_common_stays_known_where_they_become_one() {
    let array = |i| format!("args+=(--o{i})");
    let runs = behind_many_conditions("args=(/usr/sbin/a run)", array, "exec \"${args[@]}\"");
    assert!(runs.contains(&"/usr/sbin/a run …".to_owned()), "{runs:?}");
    let words = |i| format!("set -- \"$@\" --o{i}");
    let runs = behind_many_conditions("set -- /usr/sbin/a run", words, "exec \"$@\"");
    assert!(runs.contains(&"/usr/sbin/a run …".to_owned()), "{runs:?}");
    let text = |i| format!("args=\"$args --o{i}\"");
    let runs = behind_many_conditions("args='/usr/sbin/a run'", text, "exec $args");
    assert!(runs.contains(&"/usr/sbin/a run…".to_owned()), "{runs:?}");
    let runs = behind_many_conditions("args=$(command -v a)", text, "exec $args");
    assert!(runs.iter().all(|run| run != "a"), "{runs:?}");
}

#[test]
fn what_stands_behind_any_number_of_words_is_not_known() {
    let array = |i| format!("args+=(--o{i})");
    for (end, never) in [
        ("args[2]=z; exec \"${args[@]}\"", "/usr/sbin/a run z"),
        ("[[ -v args[30] ]] && exec b", "no b"),
    ] {
        let runs = behind_many_conditions("args=(/usr/sbin/a run)", array, end);
        assert!(runs.iter().any(|run| run != never), "{runs:?}");
        assert!(!runs.contains(&never.to_owned()), "{end}: {runs:?}");
    }
    let words = |i| format!("set -- \"$@\" --o{i}");
    let runs = behind_many_conditions("set -- /usr/sbin/a run", words, "shift 3; exec \"$@\"");
    let again = runs.iter().any(|run| run.starts_with("/usr/sbin/a"));
    assert!(!again, "{runs:?}");
}

#[test]
fn functions_within_functions() {
    let mut script = String::from("f0() { a; }\n");
    for i in 1..=12 {
        let inner = i - 1;
        script += &format!(
            "f{i}() {{ if grep -q {i} f; then v{i}=1; else w=1; fi; f{inner}; [ -f x ] && g; }}\n"
        );
    }
    script += "f12\nexec b\n";
    let found = account(&script);
    assert!(found.contains("always a"), "{found}");
    assert!(found.contains("always b"), "{found}");
    assert!(!found.contains("gap"), "{found}");
}

#[test]
fn many_optional_variables() {
    let mut script = String::new();
    for i in 0..20 {
        script += &format!(
            "if [ -n \"$OPTION_{i}\" ]; then args=\"$args --o{i} $OPTION_{i}\"; c{i}; fi\n"
        );
    }
    script += "exec a $args\n";
    let found = account(&script);
    for i in 0..20 {
        assert!(found.contains(&format!("given:OPTION_{i} c{i}")), "{found}");
    }
    assert!(found.contains("always a"), "{found}");
}

#[test]
fn what_never_ends_is_said() {
    let found = account("f() { f; }\nf\na");
    assert!(found.contains("too deeply to be followed"), "{found}");
    let found = account("i=0; while true; do i=$((i + 1)); x; done; a");
    assert!(
        found.contains("gap: the loop takes too many rounds"),
        "{found}"
    );
    let found = account("exec \"$0\"");
    assert!(found.contains("gap: "), "{found}");
    let found = account("f() { if grep -q a b; then f 1; else f 2; fi; f 3; }\nf");
    assert!(found.contains("gap: "), "{found}");
    let words: Vec<String> = (0..400).map(|i| i.to_string()).collect();
    let found = account(&format!("for x in {}; do a; done", words.join(" ")));
    assert!(
        found.contains("gap: the loop takes too many rounds"),
        "{found}"
    );
}

#[test]
fn values_that_double_do_not_use_the_memory_up() {
    for (begin, double) in [
        ("a=0123456789abcdef", "a=$a$a"),
        ("set -- a b", "set -- \"$@\" \"$@\""),
        ("a=(b c)", "a=(\"${a[@]}\" \"${a[@]}\")"),
    ] {
        let doubled = format!("{double}\n").repeat(24);
        let found = account(&format!("{begin}\n{doubled}exec b\n"));
        assert!(found.contains("always b"), "{double}");
    }
}

#[test]
fn wrappers_within_wrappers() {
    for wrapper in ["env ", "gosu redis ", "nice ", "exec env "] {
        let found = account(&format!("{}a\n", wrapper.repeat(3000)));
        assert!(found.contains("nested too deeply"), "{wrapper}");
    }
    let found = account(&format!("{}a\n", "env ".repeat(20)));
    assert!(found.contains("always a"), "{found}");
}

#[test]
fn text_and_arrays_that_grow_in_a_loop_stay_within_bounds() {
    let (text, array) = ("${#a}", "${#a[@]}");
    for (script, asked, known) in [
        (
            "a=x; for i in {1..24}; do a=${a//x/xxxxxxxx}; done",
            text,
            false,
        ),
        ("a=x; for i in 1 2 3; do a=${a//x/xx}; done", text, true),
        ("a=x; for i in {1..24}; do a=\"$a$a\"; done", text, false),
        (
            "a=x; for i in {1..24}; do a=${a//*x/$a$a}; done",
            text,
            false,
        ),
        (
            "a=(x); for i in {1..24}; do a+=(\"${a[@]}\"); done",
            array,
            false,
        ),
        (
            "a=(x); for i in {1..200}; do a+=(\"$i\"); done",
            array,
            true,
        ),
        ("for i in {1..250}; do a[$i]=$i; done", array, false),
        (
            "declare -A a; for i in {1..200}; do a[$i]=$i; done",
            array,
            true,
        ),
    ] {
        let found = account(&format!("#!/bin/bash\n{script}\nexec b {asked}"));
        let last = found
            .lines()
            .find(|line| line.contains(" b "))
            .unwrap_or_default();
        assert_eq!(!last.contains('…'), known, "{script}\n{found}");
    }
}

#[test]
fn running_out_of_steps_is_said_at_its_place() {
    let mut system = System::new("");
    for script in [
        "for i in {1..100}; do for j in {1..100}; do for k in {1..100}; do a; done; done; done; b",
        "f() { g; g; }; g() { h; h; }; h() { for i in {1..200}; do a; a; a; done; }\nwhile true; do f; f; f; f; n=$((n + 1)); done",
        "trap 'for i in {1..200}; do for j in {1..200}; do a; done; done' EXIT; b",
        "while read -r l; do a $l; done <<< \"$(printf '%s\\n' {1..999})\"",
    ] {
        system = system.with("/entry.sh", &format!("#!/bin/bash\n{script}\n"));
        let trace = system.start("/entry.sh");
        let gaps: Vec<&str> = trace.gaps.iter().map(|gap| gap.why.as_str()).collect();
        let said = trace.gaps.iter().any(|gap| {
            gap.why.contains("followed further")
                && !system.text_at(gap.origin, "/entry.sh").is_empty()
        });
        assert!(said, "{script}: {gaps:?}");
    }
}

#[test]
fn braces_and_expressions_that_explode_are_left_alone() {
    let found = account(&format!("#!/bin/bash\na {}", "{a,b}".repeat(40)));
    assert!(found.contains(" a "), "{found}");
    let found = account(&format!(
        "#!/bin/bash\na {}{}",
        "{".repeat(5000),
        "x,y}".repeat(5000)
    ));
    assert!(found.contains(" a "), "{found}");
    let found = account(&format!(
        "#!/bin/bash\n[[ x =~ ({}) ]] && a; b",
        "(a*)*".repeat(2000)
    ));
    assert!(found.contains("always b"), "{found}");
    let found = account(&format!(
        "#!/bin/bash\n[[ {} =~ ^(a|aa)*$ ]] && a; b",
        "a".repeat(5000)
    ));
    assert!(found.contains("always b"), "{found}");
}

#[test]
fn what_is_known_to_be_begun_anew_is_not_looked_at_to_its_end() {
    let mut script = String::new();
    for i in 0..10 {
        script += &format!(": \"${{V{i}:?}}\"\n");
    }
    script += "for i in 1 2 3 4 5 6 7 8 9 10; do a $i; done\n";
    let mut system = System::new(&script);
    let found = system.account("");
    assert!(found.contains("always a 10"), "{found}");
    assert!(found.contains("required: V9"), "{found}");
    // The script itself, each time, and the loop once.
    assert!(system.reached < 40, "{}", system.reached);
}

#[test]
fn what_comes_behind_a_script_that_takes_too_long_is_followed() {
    let mut setup = String::from("#!/bin/sh\n");
    for i in 0..12_000 {
        setup += &format!("v{i}=1\n");
    }
    let mut system = System::new("/setup.sh\nexec server\n").with("/setup.sh", &setup);
    let found = system.account("");
    assert!(found.contains("always server"), "{found}");
    assert!(found.contains("gap"), "{found}");
}
