//! What RUN changes behind VOLUME.

use super::unreadable_path::fixed;
use super::{check, check_on};

const RULE: &[&str] = &["change-after-volume"];

#[test]
fn what_run_leaves_in_a_volume_is_found() {
    let cases = [
        (
            "bits and owners",
            r#"--- Dockerfile
FROM debian:bookworm-slim
RUN mkdir -p /data /log
VOLUME ["/data", "/log"]
RUN chown -R www-data /data && chmod 777 /log «change-after-volume:warning»
CMD ["/opt/app/app"]
"#,
        ),
        (
            "files",
            r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /etc/app
RUN echo 'mode = quiet' > /etc/app/app.conf «change-after-volume:warning»
RUN mkdir -p /etc/app/conf.d «change-after-volume:warning»
CMD ["/opt/app/app"]
"#,
        ),
        (
            "a volume of the base",
            r#"--- Dockerfile
FROM redis:7.2
RUN touch /data/appendonly.aof && chmod 666 /data/appendonly.aof «change-after-volume:warning»
"#,
        ),
        (
            "of a stage that it builds on",
            r#"--- Dockerfile
FROM debian:bookworm-slim AS common
RUN mkdir /data
VOLUME /data
FROM common
RUN chmod 777 /data «change-after-volume:warning»
CMD ["/opt/app/app"]
"#,
        ),
    ];
    check(RULE, &cases);
    check_on(&["--target", "cf"], RULE, &cases);
}

#[test]
fn what_stays_or_is_not_meant_to_is_not() {
    check(
        RULE,
        &[
            (
                "before",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN mkdir -p /data && chmod 777 /data
VOLUME /data
RUN mkdir -p /database && chmod 777 /database
CMD ["/opt/app/app"]
"#,
            ),
            (
                "COPY, which starts no container",
                r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /etc/app
COPY app.conf /etc/app/app.conf
CMD ["/opt/app/app"]
--- app.conf 644
mode = quiet
"#,
            ),
            (
                "what is taken away again",
                r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /data
RUN curl -fsSL http://example.com/x.tgz -o /data/x.tgz && tar -xzf /data/x.tgz -C /opt && rm /data/x.tgz
CMD ["/opt/app/app"]
"#,
            ),
            (
                "what is unpacked where the build is, and taken from there",
                r#"--- Dockerfile
FROM alpine:3.20
VOLUME ["/data"]
WORKDIR /data
RUN wget -qO- https://example.com/sync.tar.gz | tar xz --strip 1 && mv /data/sync /usr/local/bin
CMD ["/usr/local/bin/sync"]
"#,
            ),
            (
                "a link that leads there",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN mkdir -p /app/lib
VOLUME /app/lib
RUN ln -s /app/lib /var/lib/app
CMD ["/opt/app/app"]
"#,
            ),
            (
                "temporary files",
                r#"--- Dockerfile
FROM eclipse-temurin:17-jre
VOLUME /tmp
RUN echo 1 > /tmp/build
CMD ["/opt/java/openjdk/bin/java", "-jar", "/app.jar"]
"#,
            ),
            (
                "a folder that is a volume already",
                r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /data
RUN mkdir -p /data
CMD ["/opt/app/app"]
"#,
            ),
            (
                "with what only BuildKit builds",
                r#"--- Dockerfile
FROM debian:bookworm-slim
VOLUME /data
RUN --mount=type=cache,target=/var/cache/apt chmod 777 /data
CMD ["/opt/app/app"]
"#,
            ),
        ],
    );
}

#[test]
fn volume_moves_behind_what_changes_it() {
    let options = ["--rule", "change-after-volume"];
    let order = |lines: &[&str]| {
        let lines = lines.join("\n");
        format!("--- Dockerfile\nFROM debian:bookworm-slim\n{lines}\nCMD [\"/opt/app/app\"]\n")
    };
    let volume = "VOLUME [\"/data\", \\\n  \"/log\"]";
    let (first, second) = ("RUN touch /data/x", "RUN chmod 777 /log");
    for (before, after) in [
        (
            order(&[
                "RUN mkdir /data",
                volume,
                first,
                "ENV A=b",
                second,
                "LABEL a=b",
            ]),
            order(&[
                "RUN mkdir /data",
                first,
                "ENV A=b",
                second,
                volume,
                "LABEL a=b",
            ]),
        ),
        // What a variable holds may be something else there, and another stage is somebody else's.
        (
            order(&["ENV D=/data", "VOLUME $D", first]),
            order(&["ENV D=/data", "VOLUME $D", first]),
        ),
        (
            order(&["VOLUME /data", "FROM debian:bookworm-slim", first]),
            order(&["VOLUME /data", "FROM debian:bookworm-slim", first]),
        ),
    ] {
        let wanted = after.trim_start_matches("--- Dockerfile\n");
        assert_eq!(fixed(&options, &before), wanted);
    }
}
