#!/usr/bin/env bash
set -Eeo pipefail

# Whether somebody else's script reads this one for its functions.
_is_sourced() {
	[ "${#FUNCNAME[@]}" -ge 2 ] && [ "${FUNCNAME[1]}" = 'source' ]
}

docker_create_directories() {
	mkdir -p "$PGDATA"
	chmod 700 "$PGDATA"
	mkdir -p /var/run/postgresql
	find "$PGDATA" \! -user postgres -exec chown postgres '{}' +
}

docker_init_database() {
	initdb --username="${POSTGRES_USER:-postgres}" --auth="${POSTGRES_HOST_AUTH_METHOD:-trust}"
	printf '\nhost all all all %s\n' "${POSTGRES_HOST_AUTH_METHOD:-trust}" >> "$PGDATA/pg_hba.conf"
}

_main() {
	# options alone are for the server
	if [ "${1:0:1}" = '-' ]; then
		set -- postgres "$@"
	fi

	if [ "$1" = 'postgres' ]; then
		docker_create_directories
		if [ "$(id -un)" != 'postgres' ]; then
			exec gosu postgres "$BASH_SOURCE" "$@"
		fi
		if [ ! -s "$PGDATA/PG_VERSION" ]; then
			docker_init_database
		fi
		set -- "$@" -c listen_addresses='*'
	fi

	exec "$@"
}

if ! _is_sourced; then
	_main "$@"
fi
