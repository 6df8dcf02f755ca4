#!/bin/sh
set -e

# options alone are for haproxy
if [ "${1#-}" != "$1" ]; then
	set -- haproxy "$@"
fi

if [ "$1" = 'haproxy' ]; then
	shift
	# a master with its workers, in the foreground
	set -- haproxy -W -db "$@"
fi

exec "$@"
