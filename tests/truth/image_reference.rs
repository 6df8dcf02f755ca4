//! Bases with a name that none can have.

use super::{check, check_on};

const RULES: &[&str] = &["image-reference"];

#[test]
fn what_docker_refuses_is_found() {
    let cases: &[(&str, &str)] = &[
        (
            "a scheme",
            r#"--- Dockerfile
FROM https://registry.example.com/team/base:1.2 «image-reference:error»
CMD ["/bin/sleep", "infinity"]
"#,
        ),
        (
            "upper case, under a stage",
            r#"--- Dockerfile
FROM MyCompany/base:1.2 AS base «image-reference:error»
FROM base
CMD ["/bin/sleep", "infinity"]
"#,
        ),
        (
            "a tag that is none",
            r#"--- Dockerfile
FROM debian:8.1+build2 «image-reference:error»
CMD ["/bin/sleep", "infinity"]
"#,
        ),
        (
            "a digest that is cut off",
            r#"--- Dockerfile
FROM debian@sha256:36e591f228bb9b99348f584e83f16e012c33ba5cad44ef5981a1d7c0a93eca «image-reference:error»
CMD ["/bin/sleep", "infinity"]
"#,
        ),
    ];
    check(RULES, cases);
    check_on(&["--target", "cf"], RULES, cases);
}

#[test]
fn what_docker_takes_is_left_alone() {
    check(
        RULES,
        &[
            (
                "a registry with a port, and upper case in the tag",
                r#"--- Dockerfile
FROM Registry.example.com:5000/team/base_image:1.2-RC1
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "a stage in upper case",
                r#"--- Dockerfile
FROM debian:bookworm-slim AS Base
FROM BASE
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "a digest, whatever the platform thinks of those of pushed images",
                r#"--- Dockerfile
FROM debian@sha256:36e591f228bb9b99348f584e83f16e012c33ba5cad44ef5981a1d7c0a93eca22
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "a template",
                r#"--- Dockerfile
FROM %%BASE_IMAGE%%
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "what has to be said when it is built",
                r#"--- Dockerfile
ARG VERSION=
FROM registry.example.com/team/base:${VERSION}
CMD ["/bin/sleep", "infinity"]
"#,
            ),
        ],
    );
}
