//! Images without a shell.

use super::check;

const RULES: &[&str] = &["no-shell"];

#[test]
fn a_shell_is_missing() {
    check(
        RULES,
        &[
            (
                "the shell form from scratch, and nothing else of it",
                r#"--- Dockerfile
FROM scratch
COPY app /app
CMD /app --port 8080 «no-shell:error»
--- app
ELF
"#,
            ),
            (
                "distroless",
                r#"--- Dockerfile
FROM gcr.io/distroless/static-debian12
COPY app /app
ENTRYPOINT ["/bin/sh", "-c", "/app"] «no-shell:error»
--- app
ELF
"#,
            ),
            (
                "no account for root",
                r#"--- Dockerfile
FROM golang:1.24 AS build
COPY main.go .
RUN go build -o /app main.go

FROM scratch «no-shell:warning»
COPY --from=build /etc/ssl/certs/ca-certificates.crt /etc/ssl/certs/
COPY --from=build /app /app
CMD ["/app"]
--- main.go
package main
"#,
            ),
        ],
    );
}

#[test]
fn a_shell_is_there_or_not_wanted() {
    check(
        RULES,
        &[
            (
                "it is copied, and the accounts are",
                r#"--- Dockerfile
FROM busybox:1.36 AS tools

FROM scratch
COPY --from=tools /bin/sh /bin/sh
COPY --from=tools /etc/passwd /etc/passwd
COPY app /app
CMD /app
--- app
ELF
"#,
            ),
            (
                "a distribution is unpacked",
                r#"--- Dockerfile
FROM scratch
ADD rootfs.tar.xz /
CMD bash -l
--- rootfs.tar.xz
xz
"#,
            ),
            (
                "distroless has accounts",
                r#"--- Dockerfile
FROM gcr.io/distroless/static-debian12
COPY app /app
ENTRYPOINT ["/app"]
--- app
ELF
"#,
            ),
            (
                "the words are for another program",
                r#"--- Dockerfile
FROM scratch
COPY passwd /etc/passwd
COPY app /app
ENTRYPOINT ["/app"]
CMD serve
--- passwd
root:x:0:0:root:/:/sbin/nologin
--- app
ELF
"#,
            ),
        ],
    );
}
