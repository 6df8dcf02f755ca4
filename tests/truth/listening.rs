//! The port and the address that a server ends up with, whoever says it.

use super::check;

const WHERE: &[&str] = &["wrong-port", "loopback-bind"];

#[test]
fn what_a_package_configures_counts_until_the_build_changes_it() {
    check(
        WHERE,
        &[
            (
                "the package's configuration, named by the command",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
CMD ["/usr/bin/redis-server", "/etc/redis/redis.conf"] «wrong-port loopback-bind»
"#,
            ),
            (
                "the package's configuration, read by itself",
                r#"--- Dockerfile
FROM ubuntu:14.04
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -y install mysql-server
CMD ["/usr/sbin/mysqld"] «wrong-port loopback-bind»
"#,
            ),
            (
                "the package's configuration is not named: the program's own default is every address",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
CMD ["/usr/bin/redis-server", "--port", "8080"]
"#,
            ),
            (
                "the address is edited",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server && \
    sed -i 's/^\(bind .*\)$/# \1/' /etc/redis/redis.conf && \
    sed -i 's/^port .*/port 8080/' /etc/redis/redis.conf
CMD ["/usr/bin/redis-server", "/etc/redis/redis.conf"]
"#,
            ),
            (
                "the address is edited, the port is not",
                r#"--- Dockerfile
FROM ubuntu:14.04
RUN apt-get update && DEBIAN_FRONTEND=noninteractive apt-get -y install mysql-server
RUN sed -i -e"s/^bind-address\s*=\s*127.0.0.1/bind-address = 0.0.0.0/" /etc/mysql/my.cnf
CMD ["/usr/sbin/mysqld"] «wrong-port»
"#,
            ),
            (
                "an address that is edited to loopback is found where that is done",
                r#"--- Dockerfile
FROM centos:7
RUN yum -y install redis
RUN sed -i 's/^bind .*/bind 127.0.0.2/;s/^port .*/port 8080/' /etc/redis.conf «loopback-bind»
CMD ["/usr/bin/redis-server", "/etc/redis.conf"]
"#,
            ),
            (
                "a file of the context takes its place",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
COPY redis.conf /etc/redis/redis.conf
CMD ["/usr/bin/redis-server", "/etc/redis/redis.conf"]
--- redis.conf 644
port 8080
"#,
            ),
        ],
    );
}

#[test]
fn what_the_build_writes_is_read_where_it_is_written() {
    check(
        WHERE,
        &[
            (
                "a port that sed puts in",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y apache2
RUN sed -i 's/Listen 80/Listen 8000/' /etc/apache2/ports.conf «wrong-port»
CMD ["/usr/sbin/apache2ctl", "-D", "FOREGROUND"]
"#,
            ),
            (
                "the port that is checked, which sed puts in",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y apache2
RUN sed -i 's/Listen 80/Listen 8080/' /etc/apache2/ports.conf
CMD ["/usr/sbin/apache2ctl", "-D", "FOREGROUND"]
"#,
            ),
            (
                "lines behind a file that is not known",
                r#"--- Dockerfile
FROM example/base
RUN echo "bind 127.0.0.1" >> /etc/app/redis.conf && \ «loopback-bind»
    echo "port 7000" >> /etc/app/redis.conf «wrong-port»
CMD ["/usr/bin/redis-server", "/etc/app/redis.conf"]
"#,
            ),
            (
                "printf writes it all",
                r#"--- Dockerfile
FROM debian:jessie
RUN printf 'port %s\nbind %s\n' 8080 0.0.0.0 > /etc/redis.conf
CMD ["/usr/bin/redis-server", "/etc/redis.conf"]
"#,
            ),
            (
                "a port of the start's environment is not known",
                r#"--- Dockerfile
FROM debian:jessie
RUN echo "port $REDIS_PORT" > /etc/redis.conf
CMD ["/usr/bin/redis-server", "/etc/redis.conf"]
"#,
            ),
        ],
    );
}

