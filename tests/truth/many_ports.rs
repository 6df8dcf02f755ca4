//! Several TCP ports that EXPOSE says.

use std::fs;

use assert_cmd::Command;

use super::{check, check_on, write};

const RULE: &[&str] = &["many-ports"];
const CF: &[&str] = &["--target", "cf"];

#[test]
fn where_expose_counts_all_of_them_have_to_answer() {
    check_on(
        CF,
        RULE,
        &[
            (
                "one of two is served",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
COPY site.conf /etc/nginx/nginx.conf
EXPOSE 8080
EXPOSE 8443 «many-ports:warning»
CMD ["nginx", "-g", "daemon off;"]
--- site.conf 644
events {}
http { server { listen 8080; } }
"#,
            ),
            (
                "nothing is known of the program, and a range is many ports",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 7000-7005 «many-ports:warning»
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
            (
                "the base has one already",
                r#"--- Dockerfile
FROM nginx:1.27
COPY default.conf /etc/nginx/conf.d/default.conf
EXPOSE 8080 «many-ports:warning»
--- default.conf 644
server { listen 80; }
"#,
            ),
            (
                "all is the base's",
                r#"--- Dockerfile
FROM rabbitmq:3 «many-ports:warning»
COPY rabbitmq.conf /etc/rabbitmq/rabbitmq.conf
--- rabbitmq.conf 644
listeners.tcp.default = 5672
"#,
            ),
            (
                "an earlier stage says one",
                r#"--- Dockerfile
FROM alpine:3.20 AS common
EXPOSE 9000 «many-ports:warning»
FROM common
EXPOSE 8080
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
            (
                "a server that only the container reaches does not answer",
                r#"--- Dockerfile
FROM alpine:3.20
COPY haproxy.cfg /etc/haproxy.cfg
EXPOSE 8080 9000 «many-ports:warning»
CMD ["haproxy", "-f", "/etc/haproxy.cfg"]
--- haproxy.cfg 644
frontend web
    bind *:8080
frontend admin
    bind 127.0.0.1:9000
"#,
            ),
            (
                "all are served: it is only said where requests go",
                r#"--- Dockerfile
FROM alpine:3.20
COPY haproxy.cfg /etc/haproxy.cfg
EXPOSE 8080 9000 «many-ports:note»
CMD ["haproxy", "-f", "/etc/haproxy.cfg"]
--- haproxy.cfg 644
frontend web
    bind *:8080
frontend admin
    bind *:9000
"#,
            ),
            (
                "one port, said twice, and one of UDP",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8080/tcp 8080/udp
EXPOSE 8080
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
            (
                "what a stage EXPOSEs that is only copied from",
                r#"--- Dockerfile
FROM alpine:3.20 AS build
EXPOSE 3000
RUN make
FROM alpine:3.20
COPY --from=build /out /opt/tunnel
EXPOSE 8080
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
            (
                "nothing is EXPOSEd",
                r#"--- Dockerfile
FROM alpine:3.20
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
        ],
    );
}

#[test]
fn where_expose_does_not_count_the_others_are_out_of_reach() {
    check(
        RULE,
        &[
            (
                "beside the one that is checked",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8080 50000 «many-ports:note»
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
            (
                "beside the one that the server has to leave",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 80
EXPOSE 443 «many-ports:note»
CMD ["/usr/bin/python3", "-m", "http.server", "80"]
"#,
            ),
            (
                "that none is the one that is checked is another matter",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 80 443
CMD ["/usr/bin/python3", "-m", "http.server", "8080"]
"#,
            ),
            (
                "what the base says does not count, and cannot be taken back",
                r#"--- Dockerfile
FROM tomcat:10
EXPOSE 8080
FROM jetty:12
"#,
            ),
            (
                "one port",
                r#"--- Dockerfile
FROM alpine:3.20
EXPOSE 8080
CMD ["/opt/tunnel/tunneld"]
"#,
            ),
        ],
    );
}

#[test]
fn what_is_served_stays() {
    let serve = "COPY nginx.conf /etc/nginx/nginx.conf\nCMD [\"nginx\", \"-g\", \"daemon off;\"]";
    let site = "--- nginx.conf 644\nevents {}\nhttp { server { listen 8080; } }";
    let from = "FROM debian:bookworm-slim\n";
    for (before, after) in [
        ("EXPOSE 8080 9090\n", "EXPOSE 8080\n"),
        ("EXPOSE 9090\nEXPOSE 8080\n", "EXPOSE 8080\n"),
        ("EXPOSE 8078-8082 53/udp\n", "EXPOSE 8080 53/udp\n"),
        ("EXPOSE 8080 \\\n    9090 \\\n    9091\n", "EXPOSE 8080\n"),
    ] {
        let case = |ports: &str| format!("--- Dockerfile\n{from}{ports}{serve}\n{site}\n");
        let options = ["--target", "cf", "--unsafe", "--rule", "many-ports"];
        assert_eq!(
            mended(&options, &case(before)),
            format!("{from}{after}{serve}\n")
        );
    }
}

/// The Dockerfile of a case after `fix` with these options.
pub(super) fn mended(options: &[&str], case: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    write(folder.path(), case);
    let fix = || {
        let mut command = Command::cargo_bin("diegolint").expect("the program");
        let command = command.current_dir(folder.path());
        command
            .args(["fix", "--style", "remove", "."])
            .args(options);
        command.output().expect("it runs");
        fs::read_to_string(folder.path().join("Dockerfile")).expect("a Dockerfile")
    };
    let mended = fix();
    assert_eq!(fix(), mended, "a second fix changes nothing");
    mended
}
