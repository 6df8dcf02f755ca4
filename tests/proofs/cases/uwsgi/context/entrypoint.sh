#!/bin/sh
set -e

# /run may be a tmpfs, so that nothing of the image is in it.
mkdir -p /run/uwsgi
chown web:web /run/uwsgi

exec "$@"
