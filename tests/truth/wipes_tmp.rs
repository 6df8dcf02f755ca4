//! Who empties /tmp, and who only cleans up behind itself.

use super::{check, check_on};

const RULE: &[&str] = &["wipes-tmp"];

/// An image whose start is this script.
const START: &str = r#"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /run.sh
EXPOSE 8080
CMD ["/run.sh"]
--- run.sh
#!/bin/bash
set -e
"#;

fn start(lines: &str) -> String {
    format!("{START}{lines}\nexec python3 -m http.server 8080\n")
}

#[test]
fn what_takes_all_of_it_is_found() {
    let cases = [
        ("the folder", "rm -rf /tmp «wipes-tmp:error»"),
        ("what is in it", "rm -fr /tmp/* «wipes-tmp:error»"),
        (
            "a variable's folder",
            "CACHE=/tmp\nrm -rf \"$CACHE\"/* «wipes-tmp:error»",
        ),
        ("from inside", "cd /tmp\nrm -rf ./* «wipes-tmp:error»\ncd /"),
        (
            "a search",
            "find /tmp -mindepth 1 -delete «wipes-tmp:error»",
        ),
        (
            "a search that hands on",
            "find /tmp -mindepth 1 -maxdepth 1 -exec rm -rf {} + «wipes-tmp:error»",
        ),
        (
            "of which the script does not mind",
            "rm -rf /tmp/* || true «wipes-tmp:error»",
        ),
        (
            "now and then",
            "if [ -n \"$(ls /var/cache)\" ]; then\n  rm -rf /tmp/* «wipes-tmp:warning»\nfi",
        ),
    ];
    let cases: Vec<(&str, String)> = cases.map(|(name, lines)| (name, start(lines))).to_vec();
    let cases: Vec<(&str, &str)> = cases.iter().map(|(n, c)| (*n, c.as_str())).collect();
    check(RULE, &cases);
}

#[test]
fn what_takes_its_own_is_not() {
    let cases = [
        ("by a name", "rm -rf /tmp/site"),
        ("by a part of a name", "rm -rf /tmp/site-*"),
        ("by an ending", "rm -rf /tmp/*.pid"),
        ("files, and no folders", "rm -f /tmp/*"),
        ("of some age", "find /tmp -mtime +1 -delete"),
        ("of one name", "find /tmp -name 'site*' -exec rm -rf {} +"),
        ("of the top alone", "find /tmp -maxdepth 1 -type f -delete"),
        ("elsewhere", "rm -rf /tmpfiles/* /var/tmp/*"),
        (
            "where that is not known",
            "rm -rf \"$(cat /etc/where)\"/* /tmp/$(cat /etc/what)/*",
        ),
    ];
    let cases: Vec<(&str, String)> = cases.map(|(name, lines)| (name, start(lines))).to_vec();
    let mut cases: Vec<(&str, &str)> = cases.iter().map(|(n, c)| (*n, c.as_str())).collect();
    cases.push((
        "in the build",
        r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y python3 && rm -rf /tmp/* /var/lib/apt/lists/*
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
    ));
    check(RULE, &cases);
}

#[test]
fn what_is_mounted_stays_and_the_command_fails() {
    check_on(
        &["--target", "cf"],
        RULE,
        &[
            ("as root", &start("rm -rf /tmp/* «wipes-tmp:warning»")),
            (
                "where that does not matter",
                &start("rm -rf /tmp/* || true «wipes-tmp:note»"),
            ),
        ],
    );
}
