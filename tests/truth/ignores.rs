//! Comments that ignore findings: those of no use, and those that nobody can understand.

use super::{check, check_on};

const UNUSED: &[&str] = &["unused-ignore"];
const UNKNOWN: &[&str] = &["unknown-ignore"];

#[test]
fn what_ignores_nothing_is_found() {
    check(
        UNUSED,
        &[
            (
                "a comment that is left over",
                r##"--- Dockerfile
FROM debian:bookworm-slim
# diegolint: ignore=build-chown «unused-ignore:warning»
RUN mkdir /srv/data && chmod 777 /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
            ),
            (
                "one of two rules, and a line too high",
                r##"--- Dockerfile
FROM debian:bookworm-slim
RUN useradd app \
  # diegolint: ignore=build-chown «unused-ignore:warning»
  && mkdir /srv/data \
  # diegolint: ignore=build-chown,wipes-tmp «unused-ignore:warning»
  && chown app /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
            ),
            (
                "a script's, about the block before the one that is meant",
                r##"--- Dockerfile
FROM debian:bookworm-slim
COPY run.sh /run.sh
CMD ["/run.sh"]
--- run.sh
#!/bin/sh
# diegolint: ignore=runtime-chown «unused-ignore:warning»
mkdir -p /tmp/data
chown app /srv
exec sleep infinity
"##,
            ),
            (
                "a whole file without findings",
                r##"--- Dockerfile
# diegolint: ignore-file «unused-ignore:warning»
FROM debian:bookworm-slim
CMD ["/bin/sleep", "infinity"]
"##,
            ),
        ],
    );
}

#[test]
fn what_is_of_use_or_no_such_comment_is_not() {
    let cases: &[(&str, &str)] = &[
        (
            "the line, the instruction, the file",
            r##"--- Dockerfile
# diegolint: ignore-file=unused-account nobody minds
FROM debian:bookworm-slim
# diegolint: ignore=build-chown
RUN useradd app \
  && chown app /srv \
  # diegolint: ignore=build-chown
  && chown app /opt
CMD ["/bin/sleep", "infinity"]
"##,
        ),
        (
            "what fix writes, and what is no comment",
            r##"--- Dockerfile
FROM debian:bookworm-slim
# diegolint: volume: nothing lasts here
# # diegolint: ignore=volume
RUN cat > /etc/motd <<EOF
# diegolint: ignore=volume
EOF
EXPOSE 8080 # diegolint: ignore=volume
COPY run.sh /run.sh
CMD ["/run.sh"]
--- run.sh
#!/bin/sh
echo '
# diegolint: ignore=volume
' "# diegolint: ignore=volume"
exec sleep infinity
"##,
        ),
        (
            "a rule of another target",
            r##"--- Dockerfile
FROM debian:bookworm-slim
# diegolint: ignore=runs-as-root
RUN mkdir -p /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
        ),
        (
            "what is said of it, where the file says that it may",
            r##"--- Dockerfile
# diegolint: ignore-file=unused-ignore for an image that is built elsewhere
FROM debian:bookworm-slim
# diegolint: ignore=build-chown
RUN mkdir /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
        ),
    ];
    check(UNUSED, cases);
}

#[test]
fn a_rule_that_holds_on_one_of_two_targets_is_of_use() {
    let case = r##"--- Dockerfile
# diegolint: ignore=runs-as-root
FROM debian:bookworm-slim
EXPOSE 8080
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"##;
    check_on(
        &["--target", "diego-2015", "--target", "cf"],
        UNUSED,
        &[("on both", case)],
    );
}

#[test]
fn what_names_no_rule_is_found() {
    check(
        UNKNOWN,
        &[
            (
                "misspelt, and another program's",
                r##"--- Dockerfile
FROM debian:bookworm-slim
# diegolint: ignore=build-chwon,DL3008 «unknown-ignore:warning»
RUN mkdir /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
            ),
            (
                "in other forms",
                r##"--- Dockerfile
FROM debian:bookworm-slim
# diegolint: ignore build-chown «unknown-ignore:warning»
# diegolint: ignore: build-chown «unknown-ignore:warning»
# diegolint: ignroe=build-chown «unknown-ignore:warning»
# diegolint: ignore «unknown-ignore:warning»
RUN mkdir /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
            ),
            (
                "in a script and in a configuration",
                r##"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y redis-server
COPY redis.conf /etc/redis.conf
COPY run.sh /run.sh
CMD ["/run.sh"]
--- redis.conf
# diegolint: ignore=wrong_port «unknown-ignore:warning»
port 6379
bind 0.0.0.0
--- run.sh
#!/bin/sh
mkdir -p /tmp/x # diegolint: ignore=unwriteable-path «unknown-ignore:warning»
exec redis-server /etc/redis.conf
"##,
            ),
        ],
    );
}

#[test]
fn what_is_meant_for_people_or_others_is_not() {
    check(
        UNKNOWN,
        &[
            (
                "other programs' comments",
                r##"--- Dockerfile
# check=skip=JSONArgsRecommended
FROM debian:bookworm-slim
# hadolint ignore=DL3008
# shellcheck disable=SC2086
RUN mkdir /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
            ),
            (
                "what fix writes of a rule whose name begins alike",
                r##"--- Dockerfile
FROM debian:bookworm-slim
# diegolint: ignored-instruction: nobody reads it
# diegolint: see the README
RUN mkdir /srv/data
CMD ["/bin/sleep", "infinity"]
"##,
            ),
            (
                "words and data",
                r##"--- Dockerfile
FROM debian:bookworm-slim
RUN echo "# diegolint: ignore=nonsense" > /etc/motd
RUN cat > /etc/issue <<'EOF'
# diegolint: ignore=nonsense
EOF
CMD ["/bin/sleep", "infinity"]
"##,
            ),
        ],
    );
}
