#!/bin/bash
set -e

# Of a container that was killed.
rm -f /srv/app/tmp/pids/server.pid

if [ "$(id -u)" -eq 0 ]; then
	chown -R rails:rails /srv/app/tmp /srv/app/log
	set -- gosu rails "$@"
fi

exec "$@"
