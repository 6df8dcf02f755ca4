#!/bin/sh
set -e

# A configuration, or a command of the registry: it is the registry that is meant.
case "$1" in
	*.yaml | *.yml) set -- docker-registry serve "$@" ;;
	serve | garbage-collect | help | -*) set -- docker-registry "$@" ;;
esac

exec "$@"
