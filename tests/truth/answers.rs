//! Scripts that ask whether they may, and do something else if not: what they do then is judged.

use super::check;

const RULES: &[&str] = &[
    "root-only-command",
    "unwritable-path",
    "runtime-chown",
    "switch-user",
];

#[test]
fn a_failure_that_is_answered_is_believed() {
    check(
        RULES,
        &[
            (
                "a touch that tries, and leaves in peace",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /etc/app && echo "listen 1" > /etc/app/app.conf
COPY start.sh tune.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
/tune.sh
exec appd
--- tune.sh
#!/bin/sh
set -e
conf=/etc/app/app.conf
touch $conf 2>/dev/null || { echo >&2 "cannot modify $conf"; exit 0; }
sed -i 's/1/2/' $conf
echo "workers 4" >> $conf
"#,
            ),
            (
                "a question for the right to write",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /etc/app /var/lib/app && chmod 777 /var/lib/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
made() {
  [ -w "$1" ] || return 0
  echo x > "$1/x"
}
made /etc/app
made /var/lib/app
if [ ! -w /etc/app ]; then
  echo "read only"
else
  chown app /etc/app/x
fi
exec appd
"#,
            ),
            (
                "what the start made itself it may write",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
mkdir -p /tmp/app
if [ -w /tmp/app ]; then
  chown app /tmp/app «runtime-chown:error»
fi
exec appd
"#,
            ),
            (
                "a condition that fails, and a redirection that does",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /etc/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
set -e
if mkdir /etc/app/made; then
  chown app /etc/app/made
fi
echo x > /etc/app/x || exit 0
exec gosu app appd
"#,
            ),
        ],
    );
}

/// Where the script gives up, what stands behind is next once the first failure is mended.
#[test]
fn behind_a_failure_that_ends_the_start_the_account_goes_on() {
    check(
        RULES,
        &[
            (
                "exit and return with an error",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /etc/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
prepare() {
  mkdir /etc/app/made || return 1 «root-only-command:error»
  chown app /etc/app/made || exit 1 «runtime-chown:error»
}
prepare || exit 1
if ! touch /etc/app/x; then «root-only-command:error»
  echo "cannot" >&2
  exit 3
fi
exec gosu app appd «switch-user:error»
"#,
            ),
            (
                "one after another",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /etc/app
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
mkdir /etc/app/made && chown app /etc/app/made «root-only-command:error runtime-chown:error»
exec gosu app appd «switch-user:error»
"#,
            ),
        ],
    );
}

/// `USER=app` goes on to say what it says where `gosu "$USER" mkdir` loses its first word.
#[test]
fn a_variable_keeps_its_value_where_only_one_of_its_words_is_dropped() {
    let case = r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
export USER=app
gosu "$USER" mkdir -p /tmp/x
exec appd --user "$USER"
"#;
    let folder = tempfile::tempdir().expect("a folder");
    super::write(folder.path(), case);
    let mut command = assert_cmd::Command::cargo_bin("diegolint").expect("the program");
    command
        .current_dir(folder.path())
        .args(["fix", "."])
        .output()
        .expect("it runs");
    let script = std::fs::read_to_string(folder.path().join("start.sh")).expect("the script");
    let runs = |line: &str| script.lines().any(|found| found == line);
    assert!(runs("export USER=app"), "{script}");
    assert!(!runs("\"$USER\" mkdir -p /tmp/x"), "{script}");
}