#[test]
fn what_configurations_of_the_context_say_is_found_there() {
    check(
        WHERE,
        &[
            (
                "JSON",
                r#"--- Dockerfile
FROM node:0.10
RUN npm install -g hipache
COPY config.json /config.json
CMD ["hipache", "-c", "/config.json"]
--- config.json 644
{
  "server": {
    "workers": 2,
    "port": 80, «wrong-port»
    "address": ["0.0.0.0"]
  }
}
"#,
            ),
            (
                "XML",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y icecast2
COPY icecast.xml /etc/icecast2/icecast.xml
CMD ["icecast2", "-c", "/etc/icecast2/icecast.xml"]
--- icecast.xml 644
<icecast>
  <listen-socket>
    <port>8000</port> «wrong-port»
  </listen-socket>
</icecast>
"#,
            ),
            (
                "a Caddyfile",
                r#"--- Dockerfile
FROM debian:jessie
COPY Caddyfile /etc/caddy/Caddyfile
CMD ["/usr/bin/caddy", "run", "--config", "/etc/caddy/Caddyfile"]
--- Caddyfile 644
{
	admin off
}
:8000 { «wrong-port»
	root * /srv
}
"#,
            ),
            (
                "one of several is the one that is asked",
                r#"--- Dockerfile
FROM nginx:1.9
RUN rm /etc/nginx/conf.d/default.conf
COPY app.conf /etc/nginx/conf.d/
--- app.conf 644
server { listen 8080; }
server { listen 8443; }
"#,
            ),
        ],
    );
}

#[test]
fn servers_listen_where_their_version_and_their_words_say() {
    check(
        WHERE,
        &[
            (
                "on loopback unless told otherwise",
                r#"--- Dockerfile
FROM jboss/base-jdk:7
CMD ["/opt/jboss/wildfly/bin/standalone.sh"] «loopback-bind»
"#,
            ),
            (
                "told otherwise",
                r#"--- Dockerfile
FROM jboss/base-jdk:7
CMD ["/opt/jboss/wildfly/bin/standalone.sh", "-b", "0.0.0.0"]
"#,
            ),
            (
                "before the interface on 8080",
                r#"--- Dockerfile
FROM java:7
RUN curl -L http://example.org/zookeeper-3.4.6.tar.gz | tar -xzC /opt
CMD ["/opt/zookeeper-3.4.6/bin/zkServer.sh", "start-foreground"] «wrong-port»
"#,
            ),
            (
                "since the interface on 8080",
                r#"--- Dockerfile
FROM eclipse-temurin:11
RUN curl -L http://example.org/apache-zookeeper-3.8.0-bin.tar.gz | tar -xzC /opt
CMD ["/opt/apache-zookeeper-3.8.0-bin/bin/zkServer.sh", "start-foreground"]
"#,
            ),
            (
                "an archive that is known by its name",
                r#"--- Dockerfile
FROM java:8
COPY selenium-server-standalone-2.45.0.jar /opt/
CMD ["java", "-jar", "/opt/selenium-server-standalone-2.45.0.jar", "-port", "5000"] «wrong-port»
--- selenium-server-standalone-2.45.0.jar 644
x
"#,
            ),
            (
                "an archive that nobody knows",
                r#"--- Dockerfile
FROM java:8
COPY app.jar /opt/
CMD ["java", "-jar", "/opt/app.jar"]
--- app.jar 644
x
"#,
            ),
        ],
    );
}

#[test]
fn a_server_stands_where_it_is_started() {
    check(
        WHERE,
        &[
            (
                "a variable names the program, in what su runs",
                r#"--- Dockerfile
FROM example/base
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
STORE="/usr/lib/postgresql/9.3/bin/postgres"
CONF="/etc/postgresql/9.3/main/postgresql.conf"

su postgres -c "${STORE} --single -D /data -c config_file=${CONF}" <<EOF
CREATE USER app;
EOF
su postgres -c "${STORE} -D /data -c config_file=${CONF}" «wrong-port»
"#,
            ),
            (
                "a variable names its folder, on a further line of what starts it",
                r#"--- Dockerfile
FROM example/base
ENV STORE_BIN=/usr/lib/postgresql/15/bin
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
exec start-stop-daemon --start --chuid postgres:postgres \
  --exec "${STORE_BIN}/postgres" -- -D /data «wrong-port»
"#,
            ),
            (
                "a variable alone, behind a wrapper",
                r#"--- Dockerfile
FROM example/base
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
server=$(command -v memcached || echo /usr/bin/memcached)
server=/usr/bin/memcached
exec gosu nobody \
  "$server" -m 64 «wrong-port»
"#,
            ),
            (
                "what is handed on stands where it was written",
                r#"--- Dockerfile
FROM example/base
COPY start.sh /start.sh
ENTRYPOINT ["/start.sh"]
CMD ["memcached"]
--- start.sh
#!/bin/bash
if [ "$1" = memcached ]; then
  set -- gosu nobody memcached -m 64 «wrong-port»
fi
exec "$@"
"#,
            ),
        ],
    );
}

