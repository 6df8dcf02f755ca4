#!/bin/sh
set -e

# The logs go where whoever runs the container sees them.
touch /var/log/lighttpd/access.log /var/log/lighttpd/error.log
chown www-data:www-data /var/log/lighttpd/*.log
tail -n 0 -F /var/log/lighttpd/*.log &

exec lighttpd -D -f /etc/lighttpd/lighttpd.conf
