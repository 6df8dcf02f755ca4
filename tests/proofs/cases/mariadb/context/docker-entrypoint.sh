#!/bin/bash
set -eo pipefail

DATADIR=/var/lib/mysql

mysql_error() {
	echo >&2 "[ERROR] [Entrypoint]: $*"
	exit 1
}

# The first start makes the tables, and says who may come in with which password.
docker_setup_db() {
	if [ -z "$MARIADB_ROOT_PASSWORD" ]; then
		mysql_error 'nobody could log in: set MARIADB_ROOT_PASSWORD'
	fi
	mariadb-install-db --datadir="$DATADIR" --skip-test-db --auth-root-authentication-method=normal > /dev/null
	cat > "$DATADIR/first.sql" <<-EOSQL
		CREATE USER 'root'@'%' IDENTIFIED BY '$MARIADB_ROOT_PASSWORD';
		GRANT ALL ON *.* TO 'root'@'%' WITH GRANT OPTION;
	EOSQL
}

if [ "${1:0:1}" = '-' ]; then
	set -- mariadbd "$@"
fi

if [ "$1" = 'mariadbd' ]; then
	chown -R mysql:mysql "$DATADIR"
	if [ ! -d "$DATADIR/mysql" ]; then
		docker_setup_db
		chown -R mysql:mysql "$DATADIR"
		set -- "$@" --init-file="$DATADIR/first.sql"
	fi
	set -- "$@" --user=mysql
fi

exec "$@"
