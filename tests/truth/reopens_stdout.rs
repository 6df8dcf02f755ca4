//! Standard output and standard error, opened by their names.

use super::{check, check_on, fixed};

const RULES: &[&str] = &["reopens-stdout", "unwritable-path", "root-only-command"];

#[test]
fn scripts_that_open_their_own_output() {
    check(
        RULES,
        &[
            (
                "under set -e the start ends there",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
echo "starting" > /dev/stderr «reopens-stdout:error»
exec memcached -p 8080
"#,
            ),
            (
                "else only the message is lost, and a program is not started",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
log() {
	echo "$@" >> /proc/self/fd/2 «reopens-stdout:warning»
}
log one
log two
{ date; id; } > /dev/fd/1 «reopens-stdout:error»
ldconfig -p 2> /dev/stdout «reopens-stdout:error»
echo "$HOSTNAME" | tee /dev/stderr «reopens-stdout:warning»
exec memcached -p 8080 > /dev/stdout 2>&1 «reopens-stdout:error»
"#,
            ),
            (
                "what is caught, and what a run only comes to now and then",
                r#"--- Dockerfile
FROM debian:bookworm-slim
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
echo a > /dev/stderr || true «reopens-stdout:warning»
if ping -c 1 example.org; then
	echo b > /dev/stderr «reopens-stdout:warning»
fi
exec memcached -p 8080
"#,
            ),
            (
                "what is open already, what is the script's own pipe, and what is read",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN echo "building" > /dev/stderr && ls > /dev/stdout
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
set -e
echo a >&2
echo b 1>&2 > /dev/null
name=$(hostname > /dev/stdout)
hostname > /dev/stdout | tr a b
cat < /dev/stdin > /dev/null
echo c > /tmp/log 2> /dev/null
exec memcached -p 8080
"#,
            ),
        ],
    );
}

#[test]
fn servers_whose_log_is_their_own_output() {
    check(
        RULES,
        &[
            (
                "a configuration of the image",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && chmod -R a+rwX /var/lib/nginx /var/log/nginx /run
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["/usr/sbin/nginx", "-g", "daemon off;"]
--- nginx.conf
error_log stderr;
pid /tmp/nginx.pid;
events {}
http {
	access_log /dev/stdout; «reopens-stdout:error»
	server {
		listen 8080;
	}
}
"#,
            ),
            (
                "the links of the official image, which has no place here but the command",
                r#"--- Dockerfile
FROM nginx:1.9 «reopens-stdout:error»
RUN sed -i 's/80;/8080;/' /etc/nginx/conf.d/default.conf && chmod -R 777 /var/cache/nginx /run /var/run
"#,
            ),
            (
                "links of one's own",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && chmod -R a+rwX /var/lib/nginx /var/log/nginx /run
RUN sed -i 's/listen 80/listen 8080/' /etc/nginx/sites-available/default \
	&& ln -sf /dev/stdout /var/log/nginx/access.log \
	&& ln -sf /dev/stderr /var/log/nginx/error.log «reopens-stdout:error»
CMD ["/usr/sbin/nginx", "-g", "daemon off;"]
"#,
            ),
            (
                "an option",
                r#"--- Dockerfile
FROM mongo:3.0
RUN mkdir -p /srv/db && chmod 777 /srv/db
ENTRYPOINT []
CMD ["/usr/bin/mongod", "--dbpath", "/srv/db", "--port", "8080", "--logpath", "/dev/stdout"] «reopens-stdout:error»
"#,
            ),
            (
                "the official images of PHP-FPM and httpd",
                r#"--- Dockerfile
FROM httpd:2.4 «reopens-stdout:error»
RUN sed -i 's/Listen 80/Listen 8080/' /usr/local/apache2/conf/httpd.conf && chmod 777 /usr/local/apache2/logs
"#,
            ),
            (
                "a program of supervisord",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y supervisor redis-server
COPY supervisord.conf /etc/supervisord.conf
CMD ["/usr/bin/supervisord", "-c", "/etc/supervisord.conf"]
--- supervisord.conf
[supervisord]
nodaemon=true
logfile=/dev/null
[program:memcached]
command=/usr/bin/memcached -p 8080
stdout_logfile=/dev/stdout «reopens-stdout:error»
stdout_logfile_maxbytes=0
redirect_stderr=true
"#,
            ),
            (
                "logs that go elsewhere",
                r#"--- Dockerfile
FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx && chmod -R a+rwX /var/lib/nginx
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["/usr/sbin/nginx", "-g", "daemon off;"]
--- nginx.conf
error_log stderr;
pid /tmp/nginx.pid;
events {}
http {
	access_log off;
	server {
		listen 8080;
	}
}
"#,
            ),
        ],
    );
}

#[test]
fn where_the_names_can_be_opened() {
    check_on(
        &["--target", "cf"],
        RULES,
        &[(
            "Cloud Foundry of today",
            r#"--- Dockerfile
FROM nginx:1.27
COPY start.sh /
USER nginx
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
set -e
echo "starting" > /dev/stderr
exec memcached -p 8080
"#,
        )],
    );
}

