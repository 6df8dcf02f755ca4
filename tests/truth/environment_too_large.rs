//! Variables and commands for which the platform has no room.

use super::{check, check_on};

const RULES: &[&str] = &["environment-too-large"];

/// A case, with a word of so many bytes for each `LONG`.
fn with(case: &str, bytes: usize) -> String {
    case.replace("LONG", &"x".repeat(bytes))
}

const ONE: &str = r#"--- Dockerfile
FROM debian:bookworm-slim
ENV SHORT=1
ENV WORDS=LONG «environment-too-large:LEVEL»
CMD ["/bin/sleep", "600"]
"#;

#[test]
fn what_does_not_fit_is_found() {
    let over = with(&ONE.replace("LEVEL", "error"), 8100);
    let near = with(&ONE.replace("LEVEL", "warning"), 6000);
    let grown = r#"--- Dockerfile
FROM debian:bookworm-slim AS base
ENV A=LONG
ENV B=$A:$A:$A:$A «environment-too-large:error»
FROM base
CMD ["/bin/sleep", "600"]
"#;
    let command = r#"--- Dockerfile
FROM debian:bookworm-slim
ENTRYPOINT ["/bin/echo", "LONG"] «environment-too-large:error»
CMD ["LONG"]
"#;
    check(
        RULES,
        &[
            ("more than there is", &over),
            ("near to it", &near),
            ("grown of itself", &with(grown, 2000)),
            ("a command", &with(command, 4200)),
        ],
    );
}

#[test]
fn what_fits_is_left_alone() {
    let unmarked = ONE.replace(" «environment-too-large:LEVEL»", "");
    let overridden = r#"--- Dockerfile
FROM debian:bookworm-slim
ENV WORDS=LONG
ENV WORDS=1
ENV VCAP_SERVICES=LONG
CMD ["/bin/sleep", "600"]
"#;
    let build = r#"--- Dockerfile
FROM debian:bookworm-slim AS build
ENV WORDS=LONG
FROM debian:bookworm-slim
ARG WORDS=LONG
RUN echo LONG > /etc/words
COPY --from=build /etc/hostname /etc/build
CMD ["/bin/echo", "LONG"]
"#;
    check(
        RULES,
        &[
            ("some", &with(&unmarked, 5000)),
            ("what does not come to the process", &with(overridden, 7000)),
            ("what is for the build", &with(build, 7000)),
        ],
    );
    let long = with(&unmarked, 20_000);
    check_on(&["--target", "cf"], RULES, &[("no limit", &long)]);
}
