//! Programs that start other programs: what they start is judged, and found where it is written.

use super::check;

/// The rules about servers and the commands of the start.
const RULES: &[&str] = &[
    "wrong-port",
    "privileged-port",
    "loopback-bind",
    "server-user-option",
    "switch-user",
    "runtime-chown",
];

#[test]
fn supervisord() {
    check(
        RULES,
        &[
            (
                "the main server is the one that speaks HTTP, and each may be told an account",
                r#"--- Dockerfile
FROM debian:jessie
COPY supervisord.conf /etc/supervisor/conf.d/app.conf
CMD ["/usr/bin/supervisord", "-n", "-c", "/etc/supervisor/conf.d/app.conf"]
--- supervisord.conf 644
[supervisord]
nodaemon=true
user=root «server-user-option:error»

[program:redis]
command=redis-server --port 6379

[program:web]
command=gunicorn --bind 0.0.0.0:5000 app:app «wrong-port:error»
user = www-data «server-user-option:error»

[program:later]
command=gosu app worker
autostart=false
"#,
            ),
            (
                "the files that the package's configuration includes",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y supervisor nginx
COPY conf.d/ /etc/supervisor/conf.d/
COPY nginx.conf /etc/nginx/nginx.conf
CMD ["/usr/bin/supervisord", "-n"]
--- conf.d/app.conf 644
[program:nginx]
command=nginx -g "daemon off;"
[program:job]
command=/bin/sh -c "chown -R app /srv && exec worker" «runtime-chown:error»
--- nginx.conf 644
events {}
http {
  server {
    listen 80; «privileged-port:error wrong-port:error»
  }
  server {
    listen 443 ssl; «privileged-port:error»
  }
}
"#,
            ),
            (
                "one of them listens where it is asked for",
                r#"--- Dockerfile
FROM debian:jessie
COPY supervisord.conf /etc/supervisord.conf
CMD ["/usr/bin/supervisord"]
--- supervisord.conf 644
[supervisord]
[include]
files = /nowhere/*.conf
[program:web]
command = gunicorn --bind 127.0.0.1:5000
    app:app
[program:proxy]
command = haproxy -f /etc/haproxy.cfg
environment = A="x",B=y
directory = /srv
[program:api]
command = uvicorn --host 0.0.0.0 --port %(ENV_PORT)s app:app
"#,
            ),
            (
                "written in the build, and found by default",
                r#"--- Dockerfile
FROM debian:jessie
COPY <<EOF /etc/supervisord.conf
[supervisord]
user=www-data «server-user-option:error»
[program:web]
command=gunicorn -b :8080 a:b
EOF
CMD ["/usr/bin/supervisord", "-n"]
"#,
            ),
            (
                "an account that the process is",
                r#"--- Dockerfile
FROM debian:jessie
COPY supervisord.conf /etc/supervisord.conf
CMD ["/usr/bin/supervisord"]
--- supervisord.conf 644
[supervisord]
user=vcap
[program:web]
command=gunicorn --bind 0.0.0.0:8080 app:app
"#,
            ),
        ],
    );
}

#[test]
fn service_folders() {
    check(
        RULES,
        &[
            (
                "runit",
                r#"--- Dockerfile
FROM debian:jessie
COPY services /etc/service
CMD ["/usr/bin/runsvdir", "/etc/service"]
--- services/web/run
#!/bin/sh
exec gosu app gunicorn -b :8000 app:app «switch-user:error wrong-port:error»
--- services/web/log/run
#!/bin/sh
exec chpst -u log svlogd ./main
--- services/off/run
#!/bin/sh
exec gosu app sleep 1
--- services/off/down

"#,
            ),
            (
                "my_init, its scripts and its command",
                r#"--- Dockerfile
FROM phusion/baseimage:0.9.16
COPY setup.sh /etc/my_init.d/10_setup.sh
COPY run /etc/service/memcached/run
CMD ["/sbin/my_init", "--", "/usr/bin/redis-server", "--port", "8080"]
--- setup.sh
#!/bin/sh
chown -R app /srv «runtime-chown:error»
--- run
#!/bin/sh
exec /sbin/setuser memcache /usr/bin/memcached «switch-user:error»
"#,
            ),
            (
                "s6-overlay",
                r#"--- Dockerfile
FROM alpine:3.19
ADD https://example.com/s6-overlay.tar.gz /
COPY root/ /
ENTRYPOINT ["/init"]
CMD ["node", "server.js"]
--- root/etc/cont-init.d/10-owner
#!/usr/bin/with-contenv sh
chown -R abc /config «runtime-chown:error»
--- root/etc/services.d/nginx/run
#!/usr/bin/with-contenv sh
exec s6-setuidgid abc nginx -c /etc/nginx.conf «switch-user:error privileged-port:error»
--- root/etc/services.d/cache/run
#!/usr/bin/execlineb -P
redis-server --port 8080
"#,
            ),
        ],
    );
}

#[test]
fn scripts_of_packages() {
    check(
        RULES,
        &[
            (
                "npm runs a script of package.json, after the one before it",
                r#"--- Dockerfile
FROM node:20
WORKDIR /app
COPY . .
CMD ["npm", "start"]
--- package.json 644
{
  "scripts": {
    "prestart": "chown -R node /app/cache", «runtime-chown:error»
    "start": "gunicorn --bind \"127.0.0.1:8080\" app", «loopback-bind:error»
    "test": "chown -R node /app"
  }
}
"#,
            ),
            (
                "yarn, and a folder of its own",
                r#"--- Dockerfile
FROM node:20
COPY web /web
CMD yarn --cwd /web serve
--- web/package.json 644
{"scripts": {
  "serve": "http-server -p 3000 && redis-server" «wrong-port:error»
}}
"#,
            ),
            (
                "foreman gives each its port",
                r#"--- Dockerfile
FROM ruby:3.2
WORKDIR /app
COPY . /app
CMD ["/usr/local/bin/foreman", "start"]
--- Procfile 644
web: bundle exec puma -p $PORT
worker: bundle exec rackup -o 0.0.0.0 -p $PORT
job: su app -c work «switch-user:error»
"#,
            ),
        ],
    );
}

#[test]
fn entrypoints_of_base_images() {
    check(
        RULES,
        &[
            (
                "the words behind it are a command",
                r#"--- Dockerfile
FROM redis:7
CMD ["redis-server", "--port", "7000"] «wrong-port:error»
"#,
            ),
            (
                "an option is one of the server's",
                r#"--- Dockerfile
FROM postgres:16
CMD ["-p", "8080"]
"#,
            ),
            (
                "another one in its place",
                r#"--- Dockerfile
FROM redis:7
COPY docker-entrypoint.sh /usr/local/bin/
CMD ["redis-server", "--port", "7000"]
--- docker-entrypoint.sh
#!/bin/sh
exec redis-server --port 8080
"#,
            ),
        ],
    );
}
