#!/bin/sh
set -e

if [ "${1#-}" != "$1" ]; then
	set -- php-fpm8.2 "$@"
fi

# Pages of the last version must not be served by this one.
rm -rf /var/www/html/cache/*
install -d -o www-data -g www-data -m 0770 /var/www/html/cache/pages

exec "$@"
