//! Images that do not say who runs them, or say root.

use super::{check, check_on, fixed};

const RULE: &[&str] = &["runs-as-root"];
const CF: &[&str] = &["--target", "cf"];

#[test]
fn images_that_root_runs() {
    check_on(
        CF,
        RULE,
        &[
            (
                "nobody is named",
                r#"--- Dockerfile
FROM node:20 «runs-as-root:warning»
COPY server.js /app/
CMD ["node", "/app/server.js"]
--- server.js 644
require('http').createServer().listen(8080)
"#,
            ),
            (
                "nobody is named in the final stage",
                r#"--- Dockerfile
FROM golang:1.22 AS build
RUN useradd app
USER app
FROM scratch «runs-as-root:warning»
COPY --from=build /go/bin/app /app
ENTRYPOINT ["/app"]
"#,
            ),
            (
                "root comes back",
                r#"--- Dockerfile
FROM example.com/base:1
USER app
USER root «runs-as-root:warning»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "root by its numbers",
                r#"--- Dockerfile
FROM debian:bookworm
USER 0:0 «runs-as-root:warning»
CMD ["/usr/bin/appd"]
"#,
            ),
            (
                "a step down at the start",
                r#"--- Dockerfile
FROM debian:bookworm «runs-as-root:warning»
RUN useradd app
CMD ["gosu", "app", "/usr/bin/appd"]
"#,
            ),
        ],
    );
}

#[test]
fn images_that_others_run() {
    check_on(
        CF,
        RULE,
        &[
            (
                "a number",
                "--- Dockerfile\nFROM debian:bookworm\nUSER 1000\nCMD [\"/usr/bin/appd\"]\n",
            ),
            (
                "the base says it",
                "--- Dockerfile\nFROM jenkins/jenkins:lts\nCOPY plugins.txt /x\n--- plugins.txt\ngit\n",
            ),
            (
                "the base's tag says it",
                "--- Dockerfile\nFROM gcr.io/distroless/static-debian12:nonroot\nCOPY appd /appd\nCMD [\"/appd\"]\n--- appd\nx\n",
            ),
            (
                "the base may say it",
                "--- Dockerfile\nFROM example.com/base:1\nCMD [\"/usr/bin/appd\"]\n",
            ),
            (
                "a stage says it",
                "--- Dockerfile\nFROM debian:bookworm AS base\nRUN useradd app\nUSER app\nFROM base\nCMD [\"/usr/bin/appd\"]\n",
            ),
            (
                "a variable says it",
                "--- Dockerfile\nFROM debian:bookworm\nARG WHO\nUSER $WHO\nCMD [\"/usr/bin/appd\"]\n",
            ),
        ],
    );
    // Everybody is vcap there.
    let case = "--- Dockerfile\nFROM debian:bookworm\nUSER root\nCMD [\"/usr/bin/appd\"]\n";
    check(RULE, &[("another target", case)]);
}

#[test]
fn an_account_is_made_where_nothing_needs_root() {
    let options = ["--target", "cf", "--unsafe", "--rule", "runs-as-root"];
    let fix = |dockerfile: &str| fixed(&options, dockerfile);
    let made = "RUN useradd -M -u 10001 app\nUSER 10001\n";
    let start = "CMD [\"/usr/bin/appd\"]\n";
    assert_eq!(
        fix(&format!("FROM debian:bookworm\nRUN make\n{start}")),
        format!("FROM debian:bookworm\nRUN make\n{made}{start}")
    );
    assert_eq!(
        fix(&format!("FROM debian:bookworm\n{start}USER 0:0\n")),
        format!("FROM debian:bookworm\n{start}USER 0:0\n{made}")
    );
    assert_eq!(
        fix(&format!("FROM alpine:3.20\nRUN adduser -D app\n{start}")),
        format!(
            "FROM alpine:3.20\nRUN adduser -D app\nRUN adduser -D -H -u 10001 process\nUSER 10001\n{start}"
        )
    );
    for kept in [
        format!("FROM scratch\n{start}"),
        format!("FROM debian:bookworm\nVOLUME /data\n{start}"),
        format!("FROM debian:bookworm\nEXPOSE 80\n{start}"),
        "FROM debian:bookworm\nCMD [\"gosu\", \"app\", \"/usr/bin/appd\"]\n".to_owned(),
        "FROM nginx:1.27\n".to_owned(),
    ] {
        assert_eq!(fix(&kept), kept);
    }
    // What is not safe has to be asked for.
    let case = format!("FROM debian:bookworm\n{start}");
    assert_eq!(fixed(&["--target", "cf"], &case), case);
}
