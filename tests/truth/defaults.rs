//! What only runs if a variable is given, and what has to be given.

use super::check;

const WHO: &[&str] = &["switch-user", "runtime-chown", "build-chown"];

#[test]
fn what_a_variable_brings_about_is_a_note() {
    check(
        WHO,
        &[
            (
                "a variable as such",
                r#"--- Dockerfile
FROM debian:wheezy
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/bash
if [ "$APP_DATABASE" ]; then
	gosu app createdb «switch-user:note»
fi
exec gosu app "$@" «switch-user:error»
"#,
            ),
            (
                "a default that is assigned",
                r#"--- Dockerfile
FROM debian:wheezy
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/bash
: ${APP_USER:=app}
: ${APP_DATABASE:=$APP_USER}
if [ "$APP_DATABASE" != 'app' ]; then
	gosu app createdb «switch-user:note»
fi
exec "$@"
"#,
            ),
            (
                "another variable that holds it",
                r#"--- Dockerfile
FROM centos:centos7
COPY start.sh /
CMD ["/bin/bash", "/start.sh"]
--- start.sh 644
#!/bin/bash
NAME=${APP_DATABASE:-}
make_it() {
  local mode="${APP_MODE:-none}"
  if [ -n "${NAME}" ]; then
    echo "create $NAME" | sudo -u app -H appd --single «switch-user:note»
  fi
  if [ "$mode" = shared ]; then
    chown -R app /srv/app «runtime-chown:note»
  fi
}
make_it
exec /usr/bin/appd
"#,
            ),
        ],
    );
}

#[test]
fn what_is_required_behind_a_default_is_taken_for_given() {
    check(
        WHO,
        &[(
            "a password without which it ends",
            r#"--- Dockerfile
FROM debian:jessie
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/bash
set -e
if [ -z "$APP_DB_HOST" ]; then
	echo >&2 'error: missing APP_DB_HOST'
	exit 1
fi
: ${APP_DB_USER:=root}
if [ "$APP_DB_USER" = 'root' ]; then
	: ${APP_DB_PASSWORD:=$MYSQL_ENV_ROOT_PASSWORD}
fi
if [ -z "$APP_DB_PASSWORD" ]; then
	echo >&2 'error: missing APP_DB_PASSWORD'
	exit 1
fi
chown www-data:www-data config.php «runtime-chown:error»
exec "$@"
"#,
        )],
    );
}

#[test]
fn what_is_set_is_not_for_somebody_to_give() {
    check(
        WHO,
        &[
            (
                "the image sets it",
                r#"--- Dockerfile
FROM debian:wheezy
ENV APP_MODE plain
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
: ${APP_MODE:=shared}
if [ "$APP_MODE" = shared ]; then
	chown -R app /srv/app
fi
exec "$@"
"#,
            ),
            (
                "the script sets it",
                r#"--- Dockerfile
FROM debian:wheezy
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
MODE=plain
if [ "$MODE" = shared ]; then
	chown -R app /srv/app
fi
exec "$@"
"#,
            ),
            (
                "only root does it",
                r#"--- Dockerfile
FROM debian:wheezy
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
CMD ["/usr/bin/appd"]
--- entrypoint.sh
#!/bin/sh
if [ "$(id -u)" = 0 ] && [ "$APP_MODE" ]; then
	chown -R app /srv/app
	exec gosu app "$@"
fi
exec "$@"
"#,
            ),
        ],
    );
}

#[test]
fn a_copy_with_an_owner_leaves_the_folder_it_copies_into() {
    check(
        WHO,
        &[(
            "both give something away",
            r#"--- Dockerfile
FROM python:3.9
RUN mkdir /home/app && chown app:app /home/app «build-chown»
WORKDIR /home/app
COPY --chown=app:app . . «build-chown»
CMD ["/usr/local/bin/python3", "app.py"]
--- app.py 644
print("hello")
"#,
        )],
    );
}