#[test]
fn what_the_start_writes_is_read_where_it_is_written() {
    check(
        WHERE,
        &[
            (
                "a document",
                r#"--- Dockerfile
FROM example/base
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
cat > /etc/app/redis.conf <<EOF
dir /tmp
port 7000 «wrong-port»
bind 127.0.0.1 «loopback-bind»
EOF
exec redis-server /etc/app/redis.conf
"#,
            ),
            (
                "the port that is checked, put into the package's configuration",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
sed -i "s/^port .*/port $PORT/; s/^bind .*/bind 0.0.0.0/" /etc/redis/redis.conf
exec redis-server /etc/redis/redis.conf
"#,
            ),
            (
                "only if something is given",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y redis-server
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
if [ -n "$REDIS_ADDRESS" ]; then
  sed -i "s/^bind .*/bind $REDIS_ADDRESS/" /etc/redis/redis.conf
fi
exec redis-server /etc/redis/redis.conf «wrong-port loopback-bind»
"#,
            ),
            (
                "an order that some runs leave out",
                r#"--- Dockerfile
FROM example/base
COPY start.sh /start.sh
CMD ["/start.sh"]
--- start.sh
#!/bin/bash
if [ ! -f /tmp/redis.conf ]; then
  echo "port 7000" > /tmp/redis.conf «wrong-port:warning»
fi
exec redis-server /tmp/redis.conf
"#,
            ),
        ],
    );
}

#[test]
fn servers_are_known_by_what_the_build_is_made_of() {
    check(
        WHERE,
        &[
            (
                "an application of Node.js",
                r#"--- Dockerfile
FROM node:0.10
RUN curl -L https://ghost.org/archives/ghost-0.6.4.zip -o g.zip && unzip g.zip
CMD ["npm", "start"] «wrong-port loopback-bind»
"#,
            ),
            (
                "a release that ADD fetches",
                r#"--- Dockerfile
FROM node:0.10
ADD https://ghost.org/zip/ghost-latest.zip /tmp/
RUN unzip /tmp/ghost-latest.zip -d /ghost
WORKDIR /ghost
CMD npm start «wrong-port loopback-bind»
"#,
            ),
            (
                "any other",
                r#"--- Dockerfile
FROM node:0.10
RUN curl -L https://example.org/app.zip -o app.zip && unzip app.zip
CMD ["npm", "start"]
"#,
            ),
            (
                "a framework of before and after it read PORT",
                r#"--- Dockerfile
FROM ruby:2.1
CMD ["rails", "server", "-b", "0.0.0.0"] «wrong-port»
"#,
            ),
            (
                "the same, later",
                r#"--- Dockerfile
FROM ruby:3.2
CMD ["rails", "server", "-b", "0.0.0.0"]
"#,
            ),
            (
                "an address with its port some words behind it",
                r#"--- Dockerfile
FROM debian:bookworm
COPY sockd.conf /etc/sockd.conf
CMD ["/usr/sbin/sockd"]
--- sockd.conf 644
logoutput: stderr
internal: 127.0.0.1 port = 1080 «wrong-port loopback-bind»
"#,
            ),
        ],
    );
}

