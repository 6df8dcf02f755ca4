#!/bin/sh
set -e

# What is no program is a script, or an option, of Node.js.
if [ "${1#-}" != "$1" ] || [ -z "$(command -v "$1")" ]; then
	set -- node "$@"
fi

if [ "$1" = node ]; then
	# a folder of the host belongs to whoever made it there
	find uploads ! -user node -exec chown node '{}' +
	exec runuser -u node -- "$@"
fi

exec "$@"
