//! Logs that nobody sees.

use super::{check, check_on};

const RULES: &[&str] = &["log-file"];

#[test]
fn logs_that_only_go_into_files() {
    check(
        RULES,
        &[
            (
                "a package's configuration",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && chmod -R a+rwX /var/log/nginx
CMD ["/usr/sbin/nginx", "-g", "daemon off;"] «log-file:warning»
"#,
            ),
            (
                "a configuration of the image",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["/usr/sbin/nginx", "-g", "daemon off;"]
--- nginx.conf
error_log /tmp/error.log; «log-file:warning»
events {}
http {
	access_log /tmp/access.log;
	server { listen 8080; }
}
"#,
            ),
            (
                "an option",
                r#"--- Dockerfile
FROM mongo:3.0
ENTRYPOINT []
CMD ["/usr/bin/mongod", "--dbpath", "/tmp", "--logpath", "/tmp/mongod.log"] «log-file:warning»
"#,
            ),
        ],
    );
}

#[test]
fn logs_that_are_printed() {
    check(
        RULES,
        &[
            (
                "one that cannot be written yet, too",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
CMD ["/usr/sbin/nginx", "-g", "daemon off;"] «log-file:warning»
"#,
            ),
            (
                "one of them is printed",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["/usr/sbin/nginx", "-g", "daemon off;"]
--- nginx.conf
error_log stderr;
events {}
http {
	access_log /tmp/access.log;
	server { listen 8080; }
}
"#,
            ),
            (
                "the script prints them",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && chmod -R a+rwX /var/log/nginx
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
tail -F /var/log/nginx/access.log /var/log/nginx/error.log &
exec nginx -g 'daemon off;'
"#,
            ),
            (
                "a server that prints where nothing else is said",
                r#"--- Dockerfile
FROM redis:7
CMD ["redis-server", "--port", "8080"]
"#,
            ),
        ],
    );
    check_on(
        &["--target", "cf"],
        RULES,
        &[(
            "links to what is printed",
            r#"--- Dockerfile
FROM nginx:1.27
COPY index.html /usr/share/nginx/html/
--- index.html
hello
"#,
        )],
    );
}
