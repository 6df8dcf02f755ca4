#!/bin/sh
set -e

# Options alone, or a configuration, are for the server.
if [ "${1#-}" != "$1" ] || [ "${1%.conf}" != "$1" ]; then
	set -- redis-server "$@"
fi

if [ "$1" = 'redis-server' ]; then
	# nobody but the network of containers reaches it
	set -- "$@" --protected-mode no
	# a volume may come with any owner
	find . \! -user redis -exec chown redis '{}' +
	chown redis .
	exec gosu redis "$@"
fi

exec "$@"