#[test]
fn links_lead_to_files() {
    let own = "FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
RUN ln -sf /dev/stdout /var/log/nginx/access.log && ln -sf /dev/stderr /var/log/nginx/error.log
CMD [\"/usr/sbin/nginx\", \"-g\", \"daemon off;\"]
";
    let fixed_own = fixed(&[], own);
    assert!(
        fixed_own.contains(
            "RUN ln -sf /tmp/nginx-access.log /var/log/nginx/access.log && ln -sf /tmp/nginx-error.log /var/log/nginx/error.log\n"
        ),
        "{fixed_own}"
    );
    assert!(!fixed_own.contains("/dev/std"), "{fixed_own}");

    for (base, line) in [
        (
            "nginx:1.9",
            "RUN ln -sf /tmp/nginx-error.log /var/log/nginx/error.log && ln -sf /tmp/nginx-access.log /var/log/nginx/access.log\n",
        ),
        (
            "php:7-apache",
            "RUN ln -sf /tmp/apache2-error.log /var/log/apache2/error.log && ln -sf /tmp/apache2-access.log /var/log/apache2/access.log\n",
        ),
        (
            "httpd:2.4",
            "RUN sed -i 's#/proc/self/fd/[12]#\"|/bin/cat\"#' /usr/local/apache2/conf/httpd.conf\n",
        ),
        (
            "php:7-fpm",
            "RUN find /usr/local/etc -name '*.conf' -exec sed -i 's#/proc/self/fd/2#/tmp/php-fpm.log#' {} +\n",
        ),
    ] {
        let after = fixed(&[], &format!("FROM {base}\nCOPY . /srv\n"));
        assert!(after.contains(line), "{base}:\n{after}");
    }
}

/// One command in a loop makes several links: the word is not one link's alone.
#[test]
fn links_of_one_command_are_made_anew() {
    let after = fixed(
        &[],
        "FROM debian:bookworm-slim
RUN apt-get update && apt-get install -y nginx
RUN for log in access error; do ln -sf /dev/stderr /var/log/nginx/$log.log; done
CMD [\"/usr/sbin/nginx\", \"-g\", \"daemon off;\"]
",
    );
    assert!(after.contains("ln -sf /dev/stderr"), "{after}");
    for name in ["access", "error"] {
        let line = format!("ln -sf /tmp/nginx-{name}.log /var/log/nginx/{name}.log");
        assert!(after.contains(&line), "{after}");
    }
}

/// The build writes the names into a configuration that is not known.
#[test]
fn a_server_that_is_built_by_hand() {
    let dockerfile = r#"--- Dockerfile
FROM debian:jessie
ENV PATH /usr/local/apache2/bin:$PATH
RUN ./configure --prefix=/usr/local/apache2 && make install \
	&& sed -ri 's!^(\s*CustomLog)\s+\S+!\1 /proc/self/fd/1!g; s!^(\s*ErrorLog)\s+\S+!\1 /proc/self/fd/2!g' /usr/local/apache2/conf/httpd.conf
RUN sed -i 's/^Listen 80$/Listen 8080/' /usr/local/apache2/conf/httpd.conf
RUN mkdir -p /usr/local/apache2/logs && chmod 777 /usr/local/apache2/logs
CMD ["/usr/local/apache2/bin/httpd", "-DFOREGROUND"] «reopens-stdout:error»
"#;
    check(RULES, &[("httpd", dockerfile)]);
}

/// The whole setting is the place of it, and its name stays.
#[test]
fn the_logs_of_programs_that_supervisord_starts() {
    let after = configured(
        "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y supervisor memcached\nCOPY app.conf /etc/supervisord.conf\nCMD [\"/usr/bin/supervisord\", \"-c\", \"/etc/supervisord.conf\"]\n",
        "[supervisord]\nnodaemon=true\nlogfile=/dev/null\n[program:memcached]\ncommand=/usr/bin/memcached -p 8080\nstdout_logfile=/dev/stdout\nstderr_logfile=/dev/stderr\n[program:other]\ncommand=/bin/sleep 1\nstdout_logfile=/dev/stdout\n",
    );
    let logs: Vec<&str> = after.lines().filter(|line| line.contains("std")).collect();
    assert_eq!(
        logs,
        [
            "stdout_logfile=/tmp/supervisord-programs.log",
            "stderr_logfile=/tmp/supervisord-programs.log",
            "stdout_logfile=/tmp/supervisord-programs.log"
        ]
    );
}

/// A word of the server's own that has quotes is put into quotes without them.
#[test]
fn the_output_of_httpd_in_quotes() {
    let after = configured(
        "FROM debian:bookworm-slim\nRUN apt-get update && apt-get install -y apache2\nCOPY app.conf /etc/apache2/apache2.conf\nCMD [\"/usr/sbin/apache2\", \"-DFOREGROUND\"]\n",
        "Listen 8080\nPidFile /tmp/pid\nErrorLog \"/proc/self/fd/2\"\nCustomLog /proc/self/fd/1 common\n",
    );
    assert!(after.contains("ErrorLog \"|/bin/cat\"\n"), "{after}");
    assert!(
        after.contains("CustomLog \"|/bin/cat\" common\n"),
        "{after}"
    );
}

/// The configuration that the Dockerfile copies as `app.conf`, after `fix`.
fn configured(dockerfile: &str, configuration: &str) -> String {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text);
    write("Dockerfile", dockerfile).expect("a file");
    write("app.conf", configuration).expect("a file");
    let mut fix = assert_cmd::Command::cargo_bin("diegolint").expect("the program");
    fix.args(["fix", "--style", "remove"]).arg(folder.path());
    fix.output().expect("it runs");
    std::fs::read_to_string(folder.path().join("app.conf")).expect("a file")
}
