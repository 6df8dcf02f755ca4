//! Bases that are others from build to build.

use super::{check, check_on};

const RULES: &[&str] = &["untagged-base"];

#[test]
fn a_base_without_a_version_is_found() {
    let cases: &[(&str, &str)] = &[
        (
            "no tag, behind the port of a registry",
            r#"--- Dockerfile
FROM registry.example.com:5000/team/base «untagged-base:warning»
CMD ["/bin/sleep", "infinity"]
"#,
        ),
        (
            "latest, under a stage",
            r#"--- Dockerfile
FROM ubuntu:latest AS base «untagged-base:warning»
RUN apt-get update && apt-get install -y curl
FROM base
CMD ["/bin/sleep", "infinity"]
"#,
        ),
        (
            "by the default of a variable",
            r#"--- Dockerfile
ARG BASE=alpine
ARG TAG=latest
FROM $BASE:$TAG «untagged-base:note»
CMD ["/bin/sleep", "600"]
"#,
        ),
    ];
    check(RULES, cases);
    check_on(&["--target", "cf"], RULES, cases);
}

#[test]
fn what_says_which_image_it_is_is_left_alone() {
    check(
        RULES,
        &[
            (
                "stages, a digest, and what is only copied from",
                r#"--- Dockerfile
FROM golang AS build
FROM debian@sha256:36e591f228bb9b99348f584e83f16e012c33ba5cad44ef5981a1d7c0a93eca22 AS base
FROM base
COPY --from=build /usr/local/go /usr/local/go
COPY --from=busybox /bin/true /opt/true
CMD ["/usr/local/go/bin/go"]
"#,
            ),
            (
                "nothing at all",
                r#"--- Dockerfile
FROM scratch
COPY server /server
CMD ["/server"]
--- server
"#,
            ),
            (
                "what the build is told",
                r#"--- Dockerfile
ARG TAG
FROM debian:$TAG
CMD ["/bin/sleep", "600"]
"#,
            ),
            (
                "a tag that begins with it",
                r#"--- Dockerfile
FROM ruby:latest-slim
CMD ["/bin/sleep", "600"]
"#,
            ),
        ],
    );
}
