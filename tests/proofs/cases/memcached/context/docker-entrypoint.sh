#!/bin/sh
set -e

# `docker run … -m 128` is for the server as well
case "$1" in
	-*) set -- memcached "$@" ;;
esac

exec "$@"
