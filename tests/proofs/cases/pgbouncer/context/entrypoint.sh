#!/bin/sh
set -e

PG_CONFIG_DIR=/etc/pgbouncer

# Who may come in, if the image does not say so itself.
if [ -n "$DB_USER" ]; then
	echo "\"$DB_USER\" \"$DB_PASSWORD\"" > "$PG_CONFIG_DIR/userlist.txt"
else
	echo "\"postgres\" \"${POSTGRES_PASSWORD:-postgres}\"" > "$PG_CONFIG_DIR/userlist.txt"
fi

echo "Starting $*..."
exec "$@"
