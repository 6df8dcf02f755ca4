//! Instructions that the platform does not read.

use super::{check, check_on};

const RULES: &[&str] = &["ignored-instruction"];

#[test]
fn what_does_not_count_is_said() {
    let cases: &[(&str, &str)] = &[
        (
            "a health check and a signal",
            r#"--- Dockerfile
FROM nginx:1.27
STOPSIGNAL SIGQUIT «ignored-instruction:note»
HEALTHCHECK --interval=5m --timeout=3s \ «ignored-instruction:note»
  CMD curl -f http://localhost/ || exit 1
"#,
        ),
        (
            "of a stage that it is built on, by its number",
            r#"--- Dockerfile
FROM debian:bookworm-slim AS base
STOPSIGNAL 3 «ignored-instruction:note»
FROM base
CMD ["/bin/sleep", "600"]
"#,
        ),
        (
            "the last of two",
            r#"--- Dockerfile
FROM debian:bookworm-slim
HEALTHCHECK NONE
HEALTHCHECK CMD ["/bin/true"] «ignored-instruction:note»
CMD ["/bin/sleep", "600"]
"#,
        ),
    ];
    check(RULES, cases);
    check_on(&["--target", "cf"], RULES, cases);
}

#[test]
fn what_changes_nothing_is_left_alone() {
    check(
        RULES,
        &[
            (
                "the signal that is sent",
                r#"--- Dockerfile
FROM debian:bookworm-slim
STOPSIGNAL sigterm
HEALTHCHECK NONE
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "its number, by a variable",
                r#"--- Dockerfile
FROM debian:bookworm-slim
ARG SIGNAL=15
STOPSIGNAL $SIGNAL
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "what is taken back",
                r#"--- Dockerfile
FROM debian:bookworm-slim
HEALTHCHECK CMD ["/bin/true"]
HEALTHCHECK NONE
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "what Docker reads, and what is for others",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS tools
HEALTHCHECK CMD ["/bin/true"]
FROM debian:bookworm-slim
COPY --from=tools /bin/true /opt/true
SHELL ["/bin/bash", "-c"]
ONBUILD HEALTHCHECK CMD ["/bin/true"]
CMD exec sleep 600
"#,
            ),
        ],
    );
}