#[test]
fn a_configuration_that_lies_where_only_a_package_knows_is_read_by_its_name() {
    check(
        WHERE,
        &[
            (
                "copied into a folder that is not known to be one",
                r#"--- Dockerfile
FROM debian:jessie
COPY scripts /scripts
RUN dpkg -i /tmp/arangodb.deb && cp /scripts/arangod-here.conf /etc/arangodb
CMD ["/usr/sbin/arangod", "--configuration", "/etc/arangodb/arangod-here.conf"]
--- scripts/arangod-here.conf 644
[server]
endpoint = tcp://0.0.0.0:8529 «wrong-port:warning»
"#,
            ),
            (
                "two of the same name: which one it is, is not known",
                r#"--- Dockerfile
FROM debian:jessie
COPY one /one
COPY two /two
CMD ["redis-server", "/srv/redis/redis.conf"] «wrong-port»
--- one/redis.conf 644
port 8080
--- two/redis.conf 644
port 7000
"#,
            ),
            (
                "a file that is read behind the others",
                r#"--- Dockerfile
FROM debian:bookworm
COPY run.sh /run.sh
COPY custom.cnf /defaults/custom.cnf
ENTRYPOINT ["/run.sh"]
--- run.sh
#!/bin/sh
if [ ! -f /config/custom.cnf ]; then
    cp /defaults/custom.cnf /config/custom.cnf
fi
exec mariadbd --defaults-extra-file=/config/custom.cnf
--- custom.cnf 644
[mysqld]
port = 3307 «wrong-port»
bind-address = 0.0.0.0
"#,
            ),
        ],
    );
}

#[test]
fn what_a_function_of_the_start_sets_in_a_configuration_is_found_where_its_value_is() {
    check(
        WHERE,
        &[
            (
                "what sed prints is written back, one setting after another",
                r#"--- Dockerfile
FROM example/base
COPY entrypoint.sh env.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/bash
set -o errexit
. /env.sh
set_line() {
    local result
    result="$(sed "s/^#*\s*$1 .*/$1 $2/g" /opt/cache/redis.conf)"
    echo "$result" > /opt/cache/redis.conf
}
set_line bind 0.0.0.0
set_line port "$CACHE_PORT"
set_line appendonly yes
exec redis-server /opt/cache/redis.conf
--- env.sh
export CACHE_PORT="${CACHE_PORT:-6380}" «wrong-port:warning»
"#,
            ),
            (
                "the setting is in the context, and is not that any more",
                r#"--- Dockerfile
FROM example/base
COPY entrypoint.sh /
COPY redis.conf /opt/cache/redis.conf
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/bash
text="$(sed "s/^port .*/port 8080/" /opt/cache/redis.conf)"
echo "$text" > /opt/cache/redis.conf
exec redis-server /opt/cache/redis.conf
--- redis.conf 644
bind 0.0.0.0
port 6379
"#,
            ),
            (
                "a main file that is only known as far as the build changed it includes others",
                r#"--- Dockerfile
FROM example/nginx
RUN sed -i '/temp_path/d' /etc/nginx/nginx.conf \
    && sed -i 's!/tmp/nginx.pid!/var/run/nginx.pid!g' /etc/nginx/nginx.conf
COPY site.conf /etc/nginx/sites-available/site
COPY entrypoint.sh /
ENTRYPOINT ["/entrypoint.sh"]
--- entrypoint.sh
#!/bin/sh
ln -s -f /etc/nginx/sites-available/site /etc/nginx/conf.d/site.conf
exec nginx -g 'daemon off;'
--- site.conf 644
server {
  listen 8000; «wrong-port»
}
"#,
            ),
            (
                "a server's own port, where the image says that it is the other one",
                r#"--- Dockerfile
FROM example/base
EXPOSE 8080 8443
CMD ["httpd", "-f", "/opt/web/conf/httpd.conf", "-DFOREGROUND"]
"#,
            ),
            (
                "the same, where the image does not",
                r#"--- Dockerfile
FROM example/base
EXPOSE 80
CMD ["httpd", "-f", "/opt/web/conf/httpd.conf", "-DFOREGROUND"] «wrong-port»
"#,
            ),
        ],
    );
}

#[test]
fn an_image_that_exposes_nothing_has_all_that_its_configuration_says() {
    check(
        WHERE,
        &[
            (
                "front ends on ports of their own",
                r#"--- Dockerfile
FROM debian:bookworm
COPY haproxy.cfg /etc/haproxy/haproxy.cfg
CMD ["/usr/sbin/haproxy", "-f", "/etc/haproxy/haproxy.cfg"]
--- haproxy.cfg 644
frontend writes
  bind *:3306 «wrong-port»
frontend reads
  bind *:3307 «wrong-port»
frontend inside
  bind 127.0.0.1:9000
"#,
            ),
            (
                "one of them is exposed",
                r#"--- Dockerfile
FROM debian:bookworm
COPY haproxy.cfg /etc/haproxy/haproxy.cfg
EXPOSE 3306
CMD ["/usr/sbin/haproxy", "-f", "/etc/haproxy/haproxy.cfg"]
--- haproxy.cfg 644
frontend writes
  bind *:3306 «wrong-port»
frontend reads
  bind *:3307
"#,
            ),
        ],
    );
}

