//! What a start needs and cannot read, start or enter.

use std::fs;
use std::path::Path;

use assert_cmd::Command;

use super::{check, check_on, write};

const RULES: &[&str] = &["unreadable-path", "not-executable", "root-home"];

#[test]
fn what_is_closed_to_the_process_is_found() {
    check(
        RULES,
        &[
            (
                "a script for a shell",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /run.sh
RUN chmod 700 /run.sh
CMD ["/bin/sh", "/run.sh"] «unreadable-path:error»
--- run.sh 644
exec python3 -m http.server 8080
"#,
            ),
            (
                "a script that may be started and not read",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /run.sh
RUN chmod 711 /run.sh
CMD ["/run.sh"] «unreadable-path:error»
--- run.sh
#!/bin/sh
exec python3 -m http.server 8080
"#,
            ),
            (
                "what a script sources",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY functions.sh /usr/local/lib/functions.sh «unreadable-path:error»
COPY run.sh /run.sh
CMD ["/run.sh"]
--- functions.sh 600
mkdir -p /tmp/site
--- run.sh
#!/bin/sh
. /usr/local/lib/functions.sh
exec python3 -m http.server 8080
"#,
            ),
            (
                "a program that is fetched with the bits of its owner alone",
                r#"--- Dockerfile
FROM debian:bookworm-slim
ADD https://example.com/forego /usr/local/bin/forego
RUN chmod u+x /usr/local/bin/forego
CMD ["/usr/local/bin/forego", "start"] «unreadable-path:error»
"#,
            ),
            (
                "a folder above it",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY app.py /srv/app/app.py
RUN chmod -R go-rwx /srv/app
WORKDIR /srv/app «unreadable-path:error»
CMD ["/usr/bin/python3", "app.py"]
--- app.py 644
print("hello")
"#,
            ),
            (
                "a configuration",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY --chmod=640 --chown=root:app app.conf /etc/app/app.conf
CMD ["/opt/app/app", "--config", "/etc/app/app.conf"] «unreadable-path:error»
--- app.conf 644
port = 8080
"#,
            ),
        ],
    );
}

#[test]
fn what_is_open_or_said_already_is_not() {
    check(
        RULES,
        &[
            (
                "open to others",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /opt/run/run.sh
RUN chmod 755 /opt/run && chmod 644 /opt/run/run.sh
CMD ["/bin/sh", "/opt/run/run.sh"]
--- run.sh 600
exec python3 -m http.server 8080
"#,
            ),
            (
                "closed, and not needed",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY key.pem /etc/app/key.pem
RUN chmod 600 /etc/app/key.pem && mkdir -m 700 /var/lib/cache
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
--- key.pem 600
none
"#,
            ),
            (
                "a script without its execute bit for others, which is another rule's",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /run.sh
RUN chmod 700 /run.sh
CMD ["/run.sh"] «not-executable:error»
--- run.sh
#!/bin/sh
exec python3 -m http.server 8080
"#,
            ),
            (
                "bits of files that a search gives to the folder as well, as far as is known",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /opt/run/run.sh
RUN find /opt/run -type f -exec chmod 644 {} +
CMD ["/bin/sh", "/opt/run/run.sh"]
--- run.sh 644
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
}

#[test]
fn owners_and_root_read_where_the_image_keeps_its_owners() {
    check_on(
        &["--target", "cf"],
        RULES,
        &[
            (
                "root",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /run.sh
RUN chmod 600 /run.sh
CMD ["/bin/sh", "/run.sh"]
--- run.sh 644
exec python3 -m http.server 8080
"#,
            ),
            (
                "the owner, by its number",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd -u 1000 app
COPY --chown=app run.sh /run.sh
RUN chmod 600 /run.sh
USER 1000
CMD ["/bin/sh", "/run.sh"]
--- run.sh 644
exec python3 -m http.server 8080
"#,
            ),
            (
                "somebody else",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd -u 1000 app
COPY run.sh /run.sh
RUN chmod 600 /run.sh
USER app
CMD ["/bin/sh", "/run.sh"] «unreadable-path:error»
--- run.sh 644
exec python3 -m http.server 8080
"#,
            ),
        ],
    );
}

/// The Dockerfile of a case after `fix` with these options, and after another one.
pub(super) fn fixed(options: &[&str], case: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), case);
    let fix = |folder: &Path| {
        let mut program = Command::cargo_bin("diegolint").expect("the program");
        let program = program
            .current_dir(folder)
            .args(["fix", "--style", "remove"]);
        program.args(options).arg(".").output().expect("it runs");
        fs::read_to_string(folder.join("Dockerfile")).expect("a file")
    };
    let once = fix(folder.path());
    assert_eq!(fix(folder.path()), once, "again");
    once
}

/// An image whose script is closed by this.
fn closed_by(lines: &str) -> String {
    format!(
        r#"--- Dockerfile
FROM debian:bookworm-slim
{lines}
EXPOSE 8080
CMD ["/bin/sh", "/opt/run/run.sh"]
--- run.sh 644
exec python3 -m http.server 8080
"#
    )
}

#[test]
fn the_bits_are_opened_where_they_are_said() {
    for (lines, opened) in [
        (
            "COPY run.sh /opt/run/run.sh\nRUN chmod 600 /opt/run/run.sh && chmod 0750 /opt/run",
            "COPY run.sh /opt/run/run.sh\nRUN chmod 644 /opt/run/run.sh && chmod 0755 /opt/run",
        ),
        (
            "COPY --chmod=700 run.sh /opt/run/run.sh",
            "COPY --chmod=755 run.sh /opt/run/run.sh",
        ),
        (
            "COPY run.sh /opt/run/run.sh\nRUN chmod -R o= /opt/run",
            "COPY run.sh /opt/run/run.sh\nRUN chmod -R o= /opt/run\nRUN chmod -R a+rX /opt/run",
        ),
        (
            "RUN umask 077 && mkdir /opt/run\nCOPY run.sh /opt/run/run.sh",
            "RUN umask 077 && mkdir /opt/run\nRUN chmod a+rX /opt/run\nCOPY run.sh /opt/run/run.sh",
        ),
        (
            "ADD http://example.com/run.sh /opt/run/run.sh",
            "ADD http://example.com/run.sh /opt/run/run.sh\nRUN chmod a+rX /opt/run/run.sh",
        ),
        // What is behind its VOLUME, or somebody else's, stays.
        (
            "VOLUME /opt/run\nCOPY --chmod=700 run.sh /opt/run/run.sh",
            "VOLUME /opt/run\nCOPY --chmod=700 run.sh /opt/run/run.sh",
        ),
    ] {
        let after = fixed(&["--rule", "unreadable-path"], &closed_by(lines));
        let (wanted, _) = closed_by(opened)
            .split_once("--- run.sh")
            .map(|(a, b)| (a.to_owned(), b.len()))
            .expect("a case");
        let wanted = wanted.trim_start_matches("--- Dockerfile\n");
        assert_eq!(after, wanted, "{lines}");
    }
}

#[test]
fn data_that_the_build_closes_are_only_opened_when_asked_for() {
    let case = r#"--- Dockerfile
FROM debian:bookworm-slim
COPY app.conf /etc/app.conf
RUN chmod 640 /etc/app.conf
CMD ["/opt/app/app", "--config", "/etc/app.conf"]
--- app.conf 644
password = secret
"#;
    let options = ["--rule", "unreadable-path", "--unsafe"];
    assert!(fixed(&options[..2], case).contains("chmod 640"));
    assert!(fixed(&options, case).contains("chmod 644"));
}
