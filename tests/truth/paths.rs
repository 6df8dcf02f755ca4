//! Paths that the start writes, and files that the build needs.

use super::check;

#[test]
fn what_the_start_cannot_write() {
    check(
        &["unwritable-path", "root-only-command"],
        &[
            (
                "sed puts a new file into a folder of a package",
                r#"--- Dockerfile
FROM debian:jessie
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
sed -ri 's/^(listen:).*/\1 0.0.0.0/' /usr/share/app/app.yaml «unwritable-path:error»
exec "$@"
"#,
            ),
            (
                "something is made under a name that is only known at the start",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir /conf /open && chmod 777 /open «unwritable-path:warning»
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
for port in $(seq 7000 7005); do
	mkdir -p "/conf/$port" "/open/$port" "$(mktemp -d)/$port"
done
echo x > "/open/$(hostname).txt"
exec "$@"
"#,
            ),
            (
                "a line is added to a file of the system",
                r#"--- Dockerfile
FROM debian:jessie
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
echo "user = root" >> /etc/app.conf «root-only-command:error»
exec "$@"
"#,
            ),
            (
                "a folder that is made closed",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /srv/app «unwritable-path:error»
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
touch /srv/app/started
exec "$@"
"#,
            ),
        ],
    );
}

#[test]
fn folders_that_are_not_there() {
    check(
        &["unwritable-path"],
        &[
            (
                "temporary files go where the platform says, which is nowhere in this image",
                r#"--- Dockerfile
FROM debian:bookworm
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
set -e
file=$(mktemp) «unwritable-path:error»
sed "s/a/b/" /etc/app.conf > "$file"
exec /usr/bin/appd
"#,
            ),
            (
                "temporary files with a place of their own",
                r#"--- Dockerfile
FROM debian:bookworm
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
set -e
file=$(mktemp /tmp/app.XXXXXX)
folder=$(mktemp -d -p /tmp)
exec /usr/bin/appd
"#,
            ),
            (
                "a server's data in a folder that the build takes away and makes again",
                r#"--- Dockerfile
FROM ubuntu:22.04
ENV PGDATA=/var/lib/postgresql/15/main
RUN apt-get update && apt-get install -y postgresql-15 && rm -rf /var/lib/postgresql && chmod 777 /run/postgresql
WORKDIR /var/lib/postgresql «unwritable-path:error»
CMD ["/usr/lib/postgresql/15/bin/postgres"]
"#,
            ),
            (
                "what a build tool makes beside its project",
                r#"--- Dockerfile
FROM eclipse-temurin:17
RUN mkdir /srv/app «unwritable-path:error»
WORKDIR /srv/app
CMD ["sbt", "run"]
"#,
            ),
        ],
    );
}

#[test]
fn what_the_start_can_write() {
    check(
        &["unwritable-path"],
        &[
            (
                "a temporary file that a script only needs where there is no account",
                r#"--- Dockerfile
FROM debian:bookworm
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
if ! getent passwd app; then
	passwd=$(mktemp)
fi
exec /usr/bin/appd
"#,
            ),
            (
                "temporary files and devices",
                r#"--- Dockerfile
FROM debian:jessie
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
echo started > /tmp/started
sed -i 's/a/b/' /tmp/started
echo started > /dev/stderr
mkdir -p /etc
exec "$@"
"#,
            ),
            (
                "sed in a folder that is open, though the file is not",
                r#"--- Dockerfile
FROM debian:jessie
RUN mkdir -p /srv/app && chmod 777 /srv/app
COPY app.conf /srv/app/app.conf
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- app.conf 644
port 1
--- entrypoint.sh
#!/bin/sh
sed -i 's/1/2/' /srv/app/app.conf
exec "$@"
"#,
            ),
            (
                "a build that is checked on its way",
                r#"--- Dockerfile
FROM debian:jessie
ENV APP_PREFIX /opt/app
RUN set -eux; \
	[ "$(command -v app)" = "$APP_PREFIX/bin/app" ]; \
	mkdir -p /var/lib/app; \
	chmod 1777 /var/lib/app
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
touch /var/lib/app/started
exec "$@"
"#,
            ),
            (
                "folders that a file of the distribution names",
                r#"--- Dockerfile
FROM debian:jessie
ENV APACHE_ENVVARS /etc/apache2/envvars
RUN set -eux; \
	apt-get update; apt-get install -y apache2; \
	. "$APACHE_ENVVARS"; \
	for dir in "$APACHE_LOCK_DIR" "$APACHE_RUN_DIR" "$APACHE_LOG_DIR"; do \
		rm -rf "$dir"; mkdir -p "$dir"; chmod 1777 "$dir"; \
	done
CMD ["/usr/sbin/apache2", "-D", "FOREGROUND"]
"#,
            ),
        ],
    );
}

