#!/bin/sh
set -e

# for monitors that look from outside
date +%s > /var/run/app/started

if [ "$(id -un)" != web ]; then
	chown web: /var/run/app/started
	exec setpriv --reuid web --regid web --init-groups "$@"
fi

exec "$@"
