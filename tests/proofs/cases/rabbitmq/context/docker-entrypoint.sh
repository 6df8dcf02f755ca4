#!/bin/bash
set -euo pipefail

# rabbitmq-server, rabbitmqctl, rabbitmq-diagnostics: all of them are the account's
if [[ "$1" == rabbitmq* ]] && [ "$(id -u)" = '0' ]; then
	if [ "$1" = 'rabbitmq-server' ]; then
		find /var/lib/rabbitmq \! -user rabbitmq -exec chown rabbitmq '{}' +
	fi
	exec gosu rabbitmq "${BASH_SOURCE[0]}" "$@"
fi

# Erlang looks for its cookie at home.
export HOME=/var/lib/rabbitmq

# One cookie for all nodes of a cluster, if there is to be one.
if [ -n "${RABBITMQ_ERLANG_COOKIE-}" ]; then
	cookie=/var/lib/rabbitmq/.erlang.cookie
	echo "$RABBITMQ_ERLANG_COOKIE" > "$cookie"
	chmod 600 "$cookie"
fi

exec "$@"