#[test]
fn servers_of_ruby_are_told_by_calls_in_their_configuration() {
    check(
        WHERE,
        &[
            (
                "unicorn listens for the proxy in front of it",
                r#"--- Dockerfile
FROM debian:jessie
RUN apt-get update && apt-get install -y supervisor nginx
COPY supervisord.conf /etc/supervisor/conf.d/app.conf
COPY site.conf /etc/nginx/sites-enabled/default
COPY unicorn.rb /srv/config/unicorn.rb
CMD ["/usr/bin/supervisord", "-n"]
--- supervisord.conf 644
[program:unicorn]
command=unicorn_rails -E production -c /srv/config/unicorn.rb
[program:nginx]
command=nginx -g "daemon off;"
--- unicorn.rb 644
worker_processes 2
listen "/srv/tmp/app.socket", :backlog => 64
listen "127.0.0.1:8080", :tcp_nopush => true
--- site.conf 644
server {
  listen 80; «wrong-port»
}
"#,
            ),
            (
                "puma reads its configuration beside it",
                r#"--- Dockerfile
FROM ruby:3.2
COPY . /srv
WORKDIR /srv
CMD ["bundle", "exec", "puma"]
--- config/puma.rb 644
threads 1, 5
port 3000 «wrong-port»
"#,
            ),
            (
                "a port that the environment says",
                r#"--- Dockerfile
FROM ruby:3.2
COPY . /srv
WORKDIR /srv
CMD ["bundle", "exec", "puma"]
--- config/puma.rb 644
port ENV.fetch("PORT") { 3000 }
"#,
            ),
        ],
    );
}

#[test]
fn what_a_base_image_starts_listens_like_any_other() {
    check(
        WHERE,
        &[
            (
                "the entrypoint and the command are the base's",
                r#"--- Dockerfile
FROM grafana/loki:2.9.0 «wrong-port»
COPY loki.yaml /etc/loki/local-config.yaml
--- loki.yaml
auth_enabled: false
"#,
            ),
            (
                "the base's script makes a server's call of its first word",
                r#"--- Dockerfile
FROM minio/minio
CMD ["server", "/data"] «wrong-port»
"#,
            ),
            (
                "the base's script says the address, which the server alone would not",
                r#"--- Dockerfile
FROM vault:1.13 «wrong-port»
ENV VAULT_DEV_ROOT_TOKEN_ID example
"#,
            ),
            (
                "the command is a script of the base's",
                r#"--- Dockerfile
FROM tutum/apache-php «wrong-port»
RUN rm -fr /app
COPY index.php /app/
--- index.php
<?php phpinfo();
"#,
            ),
            (
                "the context has another script in its place",
                r#"--- Dockerfile
FROM tutum/apache-php
COPY run.sh /run.sh
--- run.sh
#!/bin/sh
exec /usr/local/bin/worker
"#,
            ),
            (
                "an image that is told the right port",
                r#"--- Dockerfile
FROM getmeili/meilisearch:v1.1
ENV MEILI_HTTP_ADDR 0.0.0.0:8080
"#,
            ),
        ],
    );
}

