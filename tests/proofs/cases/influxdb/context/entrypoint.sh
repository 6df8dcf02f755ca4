#!/bin/bash
set -e

# `docker run image -config …` is meant for the server.
case "$1" in
	-*) set -- influxd "$@" ;;
esac

if [ "$1" = influxd ] && [ "$#" -eq 1 ]; then
	set -- influxd -config /etc/influxdb/influxdb.conf
fi

if [ "$1" = influxd ]; then
	for part in meta data wal; do
		mkdir -p "/var/lib/influxdb/$part"
	done
	chown -R influxdb:influxdb /var/lib/influxdb
	exec gosu influxdb "$@"
fi

exec "$@"
