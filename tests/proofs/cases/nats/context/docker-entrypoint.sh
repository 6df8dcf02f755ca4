#!/bin/sh
set -e

# options alone are the server's
if [ "${1#-}" != "$1" ]; then
	set -- nats-server "$@"
fi

# Streams belong to the account that writes them, wherever the volume comes from.
if [ "$1" = nats-server ]; then
	chown -R nats:nats /data/jetstream
	set -- setpriv --reuid=nats --regid=nats --clear-groups "$@"
fi

exec "$@"
