//! Accounts that USER names.

use super::{check, check_on};

const RULE: &[&str] = &["unknown-user"];
const CF: &[&str] = &["--target", "cf"];

#[test]
fn accounts_that_nothing_makes() {
    check_on(
        CF,
        RULE,
        &[
            (
                "made in another stage",
                r#"--- Dockerfile
FROM golang:1.22-alpine AS build
RUN adduser -D -u 10001 app
FROM alpine:3.20
COPY --from=build /go/bin/app /usr/local/bin/app
USER app «unknown-user:error»
CMD ["/usr/local/bin/app"]
"#,
            ),
            (
                "no accounts at all",
                r#"--- Dockerfile
FROM scratch
COPY appd /
USER nobody «unknown-user:error»
ENTRYPOINT ["/appd"]
--- appd
binary
"#,
            ),
            (
                "a group of another distribution",
                r#"--- Dockerfile
FROM debian:bookworm-slim
USER nobody:nobody «unknown-user:error»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a base that is not known",
                r#"--- Dockerfile
FROM example.com/base:1
COPY appd /usr/bin/
USER worker «unknown-user:warning»
CMD ["/usr/bin/appd"]
--- appd
binary
"#,
            ),
            (
                "a package that may make it",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y some-daemon
USER worker «unknown-user:warning»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a file of accounts without it",
                r#"--- Dockerfile
FROM scratch
COPY passwd /etc/passwd
COPY appd /
USER app «unknown-user:error»
ENTRYPOINT ["/appd"]
--- passwd 644
root:x:0:0:root:/:/bin/false
--- appd
binary
"#,
            ),
        ],
    );
}

#[test]
fn accounts_that_are_there_or_may_be() {
    let start = "CMD [\"/usr/bin/appd\"]\n";
    let cases = [
        ("made", "FROM debian:bookworm\nRUN useradd app\nUSER app\n"),
        (
            "with its group",
            "FROM alpine:3.20\nRUN addgroup -S web && adduser -S -G web app\nUSER app:web\n",
        ),
        ("numbers", "FROM scratch\nUSER 1000:1000\n"),
        (
            "the distribution's",
            "FROM alpine:3.20\nUSER nobody:nobody\n",
        ),
        (
            "another one's",
            "FROM debian:bookworm\nUSER nobody:nogroup\n",
        ),
        ("the base's", "FROM node:20\nUSER node\n"),
        (
            "a package's",
            "FROM debian:bookworm\nRUN apt-get update && apt-get install -y redis-server\nUSER redis\n",
        ),
        (
            "a package's by its name",
            "FROM debian:bookworm\nRUN apt-get update && apt-get install -y tomcat10\nUSER tomcat\n",
        ),
        (
            "the base's by its name",
            "FROM quay.io/keycloak/keycloak:24.0\nUSER keycloak\n",
        ),
        (
            "the base's again",
            "FROM example.com/base:1\nUSER root\nRUN apt-get update\nUSER worker\n",
        ),
        (
            "the build runs as it",
            "FROM example.com/base:1\nUSER worker\nRUN make -C /src\n",
        ),
        (
            "the build gives to it",
            "FROM example.com/base:1\nRUN chown -R worker /srv\nUSER worker\n",
        ),
        (
            "a script that nobody knows",
            "FROM debian:bookworm\nRUN curl -fsSL https://example.com/x | sh\nUSER worker\n",
        ),
        (
            "a package of one's own",
            "FROM debian:bookworm\nRUN dpkg -i /tmp/x.deb\nUSER worker\n",
        ),
        (
            "written by hand",
            "FROM debian:bookworm\nRUN echo 'app:x:1000:1000::/:/bin/sh' >> /etc/passwd\nUSER app\n",
        ),
        (
            "from another stage",
            "FROM alpine:3.20 AS a\nRUN adduser -D app\nFROM scratch\nCOPY --from=a /etc/passwd /etc/passwd\nUSER app\n",
        ),
        ("a variable", "FROM debian:bookworm\nARG WHO\nUSER $WHO\n"),
    ];
    for (name, lines) in cases {
        let case = format!("--- Dockerfile\n{lines}{start}");
        check_on(CF, RULE, &[(name, &case)]);
    }
    let case = format!("--- Dockerfile\nFROM scratch\nUSER app\n{start}");
    check(RULE, &[("another target", &case)]);
}
