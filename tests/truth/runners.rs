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
                "short options that stand together, and an environment that is known but for a part",
                r#"--- Dockerfile
FROM debian:jessie
COPY supervisord.conf /etc/app.conf
CMD ["/usr/bin/supervisord", "-nc", "/etc/app.conf"]
--- supervisord.conf 644
[program:web]
environment=SECRET="%(host_node_name)s",WEB_PORT="8080"
command=sh -c 'exec gunicorn --bind 0.0.0.0:"$WEB_PORT" app:app'
"#,
            ),
            (
                "a configuration that the start writes before, of which the port is told",
                r#"--- Dockerfile
FROM debian:jessie
COPY run.sh /run.sh
CMD ["/run.sh"]
--- run.sh
#!/bin/bash
APP=/srv/app
cat > /opt/supervisor.conf <<EOF
[supervisord]
nodaemon=true

[program:app]
directory=$APP
command=/usr/local/bin/gunicorn
    --bind 0.0.0.0:8000 «wrong-port:error»
    app:app
EOF
supervisord -c /opt/supervisor.conf -n
"#,
            ),
            (
                "programs that the build adds to a package's configuration",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y supervisor
RUN echo "[program:web]" >> /etc/supervisor/supervisord.conf \
    && echo "command=gunicorn --bind 0.0.0.0:9000 app:app" >> /etc/supervisor/supervisord.conf «wrong-port:error»
CMD ["/usr/bin/supervisord", "-n"]
"#,
            ),
            (
                "a configuration that the start only writes if it is told to",
                r#"--- Dockerfile
FROM debian:jessie
COPY run.sh /run.sh
COPY app.conf /opt/supervisor.conf
CMD ["/run.sh"]
--- run.sh
#!/bin/bash
if [ -n "$OTHER" ]; then
    printf '[program:app]\ncommand=gunicorn --bind 0.0.0.0:9000 app:app\n' > /opt/supervisor.conf
fi
exec supervisord -c /opt/supervisor.conf -n
--- app.conf 644
[program:app]
command=gunicorn --bind 0.0.0.0:5000 app:app «wrong-port:error»
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
    listen 443 ssl; «privileged-port:error wrong-port:error»
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
fn scripts_that_only_s6_overlay_reads() {
    check(
        RULES,
        &[
            (
                "on a base that is not known",
                r#"--- Dockerfile
FROM example/base:14.04-onbuild
COPY root/ /
ENTRYPOINT ["/entrypoint.sh"]
--- root/etc/cont-init.d/10-owner
#!/usr/bin/with-contenv sh
chown -R abc /config «runtime-chown:error»
--- root/etc/services.d/nginx/run
#!/usr/bin/with-contenv sh
exec s6-setuidgid abc nginx -c /etc/nginx.conf «switch-user:error privileged-port:error wrong-port:error»
"#,
            ),
            (
                "services that a script before them writes",
                r#"--- Dockerfile
FROM alpine:3.19
ADD https://example.com/s6-overlay.tar.gz /
ENV PUID=1500
COPY root/ /
ENTRYPOINT ["/init"]
--- root/etc/cont-init.d/10-services
#!/usr/bin/with-contenv sh
mkdir -p /etc/services.d/cache
cat > /etc/services.d/cache/run <<EOL
#!/usr/bin/execlineb -P
with-contenv
s6-setuidgid ${PUID}:${PUID} «switch-user:error»
redis-server --port 8080
EOL
chmod +x /etc/services.d/cache/run
"#,
            ),
            (
                "a folder of that name says nothing",
                r#"--- Dockerfile
FROM example/base:14.04-onbuild
COPY root/ /
ENTRYPOINT ["/entrypoint.sh"]
--- root/etc/services.d/nginx/run
#!/bin/sh
exec s6-setuidgid abc nginx -c /etc/nginx.conf
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

#[test]
fn scripts_of_the_system() {
    check(
        RULES,
        &[
            (
                "a service is the server that is known by its name",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
service nginx start «wrong-port:error privileged-port:error»
exec tail -f /var/log/nginx/access.log
"#,
            ),
            (
                "what takes the place of the script counts more than what it has started",
                r#"--- Dockerfile
FROM debian:jessie
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
/etc/init.d/mysql start
service unknown start
exec gunicorn -b 0.0.0.0:8080 app:app
"#,
            ),
        ],
    );
}

#[test]
fn further_service_folders() {
    check(
        RULES,
        &[
            (
                "s6-overlay from 3 on",
                r#"--- Dockerfile
FROM ghcr.io/linuxserver/baseimage-alpine:3.19
COPY root/ /
--- root/etc/s6-overlay/s6-rc.d/init-app/up
/etc/s6-overlay/s6-rc.d/init-app/run
--- root/etc/s6-overlay/s6-rc.d/init-app/run
#!/usr/bin/with-contenv bash
chown -R abc:abc /config «runtime-chown:error»
--- root/etc/s6-overlay/s6-rc.d/svc-app/run
#!/usr/bin/with-contenv bash
exec s6-setuidgid abc uvicorn --port 8000 app:app «switch-user:error loopback-bind:error wrong-port:error»
--- root/etc/s6-overlay/s6-rc.d/svc-other/run
#!/usr/bin/with-contenv bash
exec s6-setuidgid abc other «switch-user:warning»
--- root/etc/s6-overlay/s6-rc.d/user/contents.d/init-app

--- root/etc/s6-overlay/s6-rc.d/user/contents.d/svc-app

"#,
            ),
            (
                "a service in execline is as certain as one in the shell, and runs in its folder",
                r#"--- Dockerfile
FROM ghcr.io/linuxserver/baseimage-alpine:3.19
COPY root/ /
--- root/etc/s6-overlay/s6-rc.d/svc-app/run
#!/usr/bin/execlineb -P
./start
--- root/etc/s6-overlay/s6-rc.d/svc-app/start
#!/bin/sh
exec s6-setuidgid abc app «switch-user:warning»
"#,
            ),
            (
                "a link to a service, and daemontools",
                r#"--- Dockerfile
FROM debian:jessie
COPY web /etc/sv/web
RUN mkdir /service && ln -s /etc/sv/web /service/web
CMD ["/usr/bin/svscan", "/service"]
--- web/run
#!/bin/sh
exec setuidgid www redis-server --port 8080 «switch-user:error»
"#,
            ),
        ],
    );
}

#[test]
fn programs_that_start_again() {
    check(
        RULES,
        &[
            (
                "nodemon and what it executes",
                r#"--- Dockerfile
FROM node:20
WORKDIR /app
COPY . .
CMD ["yarn", "dev"]
--- package.json 644
{"scripts": {
  "dev": "nodemon --watch src --exec 'gunicorn -b :5000' app" «wrong-port:error»
}}
"#,
            ),
            (
                "pm2 and its file",
                r#"--- Dockerfile
FROM node:20
WORKDIR /app
COPY . .
CMD ["/usr/local/bin/pm2-runtime", "start", "apps.json"]
--- apps.json 644
{"apps": [{"name": "web", "script": "server.js"}]}
"#,
            ),
            (
                "pm2 and a program that is no script of Node's; its words stand behind two dashes",
                r#"--- Dockerfile
FROM node:20
WORKDIR /app
COPY . .
CMD ["/usr/local/bin/pm2-runtime", "start", "npm", "--name", "web", "--", "start"]
--- package.json 644
{"scripts": {"start": "gunicorn -b :5000 app"}} «wrong-port:error»
"#,
            ),
            (
                "forever start",
                r#"--- Dockerfile
FROM node:20
COPY start.sh /
CMD ["/start.sh"]
--- start.sh
#!/bin/sh
exec forever start -c "gunicorn -b :5000" app «wrong-port:error»
"#,
            ),
            (
                "foreman runs one process of the Procfile, or any command",
                r#"--- Dockerfile
FROM ruby:3
WORKDIR /app
COPY Procfile migrate.sh ./
CMD ["/bin/sh", "-c", "foreman run ./migrate.sh && exec foreman run web"]
--- Procfile 644
web: gunicorn -b :5000 app «wrong-port:error»
job: gosu app work
--- migrate.sh
#!/bin/sh
chown -R app /app/db «runtime-chown:error»
"#,
            ),
        ],
    );
}

/// What is not followed is said, with the place.
#[test]
fn what_is_not_followed_is_said() {
    let cases = [
        (
            "--- Dockerfile\nFROM debian\nCMD [\"/usr/bin/supervisord\", \"-c\", \"/etc/s.conf\"]\n",
            "what is in /etc/s.conf is not known",
        ),
        (
            "--- Dockerfile\nFROM debian\nWORKDIR /app\nCMD [\"/usr/bin/npm\", \"start\"]\n",
            "what is in /app/package.json is not known",
        ),
        (
            "--- Dockerfile\nFROM debian\nCOPY package.json /\nCMD [\"/usr/bin/npm\", \"run\", \"x\"]\n--- package.json\n{\"scripts\": {}}\n",
            "package.json has no script x",
        ),
        (
            "--- Dockerfile\nFROM debian\nCMD [\"/usr/bin/runsvdir\", \"/etc/service\"]\n",
            "what services are in /etc/service is not known",
        ),
        (
            "--- Dockerfile\nFROM debian\nCOPY run /etc/service/a/run\nCMD [\"/usr/bin/runsvdir\", \"/etc/service\"]\n--- run\n#!/bin/execlineb -P\nfdmove -c 2 1\nforeground { echo } app\n",
            "this script is in the language of execline",
        ),
        (
            "--- Dockerfile\nFROM debian\nCOPY start.py /\nCMD [\"/start.py\"]\n--- start.py\n#!/usr/bin/env python3\nprint(1)\n",
            "python3 reads this script, and no shell",
        ),
        (
            "--- Dockerfile\nFROM centos:7\nCMD [\"/usr/sbin/init\"]\n",
            "which services the system's own init starts is not known",
        ),
    ];
    for (case, said) in cases {
        let folder = tempfile::tempdir().expect("a folder");
        super::write(folder.path(), case);
        let mut command = assert_cmd::Command::cargo_bin("diegolint").expect("the program");
        let output = command
            .current_dir(folder.path())
            .args(["trace", "."])
            .output()
            .expect("it runs");
        let text = String::from_utf8_lossy(&output.stdout).replace('\n', " ");
        let text: Vec<&str> = text.split_whitespace().collect();
        let text = text.join(" ");
        assert!(
            text.contains(&format!("not followed further └ {said}")),
            "{case}\n{text}"
        );
    }
}
