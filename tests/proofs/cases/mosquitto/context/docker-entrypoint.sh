#!/bin/sh
set -e

# Folders from the host belong to somebody else.
chown -R mosquitto:mosquitto /mosquitto/data /mosquitto/log

exec dumb-init -- "$@"