#[test]
fn servers_of_perl_and_of_asynchronous_python_listen_where_they_say() {
    check(
        WHERE,
        &[
            (
                "Plack's default, behind carton",
                r#"--- Dockerfile
FROM perl:5.36
WORKDIR /app
CMD ["carton", "exec", "plackup", "app.psgi"] «wrong-port»
"#,
            ),
            (
                "Starman is told where to listen",
                r#"--- Dockerfile
FROM perl:5.36
CMD ["starman", "--listen", ":8080", "app.psgi"]
"#,
            ),
            (
                "an address alone leaves the port",
                r#"--- Dockerfile
FROM perl:5.36
CMD ["plackup", "--host", "0.0.0.0", "-p", "3000", "app.psgi"] «wrong-port»
"#,
            ),
            (
                "a Mojolicious program is its own server",
                r#"--- Dockerfile
FROM perl:5.36
CMD ["perl", "/app/shop.pl", "daemon", "-m", "production"] «wrong-port»
"#,
            ),
            (
                "a variable of the image tells Mojolicious",
                r#"--- Dockerfile
FROM perl:5.36
ENV MOJO_LISTEN http://*:8080
CMD ["perl", "/app/shop.pl", "daemon"]
"#,
            ),
            (
                "Granian's default is the loopback address",
                r#"--- Dockerfile
FROM python:3.12
CMD ["granian", "--interface", "asgi", "--port", "8080", "shop:app"] «loopback-bind»
"#,
            ),
            (
                "Granian is told by variables",
                r#"--- Dockerfile
FROM python:3.12
ENV GRANIAN_HOST=0.0.0.0 GRANIAN_PORT=8080
CMD ["granian", "--interface", "asgi", "shop:app"]
"#,
            ),
            (
                "Sanic and its port",
                r#"--- Dockerfile
FROM python:3.12
CMD ["sanic", "shop.server", "--host=0.0.0.0", "--port=8000"] «wrong-port»
"#,
            ),
            (
                "Sanic with nothing said",
                r#"--- Dockerfile
FROM python:3.12
CMD ["sanic", "shop.server"] «wrong-port loopback-bind»
"#,
            ),
            (
                "Datasette behind a wrapper",
                r#"--- Dockerfile
FROM python:3.12
CMD ["doppler", "run", "--", "datasette", "serve", "shop.db", "-h", "0.0.0.0", "-p", "8001"] «wrong-port»
"#,
            ),
        ],
    );
}

#[test]
fn rails_of_2015_goes_by_rack_for_its_address() {
    check(
        WHERE,
        &[
            (
                "RAILS_ENV does not count",
                r#"--- Dockerfile
FROM ruby:2.2-slim
ENV RAILS_ENV production
WORKDIR /srv/redmine
RUN curl -fsSL https://www.redmine.org/releases/redmine-3.0.3.tar.gz | tar -xz --strip-components=1
CMD ["rails", "server"] «wrong-port loopback-bind»
"#,
            ),
            (
                "RACK_ENV does",
                r#"--- Dockerfile
FROM ruby:2.2-slim
ENV RACK_ENV production
WORKDIR /srv/redmine
RUN curl -fsSL https://www.redmine.org/releases/redmine-3.0.3.tar.gz | tar -xz --strip-components=1
CMD ["rails", "server", "-p", "8080"]
"#,
            ),
            (
                "the address is given",
                r#"--- Dockerfile
FROM ruby:2.2-slim
WORKDIR /srv/redmine
RUN curl -fsSL https://www.redmine.org/releases/redmine-3.0.3.tar.gz | tar -xz --strip-components=1
CMD ["rails", "server", "-p", "8080", "-b", "0.0.0.0"]
"#,
            ),
        ],
    );
}

#[test]
fn each_line_of_a_configuration_that_has_the_port_is_told() {
    check(
        WHERE,
        &[
            (
                "one port, for both kinds of addresses",
                r#"--- Dockerfile
FROM nginx:1.27
COPY site.conf /etc/nginx/conf.d/default.conf
EXPOSE 80
--- site.conf 644
server {
    listen 80; «wrong-port»
    listen [::]:80; «wrong-port»
}
"#,
            ),
            (
                "a folder of further settings",
                r#"--- Dockerfile
FROM alpine:3.20
RUN apk add mosquitto
COPY mosquitto.conf /srv/mosquitto.conf
COPY more /srv/more
CMD ["/usr/sbin/mosquitto", "-c", "/srv/mosquitto.conf"]
--- mosquitto.conf 644
port 1883 «wrong-port»
include_dir /srv/more
--- more/websockets.conf 644
listener 9001 «wrong-port»
protocol websockets
"#,
            ),
        ],
    );
}

