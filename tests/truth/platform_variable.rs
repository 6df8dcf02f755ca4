//! Variables that the platform sets itself.

use super::{check, check_on};

const RULES: &[&str] = &["platform-variable"];

#[test]
fn what_the_platform_overrides_is_found() {
    check(
        RULES,
        &[
            (
                "a home, beside others",
                r#"--- Dockerfile
FROM ubuntu:14.04
ENV LANG=C.UTF-8 \
    HOME=/root \ «platform-variable:warning»
    TERM=xterm
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "the old form, and an account",
                r#"--- Dockerfile
FROM debian:jessie
ENV HOME /home/app «platform-variable:warning»
ENV USER root «platform-variable:warning»
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "a limit of PHP's",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS base
ENV MEMORY_LIMIT=512M «platform-variable:warning»
FROM base
CMD ["/bin/sleep", "600"]
"#,
            ),
        ],
    );
    check_on(
        &["--target", "cf"],
        RULES,
        &[(
            "what a service is to give",
            r#"--- Dockerfile
FROM debian:bookworm-slim
ENV VCAP_SERVICES="{}" CF_INSTANCE_INDEX=0 «platform-variable:warning»
ENV HOME=/srv USER=app TMPDIR=/srv/tmp PORT=8080
CMD ["/bin/sleep", "600"]
"#,
        )],
    );
}

#[test]
fn what_only_looks_like_it_is_left_alone() {
    check(
        RULES,
        &[
            (
                "other names",
                r#"--- Dockerfile
FROM debian:bookworm-slim
ENV PHP_MEMORY_LIMIT=512M JAVA_HOME=/opt/java HOMEPAGE=x
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "the same value",
                r#"--- Dockerfile
FROM debian:bookworm-slim
ENV USER vcap
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "what is only for the build",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS build
ENV HOME=/build
RUN touch $HOME/file
FROM debian:bookworm-slim
ARG HOME=/srv
RUN HOME=/tmp touch /srv/file
COPY --from=build /build /srv
CMD ["/bin/sleep", "600"]
"#,
            ),
        ],
    );
}