#[test]
fn where_less_is_known_less_is_claimed() {
    check(
        &["unwritable-path", "loopback-bind"],
        &[
            (
                "a folder of another image",
                r#"--- Dockerfile
FROM debian:jessie
ENV CATALINA_HOME /usr/local/tomcat
RUN mkdir -p $CATALINA_HOME
COPY --from=example/web:9.0 /usr/local/tomcat /usr/local/tomcat «unwritable-path:warning»
CMD ["/usr/local/tomcat/bin/catalina.sh", "run"]
"#,
            ),
            (
                "an address in the configuration",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y cassandra \
	&& sed -ri 's/^(rpc_address:).*/\1 0.0.0.0/' /etc/cassandra/cassandra.yaml
RUN mkdir -p /var/lib/cassandra /var/log/cassandra && chmod 777 /var/lib/cassandra /var/log/cassandra
CMD ["/usr/sbin/cassandra", "-f"]
"#,
            ),
        ],
    );
}

#[test]
fn what_scl_runs_counts() {
    check(
        &["server-user-option", "runtime-chown", "switch-user"],
        &[(
            "a command line and a command",
            r#"--- Dockerfile
FROM centos:centos6
COPY entrypoint.sh /
CMD ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/bash
scl enable mysql55 "chown -R mysql /var/lib/mysql" «runtime-chown»
scl enable mysql55 -- su mysql -c true «switch-user»
exec scl enable mysql55 "mysqld_safe --user=mysql" «server-user-option»
"#,
        )],
    );
}

#[test]
fn files_that_are_missing() {
    check(
        &["missing-script"],
        &[
            (
                "not there at all",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /start.sh «missing-script:error»
CMD ["/start.sh"]
"#,
            ),
            (
                "nothing puts it there",
                r#"--- Dockerfile
FROM debian:jessie
CMD ["/start.sh"] «missing-script:error»
"#,
            ),
            (
                "hidden from the build",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /start.sh «missing-script:error»
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
exec true
--- .dockerignore 644
*.sh
"#,
            ),
            (
                "built from a folder above",
                r#"--- app/docker/Dockerfile
FROM debian:jessie
COPY app/docker/start.sh /start.sh
COPY app/made-later /usr/bin/made-later
CMD ["/start.sh"]
--- app/docker/start.sh
#!/bin/sh
exec true
"#,
            ),
            (
                "a script of a package",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y player
CMD ["/usr/bin/player.sh"]
"#,
            ),
            (
                "made in the build",
                r##"--- Dockerfile
FROM debian:jessie
RUN printf '#!/bin/sh\nexec true\n' > /start.sh && chmod 755 /start.sh
CMD ["/start.sh"]
"##,
            ),
        ],
    );
}

#[test]
fn braces_are_for_whom_sh_is_bash() {
    check(
        &["unwritable-path"],
        &[
            (
                "two folders where it is",
                r#"--- Dockerfile
FROM fedora:40
RUN mkdir -p -m 777 /srv/app/{data,logs}
CMD ["/bin/sh", "-c", "touch /srv/app/data/x && exec sleep 1000"]
"#,
            ),
            (
                "one of a strange name where it is dash",
                r#"--- Dockerfile
FROM debian:bookworm
RUN mkdir -p -m 777 /srv/app/{data,logs} «unwritable-path»
CMD ["/bin/sh", "-c", "touch /srv/app/data/x && exec sleep 1000"]
"#,
            ),
        ],
    );
}

#[test]
fn a_pattern_makes_the_files_that_it_fits_executable() {
    check(
        &["not-executable"],
        &[(
            "and no others",
            r#"--- Dockerfile
FROM ubuntu:14.04
ADD run.sh /run.sh
ADD other.bash /other.bash
RUN chmod 755 /*.sh
CMD ["/run.sh"]
--- run.sh 644
#!/bin/sh
exec /other.bash «not-executable»
--- other.bash 644
#!/bin/bash
exec sleep 1000
"#,
        )],
    );
}