#[test]
fn settings_that_a_command_puts_into_a_configuration() {
    check(
        WHERE,
        &[
            (
                "an address with its port",
                r#"--- Dockerfile
FROM alpine:3.20
ENV TASKDDATA=/srv/tasks
RUN apk add taskd && mkdir -p $TASKDDATA && taskd init \
    && taskd config --force log /dev/stdout \
    && taskd config --force server 0.0.0.0:53589 «wrong-port»
EXPOSE 53589
CMD ["/usr/bin/taskd", "server"]
"#,
            ),
            (
                "an interface, which the last command says",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y postfix
RUN postconf -e inet_interfaces=all myhostname=mail.example.org
RUN postconf inet_interfaces=loopback-only «loopback-bind»
CMD ["/usr/sbin/postfix", "start-fg"] «wrong-port»
"#,
            ),
        ],
    );
}

#[test]
fn what_an_application_listens_on_until_it_is_configured() {
    check(
        WHERE,
        &[
            (
                "the example's address",
                r#"--- Dockerfile
FROM node:0.10
RUN curl -L https://ghost.org/zip/ghost-0.6.3.zip -o ghost.zip && unzip ghost.zip -d /ghost
WORKDIR /ghost
CMD npm start «wrong-port loopback-bind»
"#,
            ),
            (
                "the example's address is edited at the start",
                r#"--- Dockerfile
FROM node:0.10
RUN curl -L https://ghost.org/zip/ghost-0.6.3.zip -o ghost.zip && unzip ghost.zip -d /ghost
WORKDIR /ghost
COPY start.sh /
ENTRYPOINT ["/start.sh"]
CMD ["npm", "start"] «wrong-port»
--- start.sh
#!/bin/bash
sed 's/127\.0\.0\.1/0.0.0.0/g' /ghost/config.example.js > /srv/config.js
exec "$@"
"#,
            ),
            (
                "a configuration of one's own",
                r#"--- Dockerfile
FROM node:0.10
RUN curl -L https://ghost.org/zip/ghost-0.6.3.zip -o ghost.zip && unzip ghost.zip -d /ghost
WORKDIR /ghost
COPY config.js /ghost/config.js
CMD npm start «wrong-port:warning»
--- config.js 644
module.exports = { production: { server: { host: '0.0.0.0', port: '2368' } } };
"#,
            ),
            (
                "an installer that knows nothing of the platform's variable",
                r#"--- Dockerfile
FROM node:22
WORKDIR /srv/forum
CMD ["./nodebb", "start"] «wrong-port»
"#,
            ),
            (
                "with a configuration, the variable counts",
                r#"--- Dockerfile
FROM node:22
WORKDIR /srv/forum
COPY config.json /srv/forum/config.json
CMD ["./nodebb", "--config", "/srv/forum/config.json", "start"]
--- config.json 644
{
    "url": "http://forum.example.org",
    "port": 4567
}
"#,
            ),
        ],
    );
}

#[test]
fn options_before_a_subcommand_and_operands_behind_it() {
    check(
        &["wrong-port", "unwritable-path"],
        &[(
            "the operand is still the folder",
            r#"--- Dockerfile
FROM alpine:3.20
RUN mkdir /data && chmod 777 /data
CMD ["/usr/bin/minio", "--address", ":8080", "server", "/data"]
"#,
        )],
    );
}

#[test]
fn servers_under_the_names_and_in_the_folders_of_debian() {
    check(
        &["wrong-port", "root-only-command"],
        &[
            (
                "the registry, whose program has another name there",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y docker-registry
COPY config.yml /etc/docker/registry/config.yml
CMD ["/usr/bin/docker-registry", "serve", "/etc/docker/registry/config.yml"]
--- config.yml
version: 0.1
http:
  addr: :5000 «wrong-port:error»
"#,
            ),
            (
                "a pool of PHP",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y php-fpm && rm /etc/php/8.2/fpm/pool.d/www.conf
COPY pool.conf /etc/php/8.2/fpm/pool.d/docker.conf
CMD ["/usr/sbin/php-fpm8.2", "--nodaemonize"]
--- pool.conf
[www]
listen = 9000 «wrong-port:error»
"#,
            ),
            (
                "dnsmasq, which anybody may start on a high port",
                r#"--- Dockerfile
FROM debian:bookworm
RUN apt-get update && apt-get install -y dnsmasq-base
COPY dnsmasq.conf /etc/dnsmasq.conf
CMD ["/usr/sbin/dnsmasq", "--keep-in-foreground"]
--- dnsmasq.conf
port=8080
"#,
            ),
        ],
    );
}
