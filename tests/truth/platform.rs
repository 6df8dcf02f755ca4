//! Images that are made for other machines than the platform has.

use super::{check, check_on};

const RULES: &[&str] = &["platform"];

#[test]
fn what_is_made_for_other_machines_does_not_start() {
    let cases: &[(&str, &str)] = &[
        (
            "a flag",
            r#"--- Dockerfile
FROM --platform=linux/arm64 node:20-bookworm-slim AS base «platform:error»
WORKDIR /srv
FROM base
COPY server.js .
CMD ["node", "server.js"]
--- server.js 644
"#,
        ),
        (
            "an image for the Raspberry Pi",
            r#"--- Dockerfile
FROM resin/rpi-raspbian:jessie «platform:error»
CMD ["/bin/sleep", "infinity"]
"#,
        ),
        (
            "an official image for one processor",
            r#"--- Dockerfile
FROM golang:1.22 AS build
FROM docker.io/arm32v7/alpine:3.20 «platform:error»
COPY --from=build /usr/local/go/bin/go /bin/go
CMD ["/bin/go"]
"#,
        ),
        (
            "Windows, of which nothing else is said",
            r#"--- Dockerfile
FROM mcr.microsoft.com/windows/nanoserver «platform:error»
USER ContainerUser
VOLUME C:\data
EXPOSE 80
HEALTHCHECK CMD curl http://localhost
CMD ["server.exe"]
"#,
        ),
        (
            "what a variable says by default",
            r#"--- Dockerfile
ARG PLATFORM=linux/arm/v7
FROM --platform=${PLATFORM} debian:bookworm-slim «platform:warning»
CMD ["/bin/sleep", "infinity"]
"#,
        ),
    ];
    check(&[], &cases[3..4]);
    check(RULES, cases);
    check_on(&["--target", "cf"], RULES, cases);
}

#[test]
fn what_runs_on_amd64_is_left_alone() {
    check(
        RULES,
        &[
            (
                "what is copied from",
                r#"--- Dockerfile
FROM --platform=linux/arm64 alpine:3.20 AS certificates
FROM arm64v8/busybox:1.36 AS tools
FROM debian:bookworm-slim
COPY --from=certificates /etc/ssl /etc/ssl
COPY --from=tools /bin/true /opt/true
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "what the builder says",
                r#"--- Dockerfile
FROM --platform=$BUILDPLATFORM golang:1.22 AS build
FROM --platform=${TARGETPLATFORM:-linux/arm64} debian:bookworm-slim
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "another way to write it",
                r#"--- Dockerfile
FROM --platform=linux/x86_64 amd64/debian:bookworm-slim
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "an image that builds for others",
                r#"--- Dockerfile
FROM dockcross/linux-arm64:20240104
CMD ["/bin/sleep", "infinity"]
"#,
            ),
            (
                "32 bits",
                r#"--- Dockerfile
FROM i386/debian:bookworm-slim
CMD ["/bin/sleep", "infinity"]
"#,
            ),
        ],
    );
}
